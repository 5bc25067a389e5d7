"""The addresses of the API: each asks one selector."""

from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request

from rallies import links
from rallies.selectors import batches
from rallies.selectors.campaigns import get_campaign
from rallies.selectors.organizers import get_organizer

from . import serializers as shown
from .base import PublicView, WalkView
from .schema import FILTERS, WALK, described

ROOT = "/api/v1/"


class IndexView(PublicView):
    @described(shown.IndexSerializer, name="index", summary="Where everything is", problems=())
    def get(self, request: Request) -> HttpResponseBase:
        names = ("actions", "occurrences", "organizers", "locations", "campaigns", "schema", "docs")
        addresses = {name: links.absolute(f"{ROOT}{name}/") for name in names}
        self.nothing_but_noise(request)
        return self.answer(request, None, lambda: addresses, now=timezone.now())


class ActionsView(WalkView):
    serializer_class = shown.ActionSerializer

    @described(
        shown.ActionSerializer,
        walked=True,
        name="actions_list",
        summary="Actions that answer a question, each with those of its dates that do; undated ones last",
        parameters=(*FILTERS, *WALK),
        problems=(301, 400),
    )
    def get(self, request: Request) -> HttpResponseBase:
        question = self.question(request)
        return self.walk(
            request,
            lambda now, after, size: batches.actions_after(question, now=now, after=after, size=size),
            question=question,
        )


class ActionView(PublicView):
    @described(
        shown.ActionSerializer, name="actions_one", summary="One action with its dates", problems=(301, 400, 404, 410)
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        self.nothing_but_noise(request)
        return self.answer_one(request, lambda: batches.get_action_dates(slug), shown.ActionSerializer)


class OccurrencesView(WalkView):
    serializer_class = shown.OccurrenceSerializer

    @described(
        shown.OccurrenceSerializer,
        walked=True,
        name="occurrences_list",
        summary="Dates that answer a question, by start: what calendars hold",
        parameters=(*FILTERS, *WALK),
        problems=(301, 400),
    )
    def get(self, request: Request) -> HttpResponseBase:
        question = self.question(request)
        return self.walk(
            request,
            lambda now, after, size: batches.occurrences_after(question, now=now, after=after, size=size),
            question=question,
        )


class OccurrenceView(PublicView):
    @described(shown.OccurrenceSerializer, name="occurrences_one", summary="One date", problems=(400, 404, 410))
    def get(self, request: Request, uid: str) -> HttpResponseBase:
        self.nothing_but_noise(request)
        return self.answer_one(request, lambda: batches.get_occurrence(uid), shown.OccurrenceSerializer)


class OrganizersView(WalkView):
    serializer_class = shown.OrganizerSerializer
    takes_filters = False

    @described(shown.OrganizerSerializer, walked=True, name="organizers_list", summary="Groups", parameters=WALK)
    def get(self, request: Request) -> HttpResponseBase:
        return self.walk(
            request,
            lambda now, after, size: batches.organizers_after(after=after, size=size),
            question=self.question(request),
        )


class OrganizerView(PublicView):
    @described(shown.OrganizerSerializer, name="organizers_one", summary="One group", problems=(301, 400, 404))
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        self.nothing_but_noise(request)
        return self.answer_one(request, lambda: get_organizer(slug, now=timezone.now()), shown.OrganizerSerializer)


class LocationsView(WalkView):
    serializer_class = shown.PlaceSerializer
    takes_filters = False

    @described(
        shown.PlaceSerializer,
        walked=True,
        name="locations_list",
        summary="Locations of published actions, as far as they are public",
        parameters=WALK,
    )
    def get(self, request: Request) -> HttpResponseBase:
        return self.walk(
            request,
            lambda now, after, size: batches.locations_after(after=after, size=size),
            question=self.question(request),
        )


class LocationView(PublicView):
    @described(shown.PlaceSerializer, name="locations_one", summary="One location", problems=(400, 404))
    def get(self, request: Request, key: int) -> HttpResponseBase:
        self.nothing_but_noise(request)
        return self.answer_one(request, lambda: batches.get_location(key), shown.PlaceSerializer)


class CampaignsView(WalkView):
    serializer_class = shown.CampaignCardSerializer
    takes_filters = False

    @described(shown.CampaignCardSerializer, walked=True, name="campaigns_list", summary="Campaigns", parameters=WALK)
    def get(self, request: Request) -> HttpResponseBase:
        return self.walk(
            request,
            lambda now, after, size: batches.campaigns_after(after=after, size=size),
            question=self.question(request),
        )


class CampaignView(PublicView):
    @described(
        shown.WholeCampaignSerializer,
        name="campaigns_one",
        summary="One campaign, with all that sources say of it",
        problems=(301, 400, 404),
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        self.nothing_but_noise(request)
        return self.answer_one(request, lambda: get_campaign(slug, now=timezone.now()), shown.WholeCampaignSerializer)
