from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from rallies.operations.places import load_gazetteer


class Command(BaseCommand):
    help = "Adds the cities, regions and countries of the gazetteer that are missing. What is there is left alone."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load_gazetteer(now=timezone.now())
        self.stdout.write(f"Added {added:,} places." if added else "All places are there already; nothing was changed.")
