"""Stored calendar text and public points after something changed that is no row: the site's address, its language, the
format itself, the data of time zones and names, a version that is the first to keep points."""

from datetime import datetime

from rallies.enums import StampScope
from rallies.models import Action, FeedStamp

from .affected import refresh_affected
from .stamps import Scopes, move_stamps, scopes_of
from .texts import text_is_made_of
from .transaction import operation


def texts_are_current() -> bool:
    """Whether the stored text was made of what is there now; an installation without text counts as current."""
    made_of = FeedStamp.objects.filter(scope=StampScope.SITE).values_list("made_of", flat=True).first()
    return made_of in {None, text_is_made_of()}


@operation
def rebuild_texts(*, now: datetime) -> int:
    """Make all stored text and all public points afresh; how many dates changed. The stamps move only if some did."""
    ids = list(Action.objects.published().values_list("pk", flat=True))
    changed = refresh_affected(ids, now=now)
    if changed:
        move_stamps(_all_scopes(ids), now=now)
    FeedStamp.objects.filter(scope=StampScope.SITE).update(made_of=text_is_made_of())
    return changed


def _all_scopes(ids: list[int]) -> Scopes:
    scopes = Scopes()
    for start in range(0, len(ids), 500):
        scopes.add(scopes_of(actions=ids[start : start + 500]))
    return scopes
