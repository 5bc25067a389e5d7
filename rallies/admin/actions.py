"""Actions at the desk."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from rallies import links, names
from rallies.enums import ActionStatus, ListingState, ParticipationState, PlaceVisibility, Publication
from rallies.models import Action, Location, Organizer
from rallies.operations import actions as operations
from rallies.operations.action_change import EDITABLE
from rallies.operations.parts import save_parts
from rallies.rules.access import Right
from rallies.rules.actions import broken_rules
from rallies.selectors.missing import missing_of, with_missing
from rallies.selectors.reports import count_open_reports
from rallies.selectors.venues import last_place
from rallies.text import clean_line

from . import (
    action_layout,
    alike,
    as_public,
    bulk,
    campaign_ask,
    descriptions,
    duplicates,
    exports,
    filters,
    repeats,
    reveals,
    where_seen,
)
from .access import actor, allows, choices_for, is_choosing
from .action_form import ActionForm, ActionSourceInline, ListingInline, ParticipationInline
from .base import OperationAdmin, person
from .by_day import ByDay, DayList
from .date_steps import DATE_STEPS, TAKE_UP, date_months, date_rows, skip_picked
from .filters import ActionCountryFilter, CampaignFilter, MissingFilter, WhenFilter, found_by
from .history import Restoring
from .join import join_page
from .new_action import NewActionForm
from .place_words import place_remarks
from .restoring import RECORD
from .reveals import seen_of
from .sides import handing_on, parts_for, sides_of
from .step_words import past_words, put_back_words
from .steps import MOVED_BY, STEPS, Step, open_steps, step_page
from .where import written
from .zone_words import is_same_clock, zone_now

_PREVIEWS = {
    "repeats": repeats.preview,
    "place-seen": reveals.preview,
    "description-seen": descriptions.preview,
    "places": where_seen.places,
    "same-places": where_seen.same_places,
    "clock": where_seen.clock,
    "alike": alike.preview,
}


def _returned_by(action: Action) -> list[tuple[str, str]]:
    """Who gave the action back, "" for its own people, and why."""
    own = [("", action.return_message)] if action.return_message else []
    rows = action.listings.exclude(message="").select_related("campaign")
    return own + [(row.campaign.name, row.message) for row in rows]


class ActionList(DayList):
    """With what each action lacks."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: Any = list(self.result_list)
        with_missing(rows, now=timezone.now())
        self.result_list = rows


