from django.urls import path

from . import tables, views

app_name = "feeds"

urlpatterns = [
    path("actions.ics", views.actions, name="actions"),
    path("actions/<slug:slug>.ics", views.action, name="action"),
    path("campaigns/<slug:slug>.ics", views.campaign, name="campaign"),
    path("organizers/<slug:slug>.ics", views.organizer, name="organizer"),
    path("places/<slug:key>.ics", views.place, name="place"),
    path("countries/<slug:code>.ics", views.country, name="country"),
    path("picks/<str:token>.ics", views.picks, name="picks"),
    path("actions.csv", tables.actions_csv, name="actions-csv"),
    path("actions.geojson", tables.actions_geojson, name="actions-geojson"),
    path("campaigns/<slug:slug>.csv", tables.campaign_csv, name="campaign-csv"),
    path("campaigns/<slug:slug>.geojson", tables.campaign_geojson, name="campaign-geojson"),
    path("organizers/<slug:slug>.csv", tables.organizer_csv, name="organizer-csv"),
    path("organizers/<slug:slug>.geojson", tables.organizer_geojson, name="organizer-geojson"),
    path("places/<slug:key>.csv", tables.place_csv, name="place-csv"),
    path("places/<slug:key>.geojson", tables.place_geojson, name="place-geojson"),
    path("countries/<slug:code>.csv", tables.country_csv, name="country-csv"),
    path("countries/<slug:code>.geojson", tables.country_geojson, name="country-geojson"),
]
