"""What the desk says where the words, the place and the point of a location name different spots of the earth."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from rallies import names
from rallies.models import Location, Place
from rallies.places.distance import Point, kilometres
from rallies.places.fit import FAR_KM, city_abroad, far_namesake, is_in_other_region, is_named_otherwise
from rallies.places.gazetteer import GazetteerPlace


def place_remarks(location: Location) -> list[str]:
    """What is to be looked at; nothing of it is forbidden, as people know better than lists."""
    if location.place is None:
        remarks = [_unlinked_remark(location)]
    else:
        remarks = [_words_remark(location, location.place), _far_remark(location, location.place)]
    return [remark for remark in remarks if remark]


def _words_remark(location: Location, place: Place) -> str:
    """A place that was chosen, and is not what the words say."""
    is_other = (
        bool(location.country and place.country != location.country)
        or is_in_other_region(
            place.key, country=location.country, region=location.region, region_code=location.region_code
        )
        or is_named_otherwise(place.key, name=place.name, locality=location.locality)
    )
    if not is_other:
        return ""
    return _(
        "The place that was chosen is “%(place)s”, and the words say “%(words)s”. Pages show the words, "
        "lists and maps go by the place: check which one is right."
    ) % {"place": place, "words": _said(location)}


def _far_remark(location: Location, place: Place) -> str:
    """A point that is far from a city; regions and countries are wide."""
    point, middle = _point(location), _point(place)
    if place.kind != "city" or point is None or middle is None:
        return ""
    away = kilometres(point, to=middle)
    if away <= FAR_KM:
        return ""
    return _("The point lies %(distance)s km from “%(place)s”. Check the point and the place.") % {
        "distance": number_format(round(away), use_l10n=True),
        "place": place,
    }


def _unlinked_remark(location: Location) -> str:
    """Words that no place was found for; a point that is why, or that lies in another country than they say."""
    point = _point(location)
    if point is None:
        return _unknown_remark(location)
    if not location.country:
        return ""
    found = far_namesake(
        location.locality,
        country=location.country,
        region=location.region,
        region_code=location.region_code,
        point=point,
    )
    if found is not None:
        return _(
            "The point lies %(distance)s km from “%(place)s”, which the words name: the location is linked with no "
            "place. Check the point and the words."
        ) % {"distance": number_format(round(found[1]), use_l10n=True), "place": _label(found[0])}
    abroad = city_abroad(point, country=location.country)
    if abroad is None:
        return ""
    return _("The point lies near “%(place)s”, and the words say “%(words)s”. Check the point and the country.") % {
        "place": _label(abroad),
        "words": ", ".join((location.locality, names.country_name(location.country))),
    }


def _unknown_remark(location: Location) -> str:
    """A city that no list has, where nothing but a guess, or a person, says the zone."""
    return _(
        "The list of places has no “%(words)s”: the location is found in no city, and its time zone is taken as "
        "%(zone)s. If that is wrong, correct the words, choose the nearest place, set the point or choose the time zone."
    ) % {"words": _said(location), "zone": location.timezone}


def _point(row: Location | Place) -> Point | None:
    if row.latitude is None or row.longitude is None:
        return None
    return Point(row.latitude, row.longitude)


def _label(place: GazetteerPlace) -> str:
    return ", ".join(part for part in (place.name, place.region, place.country) if part)


def _said(location: Location) -> str:
    return ", ".join(part for part in (location.locality, location.region, location.country) if part)
