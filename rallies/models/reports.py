from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rallies import enums

from .base import in_choices, remembered


class ErrorReport(models.Model):
    """What somebody says is wrong with an action; nothing about who says it. Never public."""

    action = models.ForeignKey(
        "rallies.Action",
        on_delete=models.CASCADE,
        related_name="error_reports",
        editable=False,
        verbose_name=_("action"),
    )
    kind = models.CharField(_("what is wrong"), max_length=30, choices=enums.report_kinds, editable=False)
    text = models.TextField(_("in their words"), editable=False)
    created_at = models.DateTimeField(_("reported"), editable=False)
    state = models.CharField(_("state"), max_length=10, choices=enums.report_states, default="open")
    note = models.TextField(_("what was done"), blank=True, help_text=_("For the desk, never public."))
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True, editable=False)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
        verbose_name=_("handled by"),
    )

    # The words of a stranger are kept once: who deletes a report has deleted them.
    history = remembered(excluded_fields=["text"])

    class Meta:
        verbose_name = _("error report")
        verbose_name_plural = _("error reports")
        # "open" stands before "handled" from the end of the alphabet; newest first in each.
        ordering = ["-state", "-created_at", "-id"]
        indexes = [
            models.Index(fields=["-state", "-created_at", "-id"], name="report_desk_order"),
            models.Index(fields=["created_at"], name="report_created"),
        ]
        constraints = [
            in_choices("state", enums.ReportState.values, name="report_state_known"),
            models.CheckConstraint(condition=~Q(text=""), name="report_says_something"),
            models.CheckConstraint(
                condition=Q(state="open", handled_at__isnull=True, handled_by__isnull=True)
                | (~Q(state="open") & Q(handled_at__isnull=False)),
                name="report_handled_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} · {self.get_kind_display()}"
