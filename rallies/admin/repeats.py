"""The field that asks how an action repeats, and what the desk says of the answer.

Every part of it is a plain field, so that it works without scripts; js/repeats.js folds away the parts that do not
go with what is chosen, and js/said.js asks `preview` what was chosen. What a rule is made of stands in `rallies.repeats`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from rallies import names, recurrence
from rallies.repeats import LAST, NUMBERS, Every, Repeat, gap_words, read_repeat, rule_words, weekday_name
from rallies.rules.errors import RuleBroken
from rallies.rules.series import check_first_day, check_last_day
from rallies.rules.times import LATEST_YEAR

from .date_calendar import Day, Month, months_of

KEEP = "keep"
MOST_INTERVALS = 99
DATES_SAID = 5
MONTHS_SAID = 3
_PARTS = ("every", "interval", "number", "weekday", "ends", "until", "count")
_CARRIED = ("skipped", "picked")
"""The days that are skipped, and whether somebody picked them in the calendar below the field, which scripts note."""
_NUMBERS = {
    1: pgettext_lazy("weekday of a month", "first"),
    2: pgettext_lazy("weekday of a month", "second"),
    3: pgettext_lazy("weekday of a month", "third"),
    4: pgettext_lazy("weekday of a month", "fourth"),
    LAST: pgettext_lazy("weekday of a month", "last"),
}
_ENDS = {
    "": pgettext_lazy("end of a series", "Never"),
    "day": pgettext_lazy("end of a series", "On a day"),
    "count": pgettext_lazy("end of a series", "After a number of dates"),
}
_UNITS = {
    "day": gettext_lazy("days"),
    "week": gettext_lazy("weeks"),
    "month-day month-weekday": gettext_lazy("months"),
    "year": gettext_lazy("years"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule comes to: its sentence, what it leaves out, its next days in words, and small calendars of
    them; or what is wrong with it."""

    sentence: str = ""
    gaps: str = ""
    days: tuple[str, ...] = ()
    months: tuple[Month, ...] = ()
    problem: str = ""
    skipped: str = ""
    """The days that it skips, as ISO days: where the series moved, those to which they went along."""


def say_rule(
    rule: str,
    *,
    start_date: date | None,
    start_time: time | None,
    today: date,
    skipped: Collection[date] = (),
    can_skip: bool = False,
) -> Said:
    """The rule of a series in words, with the next days that it gives and does not skip; nothing for no rule. `can_skip`: a day
    of its calendar can be skipped, but for the first."""
    if not rule or start_date is None:
        return Said()
    try:
        every = recurrence.expand(
            rule,
            start_date=start_date,
            start_time=start_time,
            since=today,
            until=date(LATEST_YEAR, 12, 31),
            limit=MONTHS_SAID * 31 + len(skipped),
        )
        days = tuple(day for day in every if day not in skipped)
    except recurrence.UnusableRule as error:
        return Said(problem=str(error))
    return Said(
        sentence=rule_words(rule, day=start_date, clock=start_time)
        or _("By a rule of its own: %(rule)s") % {"rule": rule},
        gaps=gap_words(rule, day=start_date),
        days=tuple(names.day_words(day) for day in days[:DATES_SAID]),
        months=tuple(
            months_of(
                Day(
                    day,
                    names.day_words(day),
                    state="skipped" if day in skipped else "",
                    is_picked=can_skip and day != start_date,
                )
                for day in every
            )[:MONTHS_SAID]
        ),
        skipped=" ".join(day.isoformat() for day in sorted(skipped)),
    )


class HiddenRule(forms.HiddenInput):
    """What the form showed. The parts that were typed do not belong here."""

    def format_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else ""


