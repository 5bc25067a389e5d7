import pytest

from rallies.rules.parts import broken_listing, broken_participation, broken_source

SOURCE = {"url": "https://example.org/a", "outlet": "An outlet", "note": "", "confidence": ""}


def _fields(broken):
    assert all(rule.sentence for rule in broken)
    return [rule.field for rule in broken]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"url": ""}, []),
        ({"url": "", "outlet": ""}, ["url"]),
        ({"url": "", "outlet": "", "import_name": "a feed"}, []),
        ({"url": "javascript:alert(1)"}, ["url"]),
        ({"url": "https://example.org/" + "x" * 1000}, ["url"]),
        ({"outlet": "x" * 201, "note": "x" * 501, "confidence": "certain"}, ["outlet", "note", "confidence"]),
    ],
)
def test_source_says_where_it_is(changes, fields):
    assert _fields(broken_source(**{**SOURCE, **changes})) == fields


@pytest.mark.parametrize(
    ("role", "state", "fields"),
    [("host", "accepted", []), ("boss", "accepted", ["role"]), ("boss", "maybe", ["role", "state"])],
)
def test_participation_has_a_known_role_and_state(role, state, fields):
    assert _fields(broken_participation(role=role, state=state, has_source=False)) == fields


def test_who_is_reported_is_named_by_a_source():
    assert _fields(broken_participation(role="host", state="reported", has_source=False)) == ["source"]
    assert _fields(broken_participation(role="host", state="reported", has_source=True)) == []


@pytest.mark.parametrize(
    ("state", "basis", "fields"),
    [
        ("accepted", "", []),
        ("reported", "explicit", []),
        ("reported", "", ["basis"]),
        ("accepted", "explicit", ["basis"]),
        ("perhaps", "guess", ["state", "basis", "basis"]),
    ],
)
def test_listing_has_a_basis_exactly_if_it_is_reported(state, basis, fields):
    assert _fields(broken_listing(state=state, basis=basis)) == fields
