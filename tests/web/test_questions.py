"""A question in words above its answer."""

from dataclasses import fields

from rallies.selectors.filters import ActionFilter
from rallies.web.questions import CHIPS


def test_each_part_of_a_question_is_said():
    """A radius is said with its middle, features of access each for itself, and an order by the ways to look at the list."""
    assert {each.name for each in fields(ActionFilter)} - set(CHIPS) == {"within", "access", "sort"}
