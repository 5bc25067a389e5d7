from collections.abc import Iterator

from django.urls import URLPattern, path

from . import views
from .asked import Ask, of_actions, of_campaign, of_country, of_organizer, of_place
from .tables import CSV, GEOJSON, as_table
from .views import as_calendar

app_name = "feeds"


def in_each_format(route: str, ask: Ask, *, name: str) -> Iterator[URLPattern]:
    """The calendar, CSV and GeoJSON of the same question."""
    yield path(f"{route}.ics", as_calendar(ask), name=name)
    for table in (CSV, GEOJSON):
        yield path(f"{route}.{table.ending}", as_table(ask, table), name=f"{name}-{table.ending}")


urlpatterns = [
    *in_each_format("actions", of_actions, name="actions"),
    *in_each_format("campaigns/<slug:slug>", of_campaign, name="campaign"),
    *in_each_format("organizers/<slug:slug>", of_organizer, name="organizer"),
    *in_each_format("places/<slug:key>", of_place, name="place"),
    *in_each_format("countries/<slug:code>", of_country, name="country"),
    path("actions/<slug:slug>.ics", views.action, name="action"),
    path("picks/<str:token>.ics", views.picks, name="picks"),
]
