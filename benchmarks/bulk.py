"""What the same step on many actions at once costs, beside the plain way: one operation after the other.

    python -m benchmarks.bulk                                          SQLite, in a scratch directory
    DATABASE_URL=postgres://… python -m benchmarks.bulk                PostgreSQL, in a database that nobody needs

Run it from the directory of the project. ACTIONS are invented, and each step is done to all of them, ROUNDS times, and
taken back. Prints medians in seconds on the clock, and ends with 1 if a step took more than LONGEST. PLAIN=no leaves the plain way out.
PROFILE=move prints where the time of that step goes.
"""

import contextlib
import cProfile
import io
import os
import pstats
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

ACTIONS = int(os.environ.get("ACTIONS", "500"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
LONGEST = float(os.environ.get("LONGEST", "5"))
PLAIN = os.environ.get("PLAIN", "yes") == "yes"
PROFILE = os.environ.get("PROFILE", "")


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        os.environ |= {"DATA_DIR": directory, "SEED": "no", "DJANGO_SETTINGS_MODULE": "config.settings"}
        import django  # after the directory is known

        django.setup()
        _fill()
        missed = [name for name, at_once, plain in _steps() if _measure(name, at_once, plain) > LONGEST]
    sys.exit(1 if missed else 0)


def _fill() -> None:
    from django.core.management import call_command
    from django.db import connection

    from rallies.models import Action

    # Commands that it calls say what they do, and it the administrator's password.
    with contextlib.redirect_stdout(io.StringIO()):
        call_command("start", prepare_only=True)
    if Action.objects.exists():
        sys.exit("This database holds actions: give one that nobody needs.")
    # Some of them are off: they are left out below.
    call_command("generate_actions", ACTIONS * 2, stdout=io.StringIO())
    print(f"{connection.vendor}, {ACTIONS:,} actions, medians of {ROUNDS} rounds, in seconds")


def _steps() -> list[tuple[str, Callable[[], Any], Callable[[], Any] | None]]:
    from django.contrib.auth.models import User
    from django.utils import timezone

    from rallies.models import Action, Campaign
    from rallies.operations import actions, bulk
    from rallies.operations.duplicate import duplicate_campaign

    on = Action.objects.filter(status="scheduled", start_time__isnull=False, start_date__isnull=False)
    rows = list(on.order_by("pk")[:ACTIONS])
    keys = [row.pk for row in rows]
    who: dict[str, Any] = {"by": User.objects.get(is_superuser=True), "now": timezone.now()}
    week, hour = timedelta(days=7), timedelta(hours=1)
    campaign = Campaign.objects.order_by("pk")[0]

    def each(step: Callable[[Any], Any]) -> Callable[[], Any]:
        return lambda: [step(row) for row in rows]

    def moved(row: Any) -> Any:
        clock = {
            "start_time": row.start_time,
            "end_time": row.end_time,
            "end_date": row.end_date and row.end_date + week,
        }
        return actions.move_action_in_time(row.pk, start_date=row.start_date + week, **clock, **who)

    first = campaign.first_day + timedelta(days=364)
    return [
        (
            "withdraw",
            lambda: bulk.withdraw_actions(keys, **who),
            each(lambda row: actions.withdraw_action(row.pk, **who)),
        ),
        ("confirm", lambda: bulk.confirm_actions(keys, **who), each(lambda row: actions.confirm_action(row.pk, **who))),
        (
            "cancel",
            lambda: bulk.cancel_actions(keys, message="Storm.", **who),
            each(lambda row: actions.cancel_action(row.pk, message="Storm.", **who)),
        ),
        ("move", lambda: bulk.move_actions(keys, by_time=week, **who), each(moved)),
        ("move by an hour", lambda: _moved_where_it_can_be(keys, hour, who), None),
        (
            "set a field",
            lambda: bulk.set_field_of_actions(keys, field="what_to_bring", value="Water.", **who),
            each(lambda row: actions.edit_action(row.pk, {"what_to_bring": "Water."}, **who)),
        ),
        ("add to a campaign", lambda: bulk.add_actions_to_campaign(keys, campaign_id=campaign.pk, **who), None),
        (
            "duplicate a campaign with them",
            lambda: (
                bulk.add_actions_to_campaign(keys, campaign_id=campaign.pk, **who),
                duplicate_campaign(campaign.pk, name="Again", first_day=first, **who),
            ),
            None,
        ),
    ]


def _moved_where_it_can_be(keys: list[int], length: timedelta, who: dict[str, Any]) -> None:
    """What somebody does who is told that clocks jump over some of the times."""
    from rallies.operations import bulk

    try:
        bulk.move_actions(keys, by_time=length, **who)
    except bulk.SomeRefused as error:
        bulk.move_actions(error.others, by_time=length, **who)


def _measure(name: str, at_once: Callable[[], Any], plain: Callable[[], Any] | None) -> float:
    """The seconds on the clock that a step takes at once."""
    if PROFILE and name != PROFILE:
        return 0
    if PROFILE:
        with cProfile.Profile() as profile:
            _taken_back(at_once)
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    rounds = [_taken_back(at_once) for _ in range(ROUNDS)]
    clock, processor = (median(spent) for spent in zip(*rounds, strict=True))
    beside = ""
    if plain is not None and PLAIN and not PROFILE:
        one_by_one, _processor = _taken_back(plain)
        beside = f"{one_by_one:8.2f} one by one, {one_by_one / clock:5.1f} times as long"
    print(f"{name:32}{clock:8.2f} at once, {processor:.2f} of them computing here{beside}", flush=True)
    return clock


def _taken_back(call: Callable[[], Any]) -> tuple[float, float]:
    """Seconds on the clock, and of the processor in this process."""
    from django.db import transaction

    with transaction.atomic():
        begin = time.perf_counter(), time.process_time()
        call()
        spent = time.perf_counter() - begin[0], time.process_time() - begin[1]
        transaction.set_rollback(True)
    return spent


if __name__ == "__main__":
    main()
