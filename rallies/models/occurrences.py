from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rallies import enums

from .base import Dated, in_choices, new_uid

NARROWING = (
    *("start_date", "last_day", "is_public", "kind", "country"),
    *("is_in_person", "is_online", "access", "languages", "action"),
)
"""What lists are narrowed by."""


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    def published(self) -> "OccurrenceQuerySet":
        return self.filter(action__publication=enums.Publication.PUBLISHED)

    def shown(self) -> "OccurrenceQuerySet":
        """The same without a look at their actions, from what stands on the dates themselves."""
        return self.filter(is_public=True)

    def in_order(self) -> "OccurrenceQuerySet":
        """By start, then in the order in which they were made: the order of every list and feed."""
        return self.order_by("starts_at", "id")

    def without_text(self) -> "OccurrenceQuerySet":
        """For pages, which do not need the stored VEVENT."""
        return self.defer("vevent")


class Occurrence(Dated):
    """One date of an action, with its own UID from the day it is made. All listings read this table.

    The wall clock is that of the action, or its own once it was moved alone (`is_moved`). `starts_at`,
    `ends_at`, `over_at` (UTC, exclusive ends) and `last_day` (local, inclusive) are derived from it.
    `recurrence_id` is the original local start of a date in a series ("20260305T180000"), "" else.
    `vevent` is the stored calendar text, "" until first published; `sequence` and `changed_at` are its
    SEQUENCE and LAST-MODIFIED; `vevent_tzid` names the VTIMEZONE that it needs, "" for none. A date of a series that
    goes out whole has no text of its own (SeriesText). `stays_until` is the last UTC day on which feeds tell of one that is
    cancelled or postponed, null for what takes place.

    `latitude`, `longitude` (WGS 84 degrees) are the point of the action as the world may see it, null for what is not
    published, is online only or has none; `unit_x`, `unit_y`, `unit_z` are the same point on a ball of radius 1,
    and `cell` is the H3 cell in which it lies (rallies.places). `is_long`: lasts for more than a day.

    `is_public`: its action is published. What follows it says what lists are narrowed by, as SearchEntry does of actions.

    `is_jumped_over`: clocks jump over its time since newer zone data, so it stands at its old instants until somebody
    says another time.
    """

    action = models.ForeignKey("rallies.Action", on_delete=models.CASCADE, related_name="occurrences")
    uid = models.CharField(_("UID"), max_length=255, unique=True, default=new_uid, editable=False)
    recurrence_id = models.CharField(max_length=15, blank=True, editable=False)
    start_date = models.DateField(_("date"))
    start_time = models.TimeField(_("start"), null=True, blank=True)
    end_date = models.DateField(_("last day"), null=True, blank=True)
    end_time = models.TimeField(_("end"), null=True, blank=True)
    starts_at = models.DateTimeField(editable=False)
    ends_at = models.DateTimeField(null=True, editable=False)
    over_at = models.DateTimeField(editable=False)
    last_day = models.DateField(editable=False)
    status = models.CharField(_("status"), max_length=20, choices=enums.occurrence_statuses, default="scheduled")
    message = models.TextField(_("public message"), blank=True)
    is_moved = models.BooleanField(default=False, editable=False)
    is_jumped_over = models.BooleanField(default=False, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)
    vevent_tzid = models.CharField(max_length=64, blank=True, editable=False)
    vevent = models.TextField(blank=True, editable=False)
    stays_until = models.DateField(null=True, editable=False)
    latitude = models.FloatField(null=True, editable=False)
    longitude = models.FloatField(null=True, editable=False)
    unit_x = models.FloatField(null=True, editable=False)
    unit_y = models.FloatField(null=True, editable=False)
    unit_z = models.FloatField(null=True, editable=False)
    cell = models.BigIntegerField(null=True, editable=False)
    is_long = models.BooleanField(default=False, editable=False)
    is_public = models.BooleanField(default=False, editable=False)
    kind = models.CharField(max_length=40, blank=True, choices=enums.action_kinds, editable=False)
    country = models.CharField(max_length=2, blank=True, editable=False)
    is_in_person = models.BooleanField(default=False, editable=False)
    is_online = models.BooleanField(default=False, editable=False)
    access = models.BigIntegerField(default=0, editable=False)
    languages = models.TextField(blank=True, editable=False)

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("date")
        verbose_name_plural = _("dates")
        ordering = ["starts_at", "id"]
        indexes = [
            # With all that narrows lists: counts and pages read nothing else, and then the rows of what is shown. In the
            # order of lists, and by what is upcoming.
            models.Index(fields=["starts_at", "id", "over_at", *NARROWING], name="occurrence_start"),
            models.Index(fields=["over_at", "starts_at", "id", *NARROWING], name="occurrence_over"),
            # In the order of lists, so that the first entries of a cell are found without reading the others; with all
            # that decides whether a date is within reach, so that the rows of those beyond it are not read.
            models.Index(
                fields=["cell", "starts_at", "id", "over_at", "unit_x", "unit_y", "unit_z"],
                name="occurrence_near",
                condition=Q(cell__isnull=False),
            ),
            # What goes on since longer than a day, without reading all that a city ever had.
            models.Index(
                fields=["cell", "over_at", "starts_at"], name="occurrence_near_long", condition=Q(is_long=True)
            ),
            # Hardly ever one: for the desk, which asks for them.
            models.Index(fields=["action"], name="occurrence_jumped_over", condition=Q(is_jumped_over=True)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["action", "recurrence_id"], name="occurrence_once"),
            in_choices("status", enums.OccurrenceStatus.values, name="occurrence_status_known"),
            models.CheckConstraint(condition=Q(over_at__gt=models.F("starts_at")), name="occurrence_over_later"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")), name="occurrence_end_later"
            ),
            models.CheckConstraint(
                condition=Q(end_time__isnull=True) | Q(start_time__isnull=False), name="occurrence_end_needs_start"
            ),
            models.CheckConstraint(condition=Q(last_day__gte=models.F("start_date")), name="occurrence_days_ordered"),
            models.CheckConstraint(
                condition=Q(vevent="") | Q(changed_at__isnull=False), name="occurrence_text_has_version"
            ),
            models.CheckConstraint(
                condition=Q(
                    cell__isnull=True,
                    latitude__isnull=True,
                    longitude__isnull=True,
                    unit_x__isnull=True,
                    unit_y__isnull=True,
                    unit_z__isnull=True,
                )
                | Q(
                    cell__isnull=False,
                    latitude__isnull=False,
                    longitude__isnull=False,
                    unit_x__isnull=False,
                    unit_y__isnull=False,
                    unit_z__isnull=False,
                ),
                name="occurrence_point_whole",
            ),
        ]

    @property
    def original_day(self) -> date:
        """The local day on which the series has it, also when it was moved alone."""
        return datetime.strptime(self.recurrence_id[:8], "%Y%m%d").date() if self.recurrence_id else self.start_date

    def __str__(self) -> str:
        return f"{self.start_date} · {self.action_id}"
