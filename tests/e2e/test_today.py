"""Which day is today: that of the visitor where scripts run, and that of UTC where none do. Nothing is sent."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

# One of them is on another day than UTC at any hour.
ZONES = ("Pacific/Kiritimati", "Etc/GMT+12", "UTC")


def marked(browser: Browser, live_server, *, zone: str, scripts: bool = True) -> tuple[date, list[str], list[str]]:
    """The day there, what week, month and day mark, and which addresses were asked for."""
    context = browser.new_context(base_url=live_server.url, timezone_id=zone, java_script_enabled=scripts)
    page, asked, found = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    there = timezone.now().astimezone(ZoneInfo(zone)).date()
    for path in (f"/actions/week/{there}/", f"/actions/month/{there:%Y-%m}/"):
        page.goto(path)
        times = page.locator("time[aria-current='date']").evaluate_all("all => all.map(one => one.dateTime)")
        styled = page.locator(".grid-today time, .month-today time").evaluate_all("all => all.map(one => one.dateTime)")
        assert times == styled
        found += times
    page.goto(f"/{there:%Y/%m/%d}/")
    found += [there.isoformat()] * page.locator(".page-kind").and_(page.get_by_text("Today")).is_visible()
    context.close()
    return there, found, asked


@pytest.mark.parametrize("zone", ZONES)
def test_today_is_that_of_the_visitor(browser, live_server, zone):
    there, found, asked = marked(browser, live_server, zone=zone)
    assert found == [there.isoformat()] * 3
    assert [address for address in asked if not address.startswith(live_server.url) or "?" in address] == []


def test_without_scripts_it_is_that_of_utc(browser, live_server):
    there, found, _asked = marked(browser, live_server, zone="UTC", scripts=False)
    assert found == [there.isoformat()] * 3
