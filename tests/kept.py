"""What processes keep of calendars: tests have the same stamps at the same moments, and so must forget it."""

from rallies.feeds.answers import FILES, MEMORY
from rallies.feeds.known import KNOWN
from rallies.feeds.languages import TEXTS


def forget() -> None:
    for memory in (MEMORY, TEXTS, KNOWN):
        memory.clear()
    FILES.looked.clear()
