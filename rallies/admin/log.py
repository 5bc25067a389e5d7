"""Who did what, and when: for administrators alone. It is looked at and exported, never changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from rallies import names
from rallies.deeds import Deed
from rallies.formats.csv import table_chunks
from rallies.formats.records import moment
from rallies.http.sign_in import FRESH_TO_SEND, is_fresh, sign_in_again
from rallies.models import AuditEntry, Invitation, Occurrence, RecoveryLink
from rallies.operations.audit import note_deed
from rallies.rules.audit import KEPT
from rallies.selectors.audit import LogFilter, log_entries, people_of_the_log, rows_still_there

from .base import ReadingAdmin, person
from .forms import DeskForm

LINES_A_PAGE = 50
# Rows in one piece of the stream: a piece for each row would cost more than the row.
ROWS_A_PIECE = 500
COLUMNS = ("at", "who", "deed", "what", "noun", "key", "about", "detail")
# Rows that have no name of their own.
_NAMED_BY_DAY = {noun._meta.label_lower for noun in (Occurrence, Invitation, RecoveryLink)}
# What these say does not tell of what kind the row is.
_WITHOUT_KIND = {Deed.DELETE_ROWS.value, Deed.REFUSED.value}


def _by_words(deeds: type[Deed]) -> list[tuple[str, Any]]:
    return sorted(deeds.choices, key=lambda choice: str(choice[1]))


class LogForm(DeskForm, forms.Form):
    """The question that an address asks of the log."""

    person = forms.TypedChoiceField(label=_("Who"), required=False, coerce=int, empty_value=None)
    deed = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    q = forms.CharField(
        label=_("About"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    about = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["person"].choices = [("", _("Everybody")), *people_of_the_log()]
        fields["deed"].choices = [("", _("Everything")), *_by_words(Deed)]

    def asked(self) -> LogFilter | None:
        """None if something of it cannot be understood."""
        if not self.is_valid():
            return None
        typed = self.cleaned_data
        noun, _colon, key = typed["about"].partition(":")
        return LogFilter(
            person=typed["person"],
            deed=typed["deed"],
            first_day=typed["since"],
            last_day=typed["until"],
            noun=noun,
            row_key=key,
            words=typed["q"],
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the page shows it; `address` leads to the row, "" if it is gone or has no page."""

    entry: AuditEntry
    words: str
    detail: str
    what: str
    kind: str
    address: str


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadingAdmin):
    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # Not by a right that can be given: it tells what every account did.
        return bool(request.user.is_active and request.user.is_superuser)

    def get_urls(self) -> list[Any]:
        export = self.admin_site.admin_view(self.export_view)
        return [path("export/", export, name="rallies_auditentry_export"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = LogForm(request.GET)
        asked = form.asked()
        found = AuditEntry.objects.none() if asked is None else log_entries(asked)
        page = Paginator(found, LINES_A_PAGE).get_page(request.GET.get("p"))
        question = request.GET.copy()
        question.pop("p", None)
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(self.opts.verbose_name_plural),
            "opts": self.opts,
            "form": form,
            "lines": list(_lines(list(page))),
            "page": page,
            "question": question.urlencode(),
            "is_narrowed": any(question.values()),
            "is_of_one_row": bool(asked and asked.noun),
            "days": KEPT.days,
        }
        return TemplateResponse(request, "admin/rallies/log.html", context)

    @method_decorator(require_POST)
    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """The lines that the address asks for as CSV, with a line that says who exported them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        page = f"{reverse('admin:rallies_auditentry_changelist')}?{request.GET.urlencode()}"
        # Half a year of who did what and when, in one file that leaves the site: not from a screen that was left alone.
        if not is_fresh(request, within=FRESH_TO_SEND):
            return sign_in_again(request, back=page)
        asked = LogForm(request.GET).asked()
        if asked is None:
            # The page says what is wrong.
            return HttpResponseRedirect(page)
        now = timezone.now()
        note_deed(Deed.EXPORT_LOG, who=person(request), now=now)
        name = f"log-{now:%Y-%m-%d}.csv"
        return StreamingHttpResponse(
            _in_pieces(table_chunks(COLUMNS, _records(log_entries(asked)))),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _with_days(told: str) -> str:
    """What the log keeps as 2025-11-15, in words. A part of a title is left as its author wrote it."""
    return " · ".join(_day_in_words(part) for part in told.split(" · "))


def _day_in_words(part: str) -> str:
    try:
        return names.day_words(date.fromisoformat(part)) if len(part) == len("2025-11-15") else part
    except ValueError:
        return part


def _lines(entries: list[AuditEntry]) -> Iterator[Line]:
    there = rows_still_there(entries)
    for entry in entries:
        address = _address_of(entry) if (entry.noun, entry.row_key) in there else ""
        words = _with_days(entry.words) if entry.noun in _NAMED_BY_DAY else entry.words
        yield Line(
            entry,
            words,
            _with_days(entry.detail),
            _what(entry),
            _kind_of(entry) if entry.deed in _WITHOUT_KIND else "",
            address,
        )


def _what(entry: AuditEntry) -> str:
    """In words; the name of an operation that has none, of another version."""
    return str(Deed(entry.deed).label) if entry.deed in Deed.values else entry.deed.replace("-", " ")


def _kind_of(entry: AuditEntry) -> str:
    try:
        return str(apps.get_model(entry.noun)._meta.verbose_name)
    except (LookupError, ValueError):
        return entry.noun


def _address_of(entry: AuditEntry) -> str:
    try:
        return reverse(f"admin:{entry.noun.replace('.', '_')}_change", args=[entry.row_key])
    except NoReverseMatch:
        return ""


def _records(entries: "QuerySet[AuditEntry]") -> Iterator[tuple[str | None, ...]]:
    for entry in entries.iterator(chunk_size=2000):
        about = (entry.noun, entry.row_key, entry.words, entry.detail)
        yield (moment(entry.at), entry.who, entry.deed, _what(entry), *about)


def _in_pieces(chunks: Iterator[str]) -> Iterator[str]:
    while piece := "".join(islice(chunks, ROWS_A_PIECE)):
        yield piece
