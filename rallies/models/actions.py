from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rallies import enums

from .base import Dated, FoldedField, PickCodeField, in_choices, new_uid, remembered


class ActionQuerySet(models.QuerySet["Action"]):
    def published(self) -> "ActionQuerySet":
        """What the world may see; cancelled actions are among them."""
        return self.filter(publication=enums.Publication.PUBLISHED)

    def undated(self) -> "ActionQuerySet":
        """Actions whose date is not announced: on pages, in no calendar."""
        return self.filter(start_date__isnull=True)


class Action(Dated):
    """One thing that takes place. The wall clock is stored as typed; instants stand on its occurrences."""

    uid = models.CharField(_("UID"), max_length=255, unique=True, default=new_uid, editable=False)
    pick_code = PickCodeField()
    slug = models.SlugField(_("address name"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=300)
    title_folded = FoldedField(of="title", max_length=900)
    title_basis = models.CharField(_("title is"), max_length=20, choices=enums.title_bases, blank=True)
    kind = models.CharField(_("kind"), max_length=40, choices=enums.action_kinds, default="rally")
    kind_detail = models.CharField(_("kind in words"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True, help_text=_("Markdown."))

    publication = models.CharField(
        _("publication"), max_length=20, choices=enums.publications, default="draft", editable=False
    )
    published_at = models.DateTimeField(_("first published"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    # While it waits for who publishes: since when; and once it is returned, why, for its authors, until it goes on.
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True, editable=False)
    return_message = models.TextField(_("message to the authors"), blank=True, editable=False)
    status = models.CharField(
        _("status"), max_length=20, choices=enums.action_statuses, default="scheduled", editable=False
    )
    status_before = models.CharField(max_length=20, choices=enums.action_statuses, blank=True, editable=False)
    status_message = models.TextField(_("public message on the status"), blank=True, editable=False)
    status_message_before = models.TextField(blank=True, editable=False)
    status_changed_at = models.DateTimeField(null=True, blank=True, editable=False)

    start_date = models.DateField(_("date"), null=True, blank=True, help_text=_("Empty: not announced."))
    start_time = models.TimeField(_("start"), null=True, blank=True, help_text=_("Empty: to be announced."))
    end_date = models.DateField(_("last day"), null=True, blank=True, help_text=_("Only if it is another day."))
    end_time = models.TimeField(
        _("end"), null=True, blank=True, help_text=_("Before the start time means the next day. Empty: not stated.")
    )
    timezone = models.CharField(_("time zone"), max_length=64, help_text=_("IANA name, such as America/New_York."))
    time_note = models.CharField(_("note on the time"), max_length=300, blank=True)
    window_first = models.DateField(_("earliest possible day"), null=True, blank=True)
    window_last = models.DateField(_("latest possible day"), null=True, blank=True)
    window_note = models.CharField(_("note on the possible days"), max_length=300, blank=True)
    recurrence_rule = models.CharField(_("repeats"), max_length=255, blank=True)
    # Days of the rule that do not take place, as ISO texts in order; operations/dates.py keeps them days of the rule.
    skipped_days = models.JSONField(_("skipped dates"), default=list, blank=True, editable=False)
    # Of a series that was postponed until its date was left open: with a new date it goes on.
    recurrence_rule_before = models.CharField(max_length=255, blank=True, editable=False)

    location = models.ForeignKey(
        "rallies.Location", null=True, blank=True, on_delete=models.PROTECT, related_name="actions"
    )
    attendance_mode = models.CharField(
        _("attendance"), max_length=20, choices=enums.attendance_modes, default="in-person"
    )
    online_url = models.URLField(_("link for taking part online"), max_length=1000, blank=True)
    place_visibility = models.CharField(
        _("what the public sees of the place"), max_length=20, choices=enums.place_visibilities, default="exact"
    )
    place_revealed_from = models.DateTimeField(_("exact place from"), null=True, blank=True)
    place_revealed_at = models.DateTimeField(null=True, blank=True, editable=False)

    route_start = models.CharField(_("route begins at"), max_length=300, blank=True)
    route_stops = models.JSONField(_("route passes"), default=list, blank=True)
    route_end = models.CharField(_("route ends at"), max_length=300, blank=True)
    gathering_time = models.TimeField(_("gathering from"), null=True, blank=True)
    step_off_time = models.TimeField(_("march sets off at"), null=True, blank=True)
    what_to_bring = models.TextField(_("what to bring"), blank=True)
    languages = models.JSONField(_("languages spoken"), default=list, blank=True, help_text=_("BCP 47 codes."))
    access_features = models.JSONField(_("access"), default=list, blank=True)
    access_note = models.TextField(_("note on access"), blank=True)
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    contact_is_public = models.BooleanField(_("show the contact to the public"), default=False)
    picture = models.ImageField(_("picture"), upload_to="pictures/", blank=True)
    picture_alt = models.CharField(_("picture in words"), max_length=300, blank=True)
    confirmed_at = models.DateTimeField(_("last confirmed by the host"), null=True, blank=True, editable=False)

    reported_status = models.CharField(_("as reported"), max_length=20, choices=enums.reported_statuses, blank=True)
    confidence = models.CharField(_("confidence"), max_length=10, choices=enums.confidences, blank=True)
    confidence_note = models.TextField(_("note on the confidence"), blank=True)
    internal_note = models.TextField(_("note for the desk, never public"), blank=True)

    # Where SEQUENCE and LAST-MODIFIED go on when dates were taken away and new ones are made: they never fall.
    next_sequence = models.PositiveIntegerField(default=0, editable=False)
    last_told_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    objects = ActionQuerySet.as_manager()
    history = remembered(excluded_fields=["title_folded", "pick_code"])

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["-updated_at", "-id"]
        indexes = [
            models.Index(fields=["publication", "start_date", "id"], name="action_published_date"),
            # What is on at a place, without looking at all that is published.
            models.Index(fields=["location", "publication", "id"], name="action_at_location"),
            # Those without a date, by what questions about days and places ask of them.
            models.Index(
                fields=["publication", "window_last", "window_first", "timezone", "location", "id"],
                name="action_undated",
                condition=Q(start_date=None),
            ),
            # The list of the desk, of which a page is asked, not all that there is.
            models.Index(fields=["-updated_at", "-id"], name="action_changed_last"),
            models.Index(fields=["start_date", "-id"], name="action_by_day"),
            models.Index(fields=["place_revealed_from"], name="action_reveal_due", condition=Q(place_revealed_at=None)),
        ]
        constraints = [
            in_choices("publication", enums.Publication.values, name="action_publication_known"),
            in_choices("status", enums.ActionStatus.values, name="action_status_known"),
            in_choices("attendance_mode", enums.AttendanceMode.values, name="action_attendance_known"),
            in_choices("place_visibility", enums.PlaceVisibility.values, name="action_visibility_known"),
            models.CheckConstraint(condition=~Q(title=""), name="action_has_title"),
            models.CheckConstraint(condition=~Q(timezone=""), name="action_has_zone"),
            models.CheckConstraint(
                condition=Q(start_date__isnull=False)
                | Q(start_time__isnull=True, end_date__isnull=True, end_time__isnull=True, recurrence_rule=""),
                name="action_times_need_date",
            ),
            models.CheckConstraint(
                condition=Q(end_time__isnull=True) | Q(start_time__isnull=False), name="action_end_needs_start"
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=models.F("start_date")), name="action_days_ordered"
            ),
            models.CheckConstraint(
                condition=Q(window_first__isnull=True, window_last__isnull=True)
                | Q(
                    # Unknown passes a CHECK: NULL must be refused by name.
                    start_date__isnull=True,
                    window_first__isnull=False,
                    window_last__isnull=False,
                    window_last__gte=models.F("window_first"),
                ),
                name="action_window_whole",
            ),
            models.CheckConstraint(
                condition=(Q(place_visibility="city-until") & Q(place_revealed_from__isnull=False))
                | (~Q(place_visibility="city-until") & Q(place_revealed_from__isnull=True)),
                name="action_reveal_has_moment",
            ),
            models.CheckConstraint(condition=Q(picture="") | ~Q(picture_alt=""), name="action_picture_in_words"),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(status_before=""), name="action_cancellation_undoable"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=False) | Q(publication__in=["draft", "submitted"]),
                name="action_published_at_set",
            ),
        ]

    def __str__(self) -> str:
        return self.title
