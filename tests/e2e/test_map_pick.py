"""The point of a location is set at the desk: by pointer, by keys and by typing."""

import pytest
from playwright.sync_api import expect

from tests.e2e.desk import enter
from tests.factories import make_location, make_place

pytestmark = pytest.mark.e2e


@pytest.fixture
def form(transactional_db, django_user_model, staff_page, live_server):
    django_user_model.objects.create_superuser("admin")
    page = staff_page
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, live_server.url)
    return opened(page, "/admin/rallies/location/add/")


def opened(page, path):
    page.goto(path)
    page.get_by_text("Point and codes").click()
    page.locator("[data-map-pick]").scroll_into_view_if_needed()
    page.locator("[data-map-pick][data-state=open]").wait_for()
    return page


CENTRE = (
    "(() => { const {lat, lng} = document.querySelector('[data-map-pick]').map.getCenter(); return [lat, lng]; })()"
)


def paste(page, label, text):
    page.get_by_label(label).evaluate(
        "(field, text) => { const clipboardData = new DataTransfer(); clipboardData.setData('text/plain', text);"
        " field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })); }",
        text,
    )


def point(page):
    return float(page.get_by_label("Latitude").input_value()), float(page.get_by_label("Longitude").input_value())


def test_a_press_sets_the_fields(form):
    stage = form.locator("[data-map-stage]")
    assert form.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    stage.click(position={"x": 120, "y": 120})
    at = form.evaluate(
        "(() => { const {lat, lng} = document.querySelector('[data-map-pick]').map.containerPointToLatLng([119, 119]);"
        " return [lat, lng]; })()"
    )
    assert point(form) == pytest.approx(at, abs=0.8)
    expect(form.locator(".map-pick .map-pin")).to_have_count(1)


def test_arrow_keys_and_enter_set_the_middle(form):
    form.locator("[data-map-stage]").focus()
    form.keyboard.press("ArrowRight")
    form.wait_for_function("() => document.querySelector('[data-map-pick]').map.getCenter().lng > 50")
    form.wait_for_timeout(400)
    form.keyboard.press("Enter")
    middle = form.evaluate(
        "(() => { const {lat, lng} = document.querySelector('[data-map-pick]').map.getCenter(); return [lat, lng]; })()"
    )
    assert point(form) == pytest.approx(middle, abs=0.00001)
    assert form.url.endswith("/admin/rallies/location/add/")


def test_what_is_typed_moves_the_pin_and_is_said(form):
    status = form.locator("[data-map-status]")
    form.locator("[data-map-stage]").click(position={"x": 120, "y": 120})
    form.get_by_label("Latitude").fill("48.137")
    form.get_by_label("Longitude").fill("11.575")
    expect(status).to_have_text("The point is set: 48.137, 11.575 (The venue)")
    assert form.evaluate(CENTRE) == pytest.approx([48.137, 11.575], abs=0.01)
    form.get_by_label("Latitude").fill("")
    expect(form.locator(".map-pick .map-pin")).to_have_count(0)
    expect(status).to_have_text("")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("48,1374; 11,5755", ("48.1374", "11.5755")),
        ("48,1374, -11,5755", ("48.1374", "-11.5755")),
        ("48,5 11", ("48.5", "11")),
        ("48.1374, 11.5755", ("48.1374", "11.5755")),
        ("48.1374,11.5755", ("48.1374", "11.5755")),
        ("48, 11", ("48", "11")),
        ("48,1374", ("48.1374", "")),
    ],
)
def test_numbers_are_pasted_together(form, text, numbers):
    paste(form, "Latitude", text)
    values = [form.get_by_label(label).input_value() for label in ("Latitude", "Longitude")]
    assert tuple(values) == numbers


@pytest.mark.parametrize(
    ("typed", "precision"),
    [
        ({}, "venue"),
        ({"Venue": "Court", "Street address": "1 Main Street"}, "venue"),
        ({"Street address": "1 Main Street"}, "street"),
    ],
)
def test_a_picked_pin_is_that_of_the_venue(form, typed, precision):
    for label, text in typed.items():
        form.get_by_label(label).fill(text)
    form.locator("[data-map-stage]").click(position={"x": 120, "y": 120})
    assert form.get_by_label("The point is that of").input_value() == precision


def test_what_a_person_chose_stays_when_a_pin_is_picked(form):
    form.get_by_label("The point is that of").select_option("street")
    form.get_by_label("The point is that of").select_option("city")
    form.locator("[data-map-stage]").click(position={"x": 120, "y": 120})
    assert form.get_by_label("The point is that of").input_value() == "city"
    expect(form.locator("[data-map-status]")).to_contain_text("(The city)")


def test_it_opens_at_the_place_that_is_linked(form):
    row = make_location(venue="", latitude=None, longitude=None, place=make_place())
    opened(form, f"/admin/rallies/location/{row.pk}/change/")
    assert form.evaluate(CENTRE) == pytest.approx([39.8017, -89.6437], abs=0.01)
    assert form.evaluate("document.querySelector('[data-map-pick]').map.getZoom()") > 5
    expect(form.locator(".map-pick .map-pin")).to_have_count(0)


def test_beside_an_action_it_goes_along_with_the_city_that_is_typed(form):
    tucson = make_place(key="tucson-us", name="Tucson", country="US", latitude=32.22, longitude=-110.97)
    form.goto("/admin/rallies/action/add/")
    form.get_by_text("Another place", exact=True).click()
    form.locator("[data-map-pick]").scroll_into_view_if_needed()
    form.locator("[data-map-pick][data-state=open]").wait_for()
    form.get_by_role("textbox", name="City").fill("Tucson")
    form.get_by_text("In Tucson clocks go by").wait_for()
    assert form.evaluate(CENTRE) == pytest.approx([tucson.latitude, tucson.longitude], abs=0.05)
    # A point that is set stays in view.
    form.get_by_label("Latitude").fill("32.4")
    form.get_by_label("Longitude").fill("-111.2")
    form.get_by_role("textbox", name="City").fill("Tucson, Arizona")
    form.wait_for_timeout(600)
    assert form.evaluate(CENTRE) == pytest.approx([32.4, -111.2], abs=0.05)
