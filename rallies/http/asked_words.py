"""Which actions a question asks for, in words, part by part; and the name of the calendar that answers it."""

from collections.abc import Callable
from datetime import date

from babel.dates import format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rallies import conf, names
from rallies.enums import AccessFeature, ActionKind, AttendanceMode
from rallies.names import country_name, language_name
from rallies.selectors.campaigns import campaign_name
from rallies.selectors.errors import NothingThere, Renamed
from rallies.selectors.filters import PAST, TODAY, WEEK, WEEKEND, ActionFilter
from rallies.selectors.organizers import organizer_name
from rallies.selectors.places import near_point, place_name
from rallies.text import shorten

from .reach import area_words, reach_words, whole_reach_words

LONGEST_TITLE = 120
K = ActionKind
# Several of a kind, as they begin a sentence.
KINDS: dict[str, Callable[[], str]] = {
    K.MARCH: lambda: pgettext("several of a kind", "Marches"),
    K.RALLY: lambda: pgettext("several of a kind", "Rallies"),
    K.DEMONSTRATION: lambda: pgettext("several of a kind", "Demonstrations"),
    K.VIGIL: lambda: pgettext("several of a kind", "Vigils"),
    K.PICKET: lambda: pgettext("several of a kind", "Pickets"),
    K.STRIKE: lambda: pgettext("several of a kind", "Strikes"),
    K.WALKOUT: lambda: pgettext("several of a kind", "Walkouts"),
    K.SIT_IN: lambda: pgettext("several of a kind", "Sit-ins"),
    K.DIE_IN: lambda: pgettext("several of a kind", "Die-ins"),
    K.OCCUPATION: lambda: pgettext("several of a kind", "Occupations"),
    K.BLOCKADE: lambda: pgettext("several of a kind", "Blockades"),
    K.HUMAN_CHAIN: lambda: pgettext("several of a kind", "Human chains"),
    K.BANNER_DROP: lambda: pgettext("several of a kind", "Banner drops"),
    K.CARAVAN: lambda: pgettext("several of a kind", "Caravans"),
    K.BIKE_RIDE: lambda: pgettext("several of a kind", "Bike rides"),
    K.FLASH_MOB: lambda: pgettext("several of a kind", "Flash mobs"),
    K.FAST: lambda: pgettext("several of a kind", "Fasts"),
    K.CAMP: lambda: pgettext("several of a kind", "Camps"),
    K.COMMEMORATION: lambda: pgettext("several of a kind", "Commemorations"),
    K.PRAYER: lambda: pgettext("several of a kind", "Prayers and services"),
    K.PRESS_CONFERENCE: lambda: pgettext("several of a kind", "Press conferences"),
    K.PETITION: lambda: pgettext("several of a kind", "Petitions and hand-overs"),
    K.LEAFLETING: lambda: pgettext("several of a kind", "Leafleting"),
    K.CANVASS: lambda: pgettext("several of a kind", "Canvasses"),
    K.PHONE_BANK: lambda: pgettext("several of a kind", "Phone and text banks"),
    K.LETTER_WRITING: lambda: pgettext("several of a kind", "Letter writing"),
    K.TEACH_IN: lambda: pgettext("several of a kind", "Teach-ins"),
    K.WORKSHOP: lambda: pgettext("several of a kind", "Workshops and trainings"),
    K.PANEL: lambda: pgettext("several of a kind", "Talks and panels"),
    K.ASSEMBLY: lambda: pgettext("several of a kind", "Assemblies"),
    K.MEETING: lambda: pgettext("several of a kind", "Meetings"),
    K.CONFERENCE: lambda: pgettext("several of a kind", "Conferences"),
    K.SCREENING: lambda: pgettext("several of a kind", "Film screenings"),
    K.EXHIBITION: lambda: pgettext("several of a kind", "Exhibitions"),
    K.CONCERT: lambda: pgettext("several of a kind", "Concerts and cultural events"),
    K.ART_ACTION: lambda: pgettext("several of a kind", "Art actions"),
    K.MUTUAL_AID: lambda: pgettext("several of a kind", "Mutual aid"),
    K.FUNDRAISER: lambda: pgettext("several of a kind", "Fundraisers"),
    K.BROADCAST: lambda: pgettext("several of a kind", "Broadcasts"),
    K.OTHER: lambda: pgettext("several of a kind", "Actions of other kinds"),
}
TIMES: dict[str, Callable[[], str]] = {
    PAST: lambda: _("Past"),
    TODAY: lambda: _("Today"),
    WEEKEND: lambda: _("This weekend"),
    WEEK: lambda: _("Next 7 days"),
}
ATTENDANCE: dict[str, Callable[[], str]] = {
    AttendanceMode.IN_PERSON: lambda: _("that people can attend in person"),
    AttendanceMode.ONLINE: lambda: _("that people can attend online"),
}


