"""What is hidden shows nowhere: every public address is asked before and after hidden things are planted, and must
answer the same; what is withheld of public things must be in no answer at all."""

import re
from io import StringIO
from urllib.parse import unquote_plus, urlsplit

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from rallies.models import Action, Location, Source
from rallies.picks import code_of
from tests.doors.addresses import desk_patterns, in_other_languages, patterns
from tests.doors.plants import CAMPAIGN, GROUP, NOW, UIDS, plant, public_calendar
from tests.kept import forget
from tests.people import make_person
from tests.picking import token_of
from tests.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("leaks")]

# In whatever is hidden, and in nothing else; the number is a part of codes and coordinates.
PLANTED = re.compile("zyqx|731073", re.IGNORECASE)

SLUGS = ["march", "quiet", "open", *(f"zyqx-{name}" for name in ("draft", "submitted", "withdrawn", "undated", "old"))]
GROUPS = ["river", GROUP, "zyqx-invited"]
CAMPAIGNS = ["autumn", CAMPAIGN]
QUESTIONS = [
    "",
    "when=past",
    "from=2000-01-01&to=2199-12-31",
    "from=2026-05-01&to=2026-05-31",
    "campaign=autumn",
    "organizer=river",
    "organizer=brook",
    "country=US",
    "city=springfield-us",
    "kind=rally",
    "near=springfield-us",
    "near=springfield-us&within=250&sort=distance",
    # The middle of the hall that is withheld.
    "near=caracas-ve&within=250",
    "near=tarawa-ki",
    # The hall itself, and a few of its streets: not there, but in its city.
    "bbox=-67,11.5,-66.5,12",
    "bbox=-66.75,11.5,-66.5,11.75&from=2000-01-01&to=2199-12-31",
    "bbox=-180,-90,180,90",
    # What only hidden things have.
    "bbox=172.5,1.5,173,2&from=2000-01-01&to=2199-12-31",
    "q=zyqx",
    "q=zyqx&from=2000-01-01&to=2199-12-31",
    "q=zyqx&when=past",
    "q=hall",
    "q=731073",
    "q=gate&sort=relevance",
    "q=march+for+water",
    "q=yaren",
    "q=declined",
    "q=springfield+vigil",
    f"campaign={CAMPAIGN}",
    "campaign=zyqx-old-campaign",
    f"organizer={GROUP}",
    "organizer=zyqx-invited",
    "organizer=zyqx-declined",
    "organizer=zyqx-old-group",
    "country=KI",
    "country=NR",
    "city=tarawa-ki",
    "city=tarawa-ki&from=2000-01-01",
    "kind=strike",
    "kind=strike&when=past",
    "when=week",
    "when=week&attendance=online",
    "attendance=online&from=2026-01-01&to=2026-12-31",
    "access=livestream&from=2000-01-01&to=2199-12-31",
    "language=eo",
]
# Each hidden one by itself and beside what is public: who knows its UID learns nothing by asking for it.
PICKS = [token_of(map(code_of, uids)) for uids in (UIDS, UIDS[:2], *((uid,) for uid in UIDS), ("uid-nowhere",))]
ENDINGS = ("ics", "csv", "geojson")


def asked(path, *more):
    return [f"{path}?{question}" if question else path for question in (*QUESTIONS, *more)]


def named(pattern, names):
    return [pattern.format(name) for name in names]


