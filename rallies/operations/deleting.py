"""Taking rows away for good. History of the desk stays; what the public has seen of an action is withdrawn instead."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from rallies.models import Action, Campaign, Location, Milestone, Organizer
from rallies.rules import deleting as rules
from rallies.rules.access import Right

from .access import require
from .audit_lines import about
from .saving import Person, remove
from .stamps import Scopes, move_stamps
from .transaction import operation

Deletable = Action | Campaign | Location | Milestone | Organizer


@operation
def delete_rows(rows: Iterable[Deletable], *, by: Person, now: datetime) -> int:
    """Delete all of them, or none; how many. Raises `NotAllowed`, `NotDeletable`.

    The parts of each go with it: sources, groups, listings, dates. The stamps rise when the public could see
    something of it, which it could of a known group, and of a public campaign and its milestones.
    """
    count, scopes, was_seen = 0, Scopes(), False
    for given in rows:
        row = type(given)._default_manager.select_for_update().get(pk=given.pk)
        require(by, Right.DELETE, row)
        check_deletable(row)
        about(row)
        if isinstance(row, Milestone):
            scopes.campaigns.add(row.campaign_id)
        was_seen |= _is_seen(row)
        _remove_parts(row, by=by, now=now)
        remove(row, by=by, now=now)
        count += 1
    if was_seen:
        move_stamps(scopes, now=now)
    return count


def check_deletable(row: Deletable) -> None:
    """Raises `NotDeletable` with what stands in the way."""
    match row:
        case Action():
            rules.check_action(published_at=row.published_at)
        case Location():
            rules.check_unused(actions=row.actions.count())
        case Organizer():
            rules.check_unused(actions=row.participations.count(), campaigns=row.campaign_parts.count())
        case Campaign():
            rules.check_unused(actions=row.listings.count(), milestones=row.milestones.count())


def _remove_parts(row: Deletable, *, by: Person, now: datetime) -> None:
    """Those that keep a history first, so that theirs says who and when, too; and a picture that nothing shows."""
    if not isinstance(row, Action):
        return
    for part in (*row.participations.all(), *row.listings.all()):
        remove(part, by=by, now=now)
    storage, name = row.picture.storage, row.picture.name
    # A copy of an action shows the same file.
    if name and not Action.objects.filter(picture=name).exclude(pk=row.pk).exists():
        transaction.on_commit(lambda: storage.delete(name))


def _is_seen(row: Deletable) -> bool:
    """Whether the public could see something of a row that may be deleted."""
    match row:
        case Organizer():
            return Organizer.objects.known().filter(pk=row.pk).exists()
        case Campaign():
            return row.is_public
        case Milestone():
            return row.campaign.is_public
    return False
