import signal
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from rallies.management.stopping import StopSignal
from rallies.worker.loop import run_due, work


class Command(BaseCommand):
    help = (
        "Does what falls due - shows places when their moment comes, makes the dates of series - until it is stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do what is due now, and end: for cron.")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        if once:
            failed = sorted(name for name, failures in run_due().items() if failures)
            if failed:
                raise CommandError(f"Not all of it could be done: {', '.join(failed)}. The log says why.")
            return
        stop = StopSignal(signal.SIGINT, signal.SIGTERM)
        self.stdout.write("The worker is at work. Ctrl-C stops it.")
        self.stdout.flush()
        work(is_stopping=stop)
