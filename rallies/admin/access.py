"""What the rules of access let a person see and do at the desk. Django's own permissions are not asked.

A row that somebody may not see is not there: lists, searches, autocompletes, histories and pages of it answer as for a
key that was never given.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from rallies.http.desk import actor
from rallies.models import Action, Campaign, Location, Milestone, Organizer
from rallies.rules.access import (
    ActionSubject,
    CampaignSubject,
    GroupSubject,
    LocationSubject,
    MilestoneSubject,
    Right,
    SiteSubject,
    may,
    may_add,
)
from rallies.selectors.access import ROWS, rows_for, subject_of

Answer = TypeVar("Answer")
ADDED: dict[type[Model], type] = {
    Action: ActionSubject,
    Location: LocationSubject,
    Milestone: MilestoneSubject,
    Organizer: GroupSubject,
    Campaign: CampaignSubject,
}


def name_of(user: User) -> str:
    """The name that a person wants to be shown by, or else that of the account."""
    return user.get_short_name() or user.get_username()


def allows(request: HttpRequest, right: Right, row: Model) -> bool:
    who = actor(request)
    return who.is_administrator or may(who, right, _once(request, (type(row), row.pk), lambda: subject_of(row)))


def allows_some(request: HttpRequest, right: Right, model: type[Model]) -> bool:
    """Whether there is, or could soon be, a row to which the person may do that."""
    who = actor(request)
    if who.is_administrator:
        return True
    if (model, right) not in ROWS:
        return False
    return allows_adding(request, model) or _once(request, (model, right), lambda: rows_for(who, right, model).exists())


def _once(request: HttpRequest, key: tuple[object, object], ask: Callable[[], Answer]) -> Answer:
    """Pages of the admin ask the same of a row again and again. Where nothing is written, the answer stays."""
    if request.method not in ("GET", "HEAD"):
        return ask()
    known: dict[tuple[object, object], Any] = request.__dict__.setdefault("answers_of_rules", {})
    if key not in known:
        known[key] = ask()
    answer: Answer = known[key]
    return answer


def allows_adding(request: HttpRequest, model: type[Model]) -> bool:
    return may_add(actor(request), ADDED.get(model, SiteSubject))


def choices_for(request: HttpRequest, model: type[Model]) -> "QuerySet[Any]":
    """What the person may name in something of theirs."""
    return rows_for(actor(request), Right.CHOOSE, model)


class ByRules:
    """For admins, before Django's own class. `choosing` is the right to what its autocomplete offers."""

    model: type[Model]
    choosing = Right.CHOOSE

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        who = actor(request)
        if who.is_administrator:
            return rows
        right = self.choosing if is_choosing(request) else Right.VIEW
        # Not as a set of keys: what else is asked narrows them first.
        own = rows_for(who, right, self.model)
        return own.order_by(*rows.query.order_by) if rows.query.order_by else own

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request) or self.has_add_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if is_choosing(request):
            who = actor(request)
            return who.is_administrator or (who.has_part and (self.model, self.choosing) in ROWS)
        return self._may(request, Right.VIEW, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return allows_adding(request, self.model)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, Right.CHANGE, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, Right.DELETE, obj)

    def _may(self, request: HttpRequest, right: Right, obj: Model | None) -> bool:
        return allows_some(request, right, self.model) if obj is None else allows(request, right, obj)


class PartsByRules:
    """For inlines: what stands beside a row may be changed by who may change the row."""

    parent_model: type[Model]

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is None or allows(request, Right.VIEW, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may_change(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may_change(request, obj)

    def _may_change(self, request: HttpRequest, obj: Model | None) -> bool:
        if obj is None:
            return allows_adding(request, self.parent_model)
        return allows(request, Right.CHANGE, obj)


def is_choosing(request: HttpRequest) -> bool:
    """Whether an autocomplete asks: it offers what may be named, which is more than what may be seen at the desk."""
    return getattr(request, "is_choosing", False)
