"""A value of before, back in the form of a row: nothing is written until somebody saves it, by the rights, the rules and the
public line of history of any other change."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from .repeats import KEEP, RepeatsField
from .safe import is_key

FIELD, RECORD = "restore", "from"


def form_address(row: Any, name: str, record: Any) -> str:
    """The form of a row, with a field as a record has it."""
    path = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return f"{path}?{urlencode({FIELD: name, RECORD: record.history_id})}"


def record_asked(request: HttpRequest, row: Any) -> Any:
    """The record of this row that an address names; None for any other number, and when something is sent."""
    number = request.GET.get(RECORD, "")
    if request.method != "GET" or not is_key(number) or not hasattr(type(row), "history"):
        return None
    return row.history.filter(history_id=number).first()


def fill(form: Any, request: HttpRequest, row: Any) -> str:
    """Let the class of a form begin with the value that the address asks for; what to say of it, "" if nothing is asked."""
    name, record = request.GET.get(FIELD, ""), record_asked(request, row)
    field = form.base_fields.get(name)
    if record is None or field is None or not can_be_filled(field) or not hasattr(record, name):
        return ""
    value = getattr(record, row._meta.get_field(name).attname)
    if isinstance(field, forms.ModelChoiceField) and value and not field.queryset.filter(pk=value).exists():  # type: ignore[union-attr]
        return ""
    if isinstance(field, RepeatsField) and _is_beyond(field, value, row):
        return _("That rule is from outside, and no field here can say it.")
    form.filled = {name: value}
    return _("“%(field)s” has again what it had before. Nothing is written until you save.") % {"field": field.label}


def can_be_filled(field: Any) -> bool:
    """A browser lets nobody fill in a file."""
    return not isinstance(field, forms.FileField)


def _is_beyond(field: RepeatsField, rule: str, row: Any) -> bool:
    field.show(rule, day=row.start_date, clock=row.start_time, today=row.updated_at.date())
    widget: Any = field.widget
    return bool(widget.parts(rule)["every"] == KEEP)
