"""Every door as a function: a question in, the UIDs of the answer out."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

import icalendar
from django.test import Client

from rallies.models import Action, Occurrence
from tests.web.reading import read


@dataclass(frozen=True)
class Answer:
    """UIDs, in no order: of dated entries, and of actions without a date."""

    dated: frozenset[str]
    undated: frozenset[str] = frozenset()


def body_of(path: str) -> bytes:
    answer = Client().get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.getvalue()[:300])
    return answer.getvalue()


def with_query(path: str, query: str, **more: str) -> str:
    asked = urlencode([*parse_qsl(query), *more.items()])
    return f"{path}?{asked}" if asked else path


def _sorted_out(uids: set[str]) -> Answer:
    undated = set(map(str, Action.objects.filter(start_date=None).values_list("uid", flat=True)))
    return Answer(frozenset(uids - undated), frozenset(uids & undated))


def page(query: str) -> Answer:
    """The list, walked to its end."""
    found: list[str] = []
    path = with_query("/actions/", query)
    while path:
        shown = read(body_of(path))
        # What is shown beside an answer that is empty has no UID.
        found += [entry.attributes["data-uid"] for entry in shown.all(".entry") if "data-uid" in entry.attributes]
        following = [a.attributes["href"] for a in shown.all("a", rel="next")]
        path = following[0] if following else ""
    assert len(found) == len(set(found))
    return _sorted_out(set(found))


def ics(query: str) -> Answer:
    """A series stands whole, under one UID, where one of its dates is asked for: it counts as those that are."""
    calendar = icalendar.Calendar.from_ical(body_of(with_query("/actions.ics", query)))
    events = [(str(event["UID"]), str(event.get("RECURRENCE-ID", ""))) for event in calendar.walk("VEVENT")]
    assert len(events) == len(set(events))
    series = {str(event["UID"]) for event in calendar.walk("VEVENT") if "RRULE" in event}
    found = {uid for uid, _ in events} - series
    asked = csv_table(query).dated if series else frozenset()
    for uid in series:
        dates = set(map(str, Occurrence.objects.filter(action__uid=uid).values_list("uid", flat=True)))
        found |= dates & asked or dates
    return Answer(frozenset(found))


def csv_table(query: str) -> Answer:
    text = body_of(with_query("/actions.csv", query)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    return _checked([(row["uid"], row["start_date"]) for row in rows])


def geojson(query: str) -> Answer:
    features = json.loads(body_of(with_query("/actions.geojson", query)))["features"]
    return _checked([(f["id"], f["properties"]["start_date"]) for f in features])


def _checked(rows: list[tuple[str, str | None]]) -> Answer:
    assert len(rows) == len(dict(rows))
    return Answer(
        frozenset(uid for uid, day in rows if day),
        frozenset(uid for uid, day in rows if not day),
    )


def _walk(path: str) -> list[dict]:
    found: list[dict] = []
    while path:
        shown = json.loads(body_of(path))
        found += shown["results"]
        following = urlsplit(shown["next"] or "")
        path = f"{following.path}?{following.query}" if following.path else ""
    return found


def api_occurrences(query: str) -> Answer:
    rows = _walk(with_query("/api/v1/occurrences/", query, size="7"))
    return _checked([(row["uid"], row["start_date"]) for row in rows])


def api_actions(query: str) -> Answer:
    rows = _walk(with_query("/api/v1/actions/", query, size="7"))
    dated = [date["uid"] for row in rows for date in row["occurrences"]]
    assert len(dated) == len(set(dated))
    return Answer(frozenset(dated), frozenset(row["uid"] for row in rows if not row["occurrences"]))


DOORS: dict[str, Callable[[str], Answer]] = {
    "page": page,
    "ics": ics,
    "csv": csv_table,
    "geojson": geojson,
    "api occurrences": api_occurrences,
    "api actions": api_actions,
}
PATHS = {
    "page": "/actions/",
    "ics": "/actions.ics",
    "csv": "/actions.csv",
    "geojson": "/actions.geojson",
    "api occurrences": "/api/v1/occurrences/",
    "api actions": "/api/v1/actions/",
}
# Where undated actions have no place: calendars, and the API's list of dates.
DATED_ONLY = {"ics", "api occurrences"}
