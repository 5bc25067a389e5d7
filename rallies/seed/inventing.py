"""Invented actions for development and measuring: varied, and the same for the same seed and day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from rallies.enums import (
    AccessFeature,
    ActionKind,
    AttendanceMode,
    ParticipationRole,
    ParticipationState,
    PlaceVisibility,
)
from rallies.places.gazetteer import GazetteerPlace
from rallies.rules import times

from .reading import WEEK, WORLD_CITIES, read_places

GROUPS = 40
CAMPAIGNS = 3
FIRST_DAY, LAST_DAY = -200, 400
"""Days from today between which the dates lie."""

# First and last day of each invented campaign, in days from today: past, running, to come.
CAMPAIGN_DAYS = ((-60, -52), (-3, 5), (90, 98))

TITLES = (
    "Clean air rally",
    "March for safe streets",
    "Vigil for the old forest",
    "Open assembly on rents",
    "Teach-in: how a city budget works",
    "Keep the library open; all floors, every day",
    "“Our river, our water” – walk and talk",
    "Marcha por el agua",
    "Concentración por la escuela pública",
    "Ato pela moradia",
    "Marche pour le climat",
    "Rassemblement pour l’hôpital",
    "Kundgebung für bezahlbare Mieten",
    "Wspólny marsz dla pokoju",
    "Митинг за чистую реку",
    "Мітинг за чисте повітря",
    "Συγκέντρωση για το πάρκο",
    "مسيرة من أجل الماء",
    "וקפה ואסיפה פתוחה בשכונה",
    "گردهمایی برای هوای پاک",
    "पानी के लिए रैली",
    "नदी बचाऔँ भेला",
    "জলের জন্য সমাবেশ",
    "ชุมนุมเพื่ออากาศสะอาด",
    "ለውሃ ሰልፍ",
    "公園を守る集会",
    "守护河流集会",
    "맑은 공기를 위한 집회",
    "Buổi tuần hành vì nước sạch",
    "🚲 Slow ride for safe crossings",
)
VENUES = (
    "Central Square",
    "City Hall",
    "Market Place",
    "Station Forecourt",
    "University Gate",
    "River Park",
    "Museum Steps",
)
STREETS = ("Main Street", "Station Road", "Park Avenue", "Mill Lane", "Harbour Street")
DESCRIPTIONS = (
    "",
    "Bring water and friends.",
    "We meet at the steps.\n\n- **Speeches** at the start\n- a walk of about 2 km\n- music at the end",
    "Everyone is welcome. [More about the day](https://example.org/about) is on the page of the group.",
)
MESSAGES = ("", "Storm warning.", "The square is closed for works.")
KINDS = tuple(kind for kind in ActionKind if kind != ActionKind.OTHER)
FEATURES = tuple(AccessFeature)
COMMON_MINUTES = (0, 0, 0, 30, 30, 15, 45)


@dataclass(frozen=True, slots=True)
class InventedVenue:
    """A place of its own, within some kilometres of its city's point; WGS 84 degrees."""

    venue: str
    street_address: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class InventedAction:
    """`values` are fields of `Action` but the location. `fate` is what happens to it after it was published:
    "cancel", "postpone" or "", with `message`. `groups` are numbers of groups with role and state;
    `campaign` is a number too. `source` is an address, "" for none."""

    number: int
    uid: str
    values: dict[str, Any]
    city: GazetteerPlace
    venue: InventedVenue | None
    groups: tuple[tuple[int, ParticipationRole, ParticipationState], ...]
    campaign: int | None
    source: str
    fate: str
    message: str


def invented_uid(*parts: object) -> str:
    """A UUID that is always the same for the same parts."""
    # The random module is wanted here: it repeats itself.
    return str(UUID(int=_random(*parts).getrandbits(128), version=4))


def cities() -> tuple[GazetteerPlace, ...]:
    """Cities of the world, and those of the shipped week, in a fixed order."""
    return tuple(sorted({*read_places(WORLD_CITIES), *read_places(WEEK / "places.json")}, key=lambda place: place.key))


