"""Who may do what at the desk: every role, every noun, every deed, by address and by POST.

The tables are what holds; nothing here asks the rules. A cell has a letter for each deed that went through:
v the page opens, and so does its history, and the list has it · c a change was written · s submitted · p published, or
cancelled when it was, and so did the list of chosen rows · d deleted · a an autocomplete offered it · f a field was set of
the chosen rows · x they were exported · k a copy was made · w it was shown as the public will see it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from rallies.models import Action, ErrorReport, Listing, Location, Organizer, Participation
from scripts.loosen import faults, read_table
from tests.factories import NOW
from tests.people import at_the_desk, write
from tests.world import ROLES, make_world

from .forms import shown

# One world for them all: on one worker.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("matrix")]

ACTIONS = """
                                       administrator owner organizer contributor coordinator other nobody
action ours                            vcp           vcp   vcp       v           -           -     -
action ours, draft                     vcspd         vcspd vcspd     vcs         -           -     -
action ours, submitted                 vcpd          vcpd  vcpd      v           -           -     -
action theirs                          vcp           -     -         -           -           vcp   -
action theirs, draft                   vcspd         -     -         -           -           vcspd -
action theirs, ours beside             vcp           v     v         v           -           vcp   -
action theirs, ours invited            vcspd         -     -         -           -           vcspd -
action theirs, in the campaign         vcp           -     -         -           -           vcp   -
action theirs, draft for the campaign  vcspd         -     -         -           -           vcspd -
action unclaimed                       vcp           -     -         -           vcp         -     -
action unclaimed, draft                vcspd         -     -         -           vcspd       -     -
action unclaimed, wanted               vcp           -     -         -           -           -     -
action of nobody                       vcp           -     -         -           -           -     -
action ours, asked by the campaign     vcp           vcp   vcp       v           -           -     -
action theirs, asks the campaign       vcspd         -     -         -           -           vcspd -
action theirs, names ours              vcp           -     -         -           -           vcp   -
"""
REQUESTS = """
                                       administrator owner organizer contributor coordinator other nobody
invited                                qyn           qyn   qyn       -           -           -     -
joining                                qyn           -     -         -           qyn         -     -
asked                                  qyn           qyn   qyn       -           -           -     -
standing                               qyn           qyn   qyn       -           -           -     -
submitted                              qyn           qyn   qyn       -           -           -     -
named                                  -             qyn   qyn       -           -           -     -
"""
ASKED_TO_JOIN = """
                                       administrator owner organizer contributor coordinator other nobody
action ours                            ow            -     -         -           ow          o     -
action ours, draft                     -             -     -         -           -           -     -
action ours, submitted                 -             -     -         -           -           -     -
action theirs                          ow            -     -         -           ow          o     -
action theirs, draft                   -             -     -         -           -           -     -
action theirs, ours beside             ow            -     -         -           ow          o     -
action theirs, ours invited            -             -     -         -           -           -     -
action theirs, in the campaign         o             -     -         -           o           o     -
action theirs, draft for the campaign  -             -     -         -           -           -     -
action unclaimed                       o             -     -         -           o           o     -
action unclaimed, draft                -             -     -         -           -           -     -
action unclaimed, wanted               o             -     -         -           o           o     -
action of nobody                       ow            -     -         -           ow          o     -
action ours, asked by the campaign     o             -     -         -           o           o     -
action theirs, asks the campaign       -             -     -         -           -           -     -
action theirs, names ours              ow            -     -         -           ow          o     -
"""
TOLD_BY_REQUESTS = {
    "owner": ["action theirs, ours invited", "group theirs", "campaign own"],
    "organizer": ["action theirs, ours invited", "group theirs", "campaign own"],
    "coordinator": ["action theirs, asks the campaign", "group theirs"],
}
"""What the first page of the desk tells of rows that these do not see: the title of what asks them, and who does."""
AT_ONCE = """
                                       administrator owner organizer contributor coordinator other nobody
