from django.urls import path

from rallies.enums import SitePageKey
from rallies.web import map_archive, mark, month, place_search, places, styleguide, views
from rallies.web.report import report
from rallies.web.site_pages import site_page

app_name = "rallies"

urlpatterns = [
    path("", views.home, name="home"),
    path("actions/", views.action_list, name="action-list"),
    path("actions/month/", month.this_month, name="this-month"),
    path("actions/month/<str:month>/", month.month, name="month"),
    path("actions/<slug:slug>/", views.action_detail, name="action-detail"),
    path("actions/<slug:slug>/report/", report, name="report"),
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