@admin.register(Action)
class ActionAdmin(ByDay, OperationAdmin):
    words_to_add = _("Add an action")
    words_when_empty = _(
        "No action is here yet. What you add stands here: first as a draft, which the public does not see."
    )
    words_of_order = _("Last changed first.")
    form = ActionForm
    rules = staticmethod(broken_rules)
    editable = EDITABLE
    save_parts = staticmethod(save_parts)
    choosing = Right.ASK
    words_of_choice = staticmethod(campaign_ask.words_of_choice)
    list_display = ["title", "start_date", "start_time", "location", "kind", "standing"]
    list_filter = [
        "publication",
        "status",
        WhenFilter,
        MissingFilter,
        CampaignFilter,
        ActionCountryFilter,
        "attendance_mode",
        "kind",
        *filters.LED_TO,
    ]
    list_select_related = ["location"]
    # What is searched stands in `found_by`; Django shows the field for it where there are any.
    search_fields = ["title"]
    search_help_text = _("Words of the title, place or group.")
    autocomplete_fields = ["location"]
    # In a closed list on a phone, the longest of them is cut off.
    radio_fields = {"place_visibility": admin.VERTICAL}
    date_hierarchy = "start_date"
    actions = [*map(bulk.chosen, bulk.STEPS), *exports.ACTIONS]
    inlines = [ParticipationInline, ListingInline, ActionSourceInline]
    readonly_fields = ["publication", "status", "status_message", "confirmed_at", "what_is_seen"]
    fieldsets: ClassVar[Any] = action_layout.EVERYTHING

    @admin.display(description=_("state"), ordering="publication")
    def standing(self, action: Action) -> str:
        """What sets it apart: not public, or not simply on."""
        if action.publication == Publication.WITHDRAWN and (until := put_back_words(action, now=timezone.now())):
            return format_html('<span class="flag" data-publication="withdrawn">{}</span> {}', _("Withdrawn"), until)
        flags = [("publication", action.publication, action.get_publication_display())]
        if action.status != ActionStatus.SCHEDULED:
            flags.append(("status", action.status, action.get_status_display()))
        told = [flag for flag in flags if flag[1] != Publication.PUBLISHED]
        told += [("missing", what.value, str(what.label)) for what in missing_of(action)]
        state = "" if told and told[0][0] != "missing" else action.get_publication_display()
        return format_html("{} {}", state, format_html_join(" ", '<span class="flag" data-{}="{}">{}</span>', told))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ActionList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # Django takes the name of this filter for a path through models.
        return lookup == CampaignFilter.parameter_name or super().lookup_allowed(lookup, value, request)

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
        take_up = self.admin_site.admin_view(
            lambda request, object_id, day: step_page(self, request, object_id, TAKE_UP, skipped=day)
        )
        steps.append(
            path(f"<int:object_id>/skipped/<slug:day>/{TAKE_UP.name}/", take_up, name=f"rallies_action_{TAKE_UP.name}")
        )
        previews = [
            path(f"{name}/", self.admin_site.admin_view(self._previewing(page)), name=f"rallies_action_{name}")
            for name, page in _PREVIEWS.items()
        ]
        joining = self.admin_site.admin_view(lambda request, slug: join_page(self, request, slug))
        previews.append(path("join/<slug:slug>/", joining, name="rallies_action_join"))
        return [
            *bulk.bulk_urls(self),
            as_public.preview_url(self),
            duplicates.action_url(self),
            *previews,
            *steps,
            *super().get_urls(),
        ]

    def _previewing(self, page: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
        """A page for those who fill in the form."""

        def preview(request: HttpRequest) -> HttpResponse:
            if not (self.has_add_permission(request) or self.has_change_permission(request)):
                raise PermissionDenied
            return page(request)

        return preview

    def get_fieldsets(self, request: HttpRequest, obj: Action | None = None) -> Any:
        fieldsets: Any = super().get_fieldsets(request, obj)
        if obj is None:
            return action_layout.adding(asks_for_whom=bool(sides_of(actor(request))))
        may_change = self.has_change_permission(request, obj)
        told = (action_layout.unfolded_where_said(obj, each) for each in fieldsets)
        return [
            action_layout.state_of(obj),
            *(self._place_fieldset(obj, *each, may_change=may_change) for each in told),
        ]

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs = kwargs if obj is not None else {"form": NewActionForm, **kwargs}
        form = super().get_form(request, obj, change=change, **kwargs)
        form.locations, form.near = self._choosable(request, obj), last_place(actor(request))
        if obj is None:
            form.actor = actor(request)
            form.sides, form.groups = sides_of(actor(request)), choices_for(request, Organizer)
        return form

    def _choosable(self, request: HttpRequest, action: Any) -> "QuerySet[Location]":
        """What may be chosen, and what stands there already."""
        rows = choices_for(request, Location)
        if action is None or action.location_id is None:
            return rows
        return Location.objects.filter(Q(pk__in=rows.order_by().values("pk")) | Q(pk=action.location_id))

    def get_inline_instances(self, request: HttpRequest, obj: Model | None = None) -> Any:
        inlines = super().get_inline_instances(request, obj)
        if obj is None:
            for inline in inlines:
                inline.classes = ["collapse"]
        if obj is None and sides_of(actor(request)):
            # What a new action is entered for stands there first; others are invited and asked after that.
            return [inline for inline in inlines if not isinstance(inline, ParticipationInline | ListingInline)]
        return inlines

    def restoring(self, request: HttpRequest, row: Any) -> Restoring:
        """Time and place of what is public are moved, so that the public is told: by the steps."""
        by_form = super().restoring(request, row)
        if row.publication != Publication.PUBLISHED:
            return by_form
        opened = {step.name for step in open_steps(row, request)}

        def address(name: str, record: Any) -> str:
            if name not in MOVED_BY:
                return by_form(name, record)
            path = reverse(f"admin:rallies_action_{MOVED_BY[name]}", args=[row.pk])
            return f"{path}?{RECORD}={record.history_id}" if MOVED_BY[name] in opened else ""

        return address

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
            more["months"] = date_months(date_rows(action, now=timezone.now(), may_change=may_change))
            more["may_preview"] = as_public.is_offered(action.publication)
            more["returned"] = _returned_by(action)
            more["may_duplicate"] = self.has_add_permission(request)
            more["jumped_over"] = list(action.occurrences.filter(is_jumped_over=True).without_text().in_order())
        if may_change:
            with_missing([action], now=timezone.now())
            more["missing"] = missing_of(action)
            more["steps"] = open_steps(action, request)
            more["put_back"] = put_back_words(action, now=timezone.now())
        if action and allows(request, Right.PUBLISH, action):
            more["is_draft"] = action.publication in {Publication.DRAFT, Publication.SUBMITTED}
            more["open_reports"] = count_open_reports(action.error_reports.all())
        elif may_change:
            more["may_submit"] = action.publication == Publication.DRAFT and allows(request, Right.SUBMIT, action)
        ways = handing_on(actor(request))
        if may_change and ways.differs and action.publication == Publication.DRAFT:
            more["hands_on"] = ways
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        may_publish, ways = self.has_publish_permission(request), handing_on(actor(request))
        more: dict[str, Any] = {"is_draft": may_publish, "may_submit": not may_publish}
        if ways.differs and not actor(request).is_administrator:
            # Without scripts both are there, and each does what it says where it can.
            more |= {"may_submit": True, "hands_on": ways}
        # "Save" does that.
        more["show_save_and_continue"] = False
        return super().add_view(request, form_url, {**(extra_context or {}), **more})

    def view_on_site(self, obj: Action) -> str | None:
        return links.action_path(obj.slug) if obj.publication == "published" else None

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if (days := form.picked_days()) is not None:
            skip_picked(form.instance, days, by=person(request), now=timezone.now())
        self._say_what_is_not_shown(request, form.instance)
        self._say_when(request, form)
        described = form.cleaned_data.get("location")
        if described is not None and described.pk is None:
            for remark in place_remarks(form.instance.location):
                self.message_user(request, remark, messages.WARNING)
        # In the transaction of the form: what cannot be published is not half saved.
        self._hand_on(request, form.instance)

    def _say_when(self, request: HttpRequest, form: Any) -> None:
        """A day that is past, and a zone that went along with the place, or one that does not go with it."""
        action, now = form.instance, timezone.now()
        if {"start_date", "end_date"} & set(form.changed_data) and (past := past_words(action, now=now)):
            self.message_user(request, past, messages.WARNING)
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
        if groups and action.publication == Publication.PUBLISHED:
            said = ngettext(
                "%(count)d group is invited, and not shown until it accepts.",
                "%(count)d groups are invited, and not shown until they accept.",
                groups,
            )
            self.message_user(request, said % {"count": groups}, messages.INFO)
        elif groups:
            said = ngettext(
                "%(count)d group is invited. At the desk it reads the title, day, city and hosts already; it is not shown until it accepts.",
                "%(count)d groups are invited. At the desk they read the title, day, city and hosts already; they are not shown until they"
                " accept.",
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

    def _hand_on(self, request: Any, action: Action) -> None:
        """Publish or submit it, as the button said; where its host was changed and no script changed the button, too, what is
        possible of that."""
        who: dict[str, Any] = {"by": person(request), "now": timezone.now()}
        may_publish, may_submit = (allows(request, right, action) for right in (Right.PUBLISH, Right.SUBMIT))
        if request.POST.get("_publish") and may_publish:
            operations.publish_action(action.pk, **who)
            request.handed_on = _("Saved and published.")
        elif not (request.POST.get("_submit") or request.POST.get("_publish")):
            return
        elif may_submit and action.publication == Publication.DRAFT:
            operations.submit_action(action.pk, **who)
            request.handed_on = _("Saved and submitted: those who publish find it in their queue.")
        else:
            said = _("Saved, and not published: that is for the groups that host it now.")
            self.message_user(request, said, messages.WARNING)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> Any:
        """To the action itself, where what it lacks and the next step stand; not to the list."""
        if handed_on := self._handed_on(request, obj):
            return handed_on
        if {"_addanother", IS_POPUP_VAR} & set(request.POST):
            return super().response_add(request, obj, post_url_continue)
        if not {"_publish", "_submit"} & set(request.POST):
            said = _("Saved as a draft: the public sees nothing of it until it is published.")
            self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:rallies_action_change", args=[obj.pk]))

    def response_change(self, request: HttpRequest, obj: Any) -> Any:
        return self._handed_on(request, obj) or super().response_change(request, obj)

    def _handed_on(self, request: HttpRequest, obj: Action) -> HttpResponse | None:
        said = getattr(request, "handed_on", "")
        if not said:
            return None
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:rallies_action_change", args=[obj.pk]))

    def get_search_results(self, request: HttpRequest, queryset: "QuerySet[Action]", search_term: str) -> Any:
        search_term = clean_line(search_term)
        if is_choosing(request):
            return campaign_ask.offered(queryset, words=search_term), False
        return found_by(queryset, words=search_term), False

    def create(self, values: Mapping[str, Any], request: HttpRequest) -> Model:
        values = self._with_place(values, request)
        fields = {name: value for name, value in values.items() if name not in {"slug", "entered_for", "guests"}}
        parts = parts_for(values.get("entered_for", ""), guests=values.get("guests", ()))
        return operations.create_action(fields, slug=values["slug"], **parts, by=person(request), now=timezone.now())

    def edit(self, pk: int, values: Mapping[str, Any], request: HttpRequest) -> Model:
        values = self._with_place(values, request)
        return operations.edit_action(pk, values, by=person(request), now=timezone.now())

    def _with_place(self, values: Mapping[str, Any], request: HttpRequest) -> Mapping[str, Any]:
        """With the location written that the form describes: in the transaction of the form, so that none is left alone."""
        location = values.get("location")
        if location is None:
            return values
        return {**values, "location": written(location, by=person(request), now=timezone.now())}
