from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

from . import docs, problems, views

app_name = "api"

urlpatterns = [
    path("v1/", gzip_page(views.IndexView.as_view()), name="index"),
    path("v1/actions/", gzip_page(views.ActionsView.as_view()), name="actions"),
    path("v1/actions/<slug:slug>/", gzip_page(views.ActionView.as_view()), name="action"),
    path("v1/occurrences/", gzip_page(views.OccurrencesView.as_view()), name="occurrences"),
    path("v1/occurrences/<str:uid>/", gzip_page(views.OccurrenceView.as_view()), name="occurrence"),
    path("v1/organizers/", gzip_page(views.OrganizersView.as_view()), name="organizers"),
    path("v1/organizers/<slug:slug>/", gzip_page(views.OrganizerView.as_view()), name="organizer"),
    path("v1/locations/", gzip_page(views.LocationsView.as_view()), name="locations"),
    path("v1/locations/<int:key>/", gzip_page(views.LocationView.as_view()), name="location"),
    path("v1/campaigns/", gzip_page(views.CampaignsView.as_view()), name="campaigns"),
    path("v1/campaigns/<slug:slug>/", gzip_page(views.CampaignView.as_view()), name="campaign"),
    path("v1/schema/", gzip_page(docs.SchemaView.as_view()), name="schema"),
    path("v1/docs/", docs.page, name="docs"),
    re_path("", csrf_exempt(problems.nothing_here)),
]
