"""How often somebody may try to sign in.

Counted by name and network together first, so that whoever guesses at an account locks out nobody but the own network. The
looser counts stand against guessing from many networks, and at many names. Passkeys ask for no password, and
are not counted with it.
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
PASSKEY_OF_NETWORK = Limit("passkey-of-network", most=60, seconds=QUARTER)


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


def passkey_attempt(request: HttpRequest) -> Attempt:
    return Attempt((PASSKEY_OF_NETWORK, visitor_network(request)))
