from django.db import models
from django.db.models import Q


class SeriesText(models.Model):
    """The stored calendar text of a series that goes out whole: one VEVENT with its rule, and one for each date that
    differs (formats/ics_series.py). Its dates then have no text of their own.

    `vevent` is "" when the dates go out one by one; the row stays, for `sequence` never falls. `changed_at` is the
    LAST-MODIFIED of all its VEVENTs, `vevent_tzid` the VTIMEZONE that they need, "" for none.
    """

    action = models.OneToOneField(
        "rallies.Action", on_delete=models.CASCADE, primary_key=True, related_name="series_text", editable=False
    )
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(editable=False)
    vevent_tzid = models.CharField(max_length=64, blank=True, editable=False)
    vevent = models.TextField(blank=True, editable=False)
    stays_until = models.DateField(null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(vevent="") | Q(vevent_tzid=""), name="series_zone_needs_text"),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} · {self.sequence}"
