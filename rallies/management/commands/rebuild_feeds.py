from typing import Any

from django.core.management import BaseCommand, CommandParser
from django.utils import timezone

from rallies.operations.rebuild import rebuild_texts, texts_are_current


class Command(BaseCommand):
    help = "Makes the stored calendar text and public points afresh: after SITE_URL, DEFAULT_LANGUAGE or the version changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-needed", action="store_true", help="Do nothing if nothing it depends on changed.")

    def handle(self, *args: Any, if_needed: bool, **options: Any) -> None:
        if if_needed and texts_are_current():
            return
        changed = rebuild_texts(now=timezone.now())
        self.stdout.write(f"Calendar text was made afresh; {changed} dates changed.")
