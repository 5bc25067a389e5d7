"""The text of a set of picks, as browsers write it (static/rallies/js/picks.js)."""

from base64 import urlsafe_b64encode
from binascii import crc_hqx
from collections.abc import Iterable


def written(body: bytes) -> str:
    return urlsafe_b64encode(body + crc_hqx(body, 0xFFFF).to_bytes(2)).decode().rstrip("=")


def token_of(codes: Iterable[int]) -> str:
    return written(b"\x01" + b"".join(code.to_bytes(5) for code in sorted(set(codes))))
