"""Words by which text is found."""

import pytest

from rallies.terms import LONGEST_TERM, MOST_TERMS, Term, asked_terms, cut_question, terms_of


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("Rally for WATER, rally!", ("rally", "for", "water")),
        ("São Paulo / SAO paulo", ("sao", "paulo")),
        ("Straße STRASSE", ("strasse",)),
        ("don't o’brien", ("don", "t", "o", "brien")),
        ("Вода и мир", ("вода", "и", "мир")),
        ("Ёлка й", ("елка", "и")),
        ("مَسيرة", ("مسيرة",)),
        ("می‌خواهم", ("می", "خواهم")),
        ("東京都", ("東京", "京都", "都")),
        ("東京2026", ("東京", "京", "2026")),
        ("水", ("水",)),
        ("ガス", ("カス", "ス")),
        ("서울에서", ("서울", "울에", "에서", "서")),
        ("ขอบ", ("ขอ", "อบ", "บ")),
        ("नदी", ("नदी",)),
        ("🎉 Party❤️", ("🎉", "party", "❤")),
        ("so\u00adft zero\u200bwidth", ("soft", "zerowidth")),
        ("²³ ½ ﬁne", ("23", "1", "2", "fine")),
        ('NEAR( "x" * \' \\ : & | !', ("near", "x")),
        ("x" * 300, ("x" * LONGEST_TERM,)),
        ("a\x00b", ("a", "b")),
    ],
)
def test_terms_of_a_text(text: str, terms: tuple[str, ...]) -> None:
    assert terms_of(text) == terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("?!* \"'", ()),
        ("rally wat", (Term("rally"), Term("wat", is_prefix=True))),
        ("rally, ", (Term("rally", is_prefix=True),)),
        ("東京", (Term("東京"),)),
        ("京", (Term("京", is_prefix=True),)),
        ("京 water", (Term("京", is_prefix=True), Term("water", is_prefix=True))),
    ],
)
def test_terms_that_are_asked_for(text: str, terms: tuple[Term, ...]) -> None:
    assert asked_terms(text) == terms


def test_terms_hold_nothing_that_an_index_reads_otherwise() -> None:
    everything = "".join(chr(code) for code in range(0x2FFFF) if not 0xD800 <= code <= 0xDFFF)
    signs = set("".join(terms_of(everything) + terms_of(" ".join(everything))))
    assert {sign for sign in signs if sign.isascii()} == set("abcdefghijklmnopqrstuvwxyz0123456789")
    assert not any(sign.isspace() for sign in signs)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("  water \n march ", ("water march", False)),
        ("\x00", ("", False)),
        ("a b c d e f g h i j k l m", ("a b c d e f g h i j k l", True)),
        ("a b c d " * 1000, ("a b c d a b c d a b c d", True)),
        ("x" * 10_000, ("x" * LONGEST_TERM, True)),
        ("peace-" + "x" * 100 + "-march", ("peace-" + "x" * LONGEST_TERM + "-march", True)),
        ("水" * 33, ("水" * 33, False)),
        ("水" * 300, ("水" * 33, True)),
        ("🎉" * 300, ("🎉" * MOST_TERMS, True)),
        ("".join(map(chr, range(0x4E00, 0x4E40))), ("".join(map(chr, range(0x4E00, 0x4E21))), True)),
    ],
)
def test_too_much_is_cut_and_said(text: str, cut: tuple[str, bool]) -> None:
    assert cut_question(text) == cut
    assert cut_question(cut[0]) == (cut[0], False)
    assert len(asked_terms(text[:200])) <= MOST_TERMS
