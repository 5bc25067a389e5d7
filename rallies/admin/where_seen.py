"""What the desk says of the place of an action while one types: what fits, what it likely is, and its clock."""

from contextlib import suppress
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from rallies import names
from rallies.models import Location
from rallies.rules.errors import RuleBroken
from rallies.rules.times import derive_span
from rallies.selectors.venues import last_place

from .access import actor, choices_for
from .place_words import place_remarks
from .reveals import zone_of
from .where import WhereField, options_for

LIST = "id_location_list"


class ClockForm(forms.Form):
    """The part of an action's form that decides on which clock it is."""

    location = WhereField()
    timezone = forms.CharField(required=False)
    start_date = forms.DateField(required=False)
    start_time = forms.TimeField(required=False)


def places(request: HttpRequest) -> HttpResponse:
    """Options for `q`: known locations that the person may choose, and cities. A piece of HTML."""
    found = options_for(choices_for(request, Location), request.GET.get("q", ""), near=last_place(actor(request)))
    return HttpResponse(render_to_string("admin/rallies/where_options.html", {"options": found, "list": LIST}))


def same_places(request: HttpRequest) -> HttpResponse:
    """What another place that is being described likely is, to choose from; nothing while it is not whole."""
    field = _where(request)
    widget: Any = field.widget
    with suppress(forms.ValidationError):
        field.clean(widget.value_from_datadict(request.GET, {}, "location"))
    context = {"offered": widget.offered, "asks_whether_new": True, "name": "location"}
    said = render_to_string("admin/rallies/where_choices.html", context) if widget.asks_whether_new else ""
    return HttpResponse(said)


def clock(request: HttpRequest) -> HttpResponse:
    """When it is, on the clock of the place that is chosen, and what to look at in one that is described; nothing as long
    as there is none."""
    form = ClockForm(request.GET)
    field: Any = form.fields["location"]
    field.prepare(choices_for(request, Location), near=last_place(actor(request)))
    form.is_valid()
    location = form.cleaned_data.get("location")
    context = {
        "said": _clock_words(form, location),
        "city": location.place if location is not None else None,
        # Of a known one its own form says it.
        "remarks": place_remarks(location) if location is not None and location.pk is None else (),
    }
    return HttpResponse(render_to_string("admin/rallies/where_clock.html", context))


def _clock_words(form: ClockForm, location: Location | None) -> str:
    if location is None or form.errors:
        return ""
    day, hour = form.cleaned_data.get("start_date"), form.cleaned_data.get("start_time")
    before = form.data.get("initial-timezone", "")
    field: Any = form.fields["location"]
    location_before = field.stored(form.data.get("initial-location", ""))
    zone = zone_of(
        form.cleaned_data.get("timezone", ""), location=location, before=before, location_before=location_before
    )
    moment = timezone.now()
    if day is not None:
        try:
            moment = derive_span(
                start_date=day, start_time=hour, end_date=None, end_time=None, timezone=zone, kind="rally"
            ).starts_at
        except RuleBroken as error:
            return error.sentence
    said = {"city": location.locality, "zone": names.zone_name(zone, moment)}
    if hour is None:
        return _("In %(city)s clocks go by %(zone)s.") % said
    return _("%(time)s in %(city)s, %(zone)s") % {**said, "time": names.time_words(hour)}


def _where(request: HttpRequest) -> WhereField:
    field = WhereField()
    field.prepare(choices_for(request, Location), near=last_place(actor(request)))
    return field
