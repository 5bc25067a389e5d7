"""Two people with one form: who saves later what another changed meanwhile is told, field by field, and loses nothing.

A form carries the number of the newest record of history when it was shown; what others changed since then is asked for in
the turn of writing. Rows beside something carry the values that they showed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Model
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rallies.operations.meanwhile import Changed, ChangedMeanwhile, ChangedRow
from rallies.operations.saving import Person

from .access import name_of
from .history import Words, clock_of, moment_words

SEEN = "seen"
LIST = "*"
Key = tuple[type[Model], Any]
_signer = Signer(salt="rallies.admin.meanwhile")


def newest_number(model: type[Model]) -> int:
    """The number of the newest record of history of a model; 0 where none is kept."""
    if not hasattr(model, "history"):
        return 0
    return model.history.order_by("-history_id").values_list("history_id", flat=True).first() or 0


def token(model: type[Model], pk: Any, number: int) -> str:
    """Signed: what a row was before may be more than the person may read, unless a form of theirs showed it."""
    return _signer.sign(f"{model._meta.model_name}/{pk}/{number}")


def number_of(sent: str, model: type[Model], pk: Any) -> int | None:
    """The number in a token of this row, or of a list of its kind; None for anything else."""
    try:
        name, of, number = _signer.unsign(sent).rsplit("/", 2)
    except (BadSignature, ValueError):
        return None
    return int(number) if name == model._meta.model_name and of in (str(pk), LIST) else None


def seen_by(form: Any, data: Mapping[str, Any]) -> dict[str, int]:
    """Up to which record the person saw each field of a form; without those of which nothing was sent."""
    model, pk = type(form.stored), form.stored.pk
    whole = number_of(data.get(SEEN, ""), model, pk)
    fields = {name: number_of(data.get(f"{SEEN}-{form.add_prefix(name)}", ""), model, pk) for name in form.fields}
    numbers = {name: whole if own is None else own for name, own in fields.items()}
    return {name: number for name, number in numbers.items() if number is not None}


@dataclass(frozen=True, slots=True)
class Note:
    """What stands beside a field: what it was and is, in words, and the token of what is told now."""

    was: str
    now: str
    token: str = ""

    def beside(self, input_name: str) -> SafeString:
        return render_to_string("admin/rallies/meanwhile.html", {"note": self, "name": input_name})


@dataclass(frozen=True, slots=True)
class Told:
    """What a person is told of one row: a sentence for the whole, and notes by field."""

    sentence: str
    notes: Mapping[str, Note]


def tell(error: ChangedMeanwhile, request: HttpRequest) -> dict[Key, Told]:
    return {(type(changed.row), changed.row.pk): _told(changed, request) for changed in error.rows}


def _told(changed: ChangedRow, request: HttpRequest) -> Told:
    notes = {}
    for change in changed.fields:
        sent = token(type(changed.row), changed.row.pk, change.number) if change.number else ""
        was, now = words_of(change, request)
        notes[change.name] = Note(was, now, sent)
    moments = [moment for moment in (changed.at, *(change.at for change in changed.fields)) if moment]
    who = names_of([changed.by, *(change.by for change in changed.fields)] if moments else [])
    said = {"who": who, "when": moment_words(max(moments), zone=clock_of(changed.row)) if moments else ""}
    if moments:
        sentence = _(
            "%(who)s changed the same as you, after you opened this page: %(when)s. Nothing is written yet, and what you"
            " typed is kept. Saving again writes yours, except where you choose theirs."
        )
    else:
        sentence = _(
            "Somebody changed the same as you, after you opened this page. Nothing is written yet, and what you typed is"
            " kept. Saving again writes yours, except where you choose theirs."
        )
    return Told(sentence % said, notes)


def words_of(change: Changed, request: HttpRequest) -> tuple[str, str]:
    """What a field was and is, as this person may read it."""
    words = Words([change.was, change.now], request=request, untold=())
    return words.value(change.was, change.name), words.value(change.now, change.name)


def label_of(change: Changed) -> str:
    return str(change.now._meta.get_field(change.name).verbose_name)


def names_of(people: Iterable[Person]) -> str:
    """Who it was, each once, in the order given."""
    names = dict.fromkeys(name_of(person) for person in people if person is not None)
    return ", ".join(names) or _("The site")
