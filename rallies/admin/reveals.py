"""The field that asks from when on a withheld place is shown, and what the desk says of what the public sees of it.

The moment is typed on the clock of the place, without scripts too; js/reveals.js folds it away where it does not go
with what is chosen, and js/said.js asks `preview` what that comes to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rallies import conf, names
from rallies.enums import PlaceVisibility, Precision
from rallies.models import Action, Location
from rallies.rules.errors import RuleBroken
from rallies.rules.places import check_not_due, is_withheld, reveal_moment
from rallies.rules.times import Span, derive_span
from rallies.selectors.gate import public_place

from .access import choices_for
from .fields import ClockInput, DayInput
from .forms import say_how_to_write
from .where import WhereField

ASKED = (
    "place_visibility place_revealed_from location timezone kind start_date start_time end_date end_time "
    "recurrence_rule"
)
"""The fields on which it depends what is said."""
_WHEN = ("start_date", "start_time", "end_date", "end_time", "kind")
_PARTS = (("day", gettext_lazy("Day")), ("time", gettext_lazy("Time")))


@dataclass(frozen=True, slots=True)
class Seen:
    """What the public sees of a place and from when on; what somebody in a hurry overlooks; or what is wrong."""

    sentence: str = ""
    warnings: tuple[str, ...] = ()
    problem: str = ""
    is_late_in_calendars: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen for a place. `moment` is None unless it is shown from one on; `is_shown`, whether that was done;
    `span`, the one date or the first of a series."""

    location: Location
    visibility: str
    moment: datetime | None
    timezone: str
    is_shown: bool
    span: Span | None = None
    is_series: bool = False


def moment_in_words(moment: datetime, *, location: Location, zone: str) -> str:
    """A moment on the clock of a place, with the names of both."""
    local = moment.astimezone(ZoneInfo(zone))
    return _("%(when)s in %(city)s (%(zone)s)") % {
        "when": names.when_words(local.date(), local.time().replace(tzinfo=None)),
        "city": location.locality,
        "zone": names.zone_name(zone, moment),
    }


def say_seen(choice: Choice, *, now: datetime) -> Seen:
    """What the public sees of the place, in the words that it sees."""
    exact, city = (public_place(choice.location, withheld=withheld) for withheld in (False, True))
    places = {"exact": exact.label, "city": city.label}
    if choice.visibility == PlaceVisibility.EXACT:
        return Seen(_("The public sees the whole address: %(exact)s.") % places)
    has_point = exact.latitude is not None and exact.precision != Precision.CITY
    nothing = exact.label == city.label and not has_point
    warnings = [_("The location is a city alone: there is nothing to withhold.")] if nothing else []
    if choice.visibility == PlaceVisibility.CITY or choice.moment is None:
        sentence = _(
            "The public sees only: %(city)s. The exact place never appears: tell it to those who come yourselves."
        )
        return Seen(sentence % places, tuple(warnings))
    places["moment"] = moment_in_words(choice.moment, location=choice.location, zone=choice.timezone)
    if choice.is_shown:
        return Seen(_("Since %(moment)s the public sees the whole address: %(exact)s.") % places)
    if choice.moment <= now:
        sentence = _(
            "The moment has come: %(moment)s. The worker shows the whole address on its next round: %(exact)s."
        )
        return Seen(sentence % places)
    sentence = _("Until %(moment)s the public sees only: %(city)s. Then: the whole address, %(exact)s.")
    warnings += _late_warnings(choice, choice.moment)
    return Seen(sentence % places, tuple(warnings), is_late_in_calendars=True)


def _late_warnings(choice: Choice, moment: datetime) -> list[str]:
    """A moment that is too late to bring people there; it is not refused, as dates move after it was set."""
    if choice.span is None or moment <= choice.span.starts_at:
        return []
    if choice.is_series:
        return [_("Dates before that moment take place while the public sees the city only.")]
    if moment >= choice.span.over_at:
        return [
            _("By then the action is over: nobody learns in time where it takes place. Check the day and the year.")
        ]
    return [_("By then the action has begun: who comes in time does not see where it takes place.")]


