"""The short form by which an action is added: what it is, when, where and who; everything else is folded away."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from rallies.models import Organizer
from rallies.rules.access import NOBODY
from rallies.selectors.alike import actions_alike

from .action_form import ActionForm
from .alike import alike_words
from .guests import GuestsField


class NewActionForm(ActionForm):
    time_is_open = forms.BooleanField(
        label=_("The time is to be announced"),
        required=False,
        widget=forms.CheckboxInput({"data-shuts": "id_start_time"}),
    )
    entered_for = forms.ChoiceField(
        label=_("Host"), help_text=_("The group that hosts it, or the campaign that it is listed with.")
    )
    guests = GuestsField(
        label=_("Invite as co-hosts"), required=False, help_text=_("Shown beside the host once they accept.")
    )
    sides: Sequence[tuple[str, str]] = ()
    """What a new action can be entered for; none where that is not asked."""
    actor = NOBODY
    groups: "QuerySet[Organizer]" = Organizer.objects.none()
    """Those that may be invited."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["location"].widget.looks_for_alike = True
        fields["start_time"].help_text = ""
        fields["guests"].groups = fields["guests"].widget.groups = self.groups
        fields["entered_for"].choices = self.sides
        fields["entered_for"].initial = self.sides[0][0] if self.sides else None
        if not self.sides:
            # Administrators write groups and campaigns as they are, in rows of their own.
            del fields["entered_for"], fields["guests"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "start_time" not in self.errors and cleaned.get("start_date"):
            is_open, clock = cleaned.get("time_is_open"), cleaned.get("start_time")
            if is_open and clock is not None:
                self.add_error("start_time", _("Either there is a time, or it is to be announced: choose one."))
            elif not is_open and clock is None:
                self.add_error("start_time", _("Give the time, or tick that it is to be announced."))
        self._look_for_alike(cleaned)
        return cleaned

    def _look_for_alike(self, cleaned: dict[str, Any]) -> None:
        """Ask once whether it is there already; scripts have shown it while it was typed."""
        day, location = cleaned.get("start_date"), cleaned.get("location")
        if self.errors or day is None or location is None:
            return
        found = actions_alike(self.actor, day=day, location=location)
        seen = set(self.data.get("alike_seen", "").split())
        if {str(each.key) for each in found} <= seen:
            return
        widget: Any = self.fields["location"].widget
        widget.alike = alike_words(found, actor=self.actor)
        self.add_error(
            "location", _("Something like it is there already. Look at it, or save again to add yours anyway.")
        )

    def typed(self) -> dict[str, Any]:
        side: dict[str, Any] = {
            name: self.cleaned_data[name] for name in ("entered_for", "guests") if name in self.cleaned_data
        }
        return {**super().typed(), **side}
