"""The other way: what `manage.py backup` wrote, back into an installation."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.core.management.base import no_translations
from django.db import DatabaseError, connection

from rallies.management.closed import say_closed_secrets
from rallies.operations.backup_file import BackupProblem, open_backup
from rallies.operations.restore import restore_backup


class Command(BaseCommand):
    help = "Brings back what `manage.py backup` wrote, into an empty installation. See templates/docs/backup.md."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="The file that `manage.py backup` wrote.")
        parser.add_argument(
            "--replace", action="store_true", help="Lose what is in this installation, and put the backup in its place."
        )

    @no_translations
    def handle(self, *args: Any, file: Path, replace: bool, **options: Any) -> None:
        began = time.monotonic()
        try:
            with open_backup(file) as backup:
                if _is_blank():
                    call_command("migrate", interactive=False, verbosity=0)
                restore_backup(backup, media=Path(settings.MEDIA_ROOT), replace=replace)
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            f"Restored {backup.manifest.summary}, in {time.monotonic() - began:.1f} seconds: {file} "
            f"of {backup.manifest.made_at}"
        )
        say_closed_secrets(self.stdout)


def _is_blank() -> bool:
    """A database that was only just made, as on a new machine."""
    try:
        return not connection.introspection.table_names()
    except DatabaseError as error:
        raise CommandError(f"The database cannot be opened. It says: {str(error).strip()}") from error
