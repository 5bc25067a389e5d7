"""What is copied when a campaign is held again."""

from django.db.models import QuerySet

from rallies.enums import SHOWN_LISTINGS, ActionStatus
from rallies.models import Action, Campaign


def actions_to_copy(campaign: Campaign) -> "QuerySet[Action]":
    """The published actions that the campaign shows, in the order of making, with what stands beside them; those that
    were cancelled are left out."""
    rows = Action.objects.published().filter(listings__campaign=campaign, listings__state__in=SHOWN_LISTINGS)
    rows = rows.exclude(status=ActionStatus.CANCELLED).order_by("pk")
    return rows.select_related("location__place").prefetch_related("participations__organizer")
