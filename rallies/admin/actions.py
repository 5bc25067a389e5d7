"""Actions at the desk."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rallies import links
from rallies.enums import PlaceVisibility
from rallies.models import Action, Listing, Participation, Source
from rallies.operations import actions as operations
from rallies.operations.action_change import EDITABLE
from rallies.operations.parts import save_parts
from rallies.rules.actions import broken_rules
from rallies.rules.errors import RuleBroken
from rallies.rules.parts import broken_listing, broken_participation, broken_source

from .base import OperationAdmin, OperationForm, RuleForm, SafeAutocompletes, person
from .fields import CodesField, LinesField, access_features_field
from .steps import STEPS, Step, open_steps, step_page

# Nothing carries out a reveal or extends a series by itself as long as there is no worker.
NOT_YET = {"recurrence_rule", "place_revealed_from"}


class ActionForm(OperationForm):
    route_stops = LinesField(label=_("route passes"), required=False, help_text=_("One stop a line."))
    languages = CodesField(label=_("languages spoken"), required=False, help_text=_("Codes: en, es, pt-BR."))
    access_features = access_features_field(label=_("access"))

    class Meta:
        model = Action
        fields = [*sorted(EDITABLE - NOT_YET), "slug"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Both can be worked out: the zone from the place, the address name from the title.
        self.fields["timezone"].required = False
        self.fields["slug"].required = False
        visibility: Any = self.fields["place_visibility"]
        visibility.choices = [choice for choice in visibility.choices if choice[0] != PlaceVisibility.CITY_UNTIL]

    def clean(self) -> dict[str, Any]:
        if not self.cleaned_data.get("timezone") and self.cleaned_data.get("location"):
            self.cleaned_data["timezone"] = self.cleaned_data["location"].timezone
        return super().clean()

    def broken_rules(self, cleaned: Mapping[str, Any]) -> Sequence[RuleBroken]:
        return broken_rules({name: cleaned.get(name, getattr(self.instance, name)) for name in EDITABLE})

    def typed(self) -> dict[str, Any]:
        typed = super().typed()
        # "Clear" ticked beside a picture comes as False.
        return {**typed, "picture": typed["picture"] or ""}


class ParticipationForm(RuleForm):
    def broken_rules(self, cleaned: Mapping[str, Any]) -> Sequence[RuleBroken]:
        role, state = cleaned.get("role", ""), cleaned.get("state", "")
        return broken_participation(role=role, state=state, has_source=cleaned.get("source") is not None)


class ListingForm(RuleForm):
    def broken_rules(self, cleaned: Mapping[str, Any]) -> Sequence[RuleBroken]:
        return broken_listing(state=cleaned.get("state", ""), basis=cleaned.get("basis", ""))


class SourceForm(RuleForm):
    def broken_rules(self, cleaned: Mapping[str, Any]) -> Sequence[RuleBroken]:
        if "url" in self.errors:
            return ()
        return broken_source(**{name: cleaned.get(name) or "" for name in ("url", "outlet", "note", "confidence")})


class PartFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        if any("id" in form.errors for form in self.forms):
            raise forms.ValidationError(
                _("A row was taken off by somebody else meanwhile. Open the page again to see what is there.")
            )


class PartInline(SafeAutocompletes, admin.TabularInline):
    formset = PartFormSet
    extra = 0
    show_change_link = False


class ParticipationInline(PartInline):
    model = Participation
    form = ParticipationForm
    fields = ["organizer", "role", "state", "source", "position"]
    autocomplete_fields = ["organizer"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "source":
            # Only the action's own sources can name a group on it.
            match = request.resolver_match
            own = match.kwargs.get("object_id", "") if match else ""
            kwargs["queryset"] = Source.objects.filter(action_id=int(own)) if own.isdigit() else Source.objects.none()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ListingInline(PartInline):
    model = Listing
    form = ListingForm
    fields = ["campaign", "state", "basis"]
    autocomplete_fields = ["campaign"]


class SourceInline(PartInline):
    model = Source
    form = SourceForm
    fk_name = "action"
    fields = ["url", "outlet", "published_on", "note", "stated_date", "is_main", "confidence", "position"]


@admin.register(Action)
class ActionAdmin(OperationAdmin):
    form = ActionForm
    list_display = ["title", "start_date", "start_time", "location", "kind", "publication", "status"]
    list_filter = ["publication", "status", "kind", "listings__campaign", "start_date"]
    list_select_related = ["location"]
    search_fields = ["title", "slug", "location__venue", "location__locality"]
    autocomplete_fields = ["location"]
    date_hierarchy = "start_date"
    actions = ["publish", "withdraw"]
    inlines = [ParticipationInline, ListingInline, SourceInline]
    readonly_fields = ["publication", "status", "status_message", "confirmed_at"]
    fieldsets = [
        (None, {"fields": ["title", "kind", "description", ("publication", "status"), "status_message"]}),
        (
            _("When"),
            {"fields": [("start_date", "start_time"), ("end_date", "end_time"), "timezone", "time_note"]},
        ),
        (_("Where"), {"fields": ["location", "attendance_mode", "online_url"]}),
        (
            _("Date not announced"),
            {"classes": ["collapse"], "fields": [("window_first", "window_last"), "window_note"]},
        ),
        (
            _("What the public sees of the place"),
            {"classes": ["collapse"], "fields": ["place_visibility"]},
        ),
        (
            _("Route"),
            {
                "classes": ["collapse"],
                "fields": [("gathering_time", "step_off_time"), "route_start", "route_stops", "route_end"],
            },
        ),
        (
            _("For those who come"),
            {
                "classes": ["collapse"],
                "fields": ["what_to_bring", "languages", "access_features", "access_note"],
            },
        ),
        (
            _("Contact and picture"),
            {"classes": ["collapse"], "fields": ["contact", "contact_is_public", "picture", "picture_alt"]},
        ),
        (
            _("What sources say"),
            {
                "classes": ["collapse"],
                "fields": ["title_basis", "kind_detail", "reported_status", "confidence", "confidence_note"],
            },
        ),
        (_("Desk"), {"classes": ["collapse"], "fields": ["slug", "confirmed_at", "internal_note"]}),
    ]

    def get_urls(self) -> list[Any]:
        def page_of(step: Step) -> Any:
            return self.admin_site.admin_view(lambda request, object_id: step_page(self, request, object_id, step))

        steps = [
            path(f"<int:object_id>/{step.name}/", page_of(step), name=f"rallies_action_{step.name}") for step in STEPS
        ]
        return [*steps, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        action: Any = self.get_object(request, unquote(object_id))
        steps = open_steps(action) if action else []
        more = {"steps": steps, "is_draft": action is not None and action.publication in {"draft", "submitted"}}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        return super().add_view(request, form_url, {**(extra_context or {}), "is_draft": True})

    def view_on_site(self, obj: Action) -> str | None:  # type: ignore[override]
        return links.action_path(obj.slug) if obj.publication == "published" else None

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "_publish" in request.POST:
            # In the transaction of the form: what cannot be published is not half saved.
            operations.publish_action(form.instance.pk, by=person(request), now=timezone.now())

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> Any:
        return self._published(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> Any:
        return self._published(request, obj) or super().response_change(request, obj)

    def _published(self, request: HttpRequest, obj: Action) -> HttpResponse | None:
        if "_publish" not in request.POST:
            return None
        self.message_user(request, _("Saved and published."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:rallies_action_change", args=[obj.pk]))

    def create(self, values: Mapping[str, Any], request: HttpRequest) -> Model:
        fields = {name: value for name, value in values.items() if name != "slug"}
        return operations.create_action(fields, slug=values["slug"], by=person(request), now=timezone.now())

    def edit(self, pk: int, values: Mapping[str, Any], request: HttpRequest) -> Model:
        return operations.edit_action(pk, values, by=person(request), now=timezone.now())

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        saved = formset.save(commit=False)
        save_parts(
            form.instance.pk, saved=saved, removed=formset.deleted_objects, by=person(request), now=timezone.now()
        )
        formset.save_m2m = lambda: None

    @admin.action(description=_("Publish the chosen actions"))
    def publish(self, request: HttpRequest, queryset: "QuerySet[Action]") -> None:
        self.run_on_each(request, queryset, operations.publish_action, done=_("Published: %(count)d."))

    @admin.action(description=_("Withdraw the chosen actions (their pages answer “gone”)"))
    def withdraw(self, request: HttpRequest, queryset: "QuerySet[Action]") -> None:
        self.run_on_each(request, queryset, operations.withdraw_action, done=_("Withdrawn: %(count)d."))
