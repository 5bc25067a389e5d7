"""A radius in words, the same on pages and in the names of calendars, and those names."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rallies import conf, names
from rallies.places.boxes import Box
from rallies.places.distance import counts_in_miles, miles
from rallies.selectors.filters import ActionFilter
from rallies.selectors.places import NearPlace, near_point


def distance_words(distance_km: float, *, country: str) -> str:
    """A distance, with miles where people of the country (ISO 3166-1 alpha-2) count in them: "50 km (31 miles)"."""
    if distance_km < 1:
        return _("less than 1 km")
    number = round(distance_km)
    if not counts_in_miles(country):
        return _("%(number)d km") % {"number": number}
    in_miles = max(round(miles(distance_km)), 1)
    return ngettext("%(number)d km (%(miles)d mile)", "%(number)d km (%(miles)d miles)", in_miles) % {
        "number": number,
        "miles": in_miles,
    }


def reach_words(place: NearPlace, *, within: int) -> str:
    """As in "within 50 km (31 miles) of Tucson"."""
    return _("within %(distance)s of %(place)s") % {
        "distance": distance_words(within, country=place.country),
        "place": place.name,
    }


def whole_reach_words(place: NearPlace, *, within: int) -> str:
    """The same with what tells two places of one name apart: "within 50 km (31 miles) of Tucson, Arizona"."""
    beside = place.region or names.country_name(place.country)
    return _("within %(distance)s of %(place)s, %(region)s") % {
        "distance": distance_words(within, country=place.country),
        "place": place.name,
        "region": beside,
    }


def near_title(question: ActionFilter) -> str:
    """What subscribers of what is near a place see among their calendars."""
    reach = reach_words(near_point(question.near), within=question.within)
    return _("%(site)s: %(place)s") % {"site": conf.site_name(), "place": reach}


def country_title(country: str) -> str:
    """The same of what is in a country (ISO 3166-1 alpha-2)."""
    return _("%(site)s: %(place)s") % {"site": conf.site_name(), "place": names.country_name(country)}


def picks_title() -> str:
    """The same of what somebody picked."""
    return _("%(site)s: picks") % {"site": conf.site_name()}


def area_words(box: Box) -> str:
    """As in "31.75° N, 111.5° W to 32.5° N, 110.5° W", south-west first."""
    return _("%(south)s, %(west)s to %(north)s, %(east)s") % {
        "south": _latitude_words(box.south),
        "west": _longitude_words(box.west),
        "north": _latitude_words(box.north),
        "east": _longitude_words(box.east),
    }


def _latitude_words(degrees: float) -> str:
    words = _("%(degrees)s° S") if degrees < 0 else _("%(degrees)s° N")
    return words % {"degrees": number_format(f"{abs(degrees):g}")}


def _longitude_words(degrees: float) -> str:
    words = _("%(degrees)s° W") if degrees < 0 else _("%(degrees)s° E")
    return words % {"degrees": number_format(f"{abs(degrees):g}")}
