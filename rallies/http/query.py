"""The one form that turns a query string into a question, for every door."""

import re
from dataclasses import fields
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from rallies.enums import AccessFeature, ActionKind, AttendanceMode
from rallies.names import is_country, is_language
from rallies.places.boxes import Box, NoBox, box_of
from rallies.places.distance import RADII_KM, USUAL_RADIUS_KM
from rallies.rules import times
from rallies.rules.errors import RuleBroken
from rallies.selectors.campaigns import campaign_name
from rallies.selectors.errors import NothingThere, Renamed, UnknownPlace
from rallies.selectors.filters import BY_DISTANCE, BY_RELEVANCE, PAST, WINDOWS, ActionFilter
from rallies.selectors.organizers import organizer_name
from rallies.selectors.places import has_place, near_point
from rallies.terms import cut_question

# What caches and trackers hang on to addresses; it says nothing about the question.
NOISE = frozenset({"fbclid", "gclid", "_", "cb", "nocache", "ts", "v"})
NOISE_PREFIX = "utm_"
FIELD_OF_NAME = {"from": "from_day", "to": "to_day", "q": "words"}
RADII = {str(radius): radius for radius in RADII_KM}
BY_START = "start"
REPEATED = frozenset({"access"})
"""What may be given more than once, as a form with boxes to tick does; one address holds all, with commas."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadQuestion(Exception):
    """A query string that cannot be answered: a 400 with `sentence`."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class RenamedValue(Exception):
    """A value has another name today: a 301 to the same address with `query_string`."""

    def __init__(self, query_string: str) -> None:
        super().__init__(query_string)
        self.query_string = query_string


class WordsField(forms.CharField):
    """Whatever is typed is a search: what no text can hold is dropped, and too much of it is cut."""

    def to_python(self, value: Any) -> Any:
        return cut_question(str(value or ""))[0]


