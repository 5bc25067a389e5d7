"""A radius in words, the same on pages and in the names of calendars."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rallies import names
from rallies.places.distance import counts_in_miles, miles
from rallies.selectors.places import NearPlace


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
