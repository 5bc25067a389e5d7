"""What every page that answers a question shows of it: its parts, its form, and how far around a place it reaches."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from rallies.selectors.campaigns import list_campaigns
from rallies.selectors.choices import Choices, Counts, choices, counts
from rallies.selectors.filters import ActionFilter
from rallies.selectors.stamps import Stamp, answer_moment, site_stamp
from rallies.web.near import reach_of
from rallies.web.questions import form_of, restated


@lru_cache(maxsize=16)
def kept_choices(_stamp: Stamp, _language: str) -> Choices:
    """What can be chosen, made anew in each process after something public changed: it looks through all actions."""
    return choices()


@lru_cache(maxsize=256)
def kept_counts(_stamp: Stamp, moment: datetime, question: ActionFilter) -> Counts:
    """The same of how many there are of each; `moment` is that on which the answer stands."""
    return counts(question, now=moment)


def question_context(
    question: ActionFilter, *, path: str, now: datetime, counted: ActionFilter | None = None
) -> dict[str, Any]:
    """For partials/_asked.html; `path` is the page that answers, `counted` the question whose answers the choices count, if it
    is narrower."""
    stamp, counted = site_stamp(), replace(counted or question, sort="")
    form = form_of(
        question,
        campaigns=list_campaigns(now=now),
        choices=kept_choices(stamp, get_language() or ""),
        counts=kept_counts(stamp, answer_moment(counted, now=now), counted),
        path=path,
    )
    return {"chips": restated(question, path=path), "form": form, "near": reach_of(question, path=path)}