class QuestionForm(forms.Form):
    """Names and values of a question; names are those of the query string."""

    campaign = forms.CharField(required=False, max_length=120)
    organizer = forms.CharField(required=False, max_length=120)
    kind = forms.CharField(required=False, max_length=40)
    country = forms.CharField(required=False, max_length=2)
    city = forms.CharField(required=False, max_length=120)
    near = forms.CharField(required=False, max_length=120)
    within = forms.CharField(required=False, max_length=40)
    bbox = forms.CharField(required=False, max_length=200)
    sort = forms.CharField(required=False, max_length=40)
    q = WordsField(required=False)
    when = forms.CharField(required=False, max_length=40)
    attendance = forms.CharField(required=False, max_length=40)
    access = forms.CharField(required=False, max_length=1000)
    language = forms.CharField(required=False, max_length=40)

    def clean_kind(self) -> str:
        value = str(self.cleaned_data["kind"])
        if value and value not in ActionKind.values:
            raise ValidationError(
                _("There is no kind of action called “%(value)s”. Kinds are: %(known)s.")
                % {"value": value, "known": ", ".join(ActionKind.values)}
            )
        return value

    def clean_when(self) -> str:
        value = str(self.cleaned_data["when"])
        if value not in {"", PAST, *WINDOWS}:
            raise ValidationError(
                _("There is no “%(value)s”. It is one of %(known)s; without it the answer is what is upcoming.")
                % {"value": value, "known": ", ".join((PAST, *WINDOWS))}
            )
        return value

    def clean_attendance(self) -> str:
        value = str(self.cleaned_data["attendance"])
        known = (AttendanceMode.IN_PERSON, AttendanceMode.ONLINE)
        if value and value not in known:
            raise ValidationError(
                _("There is no attendance called “%(value)s”. It is one of %(known)s; what is both fits either.")
                % {"value": value, "known": ", ".join(known)}
            )
        return value

    def clean_access(self) -> tuple[str, ...]:
        features = {feature.strip() for feature in str(self.cleaned_data["access"]).split(",")} - {""}
        for value in sorted(features - set(AccessFeature.values)):
            raise ValidationError(
                _("There is no access feature called “%(value)s”. Features are: %(known)s.")
                % {"value": value, "known": ", ".join(AccessFeature.values)}
            )
        return tuple(sorted(features))

    def clean_language(self) -> str:
        value = str(self.cleaned_data["language"]).lower()
        if value and not is_language(value):
            raise ValidationError(_("“%(value)s” is not a language code such as en or pt-BR.") % {"value": value})
        return value

    def clean_country(self) -> str:
        typed = str(self.cleaned_data["country"])
        # ß in capitals is SS, which is South Sudan.
        value = typed.upper() if typed.isascii() else typed
        # Of all countries, not of those that have something: what only drafts have would tell of them.
        if value and not is_country(value):
            raise ValidationError(_("No country has the code “%(value)s”.") % {"value": value})
        return value

    def clean_city(self) -> str:
        value = str(self.cleaned_data["city"])
        if value and not has_place(value):
            raise ValidationError(_("There is no place called “%(value)s” here.") % {"value": value})
        return value

    def clean_near(self) -> str:
        value = str(self.cleaned_data["near"])
        try:
            if value:
                near_point(value)
        except UnknownPlace as error:
            raise ValidationError(
                _(
                    "No city has the key “%(value)s”. Keys are like tucson-us or portland-me-us: /places/complete?q=tucson"
                    " finds the one of a name."
                )
                % {"value": value}
            ) from error
        return value

    def clean_within(self) -> int:
        value = str(self.cleaned_data["within"])
        if value and value not in RADII:
            raise ValidationError(
                _("A radius of “%(value)s” is not offered. It is one of %(known)s, in kilometres.")
                % {"value": value, "known": ", ".join(RADII)}
            )
        return RADII.get(value, 0)

    def clean_bbox(self) -> Box | None:
        value = str(self.cleaned_data["bbox"])
        try:
            return box_of(value) if value else None
        except NoBox as error:
            if error.snapped is not None:
                raise ValidationError(
                    _("The corners of an area lie on a grid that is coarser for larger ones: ask for bbox=%(box)s.")
                    % {"box": error.snapped}
                ) from error
            raise ValidationError(
                _(
                    "“%(value)s” is no area. It is written west,south,east,north in degrees, such as bbox=-111.5,31.75,-110.5,32.5."
                )
                % {"value": value}
            ) from error

    def clean_sort(self) -> str:
        value = str(self.cleaned_data["sort"])
        known = (BY_START, BY_DISTANCE, BY_RELEVANCE)
        if value not in {"", *known}:
            raise ValidationError(
                _("There is no order called “%(value)s”. It is one of %(known)s.")
                % {"value": value, "known": ", ".join(known)}
            )
        return "" if value == BY_START else value

    def clean(self) -> dict[str, Any]:
        """A radius needs its middle; a middle without a radius has the usual one."""
        values = dict(self.cleaned_data)
        if values.get("sort") == BY_RELEVANCE and "q" in values and not values["q"]:
            if "q" not in self.data:
                self.add_error("sort", _("This needs words to look for: add “q”, such as q=water."))
            # A form from which the words were taken still sends their order.
            values["sort"] = ""
        if values.get("near"):
            values["within"] = values.get("within") or USUAL_RADIUS_KM
            return values
        for name in ("within", "sort"):
            is_of_words = name == "sort" and values.get(name) == BY_RELEVANCE
            if values.get(name) and not is_of_words and "near" in values:
                self.add_error(name, _("This needs a place to be near to: add “near”, such as near=tucson-us."))
        return values


