"""The whole of both tables, written again by hand, so that a changed step is a changed test."""

from itertools import product

import pytest

from rallies.enums import ActionStatus, Publication
from rallies.rules.errors import TransitionNotAllowed
from rallies.rules.workflow import (
    PUBLICATION_STEPS,
    STATUS_STEPS,
    allowed_steps,
    check_public,
    next_publication,
    next_status,
)

PUBLICATIONS = {
    ("draft", "submit"): "submitted",
    ("submitted", "return"): "draft",
    ("draft", "publish"): "published",
    ("submitted", "publish"): "published",
    ("withdrawn", "publish"): "published",
    ("published", "withdraw"): "withdrawn",
}
STATUSES = {
    ("scheduled", "cancel"): "cancelled",
    ("tentative", "cancel"): "cancelled",
    ("postponed", "cancel"): "cancelled",
    ("moved-online", "cancel"): "cancelled",
    ("cancelled", "undo cancellation"): "scheduled",
    ("scheduled", "postpone"): "postponed",
    ("tentative", "postpone"): "postponed",
    ("moved-online", "postpone"): "postponed",
    ("scheduled", "move in time"): "scheduled",
    ("tentative", "move in time"): "tentative",
    ("postponed", "move in time"): "scheduled",
    ("moved-online", "move in time"): "moved-online",
    ("scheduled", "move in place"): "scheduled",
    ("tentative", "move in place"): "tentative",
    ("postponed", "move in place"): "postponed",
    ("moved-online", "move in place"): "scheduled",
    ("scheduled", "move online"): "moved-online",
    ("tentative", "move online"): "moved-online",
    ("postponed", "move online"): "postponed",
    ("scheduled", "confirm"): "scheduled",
    ("tentative", "confirm"): "scheduled",
    ("moved-online", "confirm"): "moved-online",
    ("scheduled", "make tentative"): "tentative",
}
WORDS = {
    "submit": "submitted",
    "return": "returned",
    "publish": "published",
    "withdraw": "withdrawn",
    "cancel": "cancelled",
    "undo cancellation": "put back on",
    "postpone": "postponed",
    "move in time": "moved in time",
    "move in place": "moved in place",
    "move online": "moved online",
    "confirm": "confirmed",
    "make tentative": "marked as not yet certain",
}
LABELS = {
    "draft": "Draft",
    "submitted": "Submitted",
    "published": "Published",
    "withdrawn": "Withdrawn",
    "scheduled": "Scheduled",
    "tentative": "Not yet certain",
    "cancelled": "Cancelled",
    "postponed": "Postponed",
    "moved-online": "Moved online",
}


def outcome(step_of, state, step):
    try:
        return str(step_of(state, step))
    except TransitionNotAllowed as error:
        return error.sentence


def expected(table, state, step):
    refusal = f"This action is “{LABELS[state]}” and cannot be {WORDS[step]} from there."
    return table.get((state, step), refusal)


@pytest.mark.parametrize(("state", "step"), list(product(Publication.values, PUBLICATION_STEPS)))
def test_publication_after_every_step_from_every_state(state, step):
    assert outcome(next_publication, state, step) == expected(PUBLICATIONS, state, step)


@pytest.mark.parametrize(("state", "step"), list(product(ActionStatus.values, STATUS_STEPS)))
def test_status_after_every_step_from_every_state(state, step):
    assert outcome(next_status, state, step) == expected(STATUSES, state, step)


def test_no_step_is_without_words():
    assert {*PUBLICATION_STEPS, *STATUS_STEPS} == set(WORDS)
    assert {step for _, step in (*PUBLICATIONS, *STATUSES)} == set(WORDS)


@pytest.mark.parametrize("before", ["scheduled", "tentative", "postponed", "moved-online"])
def test_undoing_a_cancellation_leads_back_to_what_it_was(before):
    assert next_status(before, "cancel") == "cancelled"
    assert next_status("cancelled", "undo cancellation", before_cancellation=before) == before


@pytest.mark.parametrize(("publication", "status"), list(product(Publication.values, ActionStatus.values)))
def test_allowed_steps_are_those_of_both_tables(publication, status):
    assert allowed_steps(publication=publication, status=status) == {
        *(step for state, step in PUBLICATIONS if state == publication),
        *(step for state, step in STATUSES if state == status and publication == "published"),
    }


@pytest.mark.parametrize("publication", ["draft", "submitted", "withdrawn"])
def test_what_is_told_to_the_world_needs_a_public_action(publication):
    check_public("published")
    with pytest.raises(TransitionNotAllowed, match="It is not public: publish it first"):
        check_public(publication)


@pytest.mark.parametrize("step_of", [next_publication, next_status])
def test_a_state_that_is_none_is_an_error_and_no_refusal(step_of):
    with pytest.raises(ValueError, match="is not a valid"):
        step_of("no such state", "cancel")
