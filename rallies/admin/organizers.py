from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rallies.models import Organizer
from rallies.operations import organizers as operations
from rallies.rules.errors import RuleBroken

from .base import OperationAdmin, OperationForm, person
from .fields import LinesField


class OrganizerForm(OperationForm):
    aliases = LinesField(label=_("other names"), required=False, help_text=_("One a line."))

    class Meta:
        model = Organizer
        fields = [*sorted(operations.EDITABLE), "slug"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False

    def broken_rules(self, cleaned: Mapping[str, Any]) -> Sequence[RuleBroken]:
        return operations.broken_values({n: v for n, v in cleaned.items() if n in operations.EDITABLE})


@admin.register(Organizer)
class OrganizerAdmin(OperationAdmin):
    form = OrganizerForm
    list_display = ["name", "kind", "website"]
    list_filter = ["kind"]
    search_fields = ["name", "slug"]
    fieldsets = [
        (None, {"fields": ["name", "aliases", "kind", "website", "description"]}),
        (_("Contact"), {"fields": ["contact", "contact_is_public"]}),
        (_("Desk"), {"classes": ["collapse"], "fields": ["slug", "kind_note"]}),
    ]

    def create(self, values: Mapping[str, Any], request: HttpRequest) -> Model:
        fields = {name: value for name, value in values.items() if name != "slug"}
        return operations.create_organizer(fields, slug=values["slug"], by=person(request), now=timezone.now())

    def edit(self, pk: int, values: Mapping[str, Any], request: HttpRequest) -> Model:
        return operations.edit_organizer(pk, values, by=person(request), now=timezone.now())
