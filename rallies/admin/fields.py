"""Form fields for days and hours, and for lists that are stored as JSON."""

from typing import Any

from django import forms
from django.db import models
from django.db.models import TextChoices

from rallies.enums import AccessFeature


class DayInput(forms.DateInput):
    """The calendar of the browser: on a phone, its own wheels or grid. It takes and sends ISO days alone."""

    input_type = "date"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    """The clock of the browser, with or without am and pm as its reader is used to."""

    input_type = "time"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, format="%H:%M")


WIDGETS: dict[type[models.Field], dict[str, Any]] = {
    models.DateField: {"widget": DayInput},
    models.TimeField: {"widget": ClockInput},
}
"""In place of Django's pickers, which need scripts, and on a phone a sharp finger."""


class LinesField(forms.CharField):
    """A list of short texts, one a line."""

    widget: forms.Widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = value if isinstance(value, list) else (value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial) != self.to_python(data))


class CodesField(LinesField):
    """A list of codes, with commas between them."""

    widget = forms.TextInput()

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        codes = value if isinstance(value, list) else (value or "").split(",")
        return [code.strip() for code in codes if code.strip()]


class ChoicesField(forms.MultipleChoiceField):
    """Some of a closed list, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, known: type[TextChoices], **kwargs: Any) -> None:
        super().__init__(choices=known.choices, required=False, **kwargs)


def access_features_field(**kwargs: Any) -> ChoicesField:
    return ChoicesField(AccessFeature, **kwargs)