action ours                            fxk           fxk   fxk       xk          -           -     -
action ours, draft                     fxkw          fxkw  fxkw      fxkw        -           -     -
action ours, submitted                 fxkw          fxkw  fxkw      xkw         -           -     -
action theirs                          fxk           -     -         -           -           fxk   -
action theirs, draft                   fxkw          -     -         -           -           fxkw  -
action theirs, ours beside             fxk           xk    xk        xk          -           fxk   -
action theirs, ours invited            fxkw          -     -         -           -           fxkw  -
action theirs, in the campaign         fxk           -     -         -           -           fxk   -
action theirs, draft for the campaign  fxkw          -     -         -           -           fxkw  -
action unclaimed                       fxk           -     -         -           fxk         -     -
action unclaimed, draft                fxkw          -     -         -           fxkw        -     -
action unclaimed, wanted               fxk           -     -         -           -           -     -
action of nobody                       fxk           -     -         -           -           -     -
action ours, asked by the campaign     fxk           fxk   fxk       xk          -           -     -
action theirs, asks the campaign       fxkw          -     -         -           -           fxkw  -
action theirs, names ours              fxk           -     -         -           -           fxk   -
"""
COPIED = """
                                       administrator owner organizer contributor coordinator other nobody
campaign own                           k             -     -         -           k           -     -
campaign other                         k             -     -         -           -           k     -
campaign hidden                        k             -     -         -           -           -     -
"""
LOCATIONS = """
                                       administrator owner organizer contributor coordinator other nobody
location theirs, shown                 vca           a     a         a           a           vca   -
location theirs, withheld              vca           -     -         -           -           vca   -
location ours, withheld                vca           vca   vca       va          -           -     -
location ours, of a draft              vca           vca   vca       vca         -           -     -
location entered by the organizer      vcda          -     vcda      -           -           -     -
"""
GROUPS = """
                                       administrator owner organizer contributor coordinator other nobody
group ours                             vca           vca   vca       va          a           a     -
group theirs                           vca           a     a         a           a           vca   -
group unseen                           vcda          -     -         -           -           -     -
"""
CAMPAIGNS = """
                                       administrator owner organizer contributor coordinator other nobody
campaign own                           vcaw          a     a         a           vcaw        a     -
campaign other                         vcaw          a     a         a           a           vcaw  -
campaign hidden                        vcdaw         -     -         -           -           -     -
"""
MILESTONES = """
                                       administrator owner organizer contributor coordinator other nobody
milestone own                          vcd           -     -         -           vcd         -     -
milestone other                        vcd           -     -         -           -           vcd   -
"""
REPORTS = """
                                       administrator owner organizer contributor coordinator other nobody
