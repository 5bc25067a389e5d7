"""Finding a place by its name: what completes it while it is typed, and the page that does the same without scripts."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from rallies import links
from rallies.enums import PlaceKind
from rallies.http.query import RADII, BadQuestion, is_noise, read_question
from rallies.names import country_name, is_country, place_label
from rallies.places.completion import LONGEST, MOST, Context, complete, context_of
from rallies.places.distance import USUAL_RADIUS_KM
from rallies.places.gazetteer import GazetteerPlace
from rallies.selectors.errors import UnknownPlace
from rallies.selectors.filters import BY_RELEVANCE, ActionFilter
from rallies.selectors.places import has_place, near_point
from rallies.selectors.postal_codes import PostalPlace, complete_postal_codes
from rallies.terms import cut_question
from rallies.web.door import asks_where, public
from rallies.web.questions import address_of, asked_by

Found = GazetteerPlace | PostalPlace
COMPLETED = 8
WITHIN_KM = "50"
# In the box `q` is the place; the words in a title, which the list calls so, have another name there.
WORDS = "words"
# The box of the map asks with it for a way back there.
VIEW, MAP = "view", "map"
# What another place in the question replaces; the best match of the words does not depend on it.
OF_A_PLACE = ("near", "within", "bbox", "sort", "city", "country")


@dataclass(frozen=True, slots=True)
class PlaceBox:
    """The box that asks for a place, or for words. `hidden` is the rest of the question, and whether the map is to answer it, by
    names of `/places/`; `near` and `country` are where the question looks now; `list_address` is the list, or map, that a
    chosen place is added to, and `words_address` the one that words are."""

    typed: str
    hidden: tuple[tuple[str, str], ...]
    near: str
    country: str
    within: str
    list_address: str
    words_address: str


@dataclass(frozen=True, slots=True)
class Match:
    """A place that fits. `where` is what tells it from others of its name; `listed` leads to the list, or map, of what
    is on near it (of a region or country: in it), `page` to its own page."""

    name: str
    where: str
    kind: str
    listed: str
    page: str


@public
def complete_place(request: HttpRequest) -> HttpResponse:
    """`q`, and perhaps `near` (a place), `country` (a code) and `limit` (1 to 20) → a list, the likeliest first.

    A `near` that the gazetteer does not hold is no context, and no fault.
    """
    asked = _values(request.GET, known=("q", "near", "country", "limit"))
    limit = asked.get("limit") or str(COMPLETED)
    if limit not in {str(number) for number in range(1, MOST + 1)}:
        raise BadQuestion(_("“limit” must be a number from 1 to %(most)d.") % {"most": MOST})
    country = asked.get("country", "")
    if country and not (country.isascii() and is_country(country.upper())):
        raise BadQuestion(_("No country has the code “%(value)s”.") % {"value": country})
    context = context_of(near=asked.get("near", ""), country=country.upper())
    found = _found(asked.get("q", ""), context=context, limit=int(limit))
    return JsonResponse([_entry(place) for place in found], safe=False, json_dumps_params={"ensure_ascii": False})


@public
@asks_where
def place_search(request: HttpRequest) -> HttpResponse:
    asked = request.GET.copy()
    typed = " ".join(asked.get("q", "").split())
    near, within = asked.get("near", ""), asked.get("within", "")
    is_by_relevance = bool(asked.get(WORDS)) and asked.get("sort") == BY_RELEVANCE
    for name in ("q", "near", "within", *(() if is_by_relevance else ("sort",))):
        asked.pop(name, None)
    if WORDS in asked:
        asked.setlist("q", asked.pop(WORDS))
    path = links.map_path() if asked.getlist(VIEW) == [MAP] else ""
    if path:
        del asked[VIEW]
    question = read_question(asked, also=frozenset())
    box = box_of(question, typed=typed[:LONGEST], near=near, within=within, path=path)
    context = context_of(near=near, country=question.country)
    matches = tuple(_match(place, box=box) for place in _found(typed, context=context, limit=MOST))
    # Who types a word that is no place may look for an action.
    words = cut_question(typed)[0]
    around = replace(_around(question, near=near, within=within), words=words)
    in_actions = address_of(around, path=path) if words else ""
    shown = {"box": box, "typed": typed[:LONGEST], "matches": matches, "in_actions": in_actions}
    return render(request, "pages/places.html", shown)


def _around(question: ActionFilter, *, near: str, within: str) -> ActionFilter:
    """The question where the one looked that the box stood beside."""
    try:
        near_point(near)
    except UnknownPlace:
        return replace(question, city=near) if near and has_place(near) else question
    return replace(question, near=near, within=RADII.get(within, USUAL_RADIUS_KM))


def _found(typed: str, *, context: Context, limit: int) -> tuple[Found, ...]:
    """Postal codes that begin so, if an operator imported them, and then places."""
    codes = complete_postal_codes(typed, country=context.country, limit=limit)
    found: list[Found] = [*codes, *complete(typed, context=context, limit=limit)]
    return tuple(found[:limit])


def place_box(question: ActionFilter, *, path: str = "") -> PlaceBox:
    """The box on a page that answers the question; `path` is the page, if it is not the list."""
    asked = asked_by(question)
    return box_of(question, near=asked.get("near", "") or question.city, within=asked.get("within", ""), path=path)


def box_of(question: ActionFilter, *, typed: str = "", near: str = "", within: str = "", path: str = "") -> PlaceBox:
    rest = {name: value for name, value in asked_by(question).items() if name not in OF_A_PLACE}
    if question.is_by_relevance:
        rest["sort"] = question.sort
    within = within if within.isascii() and within.isdecimal() and len(within) <= 3 else WITHIN_KM
    here = {"near": near[:120], "country": question.country, "within": within if within != WITHIN_KM else ""}
    hidden = {WORDS if name == "q" else name: value for name, value in rest.items()}
    hidden |= {VIEW: MAP} if path == links.map_path() else {}
    return PlaceBox(
        typed=typed,
        hidden=tuple((hidden | {name: value for name, value in here.items() if value}).items()),
        near=near,
        country=question.country,
        within=within,
        list_address=_address(rest, path=path),
        words_address=address_of(question, path=path),
    )


def _match(place: Found, *, box: PlaceBox) -> Match:
    is_country = place.kind == PlaceKind.COUNTRY
    region = "" if place.region == place.name else place.region
    path, _mark, rest = box.list_address.partition("?")
    return Match(
        name=_name(place),
        where="" if is_country else place_label((), locality="", region=region, country=place.country),
        kind=_kind(place),
        listed=_address(QueryDict(rest).dict() | _asking_for(place, within=box.within), path=path),
        page=links.country_path(place.country) if is_country else _page(place),
    )


def _kind(place: Found) -> str:
    """In words, if it is no city."""
    if isinstance(place, PostalPlace):
        return _("Postal code")
    return "" if place.kind == PlaceKind.CITY else str(PlaceKind(place.kind).label)


def _page(place: Found) -> str:
    return "" if isinstance(place, PostalPlace) else links.place_path(place.key)


def _asking_for(place: Found, *, within: str) -> dict[str, str]:
    """What a question about the place asks: near a city, but in a region or country, which have no middle."""
    if place.kind == PlaceKind.COUNTRY:
        return {"country": place.country}
    is_point = isinstance(place, PostalPlace) or place.kind == PlaceKind.CITY
    return {"near": place.key, "within": within} if is_point else {"city": place.key}


def _entry(place: Found) -> dict[str, str]:
    return {
        "key": place.key,
        "name": _name(place),
        "region": place.region,
        "country": place.country,
        "country_name": country_name(place.country),
        "kind": place.kind,
    }


def _name(place: Found) -> str:
    return country_name(place.country) if place.kind == PlaceKind.COUNTRY else place.name


def _address(asked: dict[str, str], *, path: str = "") -> str:
    path = path or links.actions_path()
    return f"{path}?{urlencode(asked)}" if asked else path


def _values(query: QueryDict, *, known: tuple[str, ...]) -> dict[str, str]:
    """Names and values of a query string. Raises `BadQuestion` for a name that is unknown or given twice."""
    for name in query:
        if name not in known and not is_noise(name):
            raise BadQuestion(
                _("“%(name)s” is not asked for here. Known are: %(known)s.") % {"name": name, "known": ", ".join(known)}
            )
        if name in known and len(query.getlist(name)) > 1:
            raise BadQuestion(_("“%(name)s” is given twice. Give it once.") % {"name": name})
    return {name: query.getlist(name)[0] for name in known if name in query}
