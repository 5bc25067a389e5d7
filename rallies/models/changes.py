from django.db import models
from django.utils.translation import gettext_lazy as _

from rallies import enums


class Change(models.Model):
    """One public line of history.

    `number` is the site stamp's number after the change, taken while its row was locked: numbers rise
    in the order of the commits, so who follows them misses nothing. `details` holds the public face
    before and after as plain values; the words are made when it is read.
    """

    action = models.ForeignKey("rallies.Action", on_delete=models.CASCADE, related_name="changes")
    number = models.PositiveBigIntegerField(_("number"))
    at = models.DateTimeField(_("when"))
    kind = models.CharField(_("kind"), max_length=30, choices=enums.change_kinds)
    details = models.JSONField(_("details"), default=dict, blank=True)
    message = models.TextField(_("public message"), blank=True)

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ["-number", "-id"]
        indexes = [models.Index(fields=["number", "action"], name="change_number")]

    def __str__(self) -> str:
        return f"{self.number} · {self.kind}"
