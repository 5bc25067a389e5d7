"""Secrets that stand in links, and what is kept of them."""

import secrets
from hashlib import sha256


def new_token() -> str:
    """192 random bits as letters and digits that an address takes as they are.

    Nobody guesses one, however often they try: so tries are not limited, and a hash that is slow on purpose, as
    passwords need it, would only cost time.
    """
    return secrets.token_urlsafe(24)


def token_hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
