"""What steps for many actions ask. A field that all of them get is typed as in the form of one."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rallies.enums import action_kinds
from rallies.models import Action, Campaign
from rallies.operations.action_change import values_of
from rallies.operations.bulk import FIELDS
from rallies.rules.actions import LENGTHS, broken_rules

from .fields import CodesField, access_features_field
from .forms import DeskForm

LONGEST = timedelta(days=3660)
_LENGTH = re.compile(r"\s*([+\-−–]?)\s*(\d{1,5})\s*(m|h|d|w|min|minutes?|hours?|days?|weeks?)\s*", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class NothingForm(DeskForm, forms.Form):
    """A step that asks nothing. `desk` knows what may be chosen."""

    def __init__(self, *args: Any, desk: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk = desk

    def wanted(self) -> Mapping[str, Any]:
        """What the operation takes beside the rows."""
        return self.cleaned_data


def _message() -> forms.CharField:
    return forms.CharField(
        label=_("Message to the public"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Stands first on the page and in the calendar entry of each of them."),
    )


class ReasonForm(NothingForm):
    message = _message()


class LengthField(forms.CharField):
    """A length of time with its sign, as "+1 hour", "-30 minutes", "+7 days"."""

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        if not typed:
            return None
        found = _LENGTH.fullmatch(typed)
        length = timedelta(**{_UNITS[found[3][0].lower()]: int(found[2])}) if found else timedelta(0)
        if not length:
            raise forms.ValidationError(_("Write it like +1 hour, -30 minutes, +7 days or +2 weeks."))
        if length > LONGEST:
            raise forms.ValidationError(_("That is more than ten years."))
        return -length if found and found[1] in {"-", "−", "–"} else length


class LengthForm(NothingForm):
    length = LengthField(
        label=_("By how much"),
        help_text=_("Such as +1 hour, -30 minutes, +7 days or +2 weeks: on the clock of each place."),
    )
    message = _message()

    def wanted(self) -> Mapping[str, Any]:
        return {"by_time": self.cleaned_data["length"], "message": self.cleaned_data["message"]}


class CampaignForm(NothingForm):
    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = self.desk.campaigns().order_by("-first_day", "name")  # type: ignore[attr-defined]

    def wanted(self) -> Mapping[str, Any]:
        return {"campaign_id": self.cleaned_data["campaign"].pk}


class FieldForm(NothingForm):
    """One field and its value: the others are left as they stand. Without scripts all of them are there."""

    field = forms.ChoiceField(label=_("Field"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("Kind"), choices=lambda: [("", "---------"), *action_kinds()], required=False)
    languages = CodesField(label=_("Languages spoken"), required=False, help_text=_("Codes: en, es, pt-BR."))
    access_features = access_features_field(label=_("Access"))
    access_note = forms.CharField(label=_("Note on access"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    what_to_bring = forms.CharField(label=_("What to bring"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    contact = forms.CharField(
        label=_("Contact"), required=False, help_text=_("Whether the public sees it is said at each action.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["field"].choices = [(name, self.fields[name].label) for name in FIELDS]  # type: ignore[attr-defined]
        for name in LENGTHS.keys() & set(FIELDS):
            self.fields[name].widget.attrs["maxlength"] = LENGTHS[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        name = cleaned.get("field")
        if name is None or name in self.errors:
            return cleaned
        for rule in broken_rules(values_of(Action(title="-", timezone="UTC")) | {name: cleaned[name]}):
            if rule.field == name:
                self.add_error(name, rule.sentence)
        return cleaned

    def wanted(self) -> Mapping[str, Any]:
        name = self.cleaned_data["field"]
        return {"field": name, "value": self.cleaned_data[name]}