class RepeatsWidget(forms.Widget):
    """`day`, `clock` and what it skips are those of the series as it is stored; `said` is what stands below the field."""

    use_fieldset = True
    day: date | None = None
    clock: time | None = None
    skipped: Collection[date] = ()
    can_skip = True
    said = Said()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, Any] | None:
        """What was typed, as texts; None when the form has no such field."""
        if f"{name}_every" not in data:
            return None
        days = data.getlist(f"{name}_days") if hasattr(data, "getlist") else data.get(f"{name}_days", [])
        carried = {part: data[f"{name}_{part}"] for part in _CARRIED if f"{name}_{part}" in data}
        return {"days": list(days), **{part: data.get(f"{name}_{part}", "").strip() for part in _PARTS}, **carried}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_every" not in data

    def parts(self, value: Any) -> dict[str, Any]:
        """The parts that show a rule; what was typed as it was."""
        empty = {"days": [], **dict.fromkeys(_PARTS, ""), "interval": "1"}
        if not isinstance(value, str) or not value:
            return {**empty, **(value or {})}
        repeat = read_repeat(value, day=self.day, clock=self.clock)
        if repeat is None:
            return {**empty, "every": KEEP}
        by_number = repeat.every == Every.MONTH_WEEKDAY
        return {
            "every": str(repeat.every),
            "interval": str(repeat.interval),
            "days": [] if by_number else [str(day) for day in repeat.weekdays],
            "number": str(repeat.number) if by_number else "",
            "weekday": str(repeat.weekdays[0]) if by_number else "",
            "ends": "day" if repeat.until else "count" if repeat.count else "",
            "until": repeat.until.isoformat() if repeat.until else "",
            "count": str(repeat.count or ""),
        }

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        parts = self.parts(value)
        weekdays = [(str(day), weekday_name(day)) for day in range(7)]
        every = [("", _("Not at all")), *Every.choices]
        if parts["every"] == KEEP:
            every.append((KEEP, _("As it is now, by a rule of its own")))
        context = {
            "name": name,
            "id": (attrs or {}).get("id", f"id_{name}"),
            "described_by": (attrs or {}).get("aria-describedby", ""),
            "is_invalid": bool((attrs or {}).get("aria-invalid")),
            "parts": parts,
            "every": every,
            "units": _UNITS.items(),
            "weekdays": weekdays,
            "numbers": [(str(number), _NUMBERS[number]) for number in NUMBERS],
            "ends": _ENDS.items(),
            "most_intervals": MOST_INTERVALS,
            "most_dates": recurrence.MAX_DATES,
            "said": self.said,
            "can_skip": self.can_skip,
            "skipped": parts.get("skipped", " ".join(day.isoformat() for day in self.skipped)),
            "picked": parts.get("picked", ""),
        }
        return render_to_string("admin/rallies/repeats.html", context)


