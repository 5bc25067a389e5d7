"""Everything that this installation keeps, in one file."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.core.management.base import no_translations
from django.utils import timezone

from rallies.operations.backup import make_backup
from rallies.operations.backup_file import BackupProblem


class Command(BaseCommand):
    help = "Writes the database and the pictures to one file, while the site runs. See templates/docs/backup.md."
    # They load every page; a backup should be possible when a page is broken.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="The file to write, such as rallies.zip.")
        parser.add_argument("--force", action="store_true", help="Overwrite the file if it is there.")

    @no_translations
    def handle(self, *args: Any, file: Path, force: bool, **options: Any) -> None:
        began = time.monotonic()
        try:
            made = make_backup(file, media=Path(settings.MEDIA_ROOT), now=timezone.now(), overwrite=force)
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            f"Backed up {made.summary}, in {time.monotonic() - began:.1f} seconds: {file} ({_size(file)})"
        )


def _size(file: Path) -> str:
    size = file.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"
