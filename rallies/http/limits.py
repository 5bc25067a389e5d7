"""How often somebody may do something, counted in the cache that all processes share.

A counter would not do: `incr` of Django's table reads and then writes, so that two at once are counted as one. `add`
succeeds for one of them alone, on a unique key of the table as in Redis, so each use takes a slot of its own. That
holds while a key is new: of one that has expired and still lies in the table, PostgreSQL lets two make theirs. So
keys bear the number of their window, and none is ever used a second time.
"""

import logging
import math
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)

# 128 bits: that two visitors share a count by chance does not happen.
DIGEST_CHARACTERS = 32
NAME = re.compile(r"[a-z0-9-]{1,60}")


class TooOften(Exception):
    """All slots are taken. `wait` is the number of whole seconds until the next one is free, at least 1."""

    def __init__(self, *, wait: int) -> None:
        super().__init__(f"Wait {wait} seconds.")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` uses within any `seconds`, for each key, over all processes whose clocks agree.

    A key is what is counted by, such as a network or the name of an account. The cache holds only a digest of it, made
    with the secret key of the site and the name of the limit, until `seconds` after its use. While the cache does not
    answer, everything is let through: a site that nobody can use would be the greater harm.

    A name is of small letters, digits and hyphens, and is part of the key: of others Django warns at each use, and
    Memcached refuses them, which would count as a cache that does not answer. Raises `ValueError`.
    """

    name: str
    most: int
    seconds: int

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"“{self.name}” names no limit: take up to 60 small letters, digits and hyphens.")

    def take(self, key: str) -> str:
        """Take a slot; what `give_back` wants. Raises `TooOften`, and then nothing was taken.

        Never inside an operation: the slot would be seen by others when it ends, or not at all.
        """
        try:
            return self._take(self._digest(key))
        except TooOften:
            raise
        except Exception as error:
            self._say_down(error)
            return ""

    def give_back(self, slot: str) -> None:
        """What the slot was taken for did not take place."""
        self._delete([slot] if slot else [])

    def clear(self, key: str) -> None:
        """Forget every use: whoever knows the password has not been guessing."""
        digest, window = self._digest(key), self._window(time.time())
        self._delete([*self._slots(digest, window - 1), *self._slots(digest, window)])

    def _take(self, digest: str) -> str:
        while True:
            now = time.time()
            window = self._window(now)
            before, during = self._slots(digest, window - 1), self._slots(digest, window)
            moments: dict[str, float] = cache.get_many([*before, *during])
            # Of the window before, which nobody adds to any more, those count that are not `seconds` ago.
            recent = sorted(moments[slot] for slot in before if moments.get(slot, 0) > now - self.seconds)
            free = [slot for slot in during[: max(self.most - len(recent), 0)] if slot not in moments]
            # Whatever the clock says, the table keeps whole seconds, rounded down.
            slot = next((slot for slot in free if cache.add(slot, now, self.seconds + 1)), None)
            if slot is None:
                oldest = min([*recent, *(moments[slot] for slot in during if slot in moments)], default=now)
                raise TooOften(wait=max(math.ceil(oldest + self.seconds - now), 1))
            if self._window(time.time()) == window:
                return slot
            # The window ended meanwhile, and those who came after it may have counted without this slot.
            cache.delete(slot)

    def _digest(self, key: str) -> str:
        return salted_hmac(f"{__name__}.{self.name}", key, algorithm="sha256").hexdigest()[:DIGEST_CHARACTERS]

    def _window(self, moment: float) -> int:
        return int(moment // self.seconds)

    def _slots(self, digest: str, window: int) -> list[str]:
        # The digest comes first: a table that is full drops the keys that sort first, and so no limit before another.
        return [f"{digest}:{self.name}:{window}:{number}" for number in range(self.most)]

    def _delete(self, slots: Sequence[str]) -> None:
        try:
            cache.delete_many(slots)
        except Exception as error:
            self._say_down(error)

    def _say_down(self, error: Exception) -> None:
        # Each cache has errors of its own. Their text may hold a key, or where the cache is.
        logger.error("The limit “%s” is not kept, since the cache does not answer: %s", self.name, type(error).__name__)
