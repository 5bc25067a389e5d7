"""Operations ask the rules who may: the doors ask too, to show no button that leads nowhere, but here it is refused.

The outermost operation is asked about, with the person who called it; what it calls is the site's own work. `by=None` is
the site itself, which may everything.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db.models import Model
from django.utils.translation import gettext as _

from rallies.models import Location
from rallies.rules.access import Actor, NotAllowed, Right, SiteSubject, check, may, may_add
from rallies.rules.errors import BadPlace
from rallies.selectors.access import actor_of, subject_of

from .saving import Person
from .transaction import is_outermost

P = ParamSpec("P")
R = TypeVar("R")

SITE = Actor(is_administrator=True)


def acting(by: Person) -> Actor:
    """Who calls the running operation, as the rules see them; the site where an operation called it."""
    return SITE if by is None or not is_outermost() else actor_of(by)


def require(by: Person, right: Right, row: Model) -> None:
    """Raises `NotAllowed`. Reads nothing for the site and for administrators."""
    actor = acting(by)
    if not actor.is_administrator:
        check(actor, right, subject_of(row))


def require_place(location: Location | None, *, by: Person) -> None:
    """Raises `BadPlace` for a location that `by` may not hold an action at: that it exists is nobody's business."""
    actor = acting(by)
    if location is not None and not actor.is_administrator and not may(actor, Right.CHOOSE, subject_of(location)):
        raise BadPlace(_("Choose a location of the list, or add one."), field="location")


def needs(right: Right, model: type[Model] | None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For an operation whose first argument is the key of a row of `model`: raises `NotAllowed` unless `by` may do
    that to it, or `model.DoesNotExist`. Without a model it is the administrators' alone."""

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = acting(_person(kwargs))
            if not actor.is_administrator:
                key: Any = args[0] if args else None
                check(actor, right, SiteSubject() if model is None else subject_of(model._default_manager.get(pk=key)))
            return function(*args, **kwargs)

        wrapped.needs = (right, model)  # type: ignore[attr-defined]
        return wrapped

    return mark


def needs_each(right: Right, model: type[Model]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For an operation on rows of `model` that asks about each of them itself, so that it can say which were refused.
    Raises `NotAllowed` for who has no part in anything."""

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = acting(_person(kwargs))
            if not actor.is_administrator and not actor.has_part:
                raise NotAllowed.plainly()
            return function(*args, **kwargs)

        wrapped.needs = (right, model)  # type: ignore[attr-defined]
        return wrapped

    return mark


def adds(kind: type) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For an operation that makes something of that sort of subject: raises `NotAllowed` unless `by` may add one, and
    may change the one that was made."""

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = acting(_person(kwargs))
            if not may_add(actor, kind):
                raise NotAllowed.plainly()
            made = function(*args, **kwargs)
            if not actor.is_administrator and isinstance(made, Model):
                check(actor, Right.CHANGE, subject_of(made))
            return made

        wrapped.needs = (None, kind)  # type: ignore[attr-defined]
        return wrapped

    return mark


def _person(arguments: Any) -> Person:
    by: Person = arguments["by"]
    return by