report on ours                         vcd           vc    vc        -           -           -     -
report on theirs                       vcd           -     -         -           -           vc    -
report on unclaimed                    vcd           -     -         -           vc          -     -
"""
ADMINISTRATORS_OWN = ("auditentry", "change", "feedstamp", "oldslug", "sitepage", "source")


class Matrix:
    """Asks the desk as each role, and writes down what went through; whatever was written is taken back."""

    def __init__(self) -> None:
        self.people, self.rows = make_world()
        self.desks = {role: at_the_desk(self.people[role]) for role in ROLES}
        self.forms: dict[str, dict[str, object]] = {}
        self.read: dict[tuple[Client, str], HttpResponse] = {}

    def table(self, noun: str, deeds: dict[str, Callable[[Client, Any, str], bool]], *, hides: str = "") -> str:
        rows = {name: row for name, row in self.rows.items() if name.startswith(noun)}
        lines = [" " * 39 + " ".join(ROLES)]
        for name, row in rows.items():
            cells = []
            for role, desk in self.desks.items():
                letters = "".join(letter for letter, deed in deeds.items() if self._does(deed, desk, row, name))
                cells.append((letters or "-").ljust(len(role)))
            lines.append(f"{name:<39}{' '.join(cells)}".rstrip())
        return "\n" + "\n".join(lines) + "\n"

    def _does(self, deed: Callable[[Client, Any, str], bool], desk: Client, row: Model, name: str) -> bool:
        with taken_back():
            return deed(desk, row, name)

    def sees(self, desk: Client, row: Model, name: str) -> bool:
        """Page, history and list: all three or none, and then its words are in none of the answers."""
        path = path_of(row)
        answers: list[Any] = [desk.get(f"{path}{row.pk}/{page}/") for page in ("change", "history")]
        answers = [answer for answer in answers if not (answer.status_code == 404 and b"history" in answer.content)]
        listed: Any = self.page(desk, path)
        is_listed = listed.status_code == 200 and row.pk in {each.pk for each in listed.context["cl"].result_list}
        opened = {answer.status_code == 200 for answer in answers if answer.status_code != 404 or not is_listed}
        assert opened == {is_listed} or (opened <= {is_listed, False} and isinstance(row, ErrorReport)), (name, opened)
        if not is_listed:
            told = [answer.content.decode() for answer in (*answers, listed, self.page(desk, "/admin/"))]
            role = next(role for role, own in self.desks.items() if own is desk)
            asked = "place of " if name in TOLD_BY_REQUESTS.get(role, ()) else "(?:place of )?"
            words = re.compile(rf"zq {asked}{name}(?![\w,])")
            assert [words.findall(text) for text in told] == [[]] * len(told), name
        return is_listed

    def page(self, desk: Client, path: str) -> HttpResponse:
        """A page that tells of all rows: it is read once, since whatever is written is taken back."""
        if (desk, path) not in self.read:
            self.read[desk, path] = desk.get(path)
        return self.read[desk, path]

    def form(self, path: str) -> dict[str, object]:
        """What an administrator would send back of it untouched: everything that the form can hold."""
        if path not in self.forms:
            self.forms[path] = shown(self.desks["administrator"], path)
        return self.forms[path]

    def changes(self, field: str, value: str) -> Callable[[Client, Any, str], bool]:
        def deed(desk: Client, row: Any, name: str) -> bool:
            path = f"{path_of(row)}{row.pk}/change/"
            sent = {**self.form(path), field: value}
            answer = desk.post(path, sent)
            assert answer.status_code in {302, 403} or b"errorlist" in answer.content, (name, answer.status_code)
            if isinstance(row, Location):
                # Where others hold actions too, one's own get a location of their own.
                return Location.objects.filter(**{field: value}).exists()
            return type(row)._default_manager.filter(pk=row.pk, **{field: value}).exists()

        return deed


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def path_of(row: Model) -> str:
    return f"/admin/rallies/{row._meta.model_name}/"


def deletes(desk: Client, row: Model, name: str) -> bool:
    one, several = path_of(row), f"{path_of(row)}{row.pk}/delete/"
    gone = []
    for path, sent in ((several, {}), (one, {"action": "delete_selected", "_selected_action": [row.pk]})):
        with taken_back():
            desk.post(path, {**sent, "post": "yes"})
            gone.append(not type(row)._default_manager.filter(pk=row.pk).exists())
    assert gone[0] == gone[1], (name, gone)
    return gone[0]


def submits(desk: Client, row: Any, name: str) -> bool:
    desk.post(f"{path_of(row)}{row.pk}/submit/")
    return row.publication != "submitted" and Action.objects.get(pk=row.pk).publication == "submitted"


def decides(desk: Client, row: Any, name: str) -> bool:
    """Publishes it, or cancels it if it is public; and the same of the chosen rows of a list."""
    step, chosen = ("cancel", "withdraw") if row.publication == "published" else ("publish", "publish")
    outcomes = []
    for path, sent in (
        (f"{path_of(row)}{row.pk}/{step}/", {"message": "x"}),
        (f"{path_of(row)}bulk/{chosen}/", {"keys": row.pk}),
    ):
        with taken_back():
            desk.post(path, sent)
            now = Action.objects.get(pk=row.pk)
            outcomes.append((now.publication, now.status) != (row.publication, row.status))
    assert outcomes[0] == outcomes[1], (name, outcomes)
    return outcomes[0]


def sets_a_field(desk: Client, row: Any, name: str) -> bool:
    """The language of the chosen rows."""
    desk.post(f"{path_of(row)}bulk/set-field/", {"keys": row.pk, "field": "languages", "languages": "eo"})
    return Action.objects.get(pk=row.pk).languages == ["eo"]


def exports(desk: Client, row: Any, name: str) -> bool:
    """The chosen rows as a file; one that somebody may not see is not in it."""
    answer = desk.post(path_of(row), {"action": "export_csv", "_selected_action": [row.pk]})
    return answer.get("Content-Type", "").startswith("text/csv") and f"zq {name}" in answer.content.decode()


def duplicates(desk: Client, row: Any, name: str) -> bool:
    before = type(row)._default_manager.count()
    desk.post(
        f"{path_of(row)}{row.pk}/duplicate/", {"start_date": "2027-03-13", "name": "Again", "first_day": "2027-03-15"}
    )
    return bool(type(row)._default_manager.count() == before + 1)


def shows_as_public(desk: Client, row: Any, name: str) -> bool:
    """A draft; what is published has a page of its own, to which it leads."""
    answer = desk.get(f"{path_of(row)}{row.pk}/as-public/")
    assert answer.status_code == 200 or f"zq {name}" not in answer.content.decode(), (name, answer.status_code)
    return answer.status_code == 200


def opens_the_desk(desk: Client, row: Model, name: str) -> bool:
    path = f"{path_of(row)}{row.pk}/desk/"
    answers = {desk.get(path + page).status_code for page in ("", "ask/", "numbers.csv")}
    with taken_back():
        answers.add(desk.post(f"{path}actions.csv").status_code)
    assert answers in ({200}, {404}, {302}), (name, answers)
    return answers == {200}


def offered(model: str, field: str) -> Callable[[Client, Any, str], bool]:
    def deed(desk: Client, row: Model, name: str) -> bool:
        query = {"app_label": "rallies", "model_name": model, "field_name": field, "term": f"zq {name}"}
        answer = desk.get("/admin/autocomplete/", query)
        if answer.status_code != 200:
            return False
        return str(row.pk) in {each["id"] for each in answer.json()["results"]}

    return deed


@pytest.fixture(scope="module")
def matrix_of_the_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Matrix]:
    with django_db_blocker.unblock(), taken_back():
        yield Matrix()


@pytest.fixture
def matrix(matrix_of_the_module: Matrix, db: None) -> Matrix:
    return matrix_of_the_module


def test_rule_1_actions(matrix: Matrix) -> None:
    deeds = {"v": matrix.sees, "c": matrix.changes("title", "Changed"), "s": submits, "p": decides, "d": deletes}
    assert matrix.table("action", deeds) == ACTIONS


def test_rule_1_actions_many_at_once_and_copied(matrix: Matrix) -> None:
    deeds = {"f": sets_a_field, "x": exports, "k": duplicates, "w": shows_as_public}
    assert matrix.table("action", deeds) == AT_ONCE


def test_rule_4_campaigns_copied(matrix: Matrix) -> None:
    assert matrix.table("campaign", {"k": duplicates}) == COPIED


def test_rule_2_locations(matrix: Matrix) -> None:
    deeds = {
        "v": matrix.sees,
        "c": matrix.changes("venue", "Changed"),
        "d": deletes,
        "a": offered("action", "location"),
    }
    assert matrix.table("location", deeds) == LOCATIONS


def test_rule_1_who_stands_beside_a_draft_does_not_submit_it(matrix: Matrix) -> None:
    action: Any = matrix.rows["action theirs, draft"]
    desk, path = matrix.desks["organizer"], f"{path_of(action)}{action.pk}/"
    dated = {"created_at": NOW, "updated_at": NOW}
    write(Participation, action=action, organizer=matrix.rows["group ours"], role="co-host", state="accepted", **dated)
    assert [desk.get(f"{path}{page}/").status_code for page in ("change", "submit")] == [200, 403]
    assert desk.post(f"{path}submit/").status_code == 403
    assert Action.objects.get(pk=action.pk).publication == "draft"


def test_rule_2_who_only_sees_a_location_is_not_told_what_leans_on_it(matrix: Matrix) -> None:
    action: Any = matrix.rows["action theirs, ours beside"]
    desk, path = matrix.desks["organizer"], f"/admin/rallies/location/{action.location_id}/"
    assert [desk.get(f"{path}{page}/").status_code for page in ("change", "delete")] == [200, 403]


def test_rule_3_groups(matrix: Matrix) -> None:
    deeds = {"v": matrix.sees, "c": matrix.changes("name", "Changed"), "d": deletes}
    assert matrix.table("group", deeds | {"a": offered("participation", "organizer")}) == GROUPS


def test_rule_4_campaigns(matrix: Matrix) -> None:
    """w: the desk of the campaign opens, and the page that asks an action to join it. To others neither is there."""
    deeds = {"v": matrix.sees, "c": matrix.changes("name", "Changed"), "d": deletes}
    deeds |= {"a": offered("listing", "campaign"), "w": opens_the_desk}
    assert matrix.table("campaign", deeds) == CAMPAIGNS


def test_rule_17_asked_to_join(matrix: Matrix) -> None:
    """o: it is offered to be asked · w: "campaign own" asked it."""
    path = f"{path_of(matrix.rows['campaign own'])}{matrix.rows['campaign own'].pk}/desk/ask/"

    def asks(desk: Client, row: Any, name: str) -> bool:
        before = row.listings.filter(state="requested-by-campaign").count()
        desk.post(path, {"action": row.pk})
        return bool(row.listings.filter(state="requested-by-campaign").count() > before)

    assert matrix.table("action", {"o": offered("listing", "action"), "w": asks}) == ASKED_TO_JOIN


def test_rule_5_milestones(matrix: Matrix) -> None:
    deeds = {"v": matrix.sees, "c": matrix.changes("title", "Changed"), "d": deletes}
    assert matrix.table("milestone", deeds) == MILESTONES


def test_rule_6_reports(matrix: Matrix) -> None:
    deeds = {"v": matrix.sees, "c": matrix.changes("note", "Changed"), "d": deletes}
    assert matrix.table("report", deeds) == REPORTS


def test_rule_7_what_is_the_administrators_own(matrix: Matrix) -> None:
    for role, desk in matrix.desks.items():
        lists = [f"/admin/rallies/{name}/" for name in ADMINISTRATORS_OWN] + ["/admin/auth/user/"]
        adding = [f"/admin/{name}/add/" for name in ("auth/user", "rallies/organizer", "rallies/campaign")]
        answers = {path: desk.get(path).status_code for path in (*lists, *adding)}
        assert set(answers.values()) == ({200} if role == "administrator" else {403}), (role, answers)


def test_rule_16_requests(matrix: Matrix) -> None:
    """q: the page of requests has it, and the menu counts it · y, n: the answer yes, and no, was written. Whoever may not
    answer is told that there is nothing of that key."""
    asked = {
        "invited": matrix.rows["action theirs, ours invited"].participations.get(state="invited"),
        "joining": matrix.rows["action theirs, asks the campaign"].listings.get(),
        "asked": matrix.rows["action ours, asked by the campaign"].listings.get(),
        "standing": matrix.rows["action ours, asked by the campaign"].participations.get(state="asked"),
        "submitted": matrix.rows["action ours, submitted"],
        "named": matrix.rows["action theirs, names ours"].participations.get(state="reported"),
    }
    lines, counts = [" " * 39 + " ".join(ROLES)], {}
    pages = {role: desk.get("/admin/requests/").content.decode() for role, desk in matrix.desks.items()}
    for kind, row in asked.items():
        cells = []
        for role, desk in matrix.desks.items():
            address = f"/admin/requests/{kind}/{row.pk}/"
            letters = "q" if address in pages[role] else ""
            letters += "".join(answer[0] for answer in ("yes", "no") if _answers(desk, address, answer, row))
            cells.append((letters or "-").ljust(len(role)))
        lines.append(f"{kind:<39}{' '.join(cells)}".rstrip())
    assert "\n" + "\n".join(lines) + "\n" == REQUESTS
    for role, page in pages.items():
        found = re.findall(r'class="desk-waiting">(\d+)<', page)
        counts[role] = int(found[0]) if found else 0
        assert (
            len(set(re.findall(r'action="(/admin/requests/[^"]*)"', page.partition('id="named"')[0]))) == counts[role]
        )
    assert counts == COUNTED


def _answers(desk: Client, address: str, answer: str, row: Any) -> bool:
    with taken_back():
        status = desk.post(address, {"answer": answer}).status_code
        now = type(row)._default_manager.get(pk=row.pk)
        fields = ("publication",) if isinstance(row, Action) else ("state",)
        is_written = any(getattr(now, name) != getattr(row, name) for name in fields)
    assert status == 404 or status == 302, (address, status)
    assert is_written <= (status == 302), (address, status)
    return is_written


COUNTED = {"administrator": 6, "owner": 4, "organizer": 4, "contributor": 0, "coordinator": 1, "other": 0, "nobody": 0}
"""Of administrators, one more: a campaign asks an action of nobody's."""


