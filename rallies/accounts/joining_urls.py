"""Links that are good once."""

from django.urls import path

from . import joining

urlpatterns = [
    path("join/<str:token>/", joining.join, name="account_join"),
    path("recover/<str:token>/", joining.recover, name="account_recover"),
]
