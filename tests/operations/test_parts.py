"""What stands beside an action, written together."""

import pytest

from rallies.models import Participation
from rallies.operations.parts import save_parts
from tests.factories import NOW, make_action, make_organizer

pytestmark = pytest.mark.django_db


def stands(action) -> list[tuple[str, str, int]]:
    rows = Participation.objects.filter(action=action).order_by("position", "organizer__name")
    return [(row.organizer.name, row.state, row.position) for row in rows]


def standing(action, groups) -> list[Participation]:
    rows = [
        Participation(action=action, organizer=group, role="co-host", state="accepted", position=number)
        for number, group in enumerate(groups)
    ]
    save_parts(action.pk, saved=rows, by=None, now=NOW)
    return rows


@pytest.fixture
def three():
    return [make_organizer(name=name) for name in ("Bridge", "Harbour", "River")]


@pytest.mark.parametrize(
    "onto",
    [
        pytest.param((1, 0, 2), id="two change places"),
        pytest.param((1, 2, 0), id="all go round"),
    ],
)
def test_rows_change_places(three, onto):
    action = make_action()
    rows = standing(action, three)
    for row, number in zip(rows, onto, strict=True):
        row.organizer = three[number]
    save_parts(action.pk, saved=[row for row in rows if row.organizer != three[row.position]], by=None, now=NOW)
    assert stands(action) == [(three[number].name, "accepted", at) for at, number in enumerate(onto)]


def test_a_row_moves_to_where_another_leaves(three):
    action = make_action()
    first, second = standing(action, three[:2])
    first.organizer, second.organizer = three[1], three[2]
    save_parts(action.pk, saved=[first, second], by=None, now=NOW)
    assert stands(action) == [("Harbour", "accepted", 0), ("River", "accepted", 1)]