def list_title(question: ActionFilter) -> str:
    """What subscribers of a list see among their calendars: the site, and each part of the question but its order."""
    parts = parts_of(question)
    if question.near:
        parts["near"] = reach_words(near_point(question.near), within=question.within)
    kind = (KINDS[question.kind](),) if question.kind else ()
    when = (TIMES[question.when](),) if question.when else ()
    said = listed((*kind, *parts.values(), *when, *days_of(question).values()))
    if not said:
        return conf.site_name()
    return shorten(_("%(site)s: %(place)s") % {"site": conf.site_name(), "place": said}, limit=LONGEST_TITLE)


def parts_of(question: ActionFilter) -> dict[str, str]:
    """Which actions they are, but their kind and their days: field → words."""
    said: dict[str, Callable[[], str]] = {
        "attendance": lambda: ATTENDANCE[question.attendance](),
        "language": lambda: _("held in %(language)s") % {"language": language_name(question.language)},
        "access": lambda: _("with stated access (%(features)s)") % {"features": listed(_features(question))},
    }
    return narrowed(question) | {field: words() for field, words in said.items() if getattr(question, field)}


def narrowed(question: ActionFilter) -> dict[str, str]:
    """Those of these parts that stand alone as they do in a sentence: field → words."""
    said: dict[str, Callable[[], str]] = {
        "near": lambda: whole_reach_words(near_point(question.near), within=question.within),
        "bbox": lambda: _("in the area %(area)s") % {"area": area_words(question.bbox) if question.bbox else ""},
        "city": lambda: _("in %(place)s") % {"place": place_name(question.city) or question.city},
        "country": lambda: _("in %(place)s") % {"place": country_name(question.country)},
        "campaign": lambda: _("part of %(campaign)s") % {"campaign": named(campaign_name, question.campaign)},
        "organizer": lambda: _("with %(group)s") % {"group": named(organizer_name, question.organizer)},
        "words": lambda: _("with “%(words)s”") % {"words": question.words},
    }
    return {field: words() for field, words in said.items() if getattr(question, field)}


def days_of(question: ActionFilter) -> dict[str, str]:
    """The days that are chosen: field → words. A single day is said once, under its first field."""
    if question.from_day and question.from_day == question.to_day:
        return {"from_day": _("on %(day)s") % {"day": _day(question.from_day)}}
    said = {}
    if question.from_day:
        said["from_day"] = _("from %(day)s") % {"day": _day(question.from_day)}
    if question.to_day:
        said["to_day"] = _("to %(day)s") % {"day": _day(question.to_day)}
    return said


def listed(parts: tuple[str, ...]) -> str:
    return pgettext("between names of a list", ", ").join(parts)


def _day(day: date) -> str:
    return str(format_date(day, "long", locale=names.locale()))


def _features(question: ActionFilter) -> tuple[str, ...]:
    return tuple(str(AccessFeature(feature).label) for feature in question.access)


def named(name_of: Callable[[str], str], slug: str) -> str:
    """The name of what has the slug, or the slug of what is not there any longer."""
    try:
        return name_of(slug)
    except (NothingThere, Renamed):
        return slug
