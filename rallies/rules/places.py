"""Is a place well said, and what of it may the world see."""

import re
from datetime import datetime

from django.utils.translation import gettext as _

from rallies.enums import PlaceVisibility, Precision
from rallies.names import is_country

from . import times
from .errors import BadPlace

_COUNTRY = re.compile(r"[A-Z]{2}")
_REGION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")


def check_point(latitude: float | None, longitude: float | None) -> None:
    """Raises `BadPlace` unless both or neither are given, within WGS 84 bounds (degrees)."""
    if (latitude is None) != (longitude is None):
        raise BadPlace(
            _("A point needs a latitude and a longitude."), field="latitude" if latitude is None else "longitude"
        )
    if latitude is not None and not -90 <= latitude <= 90:
        raise BadPlace(_("The latitude must lie between -90 and 90 degrees."), field="latitude")
    if longitude is not None and not -180 <= longitude <= 180:
        raise BadPlace(_("The longitude must lie between -180 and 180 degrees."), field="longitude")


def check_country(country: str, *, region_code: str = "") -> None:
    """Raises `BadPlace` unless the codes have the form of ISO 3166-1 alpha-2 and ISO 3166-2 and agree."""
    if country and not (_COUNTRY.fullmatch(country) and is_country(country)):
        raise BadPlace(_("Give the country as two capital letters, such as US or DO."), field="country")
    if region_code and not _REGION.fullmatch(region_code):
        raise BadPlace(_("Give the region code as ISO 3166-2 has it, such as US-CA."), field="region_code")
    if region_code and region_code[:2] != country:
        raise BadPlace(_("The region lies in another country."), field="region_code")


def check_words(*, venue: str, locality: str, precision: str, latitude: float | None) -> None:
    """Raises `BadPlace` for a location without a city, or a point finer than its words."""
    if not locality:
        raise BadPlace(_("A location needs at least its city or town."), field="locality")
    if latitude is not None and precision == Precision.VENUE and not venue:
        raise BadPlace(_("A point of a venue needs the venue's name."), field="venue")


def check_visibility(visibility: str, *, revealed_from: datetime | None, has_location: bool) -> None:
    """Raises `BadPlace` unless a moment is given exactly when the place is shown from a moment on."""
    if visibility == PlaceVisibility.CITY_UNTIL and revealed_from is None:
        raise BadPlace(_("Say from when on the exact place may be shown."), field="place_revealed_from")
    if visibility != PlaceVisibility.CITY_UNTIL and revealed_from is not None:
        raise BadPlace(
            _("A moment only belongs to “the city until a moment”. Choose that, or leave the moment empty."),
            field="place_revealed_from",
        )
    if visibility != PlaceVisibility.EXACT and not has_location:
        raise BadPlace(_("There is no location to withhold."), field="place_visibility")


def reveal_moment(wall: datetime, *, timezone: str) -> datetime:
    """The UTC instant of a naive time on the clock of the place; of two, the first.

    Raises `UnknownTimezone`, `BadInterval` for a year out of bounds, and `NoSuchTime` with the two nearest.
    """
    times.check_day(wall.date(), field="place_revealed_from")
    return times.instant(wall.date(), wall.time(), times.zone(timezone), field="place_revealed_from")


def on_other_clock(moment: datetime, *, before: str, after: str) -> datetime:
    """The UTC instant at which clocks of the zone `after` show what those of `before` show at a moment.

    Of two, the first; where clocks jump over it, the first that exists: never earlier than the clock says.
    """
    wall, tz = moment.astimezone(times.zone(before)).replace(tzinfo=None), times.zone(after)
    if not times.exists(wall.date(), wall.time(), tz):
        wall = times.nearest_times(wall.date(), wall.time(), tz)[1]
    return times.instant(wall.date(), wall.time(), tz, field="place_revealed_from")


def check_not_due(moment: datetime, *, now: datetime) -> None:
    """Raises `BadPlace` for a moment that has come: what is shown once cannot be taken back, and a slip of the year
    would show it."""
    if moment <= now:
        raise BadPlace(
            _(
                "That moment has passed, so the exact place would be shown at once. Give one that is to come, or choose "
                "“The exact place”."
            ),
            field="place_revealed_from",
        )


def is_withheld(visibility: str, *, revealed_at: datetime | None) -> bool:
    """Whether only the city may be shown.

    A reveal counts from the moment it was carried out (`revealed_at`), not from the moment it was due,
    so that pages, feeds and their ETags change together.
    """
    if visibility == PlaceVisibility.EXACT:
        return False
    return visibility == PlaceVisibility.CITY or revealed_at is None