def seen_of(action: Action, *, now: datetime) -> Seen:
    """What the public sees of the place of an action as it is stored; nothing where no place is known."""
    if action.location is None:
        return Seen()
    choice = Choice(
        location=action.location,
        visibility=action.place_visibility,
        moment=action.place_revealed_from,
        timezone=action.timezone,
        is_shown=not is_withheld(action.place_visibility, revealed_at=action.place_revealed_at),
        span=_span({name: getattr(action, name) for name in _WHEN}, zone=action.timezone),
        is_series=bool(action.recurrence_rule),
    )
    return say_seen(choice, now=now)


def seen_in(values: Mapping[str, Any], *, now: datetime) -> Seen:
    """What the public will see of the place once a form is saved; nothing where something of that is wrong."""
    location, moment = values.get("location"), values.get("place_revealed_from")
    visibility, zone = values.get("place_visibility"), values.get("timezone")
    is_until = visibility == PlaceVisibility.CITY_UNTIL
    if location is None or not visibility or not zone or is_until != (moment is not None):
        return Seen()
    is_shown = not is_until or (moment is not None and moment <= now)
    span, is_series = _span(values, zone=zone), bool(values.get("recurrence_rule"))
    return say_seen(Choice(location, visibility, moment, zone, is_shown, span, is_series), now=now)


def _span(values: Mapping[str, Any], *, zone: str) -> Span | None:
    """The date of an action; None as long as it has none, or a wrong one that is said elsewhere."""
    if values.get("start_date") is None:
        return None
    try:
        return derive_span(**{name: values.get(name) for name in _WHEN}, timezone=zone)  # type: ignore[arg-type]
    except RuleBroken:
        return None


