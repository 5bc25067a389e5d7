from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

from rallies.catalogues import compile_catalogues


class RalliesConfig(AppConfig):
    name = "rallies"
    verbose_name = "Rallies"

    def ready(self) -> None:
        from rallies import checks  # noqa: F401  (registers them)

        # Before anything is said: Django reads a catalogue once.
        compile_catalogues(Path(settings.LOCALE_PATHS[0]))
