import pytest

from rallies.rules.reports import TooManyReports, broken_handling, broken_report, check_room


@pytest.mark.parametrize(
    ("kind", "text", "fields"),
    [
        ("time", "At 15:00.", []),
        ("other", "x" * 2000, []),
        ("time", "x" * 2001, ["text"]),
        ("", "", ["kind", "text"]),
        ("parade", "x", ["kind"]),
    ],
)
def test_report_says_what_is_wrong(kind, text, fields):
    broken = broken_report(kind=kind, text=text)
    assert [rule.field for rule in broken] == fields
    assert all(rule.sentence for rule in broken)


@pytest.mark.parametrize(
    ("state", "note", "fields"),
    [("open", "", []), ("handled", "x" * 5000, []), ("lost", "x" * 5001, ["state", "note"])],
)
def test_handling_has_a_known_state(state, note, fields):
    assert [rule.field for rule in broken_handling(state=state, note=note)] == fields


def test_there_is_room_up_to_the_limits():
    check_room(open_of_action=19, recent=119)
    for full in ({"open_of_action": 20, "recent": 0}, {"open_of_action": 0, "recent": 120}):
        with pytest.raises(TooManyReports):
            check_room(**full)
