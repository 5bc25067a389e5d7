"""The steps of an action as pages of the desk: what will be seen first, then a button."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget, AdminTimeWidget
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rallies import names
from rallies.models import Action, Location, Occurrence
from rallies.operations import actions as operations
from rallies.operations.errors import RulesBroken
from rallies.operations.saving import Person
from rallies.rules.access import Right
from rallies.rules.errors import RuleBroken
from rallies.rules.times import day_of_end_time
from rallies.rules.workflow import allowed_steps

from .access import allows, choices_for
from .base import person
from .forms import WithoutNulls, say_how_to_write
from .safe import SafeAutocomplete, is_key


class StepForm(WithoutNulls, forms.Form):
    """A step that asks nothing."""

    def __init__(
        self, *args: Any, action: Action | Occurrence, places: "QuerySet[Location] | None" = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        for field in self.fields.values():
            say_how_to_write(field)


class MessageForm(StepForm):
    message = forms.CharField(
        label=_("Message to the public"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why, and what those who planned to come can do. It stands first on the page and in calendars."),
    )


class TimeForm(MessageForm):
    start_date = forms.DateField(label=_("Date"), widget=AdminDateWidget)
    start_time = forms.TimeField(
        label=_("Start"), required=False, widget=AdminTimeWidget, help_text=_("Empty: to be announced.")
    )
    end_date = forms.DateField(
        label=_("Last day"), required=False, widget=AdminDateWidget, help_text=_("Only if it is another day.")
    )
    end_time = forms.TimeField(label=_("End"), required=False, widget=AdminTimeWidget)
    field_order = ("start_date", "start_time", "end_date", "end_time", "message")

    def __init__(self, *args: Any, action: Action | Occurrence, **kwargs: Any) -> None:
        super().__init__(*args, action=action, **kwargs)
        self.clock = _typed_clock(action)
        for name, value in self.clock.items():
            self.fields[name].initial = value
            # The form remembers what it showed: what another person changed meanwhile is not undone.
            self.fields[name].show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        untouched = self.clock.keys() - set(self.changed_data) - self.errors.keys()
        return {**cleaned, **{name: self.clock[name] for name in untouched}}


def _typed_clock(row: Action | Occurrence) -> dict[str, Any]:
    """The wall clock as somebody would type it. A date of a series holds the day of its end also where that follows from
    the times; shown, and left alone, it would stay behind when the date moves."""
    clock = {name: getattr(row, name) for name in ("start_date", "start_time", "end_date", "end_time")}
    if row.start_date and row.start_time and row.end_time:
        follows = day_of_end_time(row.start_date, start_time=row.start_time, end_time=row.end_time)
        if row.end_date == follows:
            clock["end_date"] = None
    return clock


class PlaceForm(MessageForm):
    location = forms.ModelChoiceField(label=_("New location"), queryset=Location.objects.none())
    field_order = ("location", "message")

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, action=action, **kwargs)
        self.fields["location"].queryset = self.places  # type: ignore[attr-defined]
        self.fields["location"].widget = SafeAutocomplete(Action._meta.get_field("location"), admin.site)
        self.fields["location"].widget.choices = self.fields["location"].choices  # type: ignore[attr-defined]
        self.fields["location"].initial = action.location_id


class OnlineForm(MessageForm):
    online_url = forms.URLField(label=_("Link for taking part"), max_length=1000)
    field_order = ("online_url", "message")

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, action=action, **kwargs)
        self.fields["online_url"].initial = action.online_url


@dataclass(frozen=True, slots=True)
class Step:
    """`step` is its name among the rules, `name` that in addresses. `words` stand on the button that leads to it,
    `button` on the one that does it; `foretold` says what the public and subscribers will see."""

    step: str
    name: str
    words: Any
    button: Any
    foretold: Any
    done: Any
    operation: Callable[..., Any]
    form: type[StepForm] = StepForm
    right: Right = Right.PUBLISH
    is_grave: bool = False
    tells_subscribers: bool = False

    def run(self, subject: Action | Occurrence, values: Mapping[str, Any], *, by: Person, now: datetime) -> None:
        self.operation(subject.pk, **values, by=by, now=now)


_ASK_AGAIN = _("Calendars that subscribed show it when they ask next: most within a few hours, some only the next day.")
STEPS = (
    Step(
        "publish", "publish", _("Publish"), _("Publish the action"),
        _("The action appears on the site, in feeds and in the API at once."),
        _("The action is published."), operations.publish_action,
    ),
    Step(
        "submit", "submit", _("Submit"), _("Submit the action"),
        _("Those who publish find it in their queue. The public sees nothing yet."),
        _("The action is submitted."), operations.submit_action, right=Right.SUBMIT,
    ),
    Step(
        "return", "return", _("Return"), _("Return the action"),
        _("It becomes a draft again, for its authors to complete."),
        _("The action is returned to its authors."), operations.return_action,
    ),
    Step(
        "confirm", "confirm", _("Confirm"), _("Confirm that it is on"),
        _("The page says that the host confirmed it today. What was not yet certain is then scheduled."),
        _("The action is confirmed."), operations.confirm_action,
    ),
    Step(
        "move in time", "move-time", _("Move in time…"), _("Move to another time"),
        _("The page and calendars show the new time, and say what it was before. It stays the same entry."),
        _("The action is moved."), operations.move_action_in_time, TimeForm, tells_subscribers=True,
    ),
    Step(
        "move in place", "move-place", _("Move in place…"), _("Move to another place"),
        _("The page and calendars show the new place, and say what it was before. The time on the clock stays."),
        _("The action is moved."), operations.move_action_in_place, PlaceForm, tells_subscribers=True,
    ),
    Step(
        "move online", "move-online", _("Move online…"), _("Move it online"),
        _("The page and calendars show the link in place of the location, and say that it moved."),
        _("The action is moved online."), operations.move_action_online, OnlineForm, tells_subscribers=True,
    ),
    Step(
        "postpone", "postpone", _("Postpone…"), _("Postpone the action"),
        _("It keeps its date until a new one is known, with “postponed” first on the page and in calendars."),
        _("The action is postponed."), operations.postpone_action, MessageForm, tells_subscribers=True,
    ),
    Step(
        "make tentative", "tentative", _("Not yet certain…"), _("Mark it as not yet certain"),
        _("The page and calendars say that it is not yet certain whether it takes place."),
        _("The action is marked as not yet certain."), operations.mark_action_tentative, MessageForm, tells_subscribers=True,
    ),
    Step(
        "cancel", "cancel", _("Cancel…"), _("Cancel the action"),
        _("It stays on the site and in calendars, marked as cancelled, so that those who planned to come learn of it."),
        _("The action is cancelled."), operations.cancel_action, MessageForm, is_grave=True, tells_subscribers=True,
    ),
    Step(
        "undo cancellation", "undo-cancellation", _("Undo the cancellation…"), _("Put it back on"),
        _("It is on again as it was before, everywhere, and calendars are told."),
        _("The cancellation is undone."), operations.undo_cancellation, MessageForm, tells_subscribers=True,
    ),
    Step(
        "withdraw", "withdraw", _("Withdraw…"), _("Withdraw the action"),
        _(
            "It leaves every list and feed at once, and its page answers that it was taken back. Subscribers are not"
            " told why: to call it off, cancel it instead."
        ),
        _("The action is withdrawn."), operations.withdraw_action, is_grave=True,
    ),
)  # fmt: skip


def open_steps(action: Action, request: HttpRequest) -> list[Step]:
    """The steps that the action may take now, and the person at the desk with it."""
    allowed = allowed_steps(publication=action.publication, status=action.status)
    rights = {right for right in (Right.SUBMIT, Right.PUBLISH) if allows(request, right, action)}
    return [step for step in STEPS if step.step in allowed and step.right in rights]


def step_page(
    desk: admin.ModelAdmin, request: HttpRequest, object_id: int, step: Step, *, date_id: int | None = None
) -> HttpResponse:
    """Ask, then do; with a `date_id`, to that date of the action alone. What a rule refuses stands beside its field,
    with what was typed kept."""
    action: Any = desk.get_object(request, str(object_id))
    if action is None:
        raise Http404
    if not allows(request, step.right, action):
        raise PermissionDenied
    change_page = reverse("admin:rallies_action_change", args=[action.pk])
    subject = action if date_id is None else _date_of(action, date_id)
    sent = request.POST if request.method == "POST" else None
    form = step.form(sent, action=subject, places=choices_for(request, Location))
    if form.is_valid():
        try:
            step.run(subject, form.cleaned_data, by=person(request), now=timezone.now())
        except (RuleBroken, RulesBroken) as error:
            _refuse(form, error)
        else:
            desk.message_user(request, step.done, messages.SUCCESS)
            return HttpResponseRedirect(change_page)
    context = {
        **desk.admin_site.each_context(request),
        "title": step.button,
        "action": action,
        "when": "" if date_id is None else names.when_words(subject.start_date, subject.start_time),
        "step": step,
        "form": form,
        "media": desk.media + form.media,
        "tells_subscribers": _ASK_AGAIN if step.tells_subscribers else "",
        "opts": desk.model._meta,
        "change_page": change_page,
    }
    return TemplateResponse(request, "admin/rallies/step.html", context)


def _date_of(action: Action, date_id: int) -> Occurrence:
    row = Occurrence.objects.filter(action=action, pk=date_id).first() if is_key(date_id) else None
    if row is None:
        raise Http404
    return row


def _refuse(form: StepForm, error: RuleBroken | RulesBroken) -> None:
    broken = error.broken if isinstance(error, RulesBroken) else (error,)
    for rule in broken:
        form.add_error(rule.field if rule.field in form.fields else None, rule.sentence)
