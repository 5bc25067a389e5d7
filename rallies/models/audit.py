from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from rallies.deeds import deeds

from .base import FoldedField


class AuditEntry(models.Model):
    """Who did what, and when: a line of the log that administrators read. Written once, never changed.

    `who` is the name that the account had then, so that the line can be read when the account is gone; "" is
    nobody who was signed in. `noun` and `row_key` say which row it was about, as "rallies.action" and its primary
    key, and `words` what it was called then; there is no foreign key, since lines outlive rows. None of them holds
    what the row said beyond that, contact details, secrets, or anything about visitors.
    """

    at = models.DateTimeField(_("when"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        # The index that begins with it serves.
        db_index=False,
        verbose_name=_("account"),
    )
    who = models.CharField(_("who"), max_length=150, blank=True)
    deed = models.CharField(_("what"), max_length=60, choices=deeds)
    noun = models.CharField(_("kind"), max_length=60, blank=True)
    row_key = models.CharField(_("key"), max_length=40, blank=True)
    words = models.CharField(_("about"), max_length=200, blank=True)
    words_folded = FoldedField(max_length=200, of="words")
    detail = models.CharField(_("detail"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["user", "-at", "-id"], name="audit_by_person"),
            models.Index(fields=["deed", "-at", "-id"], name="audit_by_deed"),
            models.Index(fields=["noun", "row_key", "-at", "-id"], name="audit_by_row"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} · {self.who} · {self.deed}"
