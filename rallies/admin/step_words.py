"""What the page of a step says: what the public and calendars will show, and what others did since it was opened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _

from rallies import names
from rallies.enums import ActionStatus, Publication
from rallies.formats.ics import REFRESH_HOURS
from rallies.models import Action, Occurrence
from rallies.operations.meanwhile import ChangedMeanwhile, Part, check_parts, check_standing
from rallies.rules.workflow import put_back_until

from .history import clock_of, moment_words
from .meanwhile import label_of, names_of, number_of, token, words_of

if TYPE_CHECKING:
    from .steps import Step

STANDING = (
    "publication status status_message start_date start_time end_date end_time timezone location attendance_mode online_url"
).split()
"""What somebody who decides on a step must know of an action."""
_DATE = ("status", "message", "start_date", "start_time", "end_date", "end_time")
_SALT = "rallies.admin.step_words"


def as_shown(action: Action, subject: Action | Occurrence, number: int) -> dict[str, str]:
    """What a page of a step carries, so that it is known what it showed. `number` is that of the newest record of history."""
    carried = {"seen": token(Action, action.pk, number)}
    if isinstance(subject, Occurrence):
        texts = {name: _field(subject, name).value_to_string(subject) for name in _DATE}
        carried["shown"] = signing.dumps([subject.pk, texts], salt=_SALT)
    return carried


def check_as_shown(action: Action, subject: Action | Occurrence, sent: Mapping[str, Any]) -> None:
    """Raises `ChangedMeanwhile` if others changed what the page showed. Call it in the transaction of the step."""
    number = number_of(sent.get("seen", ""), Action, action.pk)
    if number is not None:
        check_standing(action, STANDING, seen=number)
    if isinstance(subject, Occurrence):
        texts = _shown_of(subject, sent.get("shown", ""))
        values = {name: _field(subject, name).to_python(text or None) for name, text in texts.items()}
        check_parts([Part(subject, {**values, "message": texts["message"]}, is_removed=True)] if texts else [])


def _shown_of(subject: Occurrence, sent: str) -> dict[str, str]:
    try:
        pk, texts = signing.loads(sent, salt=_SALT)
    except signing.BadSignature:
        return {}
    return texts if pk == subject.pk else {}


def _field(row: Any, name: str) -> Any:
    return row._meta.get_field(name)


@dataclass(frozen=True, slots=True)
class Happened:
    """What others did since the page was opened: a sentence, and each field with what it was and is."""

    sentence: str = ""
    changes: tuple[tuple[str, str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sentence)


def what_happened(error: ChangedMeanwhile, request: HttpRequest) -> Happened:
    changed = [change for row in error.rows for change in row.fields]
    moments = [change.at for change in changed if change.at]
    said = {"who": names_of(change.by for change in changed) if moments else _("Somebody")}
    if moments:
        sentence = _("%(who)s changed it after you opened this page: %(when)s. Nothing is done yet.")
        said["when"] = moment_words(max(moments), zone=clock_of(error.rows[0].row))
    else:
        sentence = _("%(who)s changed it after you opened this page. Nothing is done yet.")
    return Happened(sentence % said, tuple((label_of(change), *words_of(change, request)) for change in changed))


def foretold(step: "Step", action: Action, *, now: datetime) -> list[str]:
    """What the public will see, and when calendars ask for it."""
    said = [str(step.foretold)]
    if step.step == "confirm":
        said.append(_("It is on: %(when)s.") % {"when": names.when_words(action.start_date, action.start_time)})
    if step.step == "withdraw":
        said.append(_("Until %(day)s it can be put back here; after that it stays removed.") % _until(now))
    if step.only_from == Publication.WITHDRAWN and action.withdrawn_at:
        said.append(_("That can be done until %(day)s.") % _until(action.withdrawn_at))
    if step.step == "postpone":
        said.append(_("Once the new date is known, “Move in time…” puts it on again."))
    if step.step == "move in time" and action.status == ActionStatus.POSTPONED:
        said.append(_("With that it is on again and no longer postponed, also on the day that it had."))
    if step.step == "move in place" and action.status == ActionStatus.MOVED_ONLINE:
        said.append(_("It is no longer online alone. The link stays on the page until you take it off in the form."))
    takes_up = step.step == "take up date" and action.publication == Publication.PUBLISHED
    if step.tells_subscribers or takes_up or (step.step == "confirm" and action.status == ActionStatus.TENTATIVE):
        said.append(ask_again(action, now=now))
    elif step.step == "confirm":
        said.append(_("Calendars stay as they are."))
    return said


def _until(withdrawn_at: datetime) -> dict[str, str]:
    return {"day": names.day_words(put_back_until(withdrawn_at).date())}


def put_back_words(action: Action, *, now: datetime) -> str:
    """Until when an action that was withdrawn can be put back, or that it cannot be any more; "" for any other."""
    if action.publication != Publication.WITHDRAWN or action.withdrawn_at is None:
        return ""
    if put_back_until(action.withdrawn_at) < now:
        return _("It stays removed.")
    return _("It can be put back until %(day)s.") % _until(action.withdrawn_at)


def past_words(action: Action, *, now: datetime) -> str:
    """What somebody who took the wrong year should read; "" for what is ahead, and for a series."""
    last = action.end_date or action.start_date
    if action.recurrence_rule or last is None or last >= now.astimezone(ZoneInfo(action.timezone)).date():
        return ""
    said = _("%(day)s is past: the action stands under what is over, and in no list of what is coming.")
    return said % {"day": names.day_words(last)}


def ask_again(action: Action, *, now: datetime) -> str:
    """When calendars that subscribed will know. Feeds say how often to ask; Google and some others do as they like."""
    by = (now + timedelta(hours=REFRESH_HOURS)).astimezone(ZoneInfo(action.timezone))
    said = _(
        "Feeds tell calendars to ask every %(hours)d hours: those that do know by %(when)s (%(zone)s). Others ask when they"
        " like: Google Calendar within 8 to 24 hours mostly, some apps when they are opened or once a week. Nobody can"
        " hasten that."
    )
    when = names.when_words(by.date(), by.time().replace(second=0, microsecond=0, tzinfo=None))
    return said % {"hours": REFRESH_HOURS, "when": when, "zone": names.zone_name(action.timezone, by)}


def ask_again_of_many() -> str:
    """The same of actions whose clocks differ."""
    return _(
        "Feeds tell calendars to ask every %(hours)d hours. Others ask when they like: Google Calendar within 8 to 24 hours"
        " mostly, some apps when they are opened or once a week. Nobody can hasten that."
    ) % {"hours": REFRESH_HOURS}