class HiddenMoment(forms.MultiWidget):
    """What the form showed, as a day and a time."""

    def __init__(self, attrs: Any = None) -> None:
        super().__init__({"day": forms.HiddenInput(), "time": forms.HiddenInput()}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        return [None, None]


class MomentWidget(forms.MultiWidget):
    """A day, a time, and below them `seen`; `is_public` says whether the world sees the action at all."""

    seen = Seen()
    is_public = True

    def __init__(self, attrs: Any = None) -> None:
        super().__init__({"day": DayInput(), "time": ClockInput()}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        return [None, None]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        attrs = attrs or {}
        base = attrs.get("id", f"id_{name}")
        described_by = f"{base}_helptext {base}_error" if attrs.get("aria-invalid") else f"{base}_helptext"
        parts = []
        for (part, label), widget, typed in zip(_PARTS, self.widgets, value or [None, None], strict=True):
            own = {**attrs, "id": f"{base}_{part}", "aria-describedby": described_by}
            parts.append((label, own["id"], widget.render(f"{name}_{part}", typed, own, renderer)))
        context = {"parts": parts, "asked": ASKED, "seen": self.seen, "is_public": self.is_public}
        return render_to_string("admin/rallies/reveal.html", context)


class MomentField(forms.MultiValueField):
    """A moment as a naive time on the clock of a place; `zone` is that by which a stored one is shown."""

    widget = MomentWidget
    hidden_widget = HiddenMoment
    zone = "UTC"

    def __init__(self, **kwargs: Any) -> None:
        day = forms.DateField(error_messages={"incomplete": gettext_lazy("Give the day too.")})
        clock = forms.TimeField(error_messages={"incomplete": gettext_lazy("Give the time too.")})
        say_how_to_write({"day": day, "time": clock})
        super().__init__((day, clock), require_all_fields=False, required=False, **kwargs)

    def compress(self, data_list: Any) -> datetime | None:
        if not data_list:
            return None
        day, clock = data_list
        return datetime.combine(day, clock.replace(second=0, microsecond=0))

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, datetime):
            return value
        wall = self.from_stored(value)
        return [wall.date(), wall.time()]

    def from_stored(self, value: Any) -> Any:
        """What would have to be typed for it."""
        return value and value.astimezone(ZoneInfo(self.zone)).replace(second=0, microsecond=0, tzinfo=None)


def zone_of(typed: str, *, location: Location | None, before: str, location_before: Location | None) -> str:
    """The zone that an action goes by: what was typed; that of its place where nothing was, or where it was that of
    another place, or of none, and nobody touched it."""
    if typed and location is not None and location != location_before and typed == before:
        found = location_before.timezone if location_before is not None else conf.default_timezone()
        return location.timezone if before == found else typed
    return typed or (location.timezone if location is not None else conf.default_timezone())


def typed_moment(wall: datetime, *, zone: str, before: datetime | None, is_typed: bool, now: datetime) -> datetime:
    """The instant of what a form says. Raises `RuleBroken` for a time that does not exist, and for one that has come
    unless it had already, before somebody opened the form."""
    moment = reveal_moment(wall, timezone=zone)
    if is_typed or before is None or before > now:
        check_not_due(moment, now=now)
    return moment


class PreviewForm(forms.Form):
    """The part of an action's form that decides what the public sees of its place."""

    place_visibility = forms.ChoiceField(choices=PlaceVisibility.choices)
    place_revealed_from = MomentField()
    location = WhereField()
    timezone = forms.CharField(required=False)
    kind = forms.CharField(required=False)
    start_date = forms.DateField(required=False)
    start_time = forms.TimeField(required=False)
    end_date = forms.DateField(required=False)
    end_time = forms.TimeField(required=False)
    recurrence_rule_every = forms.CharField(required=False)

    def __init__(self, *args: Any, locations: "QuerySet[Location]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["location"]
        field.prepare(locations, near=None)
        field.show_hidden_initial = True
        self.fields["place_revealed_from"].show_hidden_initial = True

    def seen(self, *, now: datetime) -> Seen:
        wrong: Sequence[Any] = self.errors.get("place_revealed_from", [])
        cleaned = self.cleaned_data
        location, visibility = cleaned.get("location"), cleaned.get("place_visibility")
        if location is None or not visibility:
            return Seen()
        before, location_before = self.data.get("initial-timezone", ""), self._location_before()
        zone = zone_of(cleaned.get("timezone", ""), location=location, before=before, location_before=location_before)
        if visibility != PlaceVisibility.CITY_UNTIL:
            return say_seen(Choice(location, visibility, None, zone, is_shown=False), now=now)
        if wrong:
            return Seen(problem=" ".join(map(str, wrong)))
        wall = cleaned.get("place_revealed_from")
        if wall is None:
            return Seen(problem=_("Say from when on the exact place may be shown."))
        is_typed = "place_revealed_from" in self.changed_data
        try:
            shown = None if is_typed else reveal_moment(wall, timezone=before or zone)
            moment = typed_moment(wall, zone=zone, before=shown, is_typed=is_typed, now=now)
        except RuleBroken as error:
            return Seen(problem=error.sentence)
        rule = cleaned.get("recurrence_rule_every")
        return seen_in({**cleaned, "place_revealed_from": moment, "timezone": zone, "recurrence_rule": rule}, now=now)

    def _location_before(self) -> Location | None:
        field: Any = self.fields["location"]
        found: Location | None = field.stored(self.data.get("initial-location", ""))
        return found


def preview(request: HttpRequest) -> HttpResponse:
    """What the fields of a form, sent as a query, come to; a piece of HTML for below the field."""
    # It says addresses in full: only those that the person may choose, whatever key is sent.
    seen = PreviewForm(request.GET, locations=choices_for(request, Location)).seen(now=timezone.now())
    return HttpResponse(render_to_string("admin/rallies/reveal_said.html", {"seen": seen}))
