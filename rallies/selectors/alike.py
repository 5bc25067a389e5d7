"""Actions that a new one may be: near it in time and place, as far as who asks may know of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from rallies.enums import Publication
from rallies.formats.public import PublicAction
from rallies.models import Action, Location, Occurrence
from rallies.places.distance import Point, kilometres
from rallies.rules.access import Actor, Right

from .access import rows_for
from .actions import with_actions, with_parts
from .gate import public_action, public_point
from .near import dates_around

WITHIN_KM = 30.0
WITHIN = timedelta(days=3)
MOST = 5
LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class Alike:
    """What the world sees of an action, or would see of one's own; `key` is that of its row."""

    action: PublicAction
    key: int
    is_own: bool
    is_public: bool


def actions_alike(actor: Actor, *, day: date, location: Location, limit: int = MOST) -> tuple[Alike, ...]:
    """Published actions within 3 days and 30 km, by what the public sees of them, and what the actor sees of others at the
    desk; by start. A fixed number of queries."""
    centre = public_point(location, withheld=False)
    if centre is None:
        return ()
    own = rows_for(actor, Right.VIEW, Action)
    published = _published(centre, day=day)
    mine = set(own.filter(pk__in=[row.action_id for row in published]).values_list("pk", flat=True))
    found = {
        row.action_id: Alike(public_action(row.action, row), row.action_id, row.action_id in mine, is_public=True)
        for row in reversed(published)
    }
    drafts = with_parts(
        own.filter(start_date__range=(day - WITHIN, day + WITHIN), location__isnull=False)
        .exclude(publication__in=[Publication.PUBLISHED, Publication.WITHDRAWN])
        .order_by("start_date", "pk")
    )
    dates = {
        row.action_id: row for row in Occurrence.objects.filter(action__in=drafts[:LOOKED_AT].values("pk")).in_order()
    }
    for action in drafts[:LOOKED_AT]:
        point = public_point(action.location, withheld=False) if action.location else None
        if point is not None and kilometres(centre, to=point) <= WITHIN_KM:
            shown = public_action(action, dates.get(action.pk))
            found[action.pk] = Alike(shown, action.pk, is_own=True, is_public=False)
    return tuple(sorted(found.values(), key=lambda each: (abs(_days(each, day)), each.key))[:limit])


def _published(centre: Point, *, day: date) -> list[Occurrence]:
    """Dates of published actions, the nearest day of a series among them."""
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    # Days of places on the other side of the earth begin a day apart.
    reach = WITHIN + timedelta(days=1)
    rows = Occurrence.objects.filter(
        starts_at__range=(noon - reach, noon + reach), start_date__range=(day - WITHIN, day + WITHIN)
    )
    near = dates_around(rows, centre, radius_km=WITHIN_KM).without_text().in_order()
    return list(with_actions(near)[:LOOKED_AT])


def _days(each: Alike, day: date) -> int:
    start = each.action.when.start_date
    return (start - day).days if start is not None else 0
