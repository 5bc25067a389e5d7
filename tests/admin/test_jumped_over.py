"""A time that clocks jump over since newer zone data is said at the desk, until somebody enters another."""

from datetime import date, time

import pytest

from rallies.models import Occurrence
from rallies.operations.actions import edit_action
from rallies.operations.transaction import operation
from tests.factories import make_action
from tests.operations.state import LATER
from tests.web.reading import read

pytestmark = pytest.mark.django_db
SAID = (
    "On 14 March 2026 clocks in America/Chicago now jump over 14:00, since their rules changed. "
    "Calendars keep the moment that it was before, until you enter another time."
)


def test_the_desk_says_which_times_exist_no_more(desk):
    action, other = make_action(title="Vigil", start_date=date(2026, 3, 14)), make_action(title="Else")
    operation(Occurrence.objects.filter(action=action).update)(is_jumped_over=True)

    def said(row) -> list[str]:
        page = read(desk.get(f"/admin/rallies/action/{row.pk}/change/").content)
        return [part.words for part in page.all(".desk-reports")]

    found = read(desk.get("/admin/rallies/action/?missing=clock").content)
    assert [row.words for row in found.one("table", id="result_list").all(".field-title")] == ["Vigil"]
    assert (said(action), said(other)) == ([SAID], [])
    edit_action(action.pk, {"start_time": time(15)}, by=None, now=LATER)
    assert said(action) == []