@pytest.mark.parametrize("role", ["owner", "organizer", "contributor", "coordinator", "other"])
def test_rule_8_no_side_is_written_for_another(matrix: Matrix, role: str) -> None:
    """What the inlines of an action may write of groups and campaigns, each state for each of them."""
    action: Any = matrix.rows["action ours, draft"]
    if role == "coordinator":
        action = matrix.rows["action unclaimed, draft"]
    if role == "other":
        action = matrix.rows["action theirs, draft"]
    written = {}
    for name in ("group ours", "group theirs", "campaign own", "campaign other"):
        kind, states = ("participations", ("invited", "asked", "accepted", "declined", "reported"))
        if name.startswith("campaign"):
            kind, states = ("listings", ("requested-by-host", "requested-by-campaign", "accepted", "declined"))
        went = [state for state in states if _writes(matrix, role, action, kind, matrix.rows[name], state)]
        written[name] = went
    assert written == SIDES[role]


ASKS, ALL = ["requested-by-host"], ["requested-by-host", "requested-by-campaign", "accepted", "declined"]
GROUP_OF_OURS = {
    "group ours": [],  # It stands there already.
    "group theirs": ["invited"],
    "campaign own": ASKS,
    "campaign other": ASKS,
}
SIDES: dict[str, dict[str, list[str]]] = {
    "owner": GROUP_OF_OURS,
    "organizer": GROUP_OF_OURS,
    "contributor": GROUP_OF_OURS,
    "coordinator": {"group ours": ["invited"], "group theirs": ["invited"], "campaign own": [], "campaign other": ASKS},
    "other": {"group ours": ["invited"], "group theirs": [], "campaign own": ASKS, "campaign other": ALL},
}


