import pytest

from rallies.enums import AccessFeature, ActionKind, ActionStatus, ChangeKind, OrganizerKind, ReportedStatus
from rallies.formats.public import PublicChange, PublicParticipation
from rallies.web import words
from tests.public_values import NOW, make_public_action


def group(name, role="host", outlet="Harbour News"):
    return PublicParticipation(name=name, slug=name.lower(), role=role, is_reported=bool(outlet), outlet=outlet)


def change(number, kind, before="", after=""):
    return PublicChange(number=number, at=NOW, kind=kind, before=before, after=after, message="")


@pytest.mark.parametrize(
    ("groups", "line"),
    [
        ([], ""),
        ([group("River", outlet="")], "Hosted by River"),
        ([group("River", outlet=""), group("Choir", "co-host", outlet="")], "Hosted by River and Choir"),
        ([group("River", outlet=""), group("Choir", "participant")], "Hosted by River"),
        ([group("River", "endorser", outlet="")], ""),
        ([group("River")], "Named by Harbour News: River"),
        ([group("River"), group("Choir", outlet="Daily")], "Named by sources: River and Choir"),
        ([group(name) for name in "ABCD"], "Named by Harbour News: A, B, C and D"),
        ([group(name) for name in "ABCDE"], "Named by Harbour News: A, B, C and 2 more"),
    ],
)
def test_groups_in_one_line_never_host_on_a_source_s_word(groups, line):
    assert words.groups_line(groups) == line


def test_groups_stand_by_how_they_stand():
    host, endorser, named, taking_part = (
        group("Host", outlet=""),
        group("Endorser", "endorser", outlet=""),
        group("Named"),
        group("Part", "participant", outlet="Daily"),
    )
    assert [
        (g.heading, g.is_reported, g.outlets, g.members) for g in words.groups_of([named, taking_part, endorser, host])
    ] == [
        ("Hosts", False, "", (host,)),
        ("Endorsers", False, "", (endorser,)),
        ("Named as organizing", True, "Harbour News", (named,)),
        ("Named as taking part", True, "Daily", (taking_part,)),
    ]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            change(1, "moved-in-time", "Saturday, 14:00", "Saturday, 15:00"),
            "Moved from Saturday, 14:00 to Saturday, 15:00.",
        ),
        (change(1, "moved-in-time", "Saturday, 14:00", "Saturday, 14:00"), "Takes place after all: Saturday, 14:00."),
        (change(1, "moved-in-place", "Old Square", ""), "Moved to another place."),
        (change(1, "time-announced", "", "Saturday, 15:00"), "Time announced: Saturday, 15:00."),
        (change(1, "cancelled"), "Cancelled."),
        (
            change(1, "date-moved", "Friday, 18:00", "Friday, 19:00"),
            "One date moved from Friday, 18:00 to Friday, 19:00.",
        ),
        (change(1, "date-cancelled", "Friday, 18:00", ""), "One date is cancelled: Friday, 18:00."),
        (change(1, "date-restored", "", "Friday, 18:00"), "One date is back on: Friday, 18:00."),
        (change(1, "date-added", "", "Friday, 18:00"), "One date is added: Friday, 18:00."),
    ],
)
def test_change_is_a_sentence(line, sentence):
    assert words.change_words(line) == sentence


def test_latest_moves_are_the_last_in_time_and_in_place_that_say_from_where_to_where():
    early, late = change(2, "moved-in-time", "14:00", "15:00"), change(5, "moved-in-time", "15:00", "16:00")
    place, secret = change(4, "moved-in-place", "A", "B"), change(6, "moved-in-place", "", "")
    one_date = change(8, "date-moved", "14:00", "16:00")
    moved = make_public_action(
        changes=(one_date, secret, change(7, "edited"), place, early, late, change(1, "published"))
    )
    assert (words.latest_moves(moved), words.latest_moves(make_public_action())) == ((late, place), ())


def test_moves_that_no_longer_hold_are_no_latest_ones():
    time, place = change(2, "moved-in-time", "14:00", "15:00"), change(3, "moved-in-place", "A", "B")
    off, online = change(4, "postponed"), change(5, "moved-online")
    later = change(6, "moved-in-place", "Online", "C")
    cases = (
        ("postponed", (time, place, off), ()),
        ("postponed", (time, place, off, online, later), (later,)),
        ("scheduled", (time, place, off), (place, time)),
        ("moved-online", (time, place, online), (time,)),
    )
    for status, changes, moves in cases:
        assert words.latest_moves(make_public_action(status=status, changes=changes)) == moves


def test_kind_without_a_word_of_its_own_is_said_in_the_source_s_words():
    assert [
        words.kind_words(make_public_action(kind="vigil", kind_detail="With candles")),
        words.kind_words(make_public_action(kind="other", kind_detail="Handing in a document")),
        words.kind_words(make_public_action(kind="other")),
    ] == ["Vigil", "Handing in a document", "Other action"]


def test_every_stored_value_has_a_word():
    lists = {
        "kind": ActionKind,
        "status": ActionStatus,
        "access": AccessFeature,
        "organizer-kind": OrganizerKind,
        "reported": ReportedStatus,
        "change": ChangeKind,
    }
    for name, values in lists.items():
        assert [words.label(value, name) for value in values.values] == [str(label) for label in values.labels]
    assert words.label("unheard-of", "kind") == "unheard-of"
