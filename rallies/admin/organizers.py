from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rallies import links
from rallies.models import Organizer
from rallies.operations import organizers as operations

from .base import OperationAdmin, person
from .fields import LinesField
from .forms import SluggedForm
from .people import WithPeople


class OrganizerForm(SluggedForm):
    aliases = LinesField(label=_("other names"), required=False, help_text=_("One a line."))

    class Meta:
        model = Organizer
        fields = [*sorted(operations.EDITABLE), "slug"]
        help_texts = {
            "website": _("Begins with https:// or http://."),
            "description": _("Who they are, in a few sentences. Markdown."),
            "contact": _("For the desk, unless the group wants it shown to the public."),
            "slug": _("The end of the address of its page and feed. Earlier ones keep leading there."),
        }


@admin.register(Organizer)
class OrganizerAdmin(WithPeople, OperationAdmin):
    words_to_add = _("Add an organizer")
    words_when_empty = _("No group is here yet. Once one is, actions can name it as their host.")
    form = OrganizerForm
    rules = staticmethod(operations.broken_values)
    editable = operations.EDITABLE
    list_display = ["name", "kind", "website"]
    list_editable = ["kind"]
    list_filter = ["kind"]
    search_fields = ["name", "slug", "aliases"]
    fieldsets = [
        (None, {"fields": ["name", "aliases", "kind", "website", "description"]}),
        (_("Contact"), {"fields": ["contact", "contact_is_public"]}),
        (_("Desk"), {"classes": ["collapse"], "fields": ["slug", "kind_note"]}),
    ]

    def view_on_site(self, obj: Organizer) -> str | None:
        return links.organizer_path(obj.slug) if Organizer.objects.known().filter(pk=obj.pk).exists() else None

    def create(self, values: Mapping[str, Any], request: HttpRequest) -> Model:
        fields = {name: value for name, value in values.items() if name != "slug"}
        return operations.create_organizer(fields, slug=values["slug"], by=person(request), now=timezone.now())

    def edit(self, pk: int, values: Mapping[str, Any], request: HttpRequest) -> Model:
        return operations.edit_organizer(pk, values, by=person(request), now=timezone.now())