def _writes(matrix: Matrix, role: str, action: Action, kind: str, row: Model, state: str) -> bool:
    path = f"{path_of(action)}{action.pk}/change/"
    sent = matrix.form(path)
    count = int(str(sent[f"{kind}-TOTAL_FORMS"]))
    field = "organizer" if kind == "participations" else "campaign"
    more = {f"{kind}-TOTAL_FORMS": count + 1, f"{kind}-{count}-{field}": row.pk, f"{kind}-{count}-state": state}
    if kind == "participations":
        more |= {f"{kind}-{count}-role": "co-host", f"{kind}-{count}-position": 9}
    model: Any = Participation if isinstance(row, Organizer) else Listing
    with taken_back():
        before = model.objects.filter(action=action).count()
        matrix.desks[role].post(path, {**sent, **more})
        return bool(model.objects.filter(action=action).count() > before)


def test_a_session_at_the_desk_changes_nothing_for_the_api_and_the_pages(matrix: Matrix) -> None:
    """The public doors know nobody: an organizer sees there what everybody sees."""
    draft: Any = matrix.rows["action ours, draft"]
    paths = [
        "/api/v1/actions/",
        f"/api/v1/actions/{draft.slug}/",
        "/actions/",
        f"/actions/{draft.slug}/",
        "/actions.ics",
    ]
    strangers = [(Client().get(path).status_code, Client().get(path).content) for path in paths]
    for desk in matrix.desks.values():
        assert [(desk.get(path).status_code, desk.get(path).content) for path in paths] == strangers
        refused = {
            desk.generic(method, "/api/v1/actions/").status_code for method in ("POST", "PUT", "PATCH", "DELETE")
        }
        assert refused == {405}
    assert [status for status, _content in strangers] == [200, 404, 200, 404, 200]


def test_the_world_has_a_person_for_each_role(matrix: Matrix) -> None:
    assert tuple(matrix.people) == ROLES
    assert all(isinstance(person, User) for person in matrix.people.values())


def test_each_rule_can_be_loosened() -> None:
    """What `make loosen` does with all of them: see CONTRIBUTING.md."""
    assert faults(read_table(Path(__file__).parent / "loosened.toml")) == []
