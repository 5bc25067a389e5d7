from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from rallies.models import FeedStamp, Occurrence, SeriesText
from rallies.operations.actions import cancel_action
from rallies.operations.rebuild import rebuild_texts, texts_are_current
from rallies.operations.transaction import operation
from tests.factories import NOW, make_action
from tests.operations.state import dump

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def _rows():
    return list(Occurrence.objects.order_by("pk").values("pk", "vevent", "sequence", "changed_at"))


def _stamp():
    return FeedStamp.objects.get(scope="site").number


def test_rebuild_changes_nothing_when_nothing_changed():
    cancel_action(make_action().pk, message="Storm", by=None, now=NOW)
    before = _rows(), _stamp()
    assert rebuild_texts(now=LATER) == 0
    assert (_rows(), _stamp()) == before


def test_text_follows_the_address_of_the_site(settings):
    make_action(slug="a-rally")
    assert texts_are_current()
    before, stamp = _rows()[0], _stamp()
    settings.SITE_URL = "https://calendar.example"
    assert not texts_are_current()
    call_command("rebuild_feeds", if_needed=True)
    after = _rows()[0]
    assert "URL:https://calendar.example/actions/a-rally/\r\n" in after["vevent"]
    # The address is no reason to raise SEQUENCE; readers look at LAST-MODIFIED.
    assert (after["sequence"], after["changed_at"] > before["changed_at"]) == (before["sequence"], True)
    assert _stamp() == stamp + 1
    assert texts_are_current()


def test_rebuild_if_needed_does_nothing_when_text_is_current(capsys):
    make_action()
    before = _rows(), _stamp()
    call_command("rebuild_feeds", if_needed=True)
    assert ((_rows(), _stamp()), capsys.readouterr().out) == (before, "")


def test_an_empty_site_has_nothing_to_rebuild():
    assert texts_are_current()
    assert rebuild_texts(now=datetime(2026, 1, 1, tzinfo=UTC)) == 0


def test_the_check_proves_that_stored_text_is_what_it_must_be(capsys):
    make_action(slug="fine")
    make_action(slug="draft", publish=False)
    broken = {name: make_action(slug=name) for name in ("text", "point", "empty", "zone")}
    make_action(slug="series", recurrence_rule="FREQ=WEEKLY;COUNT=3")
    call_command("rebuild_feeds", check=True)
    assert capsys.readouterr().out == "All stored calendar text is what it must be.\n"

    @operation
    def spoil() -> None:
        row = {name: Occurrence.objects.filter(action=action) for name, action in broken.items()}
        row["text"].update(vevent="BEGIN:VEVENT\r\nSUMMARY:Else\r\nEND:VEVENT\r\n")
        row["point"].update(unit_x=F("unit_x") + 0.5)
        row["empty"].update(vevent="")
        row["zone"].update(vevent_tzid="Europe/Berlin")
        SeriesText.objects.update(vevent="BEGIN:VEVENT\r\nSUMMARY:Else\r\nEND:VEVENT\r\n")

    spoil()
    before = dump()
    with pytest.raises(CommandError, match="of 5 of the published actions is not what it must be"):
        call_command("rebuild_feeds", check=True)
    assert capsys.readouterr().out == "text\npoint\nempty\nzone\nseries\n"
    assert dump() == before
    call_command("rebuild_feeds")
    call_command("rebuild_feeds", check=True)
