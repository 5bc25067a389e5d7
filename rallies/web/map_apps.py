"""Links from a place to apps that lead there. Nobody is asked before one is opened."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from rallies.enums import Precision
from rallies.formats.public import PublicPlace


@dataclass(frozen=True, slots=True)
class MapApp:
    """`is_of_phone`: the app that the device has for maps, which Apple's do not open so."""

    name: str
    address: str
    is_of_phone: bool = False


def map_apps(place: PublicPlace | None) -> tuple[MapApp, ...]:
    """The phone's own map app, and maps that open on every device; by the point of a place where that is exact, else by
    its address. None for a place that is withheld, or of which only the city is known.

    `geo:` (RFC 5870) with the label in `q` puts a pin on Android: https://developer.android.com/guide/components/intents-common#Maps.
    Apple devices have no app for it: there https://maps.apple.com opens Maps, and a web page elsewhere
    (https://developer.apple.com/library/archive/featuredarticles/iPhoneURLScheme_Reference/MapLinks/MapLinks.html).
    Google: https://developers.google.com/maps/documentation/urls/get-started#search-action; OpenStreetMap:
    https://wiki.openstreetmap.org/wiki/Browsing#Sharing_a_link_to_the_maps.
    """
    if place is None or place.is_withheld:
        return ()
    if place.latitude is not None and place.longitude is not None and place.precision != Precision.CITY:
        point = f"{place.latitude:.6f},{place.longitude:.6f}"
        geo = f"geo:{point}?q={quote(f'{point}({_bare(place.venue or place.label)})')}"
        apple = {"ll": point, "q": place.venue or place.label}
        google = {"api": "1", "query": point}
        pin = {"mlat": f"{place.latitude:.6f}", "mlon": f"{place.longitude:.6f}"}
        street = f"https://www.openstreetmap.org/?{urlencode(pin)}#map=17/{place.latitude:.6f}/{place.longitude:.6f}"
    elif place.venue or place.street_address:
        geo = f"geo:0,0?q={quote(place.label)}"
        apple, google = {"q": place.label}, {"api": "1", "query": place.label}
        street = f"https://www.openstreetmap.org/search?{urlencode({'query': place.label}, quote_via=quote)}"
    else:
        return ()
    return (
        MapApp(_("Map app"), geo, is_of_phone=True),
        MapApp("Apple Maps", f"https://maps.apple.com/?{urlencode(apple, quote_via=quote, safe=',')}"),
        MapApp("Google Maps", f"https://www.google.com/maps/search/?{urlencode(google, quote_via=quote, safe=',')}"),
        MapApp("OpenStreetMap", street),
    )


def _bare(label: str) -> str:
    """A label for brackets."""
    return label.replace("(", " ").replace(")", " ")
