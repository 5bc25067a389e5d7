"""The numbers of a campaign as its desk shows them: charts, bars, and a table of cities and days, with where each leads.

Administrators are led to the list of the desk, coordinators to the public one where it asks the same: what groups host is
not in their list.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from rallies import links, names
from rallies.charts import Bar, Chart, Mark, area_of, bars_of, columns_of
from rallies.enums import ActionKind, ActionStatus, Missing
from rallies.models import Campaign
from rallies.selectors.campaign_numbers import City, Growth, Numbers, Version, lasting_numbers, version_of, with_moment

CITIES_SHOWN = 30
MOST_DAYS = 31
"""A campaign of more days has columns only for those with a date, and no more than these."""
OFF = (ActionStatus.CANCELLED, ActionStatus.POSTPONED, ActionStatus.MOVED_ONLINE, ActionStatus.TENTATIVE)


@dataclass(frozen=True, slots=True)
class CityRow:
    """`where` is its region and country."""

    name: str
    where: str
    cells: tuple[Mark, ...]
    total: int


@dataclass(frozen=True, slots=True)
class GrowthChart:
    """`rows` are the days on which something was added; the chart has each day from the first of them until today."""

    chart: Chart
    rows: tuple[Growth, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    days: Chart
    columns: tuple[date, ...]
    leaves_days_out: bool
    cities: tuple[CityRow, ...]
    more_cities: tuple[CityRow, ...]
    countries: tuple[Bar, ...]
    kinds: tuple[Bar, ...]
    missing: tuple[Bar, ...]
    statuses: tuple[Bar, ...]
    growth: GrowthChart


Leading = Callable[..., str]


def kept_numbers(campaign: Campaign, *, now: datetime) -> Numbers:
    """As `numbers_of`. What lasts is made anew in each process only after something changed: it goes through all actions
    of the campaign."""
    return with_moment(_lasting(version_of(campaign)), campaign.pk, now=now)


@lru_cache(maxsize=16)
def _lasting(version: Version) -> Numbers:
    return lasting_numbers(Campaign.objects.get(pk=version.campaign))


def shown_numbers(numbers: Numbers, campaign: Campaign, *, is_administrator: bool, today: date) -> Shown:
    leads = _to_desk(campaign) if is_administrator else _to_site(campaign)
    all_days = list(numbers.by_day)
    columns = all_days
    if len(all_days) > MOST_DAYS:
        columns = [day for day in all_days if numbers.by_day[day]][:MOST_DAYS]
    rows = [_row(city, columns, leads) for city in numbers.cities]
    kinds = dict(ActionKind.choices)
    words = dict(ActionStatus.choices)
    return Shown(
        days=columns_of(
            [
                Mark(names.date_words(day), count, leads(day=day) if count else "")
                for day, count in numbers.by_day.items()
            ]
        ),
        columns=tuple(columns),
        leaves_days_out=len(columns) < len(all_days),
        cities=tuple(rows[:CITIES_SHOWN]),
        more_cities=tuple(rows[CITIES_SHOWN:]),
        countries=_bars(numbers.countries, _country_words, lambda code: leads(country=code) if code else ""),
        kinds=_bars(numbers.kinds, lambda kind: str(kinds.get(kind, kind)), lambda kind: leads(kind__exact=kind)),
        missing=_bars(numbers.missing, lambda what: str(Missing(what).label), lambda what: leads(missing=what)),
        statuses=_bars(
            {status: numbers.statuses.get(status, 0) for status in OFF},
            lambda status: str(words[status]),
            lambda status: leads(status__exact=status),
        ),
        growth=_growth(numbers.growth, today=today),
    )


def _bars(counts: dict[Any, int], words: Callable[[Any], str], leads: Callable[[Any], str]) -> tuple[Bar, ...]:
    return bars_of([Mark(words(key), count, leads(key) if count else "") for key, count in counts.items()])


def _country_words(code: str) -> str:
    return names.country_name(code) if code else _("Without a place")


def _row(city: City, columns: Sequence[date], leads: Leading) -> CityRow:
    where = ", ".join(part for part in (city.region, city.country) if part)
    cells = tuple(
        Mark(names.day_words(day), count, leads(day=day, city=city.key) if count and city.key else "")
        for day, count in ((day, city.days.get(day, 0)) for day in columns)
    )
    return CityRow(city.name or _("Without a place"), where, cells, city.total)


def _growth(growth: Sequence[Growth], *, today: date) -> GrowthChart:
    if not growth:
        return GrowthChart(area_of([]), ())
    first, last = growth[0].day.toordinal(), max(growth[-1].day, today).toordinal()
    totals = {row.day: row.total for row in growth}
    marks, total = [], 0
    for day in map(date.fromordinal, range(first, last + 1)):
        total = totals.get(day, total)
        marks.append(Mark(names.date_words(day), total))
    return GrowthChart(area_of(marks), tuple(growth))


def _to_desk(campaign: Campaign) -> Leading:
    path = reverse("admin:rallies_action_changelist")

    def leads(*, day: date | None = None, **asked: str) -> str:
        on = {"on": day.isoformat()} if day else {}
        return f"{path}?{urlencode({'shown_by': campaign.pk, **on, **asked})}"

    return leads


def _to_site(campaign: Campaign) -> Leading:
    """What is asked about no day is upcoming alone on the site, and so another number."""

    def leads(*, day: date | None = None, city: str = "", **asked: str) -> str:
        if day is None or asked or not campaign.is_public:
            return ""
        question = {"campaign": campaign.slug, "from": day.isoformat(), "to": day.isoformat()}
        return f"{links.actions_path()}?{urlencode(question | ({'city': city} if city else {}))}"

    return leads
