"""The models and their migrations say the same, and a migration can be taken back."""

from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from rallies import enums
from rallies.enums import ParticipationRole, ParticipationState
from rallies.models import FeedStamp, Organizer
from rallies.operations.actions import withdraw_action
from rallies.operations.campaigns import PartEntry
from rallies.operations.participations import ParticipationEntry
from rallies.operations.transaction import operation
from rallies.selectors.stamps import site_stamp
from tests.factories import NOW, make_action, make_campaign, make_organizer


@pytest.mark.django_db
def test_models_have_all_their_migrations():
    told = StringIO()
    call_command("makemigrations", "rallies", check=True, dry_run=True, stdout=told)
    assert told.getvalue() == "No changes detected in app 'rallies'\n"


def test_a_longer_list_of_choices_needs_no_migration():
    """Migrations name the function that lists the choices, never the choices."""
    fields = {
        f"{model.__name__}.{field.name}": field.deconstruct()[3]["choices"]
        for model in apps.get_app_config("rallies").get_models()
        for field in model._meta.concrete_fields
        if field.choices
    }
    assert len(fields) > 20
    assert {name: choices for name, choices in fields.items() if not callable(choices)} == {
        # simple_history's own, of three that do not grow.
        name: choices
        for name, choices in fields.items()
        if name.endswith(".history_type")
    }
    kind = apps.get_model("rallies", "Action")._meta.get_field("kind")
    assert kind.deconstruct()[3]["choices"] is enums.action_kinds
    assert len(enums.ActionKind.choices) == 40


def test_every_migration_can_be_taken_back():
    """There and back on SQLite takes a minute: what Django asks of each step is asked here."""
    ours = [migration for (app, _), migration in MigrationLoader(None).disk_migrations.items() if app == "rallies"]
    steps = [(migration.name, operation) for migration in ours for operation in migration.operations]
    assert len(steps) > 19
    assert [(name, str(operation)) for name, operation in steps if not operation.reversible] == []


@pytest.mark.django_db
def test_groups_of_drafts_are_forgotten():
    """As before the migration: each group has a stamp, whether the world has seen it or not."""
    names = ("host", "withdrawn", "caller", "draft", "invited", "hidden", "alone")
    groups = {name: make_organizer(slug=name) for name in names}
    make_action(hosts=[groups["host"]])
    withdraw_action(make_action(hosts=[groups["withdrawn"]]).pk, by=None, now=NOW)
    make_action(hosts=[groups["draft"]], publish=False)
    invited = ParticipationEntry(groups["invited"], ParticipationRole.CO_HOST, ParticipationState.INVITED)
    make_action(participations=[invited])
    make_campaign(parts={"parts": [PartEntry(groups["caller"], "caller")]})
    make_campaign(parts={"parts": [PartEntry(groups["hidden"], "caller")]}, is_public=False)
    assert set(Organizer.objects.known().values_list("slug", flat=True)) == set(names)
    before, others = site_stamp(), FeedStamp.objects.exclude(scope="organizer").count()

    forget = operation(import_module("rallies.migrations.0006_groups_of_drafts_are_not_known").forget)
    forget(apps, None)

    assert set(Organizer.objects.known().values_list("slug", flat=True)) == {"host", "withdrawn", "caller"}
    after = site_stamp()
    assert (after.number, after.moved_at > before.moved_at) == (before.number + 1, True)
    assert FeedStamp.objects.exclude(scope="organizer").count() == others
    forget(apps, None)
    assert site_stamp() == after
