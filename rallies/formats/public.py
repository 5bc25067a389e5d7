"""What the world may see: the answer of the privacy gate.

Every door and every format is built from these values and from nothing else. A field that is not
here does not leave; a new field is a decision about privacy. `selectors/gate.py` builds them.
"""

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class PublicWhen:
    """When one date of an action is, as typed and as derived.

    `starts_at` and `ends_at` are aware UTC, the end exclusive; both None when the date is not
    announced, `ends_at` None when the end is not stated. `start_time` None: the time is not announced.
    `window_first` and `window_last` bound an unannounced date, inclusive; they are never a date.
    `over_at` is when the date stops being upcoming (its end, or its kind's default length): never shown.
    """

    timezone: str
    start_date: date | None
    start_time: time | None
    end_date: date | None
    end_time: time | None
    starts_at: datetime | None
    ends_at: datetime | None
    over_at: datetime | None
    last_day: date | None
    time_note: str = ""
    window_first: date | None = None
    window_last: date | None = None
    window_note: str = ""

    @property
    def is_dated(self) -> bool:
        return self.start_date is not None

    @property
    def is_all_day(self) -> bool:
        """The time is not announced."""
        return self.start_date is not None and self.start_time is None


@dataclass(frozen=True, slots=True)
class PublicPlace:
    """Where it is, as far as the world may know.

    Withheld: only the city's words and point are here, and no `location_id`. `label` is one line, most exact part first.
    `latitude`, `longitude` are WGS 84 degrees, both or neither; `precision` says what the point stands for.
    """

    label: str
    venue: str
    street_address: str
    district: str
    locality: str
    region: str
    region_code: str
    postal_code: str
    country: str
    country_name: str
    latitude: float | None
    longitude: float | None
    precision: str
    place_key: str
    is_withheld: bool
    revealed_from: datetime | None
    access_features: tuple[str, ...]
    access_note: str
    location_id: int | None = None
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class PublicSource:
    url: str
    outlet: str
    published_on: date | None
    note: str
    is_main: bool
    stated_date: date | None = None


@dataclass(frozen=True, slots=True)
class PublicParticipation:
    """A group at an action. `is_reported`: named by `outlets`, not confirmed by the group itself."""

    name: str
    slug: str
    role: str
    is_reported: bool
    outlet: str


@dataclass(frozen=True, slots=True)
class PublicListing:
    """An action in a campaign; `basis` is empty unless the listing is reported."""

    name: str
    slug: str
    basis: str


@dataclass(frozen=True, slots=True)
class PublicChange:
    """One line of history; `before` and `after` are words of the public face, "" when there are none.

    `of_each`: the same of one date of a series, where `before` and `after` are about its first; "" when it was not moved so.
    None where there is but one date.
    """

    number: int
    at: datetime
    kind: str
    before: str
    after: str
    message: str
    of_each: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class PublicAction:
    """One action on one of its dates; a series gives one value a date, an undated action exactly one."""

    uid: str
    action_uid: str
    recurrence_id: str
    slug: str
    url: str
    title: str
    title_basis: str
    kind: str
    kind_detail: str
    status: str
    status_message: str
    status_changed_at: datetime | None
    when: PublicWhen
    recurrence_rule: str
    attendance_mode: str
    online_url: str
    place: PublicPlace | None
    description: str
    description_html: str
    route_start: str
    route_stops: tuple[str, ...]
    route_end: str
    gathering_time: time | None
    step_off_time: time | None
    what_to_bring: str
    languages: tuple[str, ...]
    access_features: tuple[str, ...]
    access_note: str
    contact: str
    picture_url: str
    picture_alt: str
    confirmed_at: datetime | None
    reported_status: str
    confidence: str
    confidence_note: str
    participations: tuple[PublicParticipation, ...]
    listings: tuple[PublicListing, ...]
    sources: tuple[PublicSource, ...]
    changes: tuple[PublicChange, ...]
    created_at: datetime
    updated_at: datetime
    sequence: int
    skipped_days: tuple[date, ...] = ()
    """Days of the rule of its series that do not take place."""

    @property
    def is_cancelled(self) -> bool:
        return self.status == "cancelled"

    @property
    def is_online(self) -> bool:
        """It takes place online alone, whatever place was announced before."""
        return self.attendance_mode == "online" or self.status == "moved-online"

    @property
    def original(self) -> tuple[date, time | None] | None:
        """The local day and time that the rule of its series gives to this date, from `recurrence_id`; None if it is one of
        no series."""
        if not self.recurrence_id:
            return None
        day, _, clock = self.recurrence_id.partition("T")
        return (
            datetime.strptime(day, "%Y%m%d").date(),
            datetime.strptime(clock, "%H%M%S").time() if clock else None,
        )

    @property
    def is_moved_alone(self) -> bool:
        """It stands elsewhere than where its series has it."""
        return self.original not in {None, (self.when.start_date, self.when.start_time)}

    @property
    def hosts(self) -> tuple[PublicParticipation, ...]:
        """Hosts and co-hosts, accepted or reported, in the order of the desk."""
        return tuple(p for p in self.participations if p.role in {"host", "co-host"})

    @property
    def others(self) -> tuple[PublicParticipation, ...]:
        """Endorsers and participants."""
        return tuple(p for p in self.participations if p.role not in {"host", "co-host"})


@dataclass(frozen=True, slots=True)
class PublicMilestone:
    """A dated fact beside a campaign. `dates`: each date that a source gives, most sources last unordered."""

    slug: str
    title: str
    kind: str
    start_date: date
    locality: str
    country_name: str
    where: str
    reported_status: str
    confidence: str
    confidence_note: str
    sources: tuple[PublicSource, ...]

    @property
    def dates(self) -> tuple[tuple[date, tuple[PublicSource, ...]], ...]:
        """Every date that the sources state, earliest first, each with the sources that state it."""
        stated = sorted({s.stated_date for s in self.sources if s.stated_date})
        return tuple((day, tuple(s for s in self.sources if s.stated_date == day)) for day in stated)


@dataclass(frozen=True, slots=True)
class PublicTotal:
    """A number that a source reports of a campaign, in its wording; never ours."""

    statement: str
    source: PublicSource | None


@dataclass(frozen=True, slots=True)
class PublicCaller:
    name: str
    slug: str
    part: str
    wording: str
    source: PublicSource | None


@dataclass(frozen=True, slots=True)
class PublicCampaign:
    slug: str
    url: str
    name: str
    other_names: tuple[tuple[str, PublicSource | None], ...]
    first_day: date
    last_day: date
    summary: str
    call_html: str
    callers_note: str
    totals_note: str
    follow_up_note: str
    callers: tuple[PublicCaller, ...]
    totals: tuple[PublicTotal, ...]
    countries: tuple[str, ...]
    milestones: tuple[PublicMilestone, ...]
    sources: tuple[PublicSource, ...]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PublicOrganizer:
    slug: str
    url: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    kind_note: str
    website: str
    contact: str
    description_html: str
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PublicCampaignCard:
    """A campaign in a list; `actions` counts published actions, dated or not."""

    slug: str
    url: str
    name: str
    first_day: date
    last_day: date
    summary: str
    actions: int


@dataclass(frozen=True, slots=True)
class PublicActionDates:
    """An action as a whole, and those of its dates that were asked for, by start; no dates: not announced."""

    action: PublicAction
    dates: tuple[PublicAction, ...]
