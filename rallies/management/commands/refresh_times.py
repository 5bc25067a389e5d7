from datetime import datetime
from typing import Any

from django.core.management import BaseCommand, CommandParser
from django.utils import timezone

from rallies.operations.rebuild import texts_are_current
from rallies.operations.times import RefreshedDate, refresh_times


class Command(BaseCommand):
    help = (
        "Derives all instants again from the clocks of their places, after newer data of time zones; names what moved."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only say what would move.")
        parser.add_argument(
            "--if-needed", action="store_true", help="Do nothing if the data are those of the last time."
        )

    def handle(self, *args: Any, dry_run: bool, if_needed: bool, **options: Any) -> None:
        if if_needed and texts_are_current():
            return
        moved = gone = 0
        for date in refresh_times(now=timezone.now(), is_trial=dry_run):
            self.stdout.write(_words(date))
            gone += bool(date.why)
            moved += not date.why
        if moved or gone or not if_needed:
            said = "Dates that would move" if dry_run else "Dates that moved"
            self.stdout.write(
                f"{said}: {moved}. Times that exist no more, of which somebody must enter another: {gone}."
            )


def _words(date: RefreshedDate) -> str:
    if date.why:
        return f"{date.slug}, {date.day}: {date.why} It stays at {_utc(date.before[0])}."
    # Where the start is the same, the end is another.
    which = 0 if date.before[0] != date.after[0] else 1
    name = ("begins", "ends")[which]
    return f"{date.slug}, {date.day}: {name} at {_utc(date.after[which])}, not {_utc(date.before[which])}."


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
