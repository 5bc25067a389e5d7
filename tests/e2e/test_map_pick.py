"""The point of a location is set at the desk: by pointer, by keys and by typing."""

import pytest
from playwright.sync_api import expect

from tests.e2e.desk import sign_in

pytestmark = pytest.mark.e2e


@pytest.fixture
def form(transactional_db, django_user_model, staff_page):
    django_user_model.objects.create_superuser("admin", password="a-long-password-of-tests")
    page = staff_page
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "a-long-password-of-tests")
    page.goto("/admin/rallies/location/add/")
    page.get_by_text("Point and codes").click()
    page.locator("[data-map-pick]").scroll_into_view_if_needed()
    page.locator("[data-map-pick][data-state=open]").wait_for()
    return page


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


def test_what_is_typed_moves_the_pin(form):
    form.get_by_label("Latitude").fill("48.137")
    form.get_by_label("Longitude").fill("11.575")
    centre = (
        "(() => { const {lat, lng} = document.querySelector('[data-map-pick]').map.getCenter(); return [lat, lng]; })()"
    )
    assert form.evaluate(centre) == pytest.approx([48.137, 11.575], abs=0.01)
    form.get_by_label("Latitude").fill("")
    expect(form.locator(".map-pick .map-pin")).to_have_count(0)
