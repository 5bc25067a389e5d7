"""How often somebody may try to sign in.

Counted by name and network together first, so that whoever guesses at an account locks out nobody but the own network. The
looser counts stand against guessing from many networks, and at many names. Passkeys ask for no password, and
are not counted with it. One that says itself whose it is counts for no account as a whole: anybody can say so.
"""

import unicodedata
from contextlib import suppress

from django.http import HttpRequest

from rallies.http.limits import Limit, TooOften
from rallies.http.visitors import visitor_network

QUARTER, HOUR = 15 * 60, 60 * 60

PASSWORD = Limit("password", most=10, seconds=QUARTER)
PASSWORD_OF_NAME = Limit("password-of-name", most=100, seconds=HOUR)
PASSWORD_OF_NETWORK = Limit("password-of-network", most=60, seconds=QUARTER)
CODE = Limit("code", most=10, seconds=QUARTER)
CODE_OF_ACCOUNT = Limit("code-of-account", most=30, seconds=HOUR)
PASSKEY = Limit("passkey", most=10, seconds=QUARTER)
PASSKEY_OF_ACCOUNT = Limit("passkey-of-account", most=30, seconds=HOUR)
PASSKEY_OF_NETWORK = Limit("passkey-of-network", most=60, seconds=QUARTER)
# Of riddles for passkeys, each of which makes a session.
RIDDLE_OF_NETWORK = Limit("riddle-of-network", most=60, seconds=QUARTER)


class Attempt:
    """A try that was counted. `is_allowed` is whether it may succeed at all."""

    def __init__(self, *uses: tuple[Limit, str]) -> None:
        self.slots: list[tuple[Limit, str]] = []
        self.is_allowed = False
        with suppress(TooOften):
            for limit, key in uses:
                self.slots.append((limit, limit.take(key)))
            self.is_allowed = True
        if not self.is_allowed:
            self.give_back()

    def give_back(self) -> None:
        """It was no guess: whoever knows the answer is not counted."""
        for limit, slot in self.slots:
            limit.give_back(slot)


def password_attempt(request: HttpRequest, *, name: str) -> Attempt:
    # As Django compares names of accounts, and without their case: counting too much is the lesser fault.
    same, network = unicodedata.normalize("NFKC", name).casefold(), visitor_network(request)
    return Attempt((PASSWORD, f"{network} {same}"), (PASSWORD_OF_NAME, same), (PASSWORD_OF_NETWORK, network))


def code_attempt(request: HttpRequest, *, user_id: int) -> Attempt:
    return Attempt((CODE, f"{visitor_network(request)} {user_id}"), (CODE_OF_ACCOUNT, str(user_id)))


def passkey_attempt(request: HttpRequest, *, user_id: int | None, is_claimed: bool) -> Attempt:
    """`is_claimed` is whether nothing but the answer itself says whose passkey it is; `user_id` is None if it says nothing."""
    network = visitor_network(request)
    uses = [(PASSKEY_OF_NETWORK, network)]
    if user_id is not None:
        uses.append((PASSKEY, f"{network} {user_id}"))
        if not is_claimed:
            uses.append((PASSKEY_OF_ACCOUNT, str(user_id)))
    return Attempt(*uses)


def riddle_attempt(request: HttpRequest) -> Attempt:
    return Attempt((RIDDLE_OF_NETWORK, visitor_network(request)))
