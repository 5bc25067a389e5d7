"""The steps of an action as pages of the desk: what will be seen first, then a button."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rallies import names
from rallies.enums import Publication
from rallies.models import Action, Location, Occurrence
from rallies.operations import actions as operations
from rallies.operations.errors import RulesBroken
from rallies.operations.meanwhile import ChangedMeanwhile
from rallies.operations.saving import Person
from rallies.rules.access import Right
from rallies.rules.errors import RuleBroken
from rallies.rules.times import day_of_end_time
from rallies.rules.workflow import allowed_steps, check_put_back, check_step, put_back_until

from .access import allows, choices_for
from .base import person
from .fields import ClockInput, DayInput
from .forms import DeskForm
from .meanwhile import newest_number
from .restoring import record_asked
from .safe import is_key
from .step_words import Happened, as_shown, check_as_shown, foretold, past_words, what_happened
from .where import WhereField, written

LONGEST_MESSAGE = 2000
AS_IT_WAS = _("Nothing was changed: it is there, and then, already.")


class StepForm(DeskForm, forms.Form):
    """A step that asks nothing."""

    def __init__(
        self, *args: Any, action: Action | Occurrence, places: "QuerySet[Location] | None" = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places = places

    def begin_with(self, record: Any) -> None:
        """Show what a record of the action had, in place of what it has."""

    def gone_on(self) -> Any:
        """What was typed, to be shown again beside what others changed since."""
        return self.data

    def values(self, *, by: Person, now: datetime) -> Mapping[str, Any]:
        """What the operation takes."""
        return self.cleaned_data


class MessageForm(StepForm):
    message = forms.CharField(
        label=_("Message to the public"),
        required=False,
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why, and what those who planned to come can do. It stands first on the page and in calendars."),
    )


class ReturnForm(StepForm):
    message = forms.CharField(
        label=_("Message to its authors"),
        required=False,
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is missing. It stands on the page of the action at the desk, until it is submitted again."),
    )


class ClockField(forms.BoundField):
    """A field that may begin with another time; what is typed still counts as a change of the present one."""

    def as_hidden(self, attrs: Any = None, **kwargs: Any) -> Any:
        form: Any = self.form
        if not kwargs.get("only_initial") or form.is_bound:
            return super().as_hidden(attrs, **kwargs)
        told = {"id": self.html_initial_id, **(attrs or {})}
        return self.field.hidden_widget().render(self.html_initial_name, form.clock[self.name], told)


class TimeForm(MessageForm):
    bound_field_class = ClockField
    start_date = forms.DateField(label=_("Date"), widget=DayInput)
    start_time = forms.TimeField(
        label=_("Start"), required=False, widget=ClockInput, help_text=_("Empty: to be announced.")
    )
    end_date = forms.DateField(
        label=_("Last day"), required=False, widget=DayInput, help_text=_("Only if it is another day.")
    )
    end_time = forms.TimeField(label=_("End"), required=False, widget=ClockInput)
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

    def begin_with(self, record: Any) -> None:
        for name, value in _typed_clock(record).items():
            self.fields[name].initial = value

    def gone_on(self) -> Any:
        sent: Any = self.data
        data = sent.copy()
        for name, value in self.clock.items():
            told = "" if value is None else f"{value:%H:%M}" if name.endswith("time") else value.isoformat()
            data[self[name].html_initial_name] = told
            if name not in self.changed_data:
                data[name] = told
        return data


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
    location = WhereField(label=_("New place"), help_text=_("A venue or a city, by its name."))
    field_order = ("location", "message")

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, action=action, **kwargs)
        self._begin_at(action.location)

    def begin_with(self, record: Any) -> None:
        if self.places is not None and (row := self.places.filter(pk=record.location_id).first()):
            self._begin_at(row)

    def clean_location(self) -> Location:
        location: Location | None = self.cleaned_data["location"]
        if location is None:
            raise forms.ValidationError(self.fields["location"].error_messages["required"], code="required")
        return location

    def values(self, *, by: Person, now: datetime) -> Mapping[str, Any]:
        return {**self.cleaned_data, "location": written(self.cleaned_data["location"], by=by, now=now)}

    def _begin_at(self, location: Location | None) -> None:
        where: Any = self.fields["location"]
        choosable = Location.objects.none() if self.places is None else self.places
        where.prepare(choosable, near=location.place if location is not None else None, location=location)
        where.initial = location.pk if location is not None else None


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
    only_from: str = ""
    """The one publication that it is offered from, where two steps share a rule."""

    def run(self, subject: Action | Occurrence, values: Mapping[str, Any], *, by: Person, now: datetime) -> None:
        self.operation(subject.pk, **values, by=by, now=now)


STEPS = (
    Step(
        "publish", "publish", _("Publish"), _("Publish the action"),
        _("The action appears on the site, in feeds and in the API at once."),
        _("The action is published."), operations.publish_action, tells_subscribers=True,
    ),
    Step(
        "publish", "put-back", _("Put it back…"), _("Put the action back"),
        _("It is on the site, in feeds and in the API again, at the address that it had, as the same entry in calendars."),
        _("The action is public again."), operations.publish_action, tells_subscribers=True,
        only_from=Publication.WITHDRAWN,
    ),
    Step(
        "submit", "submit", _("Submit"), _("Submit the action"),
        _("Those who publish find it in their queue. The public sees nothing yet."),
        _("The action is submitted."), operations.submit_action, right=Right.SUBMIT,
    ),
    Step(
        "return", "return", _("Return…"), _("Return the action"),
        _("It becomes a draft again, for its authors to complete."),
        _("The action is returned to its authors."), operations.return_action, ReturnForm,
    ),
    Step(
        "confirm", "confirm", _("Confirm"), _("Confirm that it is on"),
        _("The page says “Confirmed by the host”, and how long ago that was. What was not yet certain is then scheduled."),
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
            "It leaves every list, feed and map at once, and its page answers that it was taken back. It vanishes from"
            " calendars too, and nobody is told why: to call it off, cancel it instead."
        ),
        _("The action is withdrawn."), operations.withdraw_action, is_grave=True, tells_subscribers=True,
    ),
)  # fmt: skip


MOVED_BY = dict.fromkeys(("start_date", "start_time", "end_date", "end_time"), "move-time") | {"location": "move-place"}
"""Fields of what is public that change by a step, and the names of those steps."""


def open_steps(action: Action, request: HttpRequest) -> list[Step]:
    """The steps that the action may take now, and the person at the desk with it."""
    allowed = allowed_steps(publication=action.publication, status=action.status)
    rights = {right for right in (Right.SUBMIT, Right.PUBLISH) if allows(request, right, action)}
    if Right.PUBLISH in rights:
        # Nobody submits to themselves.
        rights.discard(Right.SUBMIT)
    return [step for step in STEPS if step.step in allowed and step.right in rights and _is_offered(step, action)]


def _is_offered(step: Step, action: Action) -> bool:
    if action.publication != Publication.WITHDRAWN:
        return not step.only_from
    return step.only_from == Publication.WITHDRAWN and may_put_back(action, now=timezone.now())


def may_put_back(action: Action, *, now: datetime) -> bool:
    return action.withdrawn_at is None or now <= put_back_until(action.withdrawn_at)


def step_page(
    desk: admin.ModelAdmin,
    request: HttpRequest,
    object_id: int,
    step: Step,
    *,
    date_id: int | None = None,
    skipped: str = "",
) -> HttpResponse:
    """Ask, then do; with a `date_id`, to that date of the action alone, and with a day in `skipped`, to that one. What a rule
    refuses stands beside its field, with what was typed kept; and so does what others changed since the page was opened."""
    number = newest_number(Action)
    action: Any = desk.get_object(request, str(object_id))
    if action is None:
        raise Http404
    if not allows(request, step.right, action):
        raise PermissionDenied
    change_page = reverse("admin:rallies_action_change", args=[action.pk])
    subject = action if date_id is None else _date_of(action, date_id)
    if skipped and skipped not in action.skipped_days:
        raise Http404
    day = date.fromisoformat(skipped) if skipped else None
    chosen = {"day": day} if day else {}
    sent = request.POST if request.method == "POST" else None
    places, who = choices_for(request, Location), _who(request)
    form, happened = step.form(sent, action=subject, places=places), Happened()
    if subject is action and (record := record_asked(request, action)) is not None:
        form.begin_with(record)
    if form.is_valid():
        try:
            with transaction.atomic():
                check_as_shown(action, subject, request.POST)
                step.run(subject, {**form.values(**who), **chosen}, **who)
        except ChangedMeanwhile as error:
            happened = what_happened(error, request)
            form = step.form(form.gone_on(), action=subject, places=places)
        except (RuleBroken, RulesBroken) as error:
            _refuse(form, error)
        else:
            is_idle = subject is action and _is_as_it_was(step, form, number)
            _say_done(desk, request, step, action, is_idle=is_idle)
            return HttpResponseRedirect(change_page)
    context = {
        **desk.admin_site.each_context(request),
        "title": step.button,
        "action": action,
        "when": _when(subject, day),
        "step": step,
        "form": form,
        "happened": happened,
        "refused": _refusal(step, action) if sent is None or happened else "",
        "as_shown": as_shown(action, subject, number) if sent is None or happened else sent.dict(),
        "media": desk.media + form.media,
        "foretold": foretold(step, action, now=timezone.now()),
        "opts": desk.model._meta,
        "change_page": change_page,
    }
    return TemplateResponse(request, "admin/rallies/step.html", context)


def _say_done(desk: admin.ModelAdmin, request: HttpRequest, step: Step, action: Action, *, is_idle: bool) -> None:
    if is_idle:
        desk.message_user(request, AS_IT_WAS, messages.INFO)
        return
    desk.message_user(request, step.done, messages.SUCCESS)
    if step.name in ("move-time", "publish"):
        action.refresh_from_db()
        if said := past_words(action, now=timezone.now()):
            desk.message_user(request, said, messages.WARNING)


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": person(request), "now": timezone.now()}


def _is_as_it_was(step: Step, form: StepForm, number: int) -> bool:
    """Whether a move went nowhere and told nobody; `number` is that of the newest record of history before it."""
    is_silent = not form.cleaned_data.get("message", "").strip()
    return step.name in MOVED_BY.values() and is_silent and newest_number(Action) == number


def _when(subject: Action | Occurrence, day: date | None) -> str:
    """Which date a page is about; "" for the whole action."""
    if isinstance(subject, Occurrence):
        return names.when_words(subject.start_date, subject.start_time)
    return names.when_words(day, subject.start_time) if day else ""


def _refusal(step: Step, action: Action) -> str:
    """Why the step cannot be taken, before anybody fills in its form; steps of single dates say so themselves."""
    if step not in STEPS:
        return ""
    try:
        check_step(step.step, publication=action.publication, status=action.status)
        if step.step == "publish":
            check_put_back(action.withdrawn_at, now=timezone.now())
    except RuleBroken as error:
        return error.sentence
    return ""


def _date_of(action: Action, date_id: int) -> Occurrence:
    row = Occurrence.objects.filter(action=action, pk=date_id).first() if is_key(date_id) else None
    if row is None:
        raise Http404
    return row


def _refuse(form: StepForm, error: RuleBroken | RulesBroken) -> None:
    broken = error.broken if isinstance(error, RulesBroken) else (error,)
    for rule in broken:
        form.add_error(rule.field if rule.field in form.fields else None, rule.sentence)
