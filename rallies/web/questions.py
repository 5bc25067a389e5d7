"""A question in words: what was asked, each part with the address of the same question without it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from rallies.enums import ActionKind
from rallies.formats.public import PublicCampaignCard
from rallies.http.query import query_string
from rallies.names import country_name
from rallies.selectors.campaigns import campaign_name
from rallies.selectors.errors import NothingThere, Renamed
from rallies.selectors.filters import ActionFilter
from rallies.selectors.organizers import organizer_name
from rallies.selectors.places import place_name
from rallies.web.moments import say

PATH = "/actions/"


@dataclass(frozen=True, slots=True)
class Chip:
    """One part of a question: `words` say it, `without` is the address of the question without it."""

    words: str
    without: str


@dataclass(frozen=True, slots=True)
class Form:
    """What the filter form shows: the choices, and what is chosen."""

    campaigns: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    question: ActionFilter

    @property
    def hidden(self) -> dict[str, str]:
        """Parts of the question that the form has no field for, kept when it is sent."""
        asked = asked_by(self.question)
        return {name: asked[name] for name in ("organizer", "country", "city") if name in asked}

    @property
    def is_used(self) -> bool:
        return self.question != ActionFilter()


def asked_by(question: ActionFilter) -> dict[str, str]:
    """The question as names and values of a query string."""
    return dict(parse_qsl(query_string(question)))


def address_of(question: ActionFilter) -> str:
    """The path of the list that answers the question."""
    asked = query_string(question)
    return f"{PATH}?{asked}" if asked else PATH


def form_of(question: ActionFilter, *, campaigns: Iterable[PublicCampaignCard]) -> Form:
    return Form(
        campaigns=tuple((card.slug, card.name) for card in campaigns),
        kinds=tuple((kind.value, str(kind.label)) for kind in ActionKind),
        question=question,
    )


def restated(question: ActionFilter) -> tuple[Chip, ...]:
    """The question in words, part by part."""
    said = {
        "campaign": lambda: _("part of %(campaign)s") % {"campaign": _named(campaign_name, question.campaign)},
        "organizer": lambda: _("with %(group)s") % {"group": _named(organizer_name, question.organizer)},
        "kind": lambda: str(dict(ActionKind.choices).get(question.kind, question.kind)),
        "country": lambda: _("in %(place)s") % {"place": country_name(question.country)},
        "city": lambda: _("in %(place)s") % {"place": place_name(question.city) or question.city},
        "from_day": lambda: _("from %(day)s") % {"day": say(question.from_day, "date")},
        "to_day": lambda: _("to %(day)s") % {"day": say(question.to_day, "date")},
        "when": lambda: _("past"),
        "words": lambda: _("with “%(words)s” in the title") % {"words": question.words},
    }
    empty = ActionFilter()
    return tuple(
        Chip(words=words(), without=address_of(replace(question, **{name: getattr(empty, name)})))
        for name, words in said.items()
        if getattr(question, name)
    )


def _named(name_of: Callable[[str], str], slug: str) -> str:
    try:
        return name_of(slug)
    except (NothingThere, Renamed):
        return slug
