"""The log of administrators is kept for 180 days, and its oldest day goes once a day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from rallies.deeds import Deed
from rallies.models import AuditEntry
from rallies.operations.audit import note_deed
from rallies.selectors.jobs import deeds_to_forget
from rallies.worker.loop import run_due

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 1, 1, 23, 59, tzinfo=UTC)


def left(moment: datetime) -> list[datetime]:
    assert run_due(clock=lambda: moment)["log"] == 0
    return list(AuditEntry.objects.order_by("at").values_list("at", flat=True))


def test_lines_go_day_by_day() -> None:
    moments = [FIRST, FIRST + timedelta(minutes=1), FIRST + timedelta(minutes=2), FIRST + timedelta(days=1)]
    for at in moments:
        note_deed(Deed.SIGNED_IN, who=None, now=at)
    last = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)
    assert (deeds_to_forget(now=last), left(last)) == ([], moments)
    following = last + timedelta(days=1)
    assert deeds_to_forget(now=following) == [date(2026, 1, 1).toordinal()]
    assert left(following) == moments[1:]
    # A worker that was away takes both days away.
    later = following + timedelta(days=30)
    assert deeds_to_forget(now=later) == [date(2026, 1, 2).toordinal()]
    assert left(later) == []
