"""A set of actions as one text: every set comes back, every other text is refused."""

import random

import pytest

from rallies.picks import (
    MOST,
    OtherVersion,
    TooManyPicks,
    UnreadablePicks,
    code_of,
    code_words,
    codes_of,
)
from tests.picking import token_of, written


def test_the_code_of_a_uid_stays_what_it_is():
    """It stands in addresses that people subscribed to."""
    assert code_of("uid-march") == 0xF3E59274B5
    assert token_of([1, 2]) == "AQAAAAABAAAAAAJppA"


@pytest.mark.parametrize("number", [1, 2, 3, 7, MOST])
def test_every_set_comes_back_from_one_text(number):
    codes = random.Random(number).sample(range(2**40), number)
    token = token_of(codes)
    assert codes_of(token) == tuple(sorted(codes))
    assert token_of(reversed(codes)) == token_of([*codes, codes[0]]) == token
    assert len(token) == -(-(number * 5 + 3) * 4 // 3)


def test_the_ends_of_what_a_code_can_be():
    assert codes_of(token_of([0, 2**40 - 1])) == (0, 2**40 - 1)


def test_any_letter_that_is_another_or_missing_is_noticed():
    token = token_of(map(code_of, ("one", "two", "three")))
    others = {token[:at] + "A" + token[at + 1 :] for at in range(len(token))} - {token}
    cut = {token[:at] for at in range(len(token))} | {token[at:] for at in range(1, len(token))}
    added = {f"{token}{more}" for more in ("A", "AA", "=", ".", "/", " ", "\n", "é")}
    for text in others | cut | added:
        with pytest.raises(UnreadablePicks):
            codes_of(text)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", UnreadablePicks),
        (b"\x01", UnreadablePicks),
        (b"\x01" + bytes(4), UnreadablePicks),
        (b"\x01" + bytes(6), UnreadablePicks),
        # Twice the same, and not rising: another text of the same set.
        (b"\x01" + bytes(10), UnreadablePicks),
        (b"\x01" + bytes([0, 0, 0, 0, 2]) + bytes([0, 0, 0, 0, 1]), UnreadablePicks),
        (b"\x00" + bytes(5), OtherVersion),
        (b"\x02" + bytes(5), OtherVersion),
        (b"\x01" + b"".join(n.to_bytes(5) for n in range(MOST + 1)), TooManyPicks),
        (b"\x01" + bytes(2000), UnreadablePicks),
    ],
)
def test_what_is_no_set_of_ours_says_why(body, error):
    with pytest.raises(UnreadablePicks) as raised:
        codes_of(written(body))
    assert type(raised.value) is error


def test_pages_hand_the_same_code_to_scripts():
    assert [int(code_words(uid), 16) for uid in ("a", "b")] == [code_of("a"), code_of("b")]
    assert {len(code_words(str(number))) for number in range(2000)} == {10}
