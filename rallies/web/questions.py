"""A question in words: what was asked, each part with the address of the same question without it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.utils.translation import gettext as _

from rallies import links
from rallies.enums import ActionKind
from rallies.formats.public import PublicCampaignCard
from rallies.http.query import is_noise, query_string
from rallies.http.reach import whole_reach_words
from rallies.names import country_name
from rallies.selectors.campaigns import campaign_name
from rallies.selectors.choices import Choices
from rallies.selectors.errors import NothingThere, Renamed
from rallies.selectors.filters import PAST, ActionFilter
from rallies.selectors.organizers import organizer_name
from rallies.selectors.places import near_point, place_name
from rallies.web.moments import say


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

    @property
    def is_used(self) -> bool:
        return replace(self.question, when="") != ActionFilter()


@dataclass(frozen=True, slots=True)
class View:
    """Another way to look at the same question."""

    words: str
    address: str
    is_shown: bool


def views_of(question: ActionFilter, *, shown: str, month: date) -> tuple[View, ...]:
    """Upcoming, past and month; `shown` is the one on the page, "" for none; `month` is the one to open."""
    open_ended = replace(question, when="", from_day=None, to_day=None)
    asked = query_string(open_ended)
    of_month = links.month_path(f"{month:%Y-%m}")
    return (
        View(_("Upcoming"), address_of(open_ended), shown == "upcoming"),
        View(_("Past"), address_of(replace(open_ended, when=PAST)), shown == "past"),
        View(_("Month"), f"{of_month}?{asked}" if asked else of_month, shown == "month"),
    )


def tidy(request: HttpRequest) -> bool:
    """Whether the address holds parts that ask nothing, as a form sends for what was left empty."""
    return any(value == "" for name in request.GET for value in request.GET.getlist(name) if not is_noise(name))


def asked_by(question: ActionFilter) -> dict[str, str]:
    """The question as names and values of a query string."""
    return dict(parse_qsl(query_string(question)))


def address_of(question: ActionFilter, *, path: str = "") -> str:
    """The address of the list that answers the question, or of another page that does."""
    asked, path = query_string(question), path or links.actions_path()
    return f"{path}?{asked}" if asked else path


def form_of(
    question: ActionFilter, *, campaigns: Iterable[PublicCampaignCard], choices: Choices, path: str = ""
) -> Form:
    return Form(
        campaigns=tuple((card.slug, card.name) for card in campaigns),
        kinds=tuple((kind.value, str(kind.label)) for kind in ActionKind),
        countries=_with(
            choices.countries, question.country, country_name(question.country) if question.country else ""
        ),
        cities=_with(choices.cities, question.city, place_name(question.city) if question.city else ""),
        organizers=_with(
            choices.organizers,
            question.organizer,
            _named(organizer_name, question.organizer) if question.organizer else "",
        ),
        question=question,
        path=path or links.actions_path(),
    )


def _page_of(near: str) -> str:
    """The page of what is near; a postal code has none."""
    return links.place_path(near) if near and not near_point(near).is_postal_code else ""


def _with(pairs: tuple[tuple[str, str], ...], value: str, words: str) -> tuple[tuple[str, str], ...]:
    """The choices, with the one that was made even if it is not among them."""
    return pairs if not value or value in dict(pairs) else ((value, words or value), *pairs)


def restated(question: ActionFilter, *, path: str = "") -> tuple[Chip, ...]:
    """The question in words, part by part; `path` is the page that answers it."""
    said = {
        "campaign": lambda: _("part of %(campaign)s") % {"campaign": _named(campaign_name, question.campaign)},
        "organizer": lambda: _("with %(group)s") % {"group": _named(organizer_name, question.organizer)},
        "kind": lambda: str(dict(ActionKind.choices).get(question.kind, question.kind)),
        "country": lambda: _("in %(place)s") % {"place": country_name(question.country)},
        "city": lambda: _("in %(place)s") % {"place": place_name(question.city) or question.city},
        "near": lambda: whole_reach_words(near_point(question.near), within=question.within),
        "from_day": lambda: _("from %(day)s") % {"day": say(question.from_day, "date")},
        "to_day": lambda: _("to %(day)s") % {"day": say(question.to_day, "date")},
        "words": lambda: _("with “%(words)s” in the title") % {"words": question.words},
    }
    empty = ActionFilter()
    pages = {
        "country": links.country_path(question.country),
        "city": links.place_path(question.city),
        "near": _page_of(question.near),
    }
    # A radius and an order by distance mean nothing without their place.
    together = {"near": ("near", "within", "sort")}
    return tuple(
        Chip(
            words=words(),
            without=address_of(
                replace(question, **{part: getattr(empty, part) for part in together.get(name, (name,))}), path=path
            ),
            page=pages.get(name, ""),
        )
        for name, words in said.items()
        if getattr(question, name)
    )


def _named(name_of: Callable[[str], str], slug: str) -> str:
    try:
        return name_of(slug)
    except (NothingThere, Renamed):
        return slug
