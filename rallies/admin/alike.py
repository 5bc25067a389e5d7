"""What stands beside the form of a new action: others on about that day near that place, and the way to join one."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from rallies import links, names
from rallies.models import Location
from rallies.rules.access import Actor
from rallies.selectors.alike import Alike, actions_alike
from rallies.selectors.venues import last_place

from .access import actor, choices_for
from .where import WhereField


class AlikeForm(forms.Form):
    location = WhereField()
    start_date = forms.DateField()


def alike_words(found: Iterable[Alike], *, actor: Actor) -> dict[str, Any] | None:
    """What a page says of them; None if there are none."""
    rows = [
        {
            "title": each.action.title,
            "path": links.action_path(each.action.slug)
            if each.is_public
            else reverse("admin:rallies_action_change", args=[each.key]),
            "when": names.when_words(each.action.when.start_date, each.action.when.start_time),
            "where": each.action.place.label if each.action.place else "",
            "groups": [part.name for part in each.action.participations],
            "is_draft": not each.is_public,
            "join": reverse("admin:rallies_action_join", args=[each.action.slug])
            if each.is_public and not each.is_own and actor.organizes
            else "",
            "key": each.key,
        }
        for each in found
    ]
    return {"rows": rows, "seen": " ".join(str(row["key"]) for row in rows)} if rows else None


def preview(request: HttpRequest) -> HttpResponse:
    """What is on about that day near that place; a piece of HTML, empty as long as either is not known."""
    form, who = AlikeForm(request.GET), actor(request)
    field: Any = form.fields["location"]
    field.prepare(choices_for(request, Location), near=last_place(who))
    day, location = (form.cleaned_data.get(name) if form.is_valid() else None for name in ("start_date", "location"))
    found = actions_alike(who, day=day, location=location) if day is not None and location is not None else ()
    said = alike_words(found, actor=who)
    return HttpResponse(render_to_string("admin/rallies/alike.html", {"alike": said}) if said else "")