WALKED = ["size=1", "size=100&from=2000-01-01"]
# Route → addresses; a route that is not here fails a test below.
ADDRESSES = {
    "": ["/", "/?kind=strike"],
    "actions/": asked("/actions/", "page=2", "page=1000", "campaign=autumn&page=2"),
    "actions/month/": ["/actions/month/", f"/actions/month/?campaign={CAMPAIGN}"],
    "actions/month/<str:month>/": [*asked("/actions/month/2026-03/"), "/actions/month/2026-05/"],
    "actions/week/": ["/actions/week/", f"/actions/week/?campaign={CAMPAIGN}"],
    "actions/week/<str:day>/": [
        *asked("/actions/week/2026-03-09/"),
        "/actions/week/2026-05-01/",
        "/actions/week/2026-05-18/",
    ],
    "<int:year>/<int:month>/<int:day>/": [
        *asked("/2026/03/14/"),
        *named("/2026/03/{}/", range(13, 22)),
        "/2026/05/02/",
    ],
    "<int:year>/<int:month>/": ["/2026/03/"],
    "actions/map/": asked("/actions/map/"),
    "actions/<slug:slug>/": [
        *named("/actions/{}/", SLUGS),
        *named("/actions/{}/?near=springfield-us", SLUGS),
        "/actions/quiet/?near=caracas-ve",
    ],
    "actions/<slug:slug>/report/": [*named("/actions/{}/report/", SLUGS), "/actions/march/report/?sent=1"],
    "campaigns/<slug:slug>/": [*named("/campaigns/{}/", CAMPAIGNS), f"/campaigns/{CAMPAIGN}/?kind=march"],
    "picks/": ["/picks/"],
    "picks/<str:token>/": [f"/picks/{token}/" for token in PICKS],
    "picks/<str:token>.ics": [f"/picks/{token}.ics{more}" for token in PICKS for more in ("", "?cancelled=hide")],
    "places/": ["/places/", "/places/?q=tarawa", "/places/?q=zyqx&words=zyqx&kind=strike"],
    "places/complete": ["/places/complete?q=tarawa", "/places/complete?q=zyqx", "/places/complete?q=a&near=tarawa-ki"],
    "organizers/<slug:slug>/": [*named("/organizers/{}/", [*GROUPS, "brook"]), "/organizers/river/?page=2"],
    "places/<slug:key>/": named("/places/{}/", ["springfield-us", "tarawa-ki", "illinois-us", "zyqx-us"]),
    "countries/": ["/countries/"],
    "countries/<slug:code>/": named("/countries/{}/", ["us", "ki", "nr", "US", "zz"]),
    "countries/<slug:code>.ics": named("/countries/{}.ics", ["us", "ki", "nr", "US", "zz"]),
    "actions/<slug:slug>.ics": named("/actions/{}.ics", SLUGS),
    **{f"actions.{ending}": asked(f"/actions.{ending}") for ending in ENDINGS},
    **{f"campaigns/<slug:slug>.{ending}": named(f"/campaigns/{{}}.{ending}", CAMPAIGNS) for ending in ENDINGS},
    **{f"organizers/<slug:slug>.{ending}": named(f"/organizers/{{}}.{ending}", GROUPS) for ending in ENDINGS},
    **{
        f"places/<slug:key>.{ending}": [
            f"/places/{key}.{ending}{more}"
            for key in ("springfield-us", "caracas-ve", "tarawa-ki", "zyqx-us")
            for more in ("", "?within=250")
        ]
        for ending in ENDINGS
    },
    **{
        f"countries/<slug:code>.{ending}": [f"/countries/{code}.{ending}" for code in ("us", "ve", "nr", "US", "zz")]
        for ending in ENDINGS
    },
    "api/v1/": ["/api/v1/"],
    "api/v1/actions/": asked("/api/v1/actions/", *WALKED),
    "api/v1/actions/<slug:slug>/": named("/api/v1/actions/{}/", SLUGS),
    "api/v1/occurrences/": asked("/api/v1/occurrences/", *WALKED),
    "api/v1/occurrences/<str:uid>/": named("/api/v1/occurrences/{}/", UIDS),
    "api/v1/organizers/": ["/api/v1/organizers/", "/api/v1/organizers/?size=1"],
    "api/v1/organizers/<slug:slug>/": named("/api/v1/organizers/{}/", GROUPS),
    "api/v1/locations/": ["/api/v1/locations/", "/api/v1/locations/?size=1"],
    "api/v1/locations/<int:key>/": named("/api/v1/locations/{}/", range(1, 40)),
    "api/v1/campaigns/": ["/api/v1/campaigns/", "/api/v1/campaigns/?size=1"],
    "api/v1/campaigns/<slug:slug>/": named("/api/v1/campaigns/{}/", CAMPAIGNS),
    "api/v1/schema/": ["/api/v1/schema/"],
    "api/v1/docs/": ["/api/v1/docs/"],
    "api/": ["/api/", "/api/v1/zyqx/", "/api/v1/actions/zyqx%20draft/"],
    **{f"{name}/": [f"/{name}/"] for name in ("about", "privacy", "imprint", "accessibility", "styleguide")},
    "map.pmtiles": ["/map.pmtiles"],
    "mark/<str:name>": ["/mark/zyqx.svg"],
    "favicon.ico": ["/favicon.ico"],
    "robots.txt": ["/robots.txt"],
    "^media/(?P<path>.+)$": ["/media/pictures/", "/media/pictures/none.jpg"],
    # Outside the URL patterns: answered by a middleware, and by the page of errors.
    "outside": ["/healthz", "/nowhere/", "/actions/Zyqx draft/", "/actions.rss"],
}
ADDRESSES["outside"] += [*in_other_languages(ADDRESSES, code="es"), *asked("/ar/actions.ics"), *asked("/ar/actions/")]
# What was public once and was taken back says so: 410, as a page and as a document; and it is redirected to.
TAKEN_BACK = re.compile(
    r"/actions/zyqx-withdrawn(/|/\?near=springfield-us|/report/|\.ics)$|/occurrences/uid-zyqx-withdrawn/$"
)


