import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from rallies import conf
from rallies.operations.generate import generate_actions
from rallies.seed.inventing import CAMPAIGNS, FIRST_DAY, GROUPS, LAST_DAY, cities

# One transaction each, so that a site that runs meanwhile can write in between.
SLICE = 5000


class Command(BaseCommand):
    help = "Adds N invented, published actions, for development and measuring: the same for the same seed and day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("count", type=int, metavar="N", help="How many.")
        parser.add_argument("--seed", type=int, default=1, help="Another number gives others. Default: 1.")
        parser.add_argument("--yes", action="store_true", help="Also on a site that others can reach.")

    def handle(self, *args: Any, count: int, seed: int, yes: bool, **options: Any) -> None:
        if count < 1:
            raise CommandError("Give a number of actions, as in: manage.py generate_actions 1000")
        if not (yes or settings.DEBUG or _is_local(conf.site_url())):
            raise CommandError(
                f"This would publish invented actions on {conf.site_url()}, and nothing takes them away again. "
                "If you want that, add --yes."
            )
        now, began, among = timezone.now(), time.monotonic(), cities()
        first, last = (now.date() + timedelta(days=days) for days in (FIRST_DAY, LAST_DAY))
        self.stdout.write(
            f"Adding {count:,} invented, published actions (seed {seed}) in {len(among)} cities, from {first} to {last}, "
            f"with {GROUPS} groups and {CAMPAIGNS} campaigns. They stay as long as the database …"
        )
        actions = dates = there = 0
        for start in range(0, count, SLICE):
            numbers = range(start, min(start + SLICE, count))
            made = generate_actions(numbers, seed=seed, among=among, now=now)
            actions, dates, there = actions + made.actions, dates + made.dates, there + made.there
        self.stdout.write(f"Added {actions:,} actions with {dates:,} dates in {time.monotonic() - began:.1f} s.")
        if there:
            self.stdout.write(f"{there:,} were there already; for others, give another --seed.")


def _is_local(address: str) -> bool:
    """Whether only this computer opens the address: localhost, a loopback address, a name without a dot."""
    host = urlsplit(address).hostname or ""
    return host == "::1" or host.startswith("127.") or not {".", ":"} & set(host)
