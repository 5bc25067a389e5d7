"""Actions at the desk."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from rallies import links, names
from rallies.enums import ActionStatus, ListingState, ParticipationState, PlaceVisibility, Publication
from rallies.models import Action
from rallies.operations import actions as operations
from rallies.operations.action_change import EDITABLE
from rallies.operations.parts import save_parts
from rallies.rules.access import Right
from rallies.rules.actions import broken_rules
from rallies.selectors.reports import count_open_reports
from rallies.text import clean_line

from . import repeats, reveals
from .access import actor, allows
from .action_form import ActionForm, ActionSourceInline, ListingInline, ParticipationInline
from .base import OperationAdmin, person
from .date_steps import DATE_STEPS, date_rows
from .filters import ActionCountryFilter, ChosenFilter, MissingFilter, WhenFilter, with_title
from .reveals import seen_of
from .sides import parts_for, sides_of
from .steps import STEPS, Step, open_steps, step_page
from .zone_words import is_same_clock, zone_now


@admin.register(Action)
class ActionAdmin(OperationAdmin):
    form = ActionForm
    rules = staticmethod(broken_rules)
    editable = EDITABLE
    save_parts = staticmethod(save_parts)
    list_display = ["title", "start_date", "start_time", "location", "kind", "standing"]
    list_filter = [
        "publication",
        "status",
        WhenFilter,
        MissingFilter,
        ("listings__campaign", ChosenFilter),
        ActionCountryFilter,
        "attendance_mode",
        "kind",
    ]
    list_select_related = ["location"]
    search_fields = ["title", "slug", "location__venue", "location__locality", "participations__organizer__name"]
    search_help_text = _("Words of the title, place or group.")
    autocomplete_fields = ["location"]
    # In a closed list on a phone, the longest of them is cut off.
    radio_fields = {"place_visibility": admin.VERTICAL}
    date_hierarchy = "start_date"
    actions = ["publish", "withdraw", "confirm"]
    inlines = [ParticipationInline, ListingInline, ActionSourceInline]
    readonly_fields = ["publication", "status", "status_message", "confirmed_at", "what_is_seen"]
    # Nothing can be said of the state of an action that is being added.
    state = (_("State"), {"fields": ["publication", "status", "status_message", "confirmed_at"]})
    fieldsets = [
        (None, {"fields": ["title", "kind", "description"]}),
        (
            _("When"),
            {
                "fields": [
                    ("start_date", "start_time"),
                    ("end_date", "end_time"),
                    "recurrence_rule",
                    "timezone",
                    "time_note",
                ]
            },
        ),
        (_("Where"), {"fields": ["location", "attendance_mode", "online_url"]}),
        (
            _("What the public sees of the place"),
            {"classes": ["collapse"], "fields": ["place_visibility", "place_revealed_from"]},
        ),
        (
            _("Date not announced"),
            {"classes": ["collapse"], "fields": [("window_first", "window_last"), "window_note"]},
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
        (_("Desk"), {"classes": ["collapse"], "fields": ["slug", "internal_note"]}),
    ]

    @admin.display(description=_("state"), ordering="publication")
    def standing(self, action: Action) -> str:
        """What sets it apart: not public, or not simply on."""
        flags = [("publication", action.publication, action.get_publication_display())]
        if action.status != ActionStatus.SCHEDULED:
            flags.append(("status", action.status, action.get_status_display()))
        told = [flag for flag in flags if flag[1] != Publication.PUBLISHED]
        if not told:
            return action.get_publication_display()
        return format_html_join(" ", '<span class="flag" data-{}="{}">{}</span>', told)

    def get_urls(self) -> list[Any]:
        def page_of(step: Step) -> Any:
            return self.admin_site.admin_view(lambda request, object_id: step_page(self, request, object_id, step))

        steps = [
            path(f"<int:object_id>/{step.name}/", page_of(step), name=f"rallies_action_{step.name}") for step in STEPS
        ]

        def date_page_of(step: Step) -> Any:
            return self.admin_site.admin_view(
                lambda request, object_id, date_id: step_page(self, request, object_id, step, date_id=date_id)
            )

        steps += [
            path(
                f"<int:object_id>/dates/<int:date_id>/{step.name}/",
                date_page_of(step),
                name=f"rallies_action_{step.name}",
            )
            for step in DATE_STEPS
        ]
        previews = [
            path(f"{name}/", self.admin_site.admin_view(self._previewing(page)), name=f"rallies_action_{name}")
            for name, page in (("repeats", repeats.preview), ("place-seen", reveals.preview))
        ]
        return [*previews, *steps, *super().get_urls()]

    def _previewing(self, page: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
        """A page for those who fill in the form."""

        def preview(request: HttpRequest) -> HttpResponse:
            if not (self.has_add_permission(request) or self.has_change_permission(request)):
                raise PermissionDenied
            return page(request)

        return preview

    def get_fieldsets(self, request: HttpRequest, obj: Action | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return [(None, {"fields": ["entered_for"]}), *fieldsets] if sides_of(actor(request)) else fieldsets
        may_change = self.has_change_permission(request, obj)
        return [self.state, *(self._place_fieldset(obj, *each, may_change=may_change) for each in fieldsets)]

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.sides = sides_of(actor(request)) if obj is None else ()
        return form

    def get_inline_instances(self, request: HttpRequest, obj: Model | None = None) -> Any:
        inlines = super().get_inline_instances(request, obj)
        if obj is None and sides_of(actor(request)):
            # What a new action is entered for stands there first; others are invited and asked after that.
            return [inline for inline in inlines if not isinstance(inline, ParticipationInline | ListingInline)]
        return inlines

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether there may be actions whose publication the person decides on: which, is asked for each."""
        who = actor(request)
        return who.is_administrator or bool(who.organizes | who.coordinates)

    def _place_fieldset(self, action: Action, name: Any, options: Any, *, may_change: bool) -> Any:
        """Unfolded where a place is withheld. Who may only look reads it in words, not as a moment in UTC."""
        if "place_visibility" not in options["fields"]:
            return name, options
        fields = options["fields"] if may_change else ["place_visibility", "what_is_seen"]
        is_exact = action.place_visibility == PlaceVisibility.EXACT
        return name, {"classes": options["classes"] if is_exact else [], "fields": fields}

    @admin.display(description=_("What the public sees"))
    def what_is_seen(self, action: Action) -> str:
        return seen_of(action, now=timezone.now()).sentence

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        action: Any = self.get_object(request, unquote(object_id))
        more: dict[str, Any] = {}
        may_change = bool(action) and self.has_change_permission(request, action)
        if action and self.has_view_permission(request, action):
            more["dates"] = date_rows(action, now=timezone.now(), may_change=may_change)
            more["jumped_over"] = list(action.occurrences.filter(is_jumped_over=True).without_text().in_order())
        if may_change:
            more["steps"] = open_steps(action, request)
        if action and allows(request, Right.PUBLISH, action):
            more["is_draft"] = action.publication in {Publication.DRAFT, Publication.SUBMITTED}
            more["open_reports"] = count_open_reports(action.error_reports.all())
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        more = {"is_draft": self.has_publish_permission(request)}
        return super().add_view(request, form_url, {**(extra_context or {}), **more})

    def view_on_site(self, obj: Action) -> str | None:
        return links.action_path(obj.slug) if obj.publication == "published" else None

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self._say_what_is_not_shown(request, form.instance)
        self._say_zone(request, form)
        if self._asks_to_publish(request, form.instance):
            # In the transaction of the form: what cannot be published is not half saved.
            operations.publish_action(form.instance.pk, by=person(request), now=timezone.now())

    def _say_zone(self, request: HttpRequest, form: Any) -> None:
        """A zone that went along with the place, or one that does not go with it."""
        action, now = form.instance, timezone.now()
        if action.location is None or action.start_time is None:
            return
        if not is_same_clock(action.timezone, action.location.timezone, now=now):
            said = _(
                "The time is on the clock of %(zone)s, and clocks at “%(location)s” go by %(other)s. If that is not "
                "meant, empty the time zone."
            )
            words = {"zone": action.timezone, "location": action.location, "other": action.location.timezone}
            self.message_user(request, said % words, messages.WARNING)
        elif "timezone" in form.followed and "location" in form.changed_data:
            self.message_user(request, zone_now(action.timezone, now=now), messages.INFO)

    def _say_what_is_not_shown(self, request: HttpRequest, action: Action) -> None:
        """What somebody in a hurry would take for done."""
        if action.location is None and action.start_time is not None:
            zone = f"{names.zone_name(action.timezone, timezone.now())} ({action.timezone})"
            self.message_user(request, _("The time is that of %(zone)s.") % {"zone": zone}, messages.INFO)
        if action.place_visibility != PlaceVisibility.EXACT:
            seen = seen_of(action, now=timezone.now())
            self.message_user(request, seen.sentence, messages.INFO)
            for warning in seen.warnings:
                self.message_user(request, warning, messages.WARNING)
        groups = action.participations.filter(state=ParticipationState.INVITED).count()
        if groups:
            said = ngettext(
                "%(count)d group is invited, and not shown until it accepts.",
                "%(count)d groups are invited, and not shown until they accept.",
                groups,
            )
            self.message_user(request, said % {"count": groups}, messages.INFO)
        asked = [ListingState.REQUESTED_BY_HOST, ListingState.REQUESTED_BY_CAMPAIGN]
        campaigns = action.listings.filter(state__in=asked).count()
        if campaigns:
            said = ngettext(
                "%(count)d campaign is asked, and does not show the action until it accepts.",
                "%(count)d campaigns are asked, and do not show the action until they accept.",
                campaigns,
            )
            self.message_user(request, said % {"count": campaigns}, messages.INFO)

    def _asks_to_publish(self, request: HttpRequest, action: Action) -> bool:
        return "_publish" in request.POST and allows(request, Right.PUBLISH, action)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> Any:
        return self._published(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> Any:
        return self._published(request, obj) or super().response_change(request, obj)

    def _published(self, request: HttpRequest, obj: Action) -> HttpResponse | None:
        if not self._asks_to_publish(request, obj):
            return None
        self.message_user(request, _("Saved and published."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:rallies_action_change", args=[obj.pk]))

    def get_search_results(self, request: HttpRequest, queryset: "QuerySet[Action]", search_term: str) -> Any:
        search_term = clean_line(search_term)
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if search_term:
            # The databases fold accents differently; the folded title is the same in both.
            found = queryset.filter(Q(pk__in=found.values("pk")) | Q(pk__in=with_title(queryset, words=search_term)))
            may_repeat = False
        return found, may_repeat

    def create(self, values: Mapping[str, Any], request: HttpRequest) -> Model:
        fields = {name: value for name, value in values.items() if name not in {"slug", "entered_for"}}
        parts = parts_for(values.get("entered_for", ""))
        return operations.create_action(fields, slug=values["slug"], **parts, by=person(request), now=timezone.now())

    def edit(self, pk: int, values: Mapping[str, Any], request: HttpRequest) -> Model:
        return operations.edit_action(pk, values, by=person(request), now=timezone.now())

    @admin.action(permissions=["publish"], description=_("Publish the chosen actions"))
    def publish(self, request: HttpRequest, queryset: "QuerySet[Action]") -> None:
        self.run_on_each(request, queryset, operations.publish_action, done=_("Published: %(count)d."))

    @admin.action(permissions=["publish"], description=_("Withdraw the chosen actions (their pages answer “gone”)"))
    def withdraw(self, request: HttpRequest, queryset: "QuerySet[Action]") -> None:
        # Never asks to sign in again: somebody may be in danger by what stands there, and publishing undoes it.
        self.run_on_each(request, queryset, operations.withdraw_action, done=_("Withdrawn: %(count)d."))

    @admin.action(permissions=["publish"], description=_("Confirm that the chosen actions are on"))
    def confirm(self, request: HttpRequest, queryset: "QuerySet[Action]") -> None:
        self.run_on_each(request, queryset, operations.confirm_action, done=_("Confirmed: %(count)d."))
