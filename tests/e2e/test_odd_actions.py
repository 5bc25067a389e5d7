"""Actions as nobody writes them on purpose: pages hold them, and nothing stands beside the window."""

from datetime import UTC, datetime, time

import pytest

from rallies.operations import actions as operations
from tests.factories import make_action, make_campaign, make_location, make_organizer

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WORD = "Donaudampfschifffahrtsgesellschaft" * 9
PATHS = {
    320: (
        "/actions/?campaign=long&from=2026-03-02",
        "/ar/actions/?from=2026-03-02",
        "/actions/long/",
        "/ar/actions/open/",
        "/actions/long/report/",
        "/actions/month/2026-03/",
        "/actions/week/2026-03-09/",
        "/2026/03/14/",
        "/campaigns/long/",
        "/organizers/long/",
        "/countries/us/",
    ),
    1280: ("/actions/map/?from=2026-03-02", "/actions/week/2026-03-09/"),
}
OUTSIDE = """[...document.querySelectorAll("main :is(h1, h2, h3, h4, p, li, a, dd, bdi)")]
    .filter(one => one.checkVisibility() && !one.closest(".unseen, [data-map-stage]"))
    .filter(one => { const box = one.getBoundingClientRect(); return box.left < -1 || box.right > innerWidth + 1 })
    .map(one => one.outerHTML.slice(0, 80))"""


@pytest.fixture
def long_words(live_server, settings):
    """An action in which each text is one long word."""
    settings.SITE_URL = live_server.url
    action = make_action(
        slug="long",
        title=WORD[:300],
        description=f"One {WORD} and `{WORD}`.\n\n- {WORD}\n\n> {WORD}",
        kind="other",
        kind_detail=WORD[:300],
        time_note=WORD[:300],
        what_to_bring=WORD,
        location=make_location(venue=WORD[:200], street_address=WORD[:200], locality=WORD[:120]),
        hosts=[make_organizer(slug="long", name=WORD[:200], website=f"https://example.org/{WORD}")],
        campaigns=[make_campaign(slug="long", name=WORD[:300], summary=WORD[:300])],
    )
    operations.move_action_in_time(
        action.pk, start_date=action.start_date, start_time=time(15), message=WORD, by=None, now=NOW
    )
    undated = make_action(slug="open", start_date=None, window_note=WORD[:300], location=make_location(venue=""))
    operations.mark_action_tentative(undated.pk, message=WORD, by=None, now=NOW)


def test_a_word_of_300_characters_is_broken(long_words, page):
    outside = {}
    for width, paths in PATHS.items():
        page.set_viewport_size({"width": width, "height": 900})
        for path in paths:
            page.goto(path, wait_until="domcontentloaded")
            outside[width, path] = page.evaluate(OUTSIDE)
    assert {case: found for case, found in outside.items() if found} == {}
