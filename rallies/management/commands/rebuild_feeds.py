from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from rallies.operations.rebuild import rebuild_texts, stale_actions, texts_are_current


class Command(BaseCommand):
    help = "Makes the stored calendar text and public points afresh: after SITE_URL, DEFAULT_LANGUAGE or the version changed."

    def add_arguments(self, parser: CommandParser) -> None:
        either = parser.add_mutually_exclusive_group()
        either.add_argument("--if-needed", action="store_true", help="Do nothing if nothing it depends on changed.")
        either.add_argument(
            "--check", action="store_true", help="Write nothing; name the actions whose text is not what it would be."
        )

    def handle(self, *args: Any, if_needed: bool, check: bool, **options: Any) -> None:
        if check:
            self._check()
            return
        if if_needed and texts_are_current():
            return
        changed = rebuild_texts(now=timezone.now())
        self.stdout.write(f"Calendar text was made afresh; {changed} dates changed.")

    def _check(self) -> None:
        stale = stale_actions(now=timezone.now())
        for slug in stale:
            self.stdout.write(slug)
        if stale:
            raise CommandError(
                f"The stored calendar text of {len(stale)} of the published actions is not what it must be. "
                "To mend it: manage.py rebuild_feeds"
            )
        self.stdout.write("All stored calendar text is what it must be.")
