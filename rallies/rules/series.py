"""What may be done to one date of a series, and which day a series may begin on."""

from datetime import date

from django.utils.translation import gettext as _

from rallies import names, recurrence
from rallies.enums import ActionStatus, OccurrenceStatus

from .errors import BadInterval, BadValue, TransitionNotAllowed
from .workflow import check_public

DATE_STEPS = ("skip date", "cancel date", "restore date", "move date", "move date back")


def check_date_step(
    step: str, *, publication: str, status: str, date_status: str, is_moved: bool, rule: str, was_public: bool
) -> None:
    """Raises `TransitionNotAllowed`, with what to do instead, unless one date may take the step now.

    `status` and `publication` are those of the action, `rule` its repetition rule, "" for none; `was_public`: calendars have had
    its dates.
    """
    if step == "skip date":
        check_skip(rule=rule, was_public=was_public)
        return
    check_public(publication)
    is_cancelled = date_status == OccurrenceStatus.CANCELLED
    if status == ActionStatus.CANCELLED:
        raise TransitionNotAllowed(_("The whole action is cancelled: undo that first."))
    if step == "restore date":
        # Also of what is no longer a series: or its one date stayed cancelled for ever.
        if not is_cancelled:
            raise TransitionNotAllowed(_("This date is on already."))
        return
    if not rule:
        raise TransitionNotAllowed(_("This action has one date: cancel or move the action itself."))
    if is_cancelled:
        raise TransitionNotAllowed(_("This date is cancelled: put it back on first."))
    if step == "move date back" and not is_moved:
        raise TransitionNotAllowed(_("This date was not moved."))


def check_skip(*, rule: str, was_public: bool) -> None:
    """Raises `TransitionNotAllowed` unless a date may be skipped: one that was public would vanish from calendars without a
    word, and cancelled it stays there and says so (FEED_CONTRACT 18 and 21)."""
    if not rule:
        raise TransitionNotAllowed(_("This action has one date: there is none to skip."))
    if was_public:
        raise TransitionNotAllowed(
            _("Calendars have had this date: cancel it instead, so that those who planned to come learn of it.")
        )


def check_take_up(*, status: str) -> None:
    """Raises `TransitionNotAllowed` unless a date that is skipped may take place after all."""
    if status == ActionStatus.CANCELLED:
        raise TransitionNotAllowed(_("The whole action is cancelled: undo that first."))


def allowed_date_steps(
    *, publication: str, status: str, date_status: str, is_moved: bool, rule: str, was_public: bool
) -> frozenset[str]:
    """The steps that are open to one date now."""
    found = set()
    for step in DATE_STEPS:
        try:
            check_date_step(
                step,
                publication=publication,
                status=status,
                date_status=date_status,
                is_moved=is_moved,
                rule=rule,
                was_public=was_public,
            )
        except TransitionNotAllowed:
            continue
        found.add(step)
    return frozenset(found)


def check_last_day(rule: str, *, start_date: date, field: str) -> None:
    """Raises `BadInterval` when the end of the rule lies before the first day."""
    last = recurrence.last_day(rule, clock=None)
    if last is not None and last < start_date:
        raise BadInterval(_("The series ends before it begins. Give a later last day."), field=field)


def check_first_day(rule: str, *, start_date: date, field: str) -> None:
    """Raises `BadValue`, with the nearest days that fit, unless the rule gives the first day of the series itself.

    A calendar's series begins with the first day of its rule (RFC 5545 §3.8.5.3): with another one, readers disagree.
    """
    if recurrence.gives(rule, start_date):
        return
    nearest = [names.day_words(day) for day in recurrence.nearest_days(rule, start_date)]
    said = _("The series begins on %(day)s, which is not one of the days that it repeats on.")
    if len(nearest) == 2:
        said = _(
            "The series begins on %(day)s, which is not one of the days that it repeats on. The nearest that are:"
            " %(before)s, and %(after)s. Choose one of these as the date, or other days to repeat on."
        )
    nearest += [""] * 2
    raise BadValue(said % {"day": names.day_words(start_date), "before": nearest[0], "after": nearest[1]}, field=field)
