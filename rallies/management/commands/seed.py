from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from rallies.operations.seed import load_week
from rallies.seed.reading import WEEK, UnreadableSeed, read_week

# One, many: in the order in which they are said.
WORDS = {
    "campaigns": ("campaign", "campaigns"),
    "actions": ("action", "actions"),
    "organizers": ("organizer", "organizers"),
    "milestones": ("milestone", "milestones"),
    "places": ("place", "places"),
}


class Command(BaseCommand):
    help = "Adds the week of action of 15-23 November 2025. What is there already, or was removed, is left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="directory", type=Path, default=WEEK, help="A directory with another week, in the same form."
        )

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        try:
            loaded = load_week(read_week(directory), now=timezone.now())
        except UnreadableSeed as error:
            raise CommandError(f"Nothing was added. {error}") from error
        counts = asdict(loaded)
        added = [
            f"{counts[name]:,} {one if counts[name] == 1 else many}"
            for name, (one, many) in WORDS.items()
            if counts[name]
        ]
        if added:
            self.stdout.write(f"Added {', '.join(added)}.")
        else:
            self.stdout.write("Everything is there already; nothing was changed.")
        if loaded.left_out:
            self.stdout.write(f"Left out, because it was removed here: {loaded.left_out:,}.")
