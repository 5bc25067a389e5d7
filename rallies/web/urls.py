from django.urls import path

from rallies.enums import SitePageKey
from rallies.web import (
    action_page,
    day,
    map_archive,
    map_page,
    mark,
    month,
    picks,
    place_search,
    places,
    styleguide,
    views,
    week,
)
from rallies.web.report import report
from rallies.web.site_pages import site_page

app_name = "rallies"

urlpatterns = [
    path("", views.home, name="home"),
    path("actions/", views.action_list, name="action-list"),
    path("actions/month/", month.this_month, name="this-month"),
    path("actions/month/<str:month>/", month.month, name="month"),
    path("actions/week/", week.this_week, name="this-week"),
    path("actions/week/<str:day>/", week.week, name="week"),
    path("actions/map/", map_page.map_page, name="map"),
    path("<int:year>/<int:month>/<int:day>/", day.day, name="day"),
    path("<int:year>/<int:month>/", day.month_of_days, name="month-of-days"),
    path("actions/<slug:slug>/", action_page.action_detail, name="action-detail"),
    path("actions/<slug:slug>/report/", report, name="report"),
    path("picks/", picks.picks, name="picks"),
    path("picks/<str:token>/", picks.picked, name="picked"),
    path("campaigns/<slug:slug>/", views.campaign_detail, name="campaign-detail"),
    path("organizers/<slug:slug>/", views.organizer_detail, name="organizer-detail"),
    path("places/<slug:key>/", places.place_detail, name="place-detail"),
    path("countries/", places.country_list, name="country-list"),
    path("countries/<slug:code>/", places.country_detail, name="country-detail"),
    path("places/", place_search.place_search, name="places"),
    path("places/complete", place_search.complete_place, name="place-complete"),
    path("map.pmtiles", map_archive.map_archive, name="map-archive"),
    path("mark/<str:name>", mark.mark, name="mark"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    *(path(f"{key.value}/", site_page, {"key": key}, name=key.value) for key in SitePageKey),
]