class RepeatsField(forms.Field):
    """A repetition rule as text, "" for none. `kept` is the stored one, which no part of the field may be able to say."""

    widget = RepeatsWidget
    hidden_widget = HiddenRule
    kept = ""

    def show(
        self, rule: str, *, day: date | None, clock: time | None, today: date, skipped: Collection[date] = ()
    ) -> None:
        """Set out from what is stored."""
        self.kept = rule
        self.widget.day, self.widget.clock, self.widget.skipped = day, clock, skipped
        self.widget.said = say_rule(
            rule, start_date=day, start_time=clock, today=today, skipped=skipped, can_skip=self.widget.can_skip
        )

    def picked_days(self, data: Mapping[str, Any], *, name: str) -> tuple[date, ...] | None:
        """The days that somebody picked to be skipped; None if nobody picked, or what was sent is no form's."""
        if not (self.widget.can_skip and data.get(f"{name}_picked")):
            return None
        try:
            return tuple(recurrence.days_of(data.get(f"{name}_skipped", "").split()))
        except ValueError:
            return None

    def to_python(self, value: Any) -> str:
        if not isinstance(value, dict):
            return value or ""
        if value["every"] == KEEP:
            return self.kept
        return _rule_of(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            rule = self.to_python(data)
        except ValidationError:
            return True
        if rule == (initial or ""):
            return False
        day, clock = self.widget.day, self.widget.clock
        # Written in another way, it is the same rule.
        before = read_repeat(initial, day=day, clock=clock) if initial else None
        return before is None or before != read_repeat(rule, day=day, clock=clock)


def _rule_of(typed: Mapping[str, Any]) -> str:
    """The rule of what was typed. Raises ValidationError, a sentence for each thing that is wrong."""
    chosen, wrong = typed["every"], []
    if chosen and chosen not in Every.values:
        raise ValidationError(_("Choose how it repeats from the list."))
    if typed["days"] and chosen != Every.WEEK:
        wrong.append(_("Weekdays are ticked, and go with “Every week” alone: choose that, or untick them."))
    if (typed["number"] or typed["weekday"]) and chosen != Every.MONTH_WEEKDAY:
        wrong.append(
            _(
                "A weekday of the month is chosen, and goes with “Every month on a certain weekday” alone: choose that, or empty it."
            )
        )
    if typed["until"] and typed["ends"] != "day":
        wrong.append(_("A last day is given: choose that it ends on a day, or empty it."))
    if typed["count"] and typed["ends"] != "count":
        wrong.append(_("A number of dates is given: choose that it ends after it, or empty it."))
    repeat, more = _repeat_of(typed) if chosen else (None, [])
    if wrong or more:
        raise ValidationError([*wrong, *more])
    return repeat.rule() if repeat else ""


def _repeat_of(typed: Mapping[str, Any]) -> tuple[Repeat, list[str]]:
    wrong: list[str] = []
    repeat = Repeat(Every(typed["every"]))
    interval = _number(typed["interval"], first=1, last=MOST_INTERVALS)
    if interval is None:
        wrong.append(
            _("Say how many days, weeks, months or years it is from one date to the next: a number from 1 to %(most)d.")
            % {"most": MOST_INTERVALS}
        )
    days = [_number(day, first=0, last=6) for day in typed["days"]]
    number, weekday = typed["number"], _number(typed["weekday"], first=0, last=6)
    if repeat.every == Every.MONTH_WEEKDAY:
        if weekday is None or number not in map(str, NUMBERS):
            wrong.append(_("Say which weekday of the month it is, such as the second Thursday."))
        else:
            repeat = replace(repeat, number=int(number), weekdays=(weekday,))
    elif repeat.every == Every.WEEK:
        repeat = replace(repeat, weekdays=tuple(sorted({day for day in days if day is not None})))
    until = count = None
    if typed["ends"] == "day":
        try:
            until = forms.DateField().clean(typed["until"])
        except ValidationError:
            wrong.append(_("Give the last day, like 2027-03-14."))
    elif typed["ends"] == "count":
        count = _number(typed["count"], first=2, last=recurrence.MAX_DATES)
        if count is None:
            wrong.append(
                _("Say how many dates there are in all: a number from 2 to %(most)d.") % {"most": recurrence.MAX_DATES}
            )
    return replace(repeat, interval=interval or 1, until=until, count=count), wrong


def _number(text: str, *, first: int, last: int) -> int | None:
    found = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None
    return found if found is not None and first <= found <= last else None


def series_rule(rule: str, *, start_date: date) -> str:
    """The rule of a series that begins on a day, as it is stored: a weekly one of the weekday of its first day names
    none, so that it goes along when the series is moved.

    Raises `RuleBroken` for a day that is none of the rule's, or that comes after its end.
    """
    check_first_day(rule, start_date=start_date, field="recurrence_rule")
    check_last_day(rule, start_date=start_date, field="recurrence_rule")
    repeat = read_repeat(rule, day=start_date, clock=None)
    if repeat and repeat.every == Every.WEEK and repeat.weekdays == (start_date.weekday(),):
        return replace(repeat, weekdays=()).rule()
    return rule


class PreviewForm(forms.Form):
    """The part of an action's form that decides how it repeats."""

    start_date = forms.DateField(required=False)
    start_time = forms.TimeField(required=False)
    recurrence_rule = RepeatsField(required=False)
    was_date = forms.DateField(required=False)
    skipped = forms.CharField(required=False, max_length=11 * recurrence.MAX_DATES)

    def add_prefix(self, field_name: str) -> str:
        # What the form of an action showed, and what it carries along.
        return {"was_date": "initial-start_date", "skipped": "recurrence_rule_skipped"}.get(field_name, field_name)

    def said(self, *, today: date) -> Said:
        if not self.is_valid():
            problems = [*self.errors.get("start_date", []), *self.errors.get("recurrence_rule", [])]
            return Said(problem=" ".join(map(str, problems)))
        rule, start_date = self.cleaned_data["recurrence_rule"], self.cleaned_data["start_date"]
        if rule and start_date is None:
            return Said(problem=_("Give the date that it begins with."))
        if rule and rule != self.fields["recurrence_rule"].kept:  # type: ignore[attr-defined]
            try:
                rule = series_rule(rule, start_date=start_date)
            except RuleBroken as error:
                return Said(problem=error.sentence)
        clock = self.cleaned_data["start_time"]
        skipped = self._skipped(rule, start_date=start_date, start_time=clock)
        can_skip = "recurrence_rule_picked" in self.data
        return say_rule(rule, start_date=start_date, start_time=clock, today=today, skipped=skipped, can_skip=can_skip)

    def _skipped(self, rule: str, *, start_date: date | None, start_time: time | None) -> Collection[date]:
        """What the series will skip: the days that it skips now, or, where the rule gives none of them, those to which they go
        along with its date."""
        was = self.cleaned_data["was_date"]
        if start_date is None or not rule:
            return ()
        try:
            days = recurrence.days_of(self.cleaned_data["skipped"].split())
            kept = recurrence.left_out(rule, days, start_date=start_date, start_time=start_time)
            if kept or was is None or was == start_date:
                return kept
            moved = {day + (start_date - was) for day in days} - {start_date}
            return recurrence.left_out(rule, moved, start_date=start_date, start_time=start_time)
        except (ValueError, OverflowError, recurrence.UnusableRule):
            # Nothing that the form sent: what is wrong with a rule is said of it anyway.
            return ()


def preview(request: HttpRequest) -> HttpResponse:
    """What the fields of a form, sent as a query, come to; a piece of HTML for below the field."""
    form = PreviewForm(request.GET)
    field: Any = form.fields["recurrence_rule"]
    field.kept = request.GET.get("initial-recurrence_rule", "")
    said = form.said(today=timezone.now().date())
    return HttpResponse(render_to_string("admin/rallies/repeats_said.html", {"said": said}))