def invent(number: int, *, seed: int, today: date, among: tuple[GazetteerPlace, ...]) -> InventedAction:
    """The action of a number: what it is depends on number, seed and day alone. `among` are the cities."""
    dice = _random(seed, today, number)
    city = dice.choice(among)
    campaign = dice.randrange(CAMPAIGNS) if dice.random() < 0.3 else None
    kind = dice.choice(KINDS)
    values: dict[str, Any] = {
        "title": f"{dice.choice(TITLES)}, {city.name}" if dice.random() < 0.5 else dice.choice(TITLES),
        "kind": kind,
        "description": dice.choice(DESCRIPTIONS),
        "timezone": city.timezone,
        **_when(dice, city=city, today=today, campaign=campaign),
        **_attendance(dice, number=number),
    }
    if dice.random() < 0.2:
        values["access_features"] = sorted(dice.sample(FEATURES, 3))
    if dice.random() < 0.1:
        values["languages"] = dice.sample(("en", "es", "fr", "ar", "pt-BR"), 2)
    if kind == ActionKind.MARCH:
        values |= {"route_start": dice.choice(VENUES), "route_end": dice.choice(VENUES)}
    chance = dice.random()
    fate = "cancel" if chance < 0.05 else "postpone" if chance < 0.08 else ""
    return InventedAction(
        number=number,
        uid=invented_uid(seed, today, number, "uid"),
        values=values,
        city=city,
        venue=_venue(dice, city) if dice.random() < 0.6 else None,
        groups=_groups(dice),
        campaign=campaign,
        source=f"https://example.org/reports/{number}" if dice.random() < 0.2 else "",
        fate=fate,
        message=dice.choice(MESSAGES) if fate else "",
    )


def _random(*parts: object) -> Random:
    return Random("|".join(str(part) for part in parts))  # noqa: S311


def _when(dice: Random, *, city: GazetteerPlace, today: date, campaign: int | None) -> dict[str, Any]:
    if dice.random() < 0.05:
        return _undated(dice, today=today)
    first, last = CAMPAIGN_DAYS[campaign] if campaign is not None and dice.random() < 0.8 else (FIRST_DAY, LAST_DAY)
    day = today + timedelta(days=dice.randint(first, last))
    if dice.random() < 0.15:
        days = dice.choice((0, 0, 0, 2))
        return {"start_date": day, "end_date": day + timedelta(days=days) if days else None}
    tz = times.zone(city.timezone)
    clock = time(dice.choice((8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 18, 19, 20, 22)), dice.choice(COMMON_MINUTES))
    # Where the clocks jump over it that day, an hour later.
    start = clock if times.exists(day, clock, tz) else clock.replace(hour=clock.hour + 1)
    values: dict[str, Any] = {"start_date": day, "start_time": start}
    if dice.random() < 0.4:
        end = datetime.combine(day, start) + timedelta(minutes=dice.choice((60, 90, 120, 180, 300)))
        if times.exists(end.date(), end.time(), tz):
            values |= {"end_date": end.date() if end.date() != day else None, "end_time": end.time()}
    return values


def _undated(dice: Random, *, today: date) -> dict[str, Any]:
    first = today + timedelta(days=dice.randint(FIRST_DAY, LAST_DAY - 14))
    if dice.random() < 0.3:
        return {"start_date": None}
    return {
        "start_date": None,
        "window_first": first,
        "window_last": first + timedelta(days=dice.randint(1, 14)),
        "window_note": "announced for these days",
    }


def _attendance(dice: Random, *, number: int) -> dict[str, Any]:
    chance = dice.random()
    if chance < 0.04:
        return {"attendance_mode": AttendanceMode.ONLINE, "online_url": f"https://example.org/live/{number}"}
    if chance < 0.08:
        return {"attendance_mode": AttendanceMode.HYBRID, "online_url": f"https://example.org/live/{number}"}
    if chance < 0.12:
        return {"place_visibility": PlaceVisibility.CITY}
    return {}


def _venue(dice: Random, city: GazetteerPlace) -> InventedVenue:
    return InventedVenue(
        venue=dice.choice(VENUES),
        street_address=f"{dice.randint(1, 200)} {dice.choice(STREETS)}",
        latitude=round((city.latitude or 0) + dice.uniform(-0.1, 0.1), 5),
        longitude=round((city.longitude or 0) + dice.uniform(-0.1, 0.1), 5),
    )


def _groups(dice: Random) -> tuple[tuple[int, ParticipationRole, ParticipationState], ...]:
    numbers = dice.sample(range(GROUPS), dice.choice((0, 1, 1, 1, 2, 4)))
    roles = (
        ParticipationRole.HOST,
        ParticipationRole.CO_HOST,
        ParticipationRole.ENDORSER,
        ParticipationRole.PARTICIPANT,
    )
    invited = dice.random() < 0.2
    return tuple(
        (group, role, ParticipationState.INVITED if invited and place else ParticipationState.ACCEPTED)
        for place, (group, role) in enumerate(zip(numbers, roles, strict=False))
    )
