"""The models and their migrations say the same, and a migration can be taken back."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from rallies import enums


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
