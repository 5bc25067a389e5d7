"""Actions that somebody picked, as one short text that stands in an address: the text is the set, and nothing is stored.

An action stands in it under a code of 40 bits, the beginning of the SHA-256 of its UID. Its primary key would be shorter, but
tells how many actions there are, drafts too, and another in an installation that was restored; its UID is too long for
forty; its address name changes. The code stays as the UID does, and is found by those alone who know the UID: who tries
codes learns no more than that nothing is listed under them. Two of a million actions share one with a chance of a third;
then the older is meant (selectors/picks.py).

The text is base64url, without padding, of one octet for the version, the codes in rising order with five octets each, and
two octets of CRC-16/CCITT-FALSE: a set has one text, and one that was cut or mistyped is none. Browsers write it
(`static/rallies/js/picks.js`); here it is read.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import crc_hqx
from hashlib import sha256

VERSION = 1
MOST = 40
OCTETS = 5
"""Of a code."""
_TEXT = re.compile(r"[A-Za-z0-9_-]{4,2000}")


class UnreadablePicks(ValueError):
    """The text was not written here, or something of it was lost."""


class OtherVersion(UnreadablePicks):
    """Another version of this software wrote the text."""


class TooManyPicks(UnreadablePicks):
    """There are more than `MOST` in it."""


def code_of(uid: str) -> int:
    """The code of an action by its UID."""
    return int.from_bytes(sha256(uid.encode()).digest()[:OCTETS])


def code_words(uid: str) -> str:
    """The same as pages hand it to scripts: ten hexadecimal digits."""
    return f"{code_of(uid):0{2 * OCTETS}x}"


def codes_of(token: str) -> tuple[int, ...]:
    """The codes of a text, rising, at least one. Raises `UnreadablePicks`, `OtherVersion`, `TooManyPicks`."""
    if not _TEXT.fullmatch(token) or len(token) % 4 == 1:
        raise UnreadablePicks(token)
    octets = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    body, check = octets[:-2], octets[-2:]
    # The last letter has bits to spare, which would give one set several addresses.
    if _encoded(octets) != token or crc_hqx(body, 0xFFFF).to_bytes(2) != check:
        raise UnreadablePicks(token)
    if body[:1] != bytes([VERSION]):
        raise OtherVersion(token)
    parts = [body[first : first + OCTETS] for first in range(1, len(body), OCTETS)]
    if not parts or len(parts[-1]) != OCTETS or sorted(set(parts)) != parts:
        raise UnreadablePicks(token)
    if len(parts) > MOST:
        raise TooManyPicks(token)
    return tuple(int.from_bytes(part) for part in parts)


def _encoded(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")
