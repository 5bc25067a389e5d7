"""Secrets that the site must read again, such as those of apps with codes: the database holds them sealed.

The key is made of the secret key of the site, which lies beside the database and in no backup: whoever reads a copy of the
rows alone makes no codes of them.
"""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from . import conf

# Secrets of apps are base32 and seeds of recovery codes are hexadecimal: neither has a colon.
MARK = "sealed:"
PURPOSE = b"rallies second factors"


class WrongKey(Exception):
    """It was sealed under a secret key that the site has no longer."""


def seal(text: str) -> str:
    return MARK + _box(conf.secret_keys()[0]).encrypt(text.encode()).decode("ascii")


def unseal(kept: str) -> str:
    """The text of what `seal` made, under the secret key or one from before. Raises `WrongKey`.

    What bears no mark is from before secrets were sealed, and the text itself; the next start seals it.
    """
    if not kept.startswith(MARK):
        return kept
    for key in conf.secret_keys():
        if (text := _opened(kept, key=key)) is not None:
            return text
    raise WrongKey


def sealed_anew(kept: str) -> str:
    """The same under the secret key of today; itself, if it is. Raises `WrongKey`."""
    is_current = kept.startswith(MARK) and _opened(kept, key=conf.secret_keys()[0]) is not None
    return kept if is_current else seal(unseal(kept))


def _opened(kept: str, *, key: str) -> str | None:
    try:
        return _box(key).decrypt(kept.removeprefix(MARK).encode()).decode()
    except InvalidToken:
        return None


@lru_cache(maxsize=8)
def _box(key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return Fernet(urlsafe_b64encode(derived))
