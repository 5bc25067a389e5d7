"""The field for the place of an action: one that is known, a city, or another place that is made with the action.

One text finds all of them; js/where.js completes it. Without scripts the form comes back with what fits, to choose from.
What was chosen travels as `location`: the key of a location, `place-` and the key of a city, or `new` for another place
that is none of those that it was likely to be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rallies import names
from rallies.enums import PlaceKind, Precision
from rallies.http.reach import distance_words
from rallies.models import Location, Place
from rallies.operations.locations import EDITABLE, broken_values, create_location, would_be
from rallies.operations.saving import Person
from rallies.places.completion import complete, context_of
from rallies.places.distance import Point
from rallies.selectors.venues import city_alone, city_at, find_venues, likely_same
from rallies.text import clean_line

from .safe import is_key

PARTS = ("venue", "street_address", "city", "latitude", "longitude")
"""What says another place."""
CITY, NEW = "place-", "new"


@dataclass(frozen=True, slots=True)
class Option:
    """A place to choose: what is sent for it, its name, and what tells it from others."""

    value: str
    name: str
    where: str
    away: str = ""


def options_for(choosable: "QuerySet[Location]", words: str, *, near: Place | None) -> list[Option]:
    """Known locations first, the nearest of them first, and then cities."""
    words = clean_line(words)[:100]
    country = near.country if near is not None else ""
    found = [
        option_of(venue.location, venue.away_km, country=country) for venue in find_venues(choosable, words, near=near)
    ]
    context = context_of(near=near.key if near is not None else "")
    cities = [place for place in complete(words, context=context, limit=12) if place.kind == PlaceKind.CITY]
    for place in cities[: 4 if found else 8]:
        where = names.place_label((), locality="", region=place.region, country=place.country)
        found.append(Option(f"{CITY}{place.key}", place.name, _("%(where)s: the city only") % {"where": where}))
    return found


def option_of(location: Location, away_km: float | None = None, *, country: str = "") -> Option:
    exact = [part for part in (location.venue, location.street_address) if part]
    where = names.place_label(exact[1:], locality=location.locality, region=location.region, country=location.country)
    away = distance_words(away_km, country=country) if away_km is not None else ""
    return Option(str(location.pk), exact[0] if exact else location.locality, where, away)


class WhereWidget(forms.Widget):
    use_fieldset = True
    location: Location | None = None
    """What is chosen."""
    typed: dict[str, str] = {}
    offered: Sequence[Option] = ()
    """What it may be; the person chooses."""
    asks_whether_new = False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        sent = {part: data.get(f"{name}_{part}", "") for part in PARTS}
        picked, stored, words = (data.get(key) for key in (f"{name}_choice", name, f"{name}_words"))
        is_picked = "yes" if picked or words is None else ""
        if picked and picked != NEW:
            # It takes the place of all that was typed.
            sent, words = dict.fromkeys(PARTS, ""), ""
        elif stored != NEW and any(part.strip() for part in sent.values()):
            # What is described while something is chosen is meant in its place: scripts empty this when one chooses.
            stored = ""
        self.typed = {"choice": str(picked or stored or ""), "words": words or "", **sent, "is_picked": is_picked}
        return self.typed

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        attrs, typed = attrs or {}, self.typed
        stored = "" if isinstance(value, dict) or value is None else str(value)
        known = self.location
        words = typed.get("words") or (_words_of(known) if known is not None else "")
        context = {
            "name": name,
            "id": attrs.get("id", f"id_{name}"),
            "is_invalid": bool(attrs.get("aria-invalid")),
            "described_by": attrs.get("aria-describedby", ""),
            "value": typed.get("choice", stored),
            "words": words,
            "typed": typed,
            "is_other": any(typed.get(part) for part in PARTS),
            "offered": self.offered,
            "asks_whether_new": self.asks_whether_new,
            "near": self.near,
            "alike": self.alike,
            "looks_for_alike": self.looks_for_alike,
        }
        return render_to_string("admin/rallies/where.html", context)

    near: Place | None = None
    alike: Any = None
    looks_for_alike = False


def written(location: Location, *, by: Person, now: datetime) -> Location:
    """The location that was chosen; one that was described is written, in the transaction of whoever asks."""
    if location.pk is not None:
        return location
    return create_location({name: getattr(location, name) for name in EDITABLE}, by=by, now=now)


def _words_of(location: Location) -> str:
    option = option_of(location)
    return ", ".join((option.name, option.where))


class WhereField(forms.ModelChoiceField):
    """A location that may be chosen, or one that is not written yet: its operation makes it."""

    widget = WhereWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Location.objects.none(), required=False, **kwargs)
        self.near: Place | None = None
        """Where the person last held something."""

    @property
    def choosable(self) -> "QuerySet[Location]":
        rows: QuerySet[Location] = self.queryset  # type: ignore[assignment]
        return rows

    def prepare(self, choosable: "QuerySet[Location]", *, near: Place | None, location: Location | None = None) -> None:
        widget: Any = self.widget
        self.queryset = choosable.select_related("place")
        self.near = widget.near = near
        widget.location = location

    def has_changed(self, initial: Any, data: Any) -> bool:
        if not isinstance(data, dict):
            return super().has_changed(initial, data)
        if not data["choice"] and any(data[part] for part in PARTS):
            return True
        before = str(self.prepare_value(initial)) if initial is not None else ""
        return before != self._choice(data)

    def stored(self, key: str) -> Location | None:
        """The location of a key that the form showed."""
        row: Location | None = self.choosable.filter(pk=key).first() if is_key(key) else None
        return row

    def clean(self, value: Any) -> Location | None:
        if not isinstance(value, dict):
            return super().clean(value)
        widget: Any = self.widget
        choice = self._choice(value)
        if is_key(choice):
            row = self.stored(choice)
            if row is None:
                raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
            widget.location = row
            return row
        if choice.startswith(CITY):
            return self._city(choice.removeprefix(CITY))
        if any(value[part].strip() for part in PARTS):
            return self._another(value, is_new=choice == NEW)
        words = clean_line(value["words"])
        if choice not in ("", NEW):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        if not words:
            return None
        widget.offered = options_for(self.choosable, words, near=self.near)
        if widget.offered:
            raise ValidationError(_("Choose which one is meant, or describe another place below."))
        raise ValidationError(_("No place is known by these words. Describe it below, with its city."))

    def _choice(self, value: dict[str, str]) -> str:
        """What was chosen; "" where the words were changed after that, which scripts would have noticed."""
        choice = value["choice"]
        if value["is_picked"] or not is_key(choice):
            return choice
        row = self.stored(choice)
        return choice if row is None or clean_line(value["words"]) == clean_line(_words_of(row)) else ""

    def _city(self, key: str) -> Location:
        place = Place.objects.filter(key=key, kind=PlaceKind.CITY).first()
        if place is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return city_alone(self.choosable, place) or would_be(_words_of_place(place))

    def _another(self, value: dict[str, str], *, is_new: bool) -> Location:
        point = _point_of(value)
        fields: dict[str, Any] = {name: clean_line(value[name]) for name in ("venue", "street_address")}
        fields |= self._city_of(clean_line(value["city"]), point)
        if point is not None:
            is_street = not fields["venue"]
            fields |= {"latitude": point.latitude, "longitude": point.longitude}
            fields["precision"] = Precision.STREET if is_street else Precision.VENUE
        broken = broken_values(fields)
        if broken:
            raise ValidationError([rule.sentence for rule in broken])
        made = would_be(fields)
        same = () if is_new else likely_same(self.choosable, made)
        if same:
            widget: Any = self.widget
            widget.offered, widget.asks_whether_new = [option_of(row) for row in same], True
            raise ValidationError(_("Is it one of these? Choose it, or say that it is another one."))
        return made

    def _city_of(self, words: str, point: Point | None) -> dict[str, Any]:
        """The fields that say the city: of its words, of the point, or of where the person last held something."""
        if not words:
            place = city_at(point) if point is not None else None
            if place is None:
                raise ValidationError(_("Give the city too."))
            return _words_of_place(place)
        context = context_of(near=self.near.key if self.near is not None else "")
        for found in complete(words, context=context, limit=5):
            row = Place.objects.filter(key=found.key, kind=PlaceKind.CITY).first()
            if row is not None:
                return _words_of_place(row)
        head, comma, tail = words.rpartition(",")
        wider = [place for place in complete(tail, limit=3) if place.kind != PlaceKind.CITY] if comma else []
        if not wider:
            raise ValidationError(
                _("No city is known by “%(words)s”. Give its country too, as in “Springfield, Canada”.")
                % {"words": words}
            )
        region = wider[0].name if wider[0].kind == PlaceKind.REGION else ""
        return {"locality": head, "region": region, "country": wider[0].country}


def _words_of_place(place: Place) -> dict[str, Any]:
    return {
        "locality": place.name,
        "region": place.region,
        "region_code": place.region_code,
        "country": place.country,
        "place": place,
    }


def _point_of(value: dict[str, str]) -> Point | None:
    typed = [value[name].strip().replace(",", ".") for name in ("latitude", "longitude")]
    if not any(typed):
        return None
    try:
        latitude, longitude = (float(text) for text in typed)
    except ValueError:
        raise ValidationError(gettext_lazy("Give the point as two numbers of degrees, or leave both empty.")) from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValidationError(_("The point lies off the earth: latitudes end at 90 degrees, longitudes at 180."))
    return Point(latitude, longitude)
