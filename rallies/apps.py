from django.apps import AppConfig


class RalliesConfig(AppConfig):
    name = "rallies"
    verbose_name = "Rallies"

    def ready(self) -> None:
        from rallies import checks  # noqa: F401  (registers them)
