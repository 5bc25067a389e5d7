"""Forms of the desk: they ask the rules, and show what a rule or an operation says beside its field."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import UniqueConstraint
from django.forms.utils import pretty_name
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rallies.rules.errors import RuleBroken
from rallies.text import is_blank

from .meanwhile import Key, Told

Rules = Callable[[Mapping[str, Any]], Sequence[RuleBroken]]


_REQUIRED = forms.Field.default_error_messages["required"]


def say_how_to_write(fields: Mapping[str, forms.Field]) -> None:
    """In place of "Enter a valid date", which does not say what one looks like, and of "This field is required", which does not
    say which. A field that has a sentence of its own keeps it."""
    for name, field in fields.items():
        if isinstance(field, forms.DateField):
            field.error_messages["invalid"] = _("Write the day like 2027-03-14.")
        elif isinstance(field, forms.TimeField):
            field.error_messages["invalid"] = _("Write the time like 18:30, or 6:30 pm.")
        if field.error_messages.get("required") == _REQUIRED:
            field.error_messages["required"] = _words_if_empty(field, name)


def _if_empty(field: forms.Field, name: str) -> str:
    # Asked when it is said: forms may label their fields after they are made.
    label = capfirst(str(field.label or pretty_name(name)))
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return gettext("“%(field)s” is empty: choose one.") % {"field": label}
    return gettext("“%(field)s” is empty: fill it in.") % {"field": label}


_words_if_empty = lazy(_if_empty, str)


class _Blank(list[Any]):
    """The values that count as no answer; among them text that shows nothing, such as a zero width space."""

    def __contains__(self, value: object) -> bool:
        return super().__contains__(value) or (isinstance(value, str) and is_blank(value))


class DeskForm(forms.BaseForm):
    """Says in the words of the desk what is empty or cannot be read, and takes a NUL that was pasted off, as operations do with
    other characters that nobody sees: Django refuses the whole form for it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_how_to_write(self.fields)

    def _widget_data_value(self, widget: forms.Widget, html_name: str) -> Any:
        value = super()._widget_data_value(widget, html_name)  # type: ignore[misc]
        return value.replace("\0", "") if isinstance(value, str) else value


class RuleForm(DeskForm, forms.ModelForm):
    """A model form that asks the rules, and shows what they say beside its fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.empty_values = _Blank(field.empty_values)

    def broken_rules(self, cleaned: Mapping[str, Any]) -> Sequence[RuleBroken]:
        """What the rules say of the input; fields that are wrong in themselves are not in `cleaned`."""
        return ()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for rule in self.broken_rules(cleaned):
            if rule.field not in self.errors:
                self.add_error(rule.field if rule.field in self.fields else None, rule.sentence)
        return cleaned

    def validate_constraints(self) -> None:
        """Uniqueness only: what checks of the database say, rules have said in words and beside the field."""
        exclude = self._get_validation_exclusions()  # type: ignore[attr-defined]
        for constraint in self.instance._meta.constraints:
            if isinstance(constraint, UniqueConstraint):
                try:
                    constraint.validate(type(self.instance), self.instance, exclude=exclude)
                except ValidationError as error:
                    self.add_error(None, error)


class ShownField(forms.BoundField):
    """A field that may show something else than what is stored, or tell that this changed: the form goes on from what is
    stored now."""

    def value(self) -> Any:
        form: Any = self.form
        if self.name in form.theirs:
            return self._plain().value()
        if self.name in form.filled and not form.is_bound:
            return self.field.prepare_value(form.filled[self.name])
        return super().value()

    def as_hidden(self, attrs: Any = None, **kwargs: Any) -> Any:
        form: Any = self.form
        if kwargs.get("only_initial") and self.name in form.begun_anew:
            return self._plain().as_hidden(attrs, **kwargs)
        return super().as_hidden(attrs, **kwargs)

    def _plain(self) -> forms.BoundField:
        form: Any = self.form
        return forms.BoundField(form.as_stored, self.field, self.name)


class SharedForm(RuleForm):
    """A model form that several people may have open at once. It remembers what it showed, so that nobody undoes what
    another changed; where both changed the same it tells, and takes theirs for a field where that is ticked.
    """

    bound_field_class = ShownField
    told: Mapping[Key, Told] = {}
    """What others changed meanwhile, by the model and key of a row."""
    filled: Mapping[str, Any] = {}
    """Values that a form begins with in place of those that are stored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What is typed goes on to the instance.
        self.stored = copy(self.instance)
        for field in self.fields.values():
            field.show_hidden_initial = not isinstance(field, forms.FileField)
        self.theirs = {name for name in self.fields if f"theirs-{self.add_prefix(name)}" in self.data}

    @cached_property
    def changed_data(self) -> list[str]:
        changed: list[str] = super().changed_data
        return [name for name in changed if name not in self.theirs]

    @property
    def told_of(self) -> Told | None:
        return self.told.get((type(self.stored), self.stored.pk))

    @property
    def begun_anew(self) -> set[str]:
        """Fields whose change counts from what is stored now, not from what was shown at first."""
        told = self.told_of
        return {*self.theirs, *self.filled, *(told.notes if told else ())}

    @cached_property
    def as_stored(self) -> forms.ModelForm:
        return type(self)(instance=self.stored, prefix=self.prefix)

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in self.theirs:
            self.errors.pop(name, None)
            read = getattr(self.fields[name], "from_stored", None)
            value = getattr(self.stored, name, None)
            self.cleaned_data[name] = read(value) if read else value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        told = self.told_of
        if told is not None:
            self.add_error(None, told.sentence)
            for name, note in told.notes.items():
                self.add_error(name if name in self.fields else None, note.beside(self.add_prefix(name)))
        return cleaned


class OperationForm(SharedForm):
    """A form whose input an operation writes; shows what the operation refused, too.

    Its admin sets `rules`, which are asked about all fields in `editable`: those that the form does not
    show, or that are wrong in themselves, as the row has them.
    """

    rules: Rules
    editable: frozenset[str] = frozenset()
    refused: Mapping[int | None, Sequence[RuleBroken]] = {}
    """What was refused, by the key of its row; None for one that is not written yet."""

    def broken_rules(self, cleaned: Mapping[str, Any]) -> Sequence[RuleBroken]:
        # The instance still has what was stored: the input goes on to it after clean(). A new one may lack its owner.
        stored = {name: getattr(self.instance, name, None) for name in self.editable}
        return self.rules({name: cleaned.get(name, stored[name]) for name in self.editable})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for rule in self.refused.get(self.instance.pk, ()):
            self.add_error(rule.field if rule.field in self.fields else None, rule.sentence)
        return cleaned

    def typed(self) -> dict[str, Any]:
        """Every field of the form, as its operation takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name in {*self.editable, "slug"}}

    def changed(self) -> dict[str, Any]:
        """The fields that this person changed, against what the form showed."""
        return {name: value for name, value in self.typed().items() if name in self.changed_data}


class SluggedForm(OperationForm):
    """A form with an address name, which can be worked out from the title."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A row of a list that is edited in place has no such field.
        if "slug" in self.fields:
            self.fields["slug"].required = False
