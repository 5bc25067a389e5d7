"""What commands say of secrets that the secret key of the site does not open."""

from django.core.management.base import OutputWrapper

from rallies.operations.second_factors import seal_secrets

# So many names tell whose backup or key it is, and fit a screen.
NAMED = 10


def say_closed_secrets(stdout: OutputWrapper) -> None:
    """Seals what lies open or under a key from before, and says whose apps and recovery codes no key opens."""
    names = seal_secrets()
    if not names:
        return
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    stdout.write(
        "\n  Codes of apps and recovery codes were made under another secret key, and let nobody in any more. Accounts:"
        f"\n  {', '.join(names[:NAMED])}{more}"
        "\n  Bring that key back, as SECRET_KEY or in SECRET_KEY_FALLBACKS, and start again. If it is lost, whoever has a"
        "\n  passkey uses that, and an administrator makes recovery links for the others. One more administrator is made by"
        "\n  manage.py createsuperuser --username NAME\n\n"
    )
