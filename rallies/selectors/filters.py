"""What a question may ask: the parsed form of a query string, the same for every door."""

from dataclasses import dataclass, replace
from datetime import date

PAST = "past"
"""The one value of `when`."""
BY_DISTANCE = "distance"
"""The one value of `sort`."""


@dataclass(frozen=True, slots=True)
class ActionFilter:
    """Which actions are asked for; empty fields do not narrow.

    `campaign` and `organizer` are slugs, `city` the key of a place (all of it, if it is a region), `country` an ISO 3166-1 alpha-2 code.
    `from_day` and `to_day` are local days of the action, inclusive. `words` are looked for in titles.
    `when` is "past" for what is over; without it an answer is what is upcoming, unless days are named or a
    whole campaign is asked for.

    `near` is a place key and `within` a radius of the ladder in kilometres around it: both or neither. `sort` is
    "distance" for the nearest first, which only a question with `near` may ask for; else an answer is by start.
    """

    campaign: str = ""
    organizer: str = ""
    kind: str = ""
    country: str = ""
    city: str = ""
    near: str = ""
    within: int = 0
    from_day: date | None = None
    to_day: date | None = None
    words: str = ""
    when: str = ""
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
    def is_only_near(self) -> bool:
        """What is upcoming in a place's reach, by start, and nothing else is asked."""
        return bool(self.near) and replace(self, near="", within=0) == ActionFilter()

    @property
    def is_past(self) -> bool:
        return self.when == PAST

    @property
    def is_upcoming(self) -> bool:
        """Nothing else says which part of time is asked for."""
        return not (self.is_past or self.has_days or self.is_whole_campaign)
