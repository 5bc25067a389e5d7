"""In which order the form of an action asks, and what of it is folded away."""

from typing import Any

from django.contrib.admin.utils import flatten
from django.utils.translation import gettext_lazy as _

from rallies.models import Action

FOLDED = ["collapse"]
Fieldset = tuple[Any, dict[str, Any]]

WHAT: Fieldset = (None, {"fields": ["title", "kind", ("start_date", "start_time")]})
WHEN_MORE: Fieldset = (
    _("End, repetition and time zone"),
    {"classes": FOLDED, "fields": [("end_date", "end_time"), "recurrence_rule", "timezone", "time_note"]},
)
WHERE: Fieldset = (None, {"fields": ["location"]})
PLACE_SEEN: Fieldset = (
    _("What the public sees of the place"),
    {"classes": FOLDED, "fields": ["place_visibility", "place_revealed_from"]},
)
ONLINE: Fieldset = (_("Taking part online"), {"classes": FOLDED, "fields": ["attendance_mode", "online_url"]})
WHO: Fieldset = (None, {"fields": ["entered_for", "guests"]})
DESCRIPTION: Fieldset = (None, {"fields": ["description"]})
MORE: list[Fieldset] = [
    (
        _("Date not announced"),
        {"classes": FOLDED, "fields": [("window_first", "window_last"), "window_note"]},
    ),
    (
        _("Route"),
        {"classes": FOLDED, "fields": [("gathering_time", "step_off_time"), "route_start", "route_stops", "route_end"]},
    ),
    (
        _("For those who come"),
        {"classes": FOLDED, "fields": ["what_to_bring", "languages", "access_features", "access_note"]},
    ),
    (
        _("Contact and picture"),
        {"classes": FOLDED, "fields": ["contact", "contact_is_public", "picture", "picture_alt"]},
    ),
    (
        _("What sources say"),
        {
            "classes": FOLDED,
            "fields": ["title_basis", "kind_detail", "reported_status", "confidence", "confidence_note"],
        },
    ),
    (_("Desk"), {"classes": FOLDED, "fields": ["slug", "internal_note"]}),
]
EVERYTHING = [WHAT, WHEN_MORE, WHERE, PLACE_SEEN, ONLINE, DESCRIPTION, *MORE]


def adding(*, asks_for_whom: bool) -> list[Fieldset]:
    """The short form: what, when, where and who stand open."""
    what: Fieldset = (None, {"fields": [*WHAT[1]["fields"], "time_is_open"]})
    who = [WHO] if asks_for_whom else []
    return [what, WHEN_MORE, WHERE, PLACE_SEEN, ONLINE, *who, DESCRIPTION, *MORE]


def state_of(action: Action) -> Fieldset:
    """What became of it, without what there is not. Nothing can be said of the state of an action that is being added."""
    said = [name for name in ("status_message", "confirmed_at") if getattr(action, name)]
    return _("State"), {"fields": [("publication", "status"), *said]}


def unfolded_where_said(action: Action, fieldset: Fieldset) -> Fieldset:
    """Of an action that is there: the end, the repetition and the link stand open if there are any."""
    name, options = fieldset
    if not any(getattr(action, field) for field in flatten(options["fields"]) if field in _TOLD):
        return fieldset
    return name, {**options, "classes": []}


_TOLD = {"end_date", "end_time", "recurrence_rule", "time_note", "online_url"}
