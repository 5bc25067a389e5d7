#!/usr/bin/env python3
"""The command line of Rallies. `make run` calls it with Python of .venv."""

import os
import signal
import sys


def main() -> None:
    if sys.argv[1:2] == ["start"]:
        # Ctrl-C while the site starts ends it at once, without a traceback; every step can be begun again.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.conf import settings
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed here: call .venv/bin/python, which `make run` makes.")
    try:
        # Read first: Django itself would hide a wrong value behind "Unknown command".
        settings.INSTALLED_APPS  # noqa: B018
    except ImproperlyConfigured as error:
        sys.exit(f"Rallies cannot start: {error}")
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
