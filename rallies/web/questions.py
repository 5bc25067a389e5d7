"""A question in words: what was asked, each part with the address of the same question without it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.utils.translation import gettext as _

from rallies import links
from rallies.enums import AccessFeature, ActionKind, AttendanceMode
from rallies.formats.public import PublicCampaignCard
from rallies.http.asked_words import TIMES, named, narrowed
from rallies.http.query import is_noise, query_string
from rallies.names import country_name, language_name
from rallies.selectors.choices import Choices, Counts
from rallies.selectors.filters import BY_DISTANCE, BY_RELEVANCE, PAST, WINDOWS, ActionFilter
from rallies.selectors.organizers import organizer_name
from rallies.selectors.places import near_point, place_name
from rallies.web.moments import say

CHIPS = (
    *("campaign", "organizer", "kind", "country", "city", "near", "bbox", "from_day", "to_day", "words", "when"),
    *("attendance", "language"),
)
"""In this order the parts of a question are said; features of access follow, each for itself."""
ATTENDANCE = {
    AttendanceMode.IN_PERSON.value: lambda: _("In person"),
    AttendanceMode.ONLINE.value: lambda: _("Online"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One part of a question: `words` say it, `without` is the address of the question without it, `page` that of
    what it names, or ""."""

    words: str
    without: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What the filter form shows: the choices, what is chosen, and where it is sent."""

    campaigns: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    countries: tuple[tuple[str, str], ...]
    cities: tuple[tuple[str, str], ...]
    organizers: tuple[tuple[str, str], ...]
    question: ActionFilter
    path: str
    languages: tuple[tuple[str, str], ...] = ()

    @property
    def is_used(self) -> bool:
        return (replace(self.question, when="") if self.question.is_past else self.question) != ActionFilter()

    @property
    def times(self) -> tuple[tuple[str, str], ...]:
        unsaid = _("All dates") if self.question.is_whole_campaign else _("Upcoming")
        return (("", unsaid), *((value, TIMES[value]()) for value in (*WINDOWS, PAST)))

    @property
    def attendances(self) -> tuple[tuple[str, str], ...]:
        return tuple((value, words()) for value, words in ATTENDANCE.items())

    @property
    def access(self) -> tuple[tuple[str, str], ...]:
        return tuple((feature.value, str(feature.label)) for feature in AccessFeature)

    @property
    def has_more(self) -> bool:
        """Whether something is chosen that is folded away."""
        return bool(self.question.attendance or self.question.access or self.question.language)


@dataclass(frozen=True, slots=True)
class View:
    """Another way to look at the same question."""

    words: str
    address: str
    is_shown: bool


def views_of(question: ActionFilter, *, shown: str, month: date) -> tuple[View, ...]:
    """Ways to look at the same question; `shown` is the one on the page, "" for none; `month` is a day of the week and the
    month to open.

    Upcoming and past take the place of days that were chosen, of which there is one more way then; all others keep them.
    """
    open_ended = replace(question, when="", from_day=None, to_day=None)
    with_days = replace(question, when="") if question.is_past else question
    chosen = (View(_("Chosen days"), address_of(with_days), shown == "chosen"),) if with_days != open_ended else ()
    return (
        View(_("Upcoming"), address_of(open_ended), shown == "upcoming"),
        View(_("Past"), address_of(replace(open_ended, when=PAST)), shown == "past"),
        *chosen,
        View(_("Week"), address_of(with_days, path=links.week_path(month)), shown == "week"),
        View(_("Month"), address_of(with_days, path=links.month_path(f"{month:%Y-%m}")), shown == "month"),
        View(_("Map"), address_of(question, path=links.map_path()), shown == "map"),
    )


def orders_of(question: ActionFilter, *, path: str = "") -> tuple[View, ...]:
    """In which orders the answer can stand; () if there is one alone. `path` is the page that answers."""
    ways = [(_("By start"), "", not question.has_rank)]
    if question.near:
        ways.append((_("Nearest first"), BY_DISTANCE, question.is_by_distance))
    if question.words:
        ways.append((_("Best match first"), BY_RELEVANCE, question.is_by_relevance))
    each = tuple(View(words, address_of(replace(question, sort=sort), path=path), shown) for words, sort, shown in ways)
    return each if len(each) > 1 else ()


def tidy(request: HttpRequest) -> bool:
    """Whether the address holds parts that ask nothing, or one of several, as a form sends them."""
    asked = {name: request.GET.getlist(name) for name in request.GET if not is_noise(name)}
    return any("" in values or len(values) > 1 for values in asked.values())


def asked_by(question: ActionFilter) -> dict[str, str]:
    """The question as names and values of a query string."""
    return dict(parse_qsl(query_string(question)))


def address_of(question: ActionFilter, *, path: str = "") -> str:
    """The address of the list that answers the question, or of another page that does."""
    asked, path = query_string(question), path or links.actions_path()
    return f"{path}?{asked}" if asked else path


def form_of(
    question: ActionFilter,
    *,
    campaigns: Iterable[PublicCampaignCard],
    choices: Choices,
    counts: Counts,
    path: str = "",
) -> Form:
    """`counts` say how many there would be of each kind and country, beside its words."""
    return Form(
        campaigns=tuple((card.slug, card.name) for card in campaigns),
        kinds=_counted(tuple((kind.value, str(kind.label)) for kind in ActionKind), counts.kinds),
        countries=_counted(
            _with(choices.countries, question.country, country_name(question.country) if question.country else ""),
            counts.countries,
        ),
        cities=_with(choices.cities, question.city, place_name(question.city) if question.city else ""),
        organizers=_with(
            choices.organizers,
            question.organizer,
            named(organizer_name, question.organizer) if question.organizer else "",
        ),
        question=question,
        path=path or links.actions_path(),
        languages=_with(choices.languages, question.language, language_name(question.language)),
    )


def _counted(pairs: tuple[tuple[str, str], ...], counts: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (value, _("%(choice)s (%(number)d)") % {"choice": words, "number": counts.get(value, 0)})
        for value, words in pairs
    )


def _page_of(near: str) -> str:
    """The page of what is near; a postal code has none."""
    return links.place_path(near) if near and not near_point(near).is_postal_code else ""


def _with(pairs: tuple[tuple[str, str], ...], value: str, words: str) -> tuple[tuple[str, str], ...]:
    """The choices, with the one that was made even if it is not among them."""
    return pairs if not value or value in dict(pairs) else ((value, words or value), *pairs)


def restated(question: ActionFilter, *, path: str = "") -> tuple[Chip, ...]:
    """The question in words, part by part; `path` is the page that answers it."""
    alone: dict[str, Callable[[], str]] = {
        "kind": lambda: str(dict(ActionKind.choices).get(question.kind, question.kind)),
        "from_day": lambda: _("from %(day)s") % {"day": say(question.from_day, "date")},
        "to_day": lambda: _("to %(day)s") % {"day": say(question.to_day, "date")},
        "when": lambda: TIMES[question.when](),
        "attendance": lambda: ATTENDANCE[question.attendance](),
        "language": lambda: _("language: %(language)s") % {"language": language_name(question.language)},
    }
    # That a list is of what is past, its own way to look at it says.
    told = replace(question, when="") if question.is_past else question
    said = narrowed(question) | {name: words() for name, words in alone.items() if getattr(told, name)}
    empty = ActionFilter()
    pages = {
        "country": links.country_path(question.country),
        "city": links.place_path(question.city),
        "near": _page_of(question.near),
    }
    # A radius and an order by distance mean nothing without their place.
    together = {"near": ("near", "within") if question.is_by_relevance else ("near", "within", "sort")}
    together |= {"words": ("words", "sort")} if question.is_by_relevance else {}
    chips = [
        Chip(
            words=said[name],
            without=address_of(
                replace(question, **{part: getattr(empty, part) for part in together.get(name, (name,))}), path=path
            ),
            page=pages.get(name, ""),
        )
        for name in CHIPS
        if name in said
    ]
    for feature in question.access:
        rest = tuple(each for each in question.access if each != feature)
        without = address_of(replace(question, access=rest), path=path)
        chips.append(Chip(words=str(AccessFeature(feature).label), without=without))
    return tuple(chips)
