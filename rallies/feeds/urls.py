from django.urls import path

from . import views

app_name = "feeds"

urlpatterns = [
    path("actions.ics", views.actions, name="actions"),
    path("actions/<slug:slug>.ics", views.action, name="action"),
    path("campaigns/<slug:slug>.ics", views.campaign, name="campaign"),
    path("organizers/<slug:slug>.ics", views.organizer, name="organizer"),
]