def first_difference(before, after):
    """Where two answers part, with a few words of each."""
    if before == after:
        return "", ""
    ends = min(len(before), len(after))
    at = next((n for n in range(ends) if before[n] != after[n]), ends)
    return before[max(at - 40, 0) : at + 80], after[max(at - 40, 0) : at + 80]


def answers():
    """Address → status, Location and body; lists of the API are walked to their end."""
    forget()
    found = {}
    waiting = [path for paths in ADDRESSES.values() for path in paths]
    while waiting:
        path = waiting.pop()
        answer = Client(raise_request_exception=False).get(path)
        text = answer.getvalue().decode()
        found[path] = (answer.status_code, answer.get("Location", ""), text)
        following = re.search(r'"next":"http://testserver([^"]+)"', text)
        waiting += [following[1]] if following and following[1] not in found else []
    return found


@pytest.fixture(scope="module")
def calendar(django_db_setup, django_db_blocker):
    """All answers of a calendar, and all answers after hidden things were added to it."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False):
        public_calendar()
        before = answers()
        plant()
        after = answers()
        yield before, after
        call_command("flush", interactive=False, stdout=StringIO())


def test_every_route_is_walked():
    assert sorted(set(patterns())) == sorted(set(ADDRESSES) - {"outside"})


def test_the_walk_sees_something(calendar):
    """The public things are there, in every format, and so would be what leaks."""
    before, after = calendar
    assert {status for status, _, _ in after.values()} == {200, 301, 302, 400, 404, 410}
    telling = [path for path, (status, _, text) in after.items() if status == 200 and "March for water" in text]
    assert len(telling) >= 40
    assert set(before) == set(after)
    assert Action.objects.exclude(publication="published").count() == 4


def test_hidden_things_change_no_answer(calendar):
    """Neither a word nor a number: totals, days of a month, tiles, pages, choices, cursors, sentences of errors."""
    before, after = calendar
    different = {
        path: first_difference(repr(before[path]), repr(after[path]))
        for path in before
        if before[path] != after[path] and not TAKEN_BACK.search(path)
    }
    assert different == {}


def test_taken_back_says_only_that(calendar):
    before, after = calendar
    taken_back = [path for path in after if TAKEN_BACK.search(path)]
    assert {path: (before[path][0], after[path][0]) for path in taken_back} == dict.fromkeys(taken_back, (404, 410))
    assert len(taken_back) == 6


def test_what_is_hidden_is_picked_as_what_never_was(calendar):
    """A draft, what waits, what was withdrawn, and a UID that nothing has: but for the address all answers are one."""

    def said(uid, ending):
        token = token_of([code_of(uid)])
        path = f"/picks/{token}{ending}"
        status, _, text = calendar[1][path]
        return status, re.sub(r"DESCRIPTION.*", "", text.replace(token, "x"))

    hidden = [uid for uid in UIDS if "zyqx" in uid]
    for ending in ("/", ".ics"):
        unknown = said("uid-nowhere", ending)
        assert {uid: said(uid, ending) == unknown for uid in hidden} == dict.fromkeys(hidden, True)
        assert (unknown[0], len(hidden), said("uid-march", ending) == unknown) == (200, 3, False)


def test_planted_words_and_numbers_are_in_no_answer(calendar):
    """Also those of public things: a hidden contact, notes of the desk, an exact place that is withheld."""
    leaks = {}
    for path, (_, location, text) in calendar[1].items():
        # An answer may say what it was asked for.
        said = unquote_plus(path)
        own = sorted(
            set(re.findall(r"[\w-]*(?:zyqx|731073)[\w-]*(?: draft)?", said, re.IGNORECASE)), key=len, reverse=True
        )
        rest = location + text
        for word in own:
            rest = rest.replace(word, "").replace(word.replace(" ", "%20"), "")
        if found := PLANTED.findall(rest):
            leaks[path] = found
    assert leaks == {}


def test_the_planted_words_are_there(calendar):
    """In the database, or the test above could not fail."""
    withheld = Location.objects.get(venue="Zyqx Hall")
    assert (withheld.postal_code, withheld.latitude, withheld.longitude) == ("731073", 11.731073, -66.731073)
    quiet = Action.objects.get(slug="quiet")
    planted = (quiet.internal_note, quiet.contact, quiet.route_start, quiet.route_stops, quiet.access_note)
    assert [bool(PLANTED.search(str(text))) for text in planted] == [True] * 5
    assert quiet.old_slugs.get().slug == "zyqx-hall-vigil"
    assert Source.objects.filter(import_name__startswith="zyqx").exists()


def test_the_old_name_of_a_withheld_place_leads_on_and_says_no_more(calendar):
    for path in ("/actions/zyqx-hall-vigil/", "/actions/zyqx-hall-vigil.ics", "/api/v1/actions/zyqx-hall-vigil/"):
        answer = Client().get(path)
        assert (answer.status_code, urlsplit(answer["Location"]).path) == (
            301,
            path.replace("zyqx-hall-vigil", "quiet"),
        )


def test_locations_of_hidden_things_are_those_that_do_not_exist(calendar):
    for row in Location.objects.all():
        answer = Client().get(f"/api/v1/locations/{row.pk}/")
        wanted = 404 if PLANTED.search(row.venue) or row.precision == "city" else 200
        assert (row.venue, answer.status_code) == (row.venue, wanted)


def test_a_withheld_place_answers_as_its_city_alone(calendar):
    """Two actions at the same hour, one entered with its city only: but for their names they cannot be told apart."""

    def said(pattern, slug, uid):
        text = Client().get(pattern.format(slug)).getvalue().decode()
        # Each of the two stands beside the other.
        for name in ("uid-quiet", "uid-twin", "quiet", "twin"):
            text = text.replace(name, "x")
        text = re.sub(r'data-pick="\w+"', "", text)
        return re.sub(r'"number":\d+', "", text)

    with time_machine.travel(NOW, tick=False):
        for pattern in ("/actions/{}/", "/actions/{}.ics", "/api/v1/actions/{}/"):
            quiet, twin = said(pattern, "quiet", "uid-quiet"), said(pattern, "twin", "uid-twin")
            assert ("Springfield" in quiet, first_difference(quiet, twin)) == (True, ("", ""))


@pytest.mark.parametrize("is_staff", [False, True])
def test_the_desk_tells_nothing_to_those_who_have_no_part_in_it(calendar, is_staff):
    """No list, no form, no autocomplete: for strangers, and for an account without any right."""
    client = Client(raise_request_exception=False)
    if is_staff:
        sign_in(client, make_person(username="stranger"))
    pk = Action.objects.get(slug="zyqx-draft").pk
    complete = "app_label=rallies&model_name={}&field_name={}&term=zyqx"
    fields = [("action", "location"), ("participation", "organizer"), ("listing", "campaign"), ("location", "place")]
    paths = {re.sub(r"<[\w:]+>|\(\?P<app_label>.*", str(pk), route) for route in desk_patterns()}
    paths |= {f"/admin/autocomplete/?{complete.format(*field)}" for field in fields}
    open_to_staff = {
        "/admin/rallies/membership/mine/",
        "/admin/requests/",
        "/admin/",
        "/admin/jsi18n/",
        "/admin/password_change/",
        "/admin/password_change/done/",
    }
    open_to_all = {"/admin/login/"} | (open_to_staff if is_staff else set())
    statuses = {}
    for path in paths - {"/admin/logout/"}:
        answer = client.get(path)
        statuses.setdefault(answer.status_code, set()).add(path)
        assert (path, PLANTED.findall(answer.getvalue().decode())) == (path, [])
    assert statuses.pop(200, set()) <= open_to_all
    # The export of the log, and answers to requests, take POST alone.
    assert statuses.pop(405, set()) <= {"/admin/rallies/auditentry/export/", f"/admin/requests/{pk}/{pk}/"}
    assert set(statuses) <= {302, 403, 404}
    autocompletes = [client.get(path).status_code for path in paths if "autocomplete" in path]
    assert set(autocompletes) == ({403} if is_staff else {302})
    assert len(paths) > 60
