"""What a question may ask: the parsed form of a query string, the same for every door."""

from dataclasses import dataclass, replace
from datetime import date

from rallies.places.boxes import Box

PAST, TODAY, WEEKEND, WEEK = "past", "today", "weekend", "week"
"""The values of `when`."""
WINDOWS = (TODAY, WEEKEND, WEEK)
"""Those that are days, which move with the clock."""
BY_DISTANCE, BY_RELEVANCE = "distance", "relevance"
"""The values of `sort`."""


@dataclass(frozen=True, slots=True)
class ActionFilter:
    """Which actions are asked for; empty fields do not narrow.

    `campaign` and `organizer` are slugs, `city` the key of a place (all of it, if it is a region), `country` an ISO 3166-1 alpha-2 code.
    `from_day` and `to_day` are local days of the action, inclusive. `words` are looked for in titles, places, groups and
    descriptions: all of them, the last one as the beginning of a word (rallies/terms.py).
    `attendance` is "in-person" or "online"; what is both fits either. `access` are access features, sorted, which must
    all be stated; `language` is a language code, and "es" holds "es-MX" too.

    `when` is "past" for what is over; without it an answer is what is upcoming, unless days are named or a
    whole campaign is asked for. "today", "weekend" (Saturday and Sunday) and "week" (today and six days more) are what is
    not over and takes place on such a day by the calendar of its own place: "today" is for each action the day
    that it is there, which on either side of the date line are two (selectors/windows.py). Days that are named hold too.

    `bbox` is a rectangle that a map shows: what lies in it by its public point.

    `near` is a place key and `within` a radius of the ladder in kilometres around it: both or neither. `sort` is
    "distance" for the nearest first, which only a question with `near` may ask for, and "relevance" for what fits the
    words best, which only one with `words` may; else an answer is by start, also with words: who asks a calendar
    asks when, the days keep their order, and feeds and pages tell the same.
    """

    campaign: str = ""
    organizer: str = ""
    kind: str = ""
    country: str = ""
    city: str = ""
    near: str = ""
    within: int = 0
    bbox: Box | None = None
    from_day: date | None = None
    to_day: date | None = None
    words: str = ""
    when: str = ""
    attendance: str = ""
    language: str = ""
    access: tuple[str, ...] = ()
    sort: str = ""

    @property
    def has_days(self) -> bool:
        return self.from_day is not None or self.to_day is not None

    @property
    def is_whole_campaign(self) -> bool:
        """`campaign=` alone means the whole campaign, past and future, at every door."""
        return bool(self.campaign) and self == ActionFilter(campaign=self.campaign)

    @property
    def is_by_distance(self) -> bool:
        return bool(self.near) and self.sort == BY_DISTANCE

    @property
    def is_by_relevance(self) -> bool:
        return bool(self.words) and self.sort == BY_RELEVANCE

    @property
    def has_rank(self) -> bool:
        """Something comes before the start in its order."""
        return self.is_by_distance or self.is_by_relevance

    @property
    def is_only_near(self) -> bool:
        """What is upcoming in a place's reach, by start, and nothing else is asked."""
        return bool(self.near) and replace(self, near="", within=0) == ActionFilter()

    @property
    def is_past(self) -> bool:
        return self.when == PAST

    @property
    def is_window(self) -> bool:
        """Of days that move with the clock."""
        return self.when in WINDOWS

    @property
    def is_upcoming(self) -> bool:
        """Nothing else says which part of time is asked for."""
        return not (self.when or self.has_days or self.is_whole_campaign)

    @property
    def moves(self) -> bool:
        """The answer is another one later, though nothing is written."""
        return self.is_past or self.is_window or self.is_upcoming
