"""The pages that every site has. Not a list of rows: a page without one has the shipped text."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from rallies import links
from rallies.enums import SitePageKey
from rallies.models import SitePage
from rallies.operations import site_pages as operations
from rallies.rules.errors import RuleBroken
from rallies.selectors.site_pages import own_site_pages, shipped_page

from .base import OperationAdmin, person
from .forms import OperationForm


class SitePageForm(OperationForm):
    is_shipped = forms.BooleanField(
        label=_("Go back to the shipped text"),
        required=False,
        help_text=_("What stands above then leaves the page; its history keeps it."),
    )

    class Meta:
        model = SitePage
        fields = sorted(operations.EDITABLE)
        widgets = {"text": forms.Textarea(attrs={"rows": 30, "cols": 100})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in operations.EDITABLE & self.fields.keys():
            # The rules ask for it, and do not when what is typed is given up.
            self.fields[name].required = False

    def broken_rules(self, cleaned: Mapping[str, Any]) -> Sequence[RuleBroken]:
        if cleaned.get("is_shipped"):
            return ()
        return super().broken_rules(cleaned)

    def typed(self) -> dict[str, Any]:
        return {**super().typed(), "is_shipped": self.cleaned_data["is_shipped"]}


@admin.register(SitePage)
class SitePageAdmin(OperationAdmin):
    form = SitePageForm
    rules = staticmethod(operations.broken_values)
    editable = operations.EDITABLE
    readonly_fields = ["whose", "shipped"]
    fieldsets = [
        (
            None,
            {
                "fields": ["whose", "title", "text"],
                "description": _(
                    "Once you change it, the text is yours: it no longer follows the settings of the site, such as"
                    " SITE_CONTACT and SITE_OPERATOR, nor newer versions of Rallies. It must be true for your site,"
                    " and so must what it says of privacy."
                ),
            },
        ),
        (_("The shipped text"), {"fields": ["shipped", "is_shipped"]}),
    ]

    def view_on_site(self, obj: SitePage) -> str:
        return links.site_page_path(obj.key)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        own = own_site_pages()
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(self.opts.verbose_name_plural),
            "opts": self.opts,
            "pages": [
                {"key": key, "own": own.get(key.value), "path": links.site_page_path(key.value)} for key in SitePageKey
            ],
        }
        return TemplateResponse(request, "admin/rallies/site_pages.html", context)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> SitePage | None:
        if object_id not in SitePageKey.values:
            return None
        return own_site_pages().get(object_id) or operations.as_shipped(SitePageKey(object_id))

    def edit(self, pk: Any, values: Mapping[str, Any], request: HttpRequest) -> Model:
        key, by, now = SitePageKey(pk), person(request), timezone.now()
        if values.get("is_shipped"):
            return operations.restore_site_page(key, by=by, now=now)
        fields = {name: value for name, value in values.items() if name in operations.EDITABLE}
        return operations.edit_site_page(key, fields, by=by, now=now)

    @admin.display(description=_("text of the page"))
    def whose(self, page: SitePage) -> Any:
        return _("your own") if page.created_at else _("the shipped one")

    @admin.display(description=_("as this version has it"))
    def shipped(self, page: SitePage) -> str:
        return shipped_page(SitePageKey(page.key)).text