class DayField(forms.DateField):
    """One way to write a day, so that one question has one address; strptime would take 2025-1-5 too."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip() and not _DAY.fullmatch(value.strip()):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


# `from` is no name that Python lets a class use.
QuestionForm.base_fields["from"] = DayField(required=False, input_formats=["%Y-%m-%d"])
QuestionForm.base_fields["to"] = DayField(required=False, input_formats=["%Y-%m-%d"])


def read_question(query: QueryDict, *, also: frozenset[str] = frozenset({"page"})) -> ActionFilter:
    """The question that a query string asks. Empty values ask nothing; names in `also` are the door's own.

    Raises `BadQuestion` for a name that is not known, a name given twice, or a value that means
    nothing; `RenamedValue` when a campaign or group has another name today.
    """
    asked = {name: query.getlist(name) for name in query if not is_noise(name) and name not in also}
    for name, values in asked.items():
        if name not in QuestionForm.base_fields:
            raise BadQuestion(
                _("“%(name)s” is not a filter. Filters are: %(known)s.")
                # Of “?=x” there is no name to quote.
                % {"name": name if name.strip() else f"={values[0][:40]}", "known": ", ".join(QuestionForm.base_fields)}
            )
        if len(values) > 1 and name not in REPEATED:
            raise BadQuestion(_("“%(name)s” is given twice. Give it once.") % {"name": name})
    form = QuestionForm({name: ",".join(values) for name, values in asked.items()})
    if not form.is_valid():
        raise BadQuestion(_sentence_of(form))
    cleaned = form.cleaned_data
    if cleaned["from"] and cleaned["to"] and cleaned["to"] < cleaned["from"]:
        raise BadQuestion(_("“to” lies before “from”."))
    _check_names(cleaned, query)
    return ActionFilter(**{FIELD_OF_NAME.get(name, name): value for name, value in cleaned.items()})


def refuse_filters(query: QueryDict, *, also: frozenset[str] = frozenset(), sentence: str = "") -> None:
    """For addresses that ask nothing: a name that would narrow an answer must not be ignored, nor must one that is
    known nowhere. Empty filters ask nothing; names in `also` are the door's own. Raises `BadQuestion`."""
    for name in query:
        is_empty = name in QuestionForm.base_fields and not "".join(query.getlist(name)).strip()
        if not (is_empty or is_noise(name) or name in also):
            raise BadQuestion(sentence or _("This address takes no filters."))


def is_cut(query: QueryDict) -> bool:
    """Whether more words were typed than are looked for."""
    return cut_question(query.get("q", ""))[1]


def asked_address(request: HttpRequest) -> str:
    """The path and query that are asked for, for links on the page: of words, no more than are looked for."""
    whole = request.get_full_path()
    try:
        words = request.GET.getlist("q")
    except SuspiciousOperation:
        # Of too many parts: the page that refuses them has links too.
        return whole
    cut = [cut_question(each) for each in words]
    if not any(is_more for _kept, is_more in cut):
        return whole
    asked = request.GET.copy()
    asked.setlist("q", [kept for kept, _is_more in cut])
    return f"{whole.partition('?')[0]}?{asked.urlencode()}"


def query_string(question: ActionFilter) -> str:
    """The question as a query string, names in one order; "" for no question."""
    name_of_field = {field: name for name, field in FIELD_OF_NAME.items()}
    asked = {name_of_field.get(f.name, f.name): getattr(question, f.name) for f in fields(question)}
    return urlencode({name: _text(value) for name, value in asked.items() if value}, safe=",")


def _text(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def is_noise(name: str) -> bool:
    """Whether a cache or tracker added the name."""
    return name in NOISE or name.startswith(NOISE_PREFIX)


def _sentence_of(form: QuestionForm) -> str:
    name, errors = next(iter(form.errors.as_data().items()))
    if name in {"from", "to"}:
        return _("“%(name)s” must be a day that exists, written like 2025-11-15.") % {"name": name}
    return _("“%(name)s”: %(problem)s") % {"name": name, "problem": " ".join(errors[0].messages)}


def _check_names(values: dict[str, Any], query: QueryDict) -> None:
    for name in ("from", "to"):
        try:
            if values[name]:
                times.check_day(values[name], field=name)
        except RuleBroken as broken:
            raise BadQuestion(_("“%(name)s”: %(problem)s") % {"name": name, "problem": broken.sentence}) from broken
    renamed = {}
    for name, look_up in (("campaign", campaign_name), ("organizer", organizer_name)):
        if not values[name]:
            continue
        try:
            look_up(values[name])
        except Renamed as error:
            renamed[name] = error.slug
        except NothingThere as error:
            words = {
                "campaign": _("There is no campaign called “%(slug)s”."),
                "organizer": _("There is no group called “%(slug)s”."),
            }
            raise BadQuestion(words[name] % {"slug": error.slug}) from error
    if renamed:
        kept = {name: ",".join(query.getlist(name)) for name in query if not is_noise(name)}
        raise RenamedValue(urlencode(kept | renamed))
