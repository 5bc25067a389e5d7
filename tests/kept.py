"""What processes keep under the stamps of what is public: tests have the same stamps at the same moments, and so must forget it."""

from rallies.admin.campaign_numbers import _lasting
from rallies.feeds.answers import FILES, MEMORY
from rallies.feeds.known import KNOWN
from rallies.feeds.languages import TEXTS
from rallies.feeds.tables import TABLES
from rallies.web.asked import kept_choices, kept_counts


def forget() -> None:
    for memory in (MEMORY, TEXTS, KNOWN, TABLES):
        memory.clear()
    FILES.looked.clear()
    kept_choices.cache_clear()
    kept_counts.cache_clear()
    _lasting.cache_clear()
