"""Whatever is asked of the desk or sent to it, it answers: never a 500."""

from datetime import date

import pytest
from django.contrib import admin

from rallies.models import Action, Campaign, Organizer
from tests.factories import make_action, make_campaign, make_location, make_organizer

from .forms import NOW, errors_of, shown

pytestmark = pytest.mark.django_db

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
NAMES = [model._meta.label_lower for model in MODELS]
QUESTIONS = (
    "q=%00",
    "q=%22%27%25_\\*()" + "x" * 5000,
    "o=abc.99.-99",
    "p=9999999999999999999999",
    "id__exact=99999999999999999999999",
)
OF_ACTIONS = (
    "p=abc",
    "e=1",
    "all=",
    "_popup=x&_to_field=nothing",
    "nonsense=1",
    "%00=1",
    "id__exact=abc",
    "pk__in=%00",
    "start_date__year=99999&start_date__month=13",
    "start_date__year=2026&start_date__month=2&start_date__day=31",
    "start_date__gte=yesterday",
    "publication__exact=%00",
    "listings__campaign__id__exact=abc",
    "country=%00",
    "country=ZZZZZZ",
    "kind__exact=%F0%9F%98%80",
)
UNSEEN = ("\u200b", "\u2060\ufeff \u00ad", "\u200e\u200f\u061c\u2068\u2069", "\u3164", "\u200d\u200c")
KEYS = ("abc", "0", "-1", "999999999999999999999999", "1_2F", "%00", "1%20OR%201")


@pytest.fixture
def rows(db):
    group, week = make_organizer(), make_campaign()
    return make_action(hosts=[group], campaigns=[week], location=make_location(), start_date=date(2026, 12, 1), now=NOW)


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_lists_answer_every_question(desk, rows, model):
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    asked = (*QUESTIONS, *OF_ACTIONS) if model is Action else QUESTIONS
    answered = {question: desk.get(f"{base}?{question}", follow=True).status_code for question in asked}
    assert {question: status for question, status in answered.items() if status not in {200, 400}} == {}


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_pages_of_what_is_not_there_lead_back_to_the_desk(desk, rows, model):
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    for key in KEYS:
        for page in ("change", "delete", "history"):
            response = desk.get(f"{base}{key}/{page}/")
            assert response.status_code in {302, 403, 404}, (key, page)


@pytest.mark.parametrize(
    ("noun", "field", "more"),
    [
        ("action", "title", {"kind": "rally", "attendance_mode": "in-person", "place_visibility": "exact"}),
        ("organizer", "name", {"kind": "other-organisation"}),
        ("campaign", "name", {"first_day": "2026-11-20", "last_day": "2026-11-21"}),
        ("campaign", "names-0-name", {"name": "A week", "names-TOTAL_FORMS": "1", "names-0-note": "in short"}),
        ("location", "locality", {"venue": "Square", "precision": "venue"}),
        ("milestone", "title", {"start_date": "2026-11-20"}),
    ],
)
def test_a_name_that_shows_nothing_is_refused_as_an_empty_one(desk, noun, field, more):
    path = f"/admin/rallies/{noun}/add/"
    blank = {name: value for name, value in shown(desk, path).items() if name != field} | more
    empty = errors_of(desk.post(path, blank))
    label = {"locality": "City or town", "names-0-name": "Name"}.get(field, field.capitalize())
    assert empty[field] == f"“{label}” is empty: fill it in."
    refused = {typed: errors_of(desk.post(path, {**blank, field: typed})) for typed in UNSEEN}
    assert refused == dict.fromkeys(UNSEEN, empty)


def test_a_name_is_kept_without_what_does_not_show_at_its_edges(desk):
    typed = {**shown(desk, "/admin/rallies/organizer/add/"), "name": "\u200bRiver\u200b Group\u2060 "}
    desk.post("/admin/rallies/organizer/add/", typed)
    assert Organizer.objects.get().name == "River\u200b Group"


def test_a_pasted_nul_is_taken_off(desk, rows):
    action = Action.objects.first()
    path = f"/admin/rallies/action/{action.pk}/change/"
    typed = {"title": "River\0 walk", "description": "Along\0 the river", "route_stops": "Bridge\0\nMill"}
    answer = desk.post(path, {**shown(desk, path), **typed})
    assert (answer.status_code, errors_of(answer) if answer.context else {}) == (302, {})
    action.refresh_from_db()
    assert (action.title, action.description, action.route_stops) == (
        "River walk",
        "Along the river",
        ["Bridge", "Mill"],
    )


def test_a_nul_in_a_message_is_taken_off(desk, rows):
    action = Action.objects.filter(publication="published").first()
    desk.post(f"/admin/rallies/action/{action.pk}/cancel/", {"message": "Storm\0 warning"})
    action.refresh_from_db()
    assert (action.status, action.status_message) == ("cancelled", "Storm warning")


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "term=x",
        "term=%00&app_label=rallies&model_name=action&field_name=location",
        "term=" + "%C3%A9" * 2000 + "&app_label=rallies&model_name=action&field_name=location",
        "page=abc&term=&app_label=rallies&model_name=action&field_name=location",
        "page=999&term=&app_label=rallies&model_name=action&field_name=location",
        "term=x&app_label=nothing&model_name=action&field_name=location",
        "term=x&app_label=rallies&model_name=action&field_name=nothing",
        "term=x&app_label=rallies&model_name=action&field_name=title",
        "term=x&app_label=rallies&model_name=action&field_name=%00",
        "term=x&app_label=rallies&model_name=location&field_name=actions",
        "term=x&app_label=rallies&model_name=place&field_name=locations",
    ],
)
def test_rule_18_autocompletes_answer(desk, rows, asked):
    desk.raise_request_exception = False
    assert desk.get(f"/admin/autocomplete/?{asked}").status_code in {200, 403, 404}


@pytest.mark.parametrize("model", [Action, Campaign, Organizer], ids=lambda model: model._meta.model_name)
@pytest.mark.parametrize("value", ["\x00", "x" * 60_000, "٣", "😀", "-1", "9" * 30, "<script>", "2026-13-45"])
def test_forms_answer_whatever_is_typed(desk, rows, model, value):
    row = model.objects.first()
    path = f"/admin/rallies/{model._meta.model_name}/{row.pk}/change/"
    form = shown(desk, path)
    sent = {name: value for name in form if not name.startswith("initial-") and not name.endswith("_FORMS")}
    before = model.objects.count()
    assert desk.post(path, {**form, **sent}).status_code in {200, 302}
    assert desk.post(path, sent).status_code in {200, 302, 400}
    assert desk.post(f"/admin/rallies/{model._meta.model_name}/add/", sent).status_code in {200, 302, 400}
    assert model.objects.count() - before in {0, 1}


def test_lists_answer_whatever_is_sent(desk, rows):
    for sent in (
        {"action": "nothing", "_selected_action": ["1"]},
        {"action": "publish", "_selected_action": ["999999999999999999999999"]},
        {"action": "delete_selected", "_selected_action": ["٣", "abc"], "post": "yes"},
        {"action": "publish", "index": "abc", "_selected_action": ["1"]},
        {"_save": "x", "form-TOTAL_FORMS": "abc"},
        {"_save": "x", "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": "abc"},
        {"_save": "x", "form-TOTAL_FORMS": "99999", "form-INITIAL_FORMS": "99999"},
    ):
        for noun in ("action", "organizer", "campaign"):
            assert desk.post(f"/admin/rallies/{noun}/", sent, follow=True).status_code in {200, 400}, (noun, sent)
