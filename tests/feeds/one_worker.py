"""What a process like one worker does for test_same_bytes.py, which starts it in an environment that says which database
and which hash seed.

`fill` makes the tables and the same actions in an empty database, whichever it is; `tell` prints what this worker answers, on
one day.
"""

import itertools
import json
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from rallies.models import base
from rallies.operations.actions import cancel_action, edit_action, move_action_in_time
from rallies.operations.campaigns import edit_campaign
from rallies.operations.generate import generate_actions
from rallies.operations.series_dates import cancel_date, move_date
from rallies.seed.inventing import cities
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer

GENERATED = 240
LATER = NOW + timedelta(hours=1)
FEEDS = [
    "/actions.ics",
    "/actions.ics?all=1",
    "/actions.ics?cancelled=title",
    "/actions.ics?cancelled=hide",
    "/actions.ics?q=marcha",
    "/actions.ics?when=past",
    "/campaigns/autumn.ics",
    "/organizers/group.ics",
    "/places/berlin-de.ics?within=250",
    "/countries/us.ics",
    "/actions/vigil.ics",
    "/actions/quiet.ics",
    "/es/actions.ics",
    "/ar/campaigns/autumn.ics",
]
MARKS = [
    "BEGIN:VEVENT",
    "BEGIN:VTIMEZONE",
    "RRULE:FREQ=WEEKLY",
    "RRULE:FREQ=DAILY",
    "RECURRENCE-ID",
    "STATUS:CANCELLED",
    "DESCRIPTION:Moved from",
    "will be announced here",
]


def fill() -> None:
    numbers = itertools.count(1)
    # Each date of a series has a random UID: here in the order in which they are made.
    base.uuid4 = lambda: UUID(int=next(numbers), version=4)
    call_command("migrate", interactive=False, verbosity=0)
    # Names that databases sort in different ways.
    groups = [make_organizer(name=name, slug=slug) for name, slug in [("Group", "group"), ("Ärzte", "a"), ("_b", "b")]]
    campaigns = [
        make_campaign(name=name, slug=slug)
        for name, slug in [("zebra", "autumn"), ("Äpfel", "apples"), ("Zoo; z", "z")]
    ]
    shared = {"hosts": groups, "campaigns": campaigns}
    vigil = make_action(slug="vigil", title="Vigil", kind="vigil", recurrence_rule="FREQ=WEEKLY;COUNT=6", **shared)
    dates = {row.start_date.day: row.pk for row in vigil.occurrences.all()}
    cancel_date(dates[21], message="Storm warning.", by=None, now=LATER)
    move_date(dates[28], start_date=date(2026, 3, 29), start_time=time(16), by=None, now=LATER)
    endless = make_action(title="Every day", kind="vigil", recurrence_rule="FREQ=DAILY", **shared)
    expanded = make_action(title="Thirds", recurrence_rule="FREQ=MONTHLY;BYDAY=3SA,1SU;COUNT=5", **shared)
    off = make_action(title="Called off 🪧", **shared)
    cancel_action(off.pk, message="Closed; for works.", by=None, now=LATER)
    moved = make_action(title="Moved, twice", **shared)
    for day in (15, 16):
        move_action_in_time(
            moved.pk, start_date=date(2026, 3, day), start_time=time(18), by=None, now=LATER + timedelta(minutes=day)
        )
    make_action(
        slug="quiet",
        place_visibility="city-until",
        place_revealed_from=datetime(2026, 3, 10, tzinfo=NOW.tzinfo),
        **shared,
    )
    for zone in ("Africa/Cairo", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Europe/Dublin"):
        make_action(title=zone, location=make_location(timezone=zone, venue=zone), **shared)
    generate_actions(range(GENERATED), seed=1, among=cities(), now=NOW)
    edit_campaign(campaigns[2].pk, {"name": "Zoo, again"}, by=None, now=LATER)
    edit_action(endless.pk, {"description": "Bring *candles*."}, by=None, now=LATER)
    edit_action(expanded.pk, {"title": "Third, or first"}, by=None, now=LATER)


def tell() -> None:
    client = Client()
    answers = {}
    with time_machine.travel(LATER + timedelta(hours=1), tick=False):
        for path in FEEDS:
            for coding in ("identity", "gzip"):
                answer = client.get(path, headers={"accept-encoding": coding})
                answers[f"{path} {coding}"] = [
                    answer.status_code,
                    sha256(answer.content).hexdigest(),
                    *(answer.headers.get(name, "") for name in ("ETag", "Last-Modified", "Content-Length")),
                ]
        whole = client.get("/actions.ics?all=1").content.decode().replace("\r\n ", "")
    marks = {mark: whole.count(mark) for mark in MARKS}
    print(json.dumps({"database": connection.vendor, "hash": hash("Rallies"), "marks": marks, "answers": answers}))


def main(what: str) -> None:
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    {"fill": fill, "tell": tell}[what]()
    if connection.vendor == "postgresql":
        connection.close_pool()
