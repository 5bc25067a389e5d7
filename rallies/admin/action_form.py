"""What is typed of an action at the desk: its own fields, and the rows of what stands beside it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rallies import conf, recurrence
from rallies.enums import ListingState, PlaceVisibility, Publication
from rallies.models import Action, Listing, Location, Participation, Place
from rallies.operations.action_change import EDITABLE
from rallies.rules.errors import RuleBroken
from rallies.rules.parts import broken_listing, broken_participation

from .descriptions import MarkdownWidget
from .fields import CodesField, LinesField, access_features_field
from .forms import SluggedForm
from .parts import PartForm, PartInline, SourceInline
from .repeats import RepeatsField, series_rule
from .reveals import MomentField, seen_in, seen_of, typed_moment, zone_of
from .where import WhereField


class ActionForm(SluggedForm):
    location = WhereField(
        label=_("Place"), help_text=_("A venue or a city, by its name. The public sees what you choose below.")
    )
    route_stops = LinesField(label=_("route passes"), required=False, help_text=_("One stop a line."))
    languages = CodesField(label=_("languages spoken"), required=False, help_text=_("Codes: en, es, pt-BR."))
    access_features = access_features_field(label=_("access"))
    recurrence_rule = RepeatsField(label=_("repeats"), required=False)
    locations: "QuerySet[Location]" = Location.objects.none()
    """Those that may be chosen."""
    near: Place | None = None
    """Where the person last held something."""
    place_revealed_from = MomentField(
        label=_("exact place from"),
        help_text=_(
            "Goes with “the city until a moment”: day and time on the clock of the place, as those of the start."
        ),
    )

    class Meta:
        model = Action
        fields = [*sorted(EDITABLE), "slug"]
        widgets = {"description": MarkdownWidget}
        help_texts = {
            "title": _("What it is, in a few words. The place and the date stand beside it everywhere."),
            "kind_detail": _("When the kind above is too coarse: “Candlelight procession”."),
            "description": _("Plain text. Empty lines make paragraphs; Markdown makes lists, links and bold."),
            "timezone": _(
                "Empty: that of the location, or else of this site. Otherwise a name such as America/New_York."
            ),
            "time_note": _("Shown beside the time, such as “after evening prayer”."),
            "window_first": _("When the day is not announced, but the days that it can be are."),
            "place_visibility": _("“The city” holds everywhere: on pages, in calendars, on maps and in searches."),
            "contact": _("For the desk, unless you show it to the public."),
            "picture_alt": _("What the picture shows, for those who do not see it."),
            "title_basis": _("For actions that were entered from a source, not by their host."),
            "slug": _("The end of the address of its page. Earlier ones keep leading there."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "location" in self.fields:
            where: Any = self.fields["location"]
            where.prepare(self.locations, near=self.near, location=self.instance.location)
        # Who may only look has no fields.
        if "timezone" in self.fields:
            # It can be worked out from the place.
            self.fields["timezone"].required = False
        if "recurrence_rule" in self.fields:
            repeated: Any = self.fields["recurrence_rule"]
            day, clock = self.instance.start_date, self.instance.start_time
            skipped = recurrence.days_of(self.instance.skipped_days)
            today = timezone.now().date()
            repeated.widget.can_skip = self.instance.published_at is None
            repeated.show(self.instance.recurrence_rule, day=day, clock=clock, today=today, skipped=skipped)
        if "place_revealed_from" in self.fields:
            revealed: Any = self.fields["place_revealed_from"]
            revealed.zone = self.instance.timezone or conf.default_timezone()
            revealed.widget.is_public = self.instance.publication == Publication.PUBLISHED
            if not self.is_bound:
                revealed.widget.seen = seen_of(self.instance, now=timezone.now())
        self.followed: set[str] = set()
        """Fields that nobody touched, and that changed with another."""

    def clean(self) -> dict[str, Any]:
        now = timezone.now()
        if "timezone" in self.cleaned_data:
            self._follow_place()
        if "place_revealed_from" in self.cleaned_data:
            self._read_moment(now=now)
        cleaned = super().clean()
        rule, start_date = cleaned.get("recurrence_rule"), cleaned.get("start_date")
        # One from outside that begins on another day stays as it is as long as nobody touches it.
        if rule and start_date and {"recurrence_rule", "start_date"} & set(self.changed_data):
            try:
                cleaned["recurrence_rule"] = series_rule(rule, start_date=start_date)
            except RuleBroken as error:
                self.add_error("recurrence_rule", error.sentence)
        if "place_revealed_from" in self.fields:
            self.fields["place_revealed_from"].widget.seen = seen_in(cleaned, now=now)
        return cleaned

    def _follow_place(self) -> None:
        cleaned, stored = self.cleaned_data, self.instance
        typed, location = cleaned["timezone"], cleaned.get("location")
        is_other = "location" in self.changed_data
        zone = zone_of(
            typed,
            location=location,
            before=stored.timezone if is_other else "",
            location_before=stored.location,
        )
        if zone != typed:
            cleaned["timezone"] = zone
            self.followed.add("timezone")

    def _read_moment(self, *, now: datetime) -> None:
        """Put the instant in the place of what was typed, as everything behind the form takes it."""
        cleaned, before = self.cleaned_data, self.instance.place_revealed_from
        wall, zone = cleaned["place_revealed_from"], cleaned.get("timezone", self.instance.timezone)
        is_typed, visibility = "place_revealed_from" in self.changed_data, cleaned.get("place_visibility")
        if wall is None:
            return
        if not is_typed and visibility != PlaceVisibility.CITY_UNTIL:
            # What stands there is from before: without scripts it is to be seen, and easily left.
            cleaned["place_revealed_from"] = None
            self.followed.add("place_revealed_from")
            return
        cleaned["place_revealed_from"] = wall.replace(tzinfo=UTC)
        try:
            if not is_typed and before is not None and zone == self.instance.timezone:
                # To the second, and the second time of two if it is that.
                cleaned["place_revealed_from"] = before
            elif visibility == PlaceVisibility.CITY_UNTIL:
                cleaned["place_revealed_from"] = typed_moment(
                    wall, zone=zone, before=before, is_typed=is_typed, now=now
                )
        except RuleBroken as error:
            self.add_error(error.field, error.sentence)

    def picked_days(self) -> tuple[date, ...] | None:
        """The days that shall be skipped, if somebody picked any of them."""
        field: Any = self.fields.get("recurrence_rule")
        return field.picked_days(self.data, name=self.add_prefix("recurrence_rule")) if field else None

    def changed(self) -> dict[str, Any]:
        return {**super().changed(), **{name: self.cleaned_data[name] for name in self.followed}}

    def typed(self) -> dict[str, Any]:
        typed = super().typed()
        # "Clear" ticked beside a picture comes as False.
        return {**typed, "picture": typed["picture"] or ""}


class ParticipationForm(PartForm):
    class Meta:
        help_texts = {
            "state": _("The public sees groups that accepted, and those that a source names."),
            "source": _("The source that names the group, if one does."),
            "position": _("Smaller numbers stand first."),
        }

    def broken_rules(self, cleaned: Mapping[str, Any]) -> Sequence[RuleBroken]:
        role, state = cleaned.get("role", ""), cleaned.get("state", "")
        return broken_participation(role=role, state=state, has_source=cleaned.get("source") is not None)


class ListingForm(PartForm):
    class Meta:
        help_texts = {"state": _("The action is part of the campaign once that accepted it, or a source reports it.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and "state" in self.fields:
            # What hosts mean by a campaign that they add; they may set nothing else.
            self.fields["state"].initial = ListingState.REQUESTED_BY_HOST

    def broken_rules(self, cleaned: Mapping[str, Any]) -> Sequence[RuleBroken]:
        return broken_listing(state=cleaned.get("state", ""), basis=cleaned.get("basis", ""))


class ParticipationInline(PartInline):
    model = Participation
    verbose_name = _("group")
    verbose_name_plural = _("groups")
    form = ParticipationForm
    fields = ["organizer", "role", "state", "source", "position"]
    autocomplete_fields = ["organizer"]
    owner = "action"


class ListingInline(PartInline):
    model = Listing
    verbose_name = _("campaign")
    verbose_name_plural = _("campaigns")
    form = ListingForm
    fields = ["campaign", "state", "basis"]
    autocomplete_fields = ["campaign"]


class ActionSourceInline(SourceInline):
    fk_name = "action"
