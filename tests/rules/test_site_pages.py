import pytest

from rallies.rules.site_pages import broken_page


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"title": "x" * 100, "text": "x" * 50_000}, []),
        ({"title": "x" * 101, "text": "x" * 50_001}, ["title", "text"]),
        ({"title": "", "text": ""}, ["title", "text"]),
    ],
)
def test_page_has_a_title_and_a_text(changes, fields):
    broken = broken_page(**{"title": "Imprint", "text": "Us."} | changes)
    assert [rule.field for rule in broken] == fields
    assert all(rule.sentence for rule in broken)
