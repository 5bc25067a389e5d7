"""Forms of the desk: they ask the rules, and show what a rule or an operation says beside its field."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from rallies.rules.errors import RuleBroken
from rallies.text import is_blank

Rules = Callable[[Mapping[str, Any]], Sequence[RuleBroken]]


def say_how_to_write(field: forms.Field) -> None:
    """In place of "Enter a valid date", which does not say what one looks like."""
    if isinstance(field, forms.DateField):
        field.error_messages["invalid"] = _("Write the day like 2027-03-14.")
    elif isinstance(field, forms.TimeField):
        field.error_messages["invalid"] = _("Write the time like 18:30, or 6:30 pm.")


class _Blank(list[Any]):
    """The values that count as no answer; among them text that shows nothing, such as a zero width space."""

    def __contains__(self, value: object) -> bool:
        return super().__contains__(value) or (isinstance(value, str) and is_blank(value))


class WithoutNulls(forms.BaseForm):
    """Takes a NUL that was pasted off, as operations do with other characters that nobody sees: Django refuses the whole form
    for it."""

    def _widget_data_value(self, widget: forms.Widget, html_name: str) -> Any:
        value = super()._widget_data_value(widget, html_name)  # type: ignore[misc]
        return value.replace("\0", "") if isinstance(value, str) else value


class RuleForm(WithoutNulls, forms.ModelForm):
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


class OperationForm(RuleForm):
    """A form whose input an operation writes; shows what the operation refused, too.

    Its admin sets `rules`, which are asked about all fields in `editable`: those that the form does not
    show, or that are wrong in themselves, as the row has them.
    """

    rules: Rules
    editable: frozenset[str] = frozenset()
    refused: Mapping[int | None, Sequence[RuleBroken]] = {}
    """What was refused, by the key of its row; None for one that is not written yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # The form remembers what it showed, so that what another person changed meanwhile is not undone.
            field.show_hidden_initial = not isinstance(field, forms.FileField)
            say_how_to_write(field)

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
