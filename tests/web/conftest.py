from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

CAMPAIGN = "week-of-action-2025"


class Undo(Exception):
    pass


@pytest.fixture(scope="module")
def week_of_the_module(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Loaded once a module, since loading takes longer than any test of it; taken back at its end."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                call_command("seed", stdout=StringIO())
                yield
                raise Undo
        except Undo:
            pass


@pytest.fixture
def week(week_of_the_module: None, db: None) -> str:
    """The shipped week of action, as a new site has it: the path of its page."""
    return f"/campaigns/{CAMPAIGN}/"
