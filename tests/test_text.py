"""Text as people paste it."""

import re
import unicodedata
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rallies.text import (
    clean_line,
    clean_text,
    fold,
    is_blank,
    markdown_escaped,
    markdown_to_html,
    markdown_to_plain,
    shorten,
    slug_of,
    without_html,
)

# FEED_CONTRACT statement 3, written again so that it does not follow the code.
FORBIDDEN = [
    *(chr(code) for code in range(0x20) if chr(code) not in "\t\n"),
    *(chr(code) for code in range(0x7F, 0xA0)),
    "\u2028",
    "\u2029",
    "\ufeff",
    "\ufffd",
    "\ufffe",
    "\uffff",
    "\ud800",
    "\udfff",
]
LINE_BREAKS = {"\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"}

ANY_TEXT = st.text(
    st.characters()
    | st.sampled_from(FORBIDDEN)
    | st.sampled_from(" \n\t*_[]()<>&#`-\u0301\u200b\u200d\u2060\u200f\u3164")
)


@pytest.mark.parametrize("character", FORBIDDEN, ids=lambda character: f"U+{ord(character):04X}")
def test_statement_3_no_character_that_breaks_calendars_stays(character):
    between = "\n" if character in LINE_BREAKS else ""
    assert clean_text(f"a{character}b") == f"a{between}b"
    assert clean_line(f"a{character}b") == f"a{' ' if between else ''}b"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("a\r\n\r\n\r\nb", "a\n\nb"),
        ("a\n\x00\n\x00\nb", "a\n\nb"),
        ("a\u2029\u2029\u2029b", "a\n\nb"),
        ("  a\tb  ", "a\tb"),
        ("\ufeff", ""),
        ("Cafe\u0301", "Caf\u00e9"),
        ("e\x00\u0301", "\u00e9"),
        ("\u1100\u1161\u11a8", "\uac01"),
        ("\ud83d\ude00", ""),
        ("👩\u200d👩\u200d👧 שלום مرحبا 行動", "👩\u200d👩\u200d👧 שלום مرحبا 行動"),
        ("\\n stays, and so do ; , :", "\\n stays, and so do ; , :"),
        ("", ""),
        (" \n\t ", ""),
        # White space and what is not to be seen, in any order, at the edges.
        ("\u200b \u2060Rally\u200b\u00ad \u3164\n", "Rally"),
        ("\u2800\u180e\uffa0\ufeff\u2061\u2064", ""),
        # What shapes the letter or emoji before it, or says how the line runs, stays where there is something to see.
        ("\u0647\u200d", "\u0647\u200d"),
        (
            "\u200c\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u200c\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("❤\ufe0f", "❤\ufe0f"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("\u200fG20: \u0646", "\u200fG20: \u0646"),
        ("\u2068a\u2069", "\u2068a\u2069"),
        ("\u1100\u1160", "\u1100\u1160"),
        ("wo\u00adrd\u200bs", "wo\u00adrd\u200bs"),
    ],
)
def test_clean_text_keeps_what_was_meant(typed, kept):
    assert clean_text(typed) == kept


# Default_Ignorable_Code_Point of Unicode 15, its first and last of each kind, and two that only look empty.
INVISIBLE = [
    *"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b\u180e\u180f\u200b\u200c\u200d\u200e\u200f\u202a\u202e",
    *"\u2060\u2064\u2066\u2069\u206f\u3164\ufe00\ufe0f\ufeff\uffa0\ufff0\U0001bca0\U0001d173\U000e0001\U000e0fff",
    *"\u2800\u00a0",
]


@pytest.mark.parametrize("character", INVISIBLE, ids=lambda character: f"U+{ord(character):04X}")
def test_text_that_shows_nothing_is_empty(character):
    assert (is_blank(character), clean_text(f" {character}\n{character}"), clean_line(character)) == (True, "", "")
    assert not is_blank(f"{character}x{character}")


@pytest.mark.parametrize("character", "x\u0600\u06dd\u0301🕊\u2764.", ids=lambda character: f"U+{ord(character):04X}")
def test_text_that_shows_something_is_not_empty(character):
    assert (is_blank(character), clean_line(character)) == (False, character)


def test_long_white_space_is_cleaned_within_a_second():
    begun = process_time()
    assert clean_text("a" + " \u200b" * 50_000 + "b").endswith("b")
    assert clean_text("\u200d" * 100_000) == ""
    assert process_time() - begun < 1


def test_clean_line_makes_one_line_of_any_white_space():
    assert clean_line(" a\n\n b\tc \u00a0 d\u2028e\u202ff ") == "a b c d e f"


@given(ANY_TEXT)
def test_clean_text_is_idempotent_and_holds_no_forbidden_character(typed):
    once = clean_text(typed)
    assert clean_text(once) == once
    assert not set(once) & set(FORBIDDEN)
    assert unicodedata.is_normalized("NFC", once)
    assert "\n\n\n" not in once
    assert once.encode("utf-8").decode("utf-8") == once


@given(ANY_TEXT)
def test_clean_line_is_idempotent_and_one_line(typed):
    once = clean_line(typed)
    assert clean_line(once) == once
    assert clean_text(once) == once
    assert len(once.splitlines()) <= 1


REL = 'rel="ugc nofollow noreferrer"'


@pytest.mark.parametrize(
    ("markdown", "html", "plain"),
    [
        ("One\n\nTwo", "<p>One</p>\n<p>Two</p>\n", "One\n\nTwo"),
        ("One\nTwo  \nThree", "<p>One<br>\nTwo<br>\nThree</p>\n", "One\nTwo\nThree"),
        (
            "**bold** *em* `code`",
            "<p><strong>bold</strong> <em>em</em> <code>code</code></p>\n",
            "bold em code",
        ),
        ("# Top\n\ntext", "<h3>Top</h3>\n<p>text</p>\n", "Top\n\ntext"),
        ("###### Deep", "<h3>Deep</h3>\n", "Deep"),
        (
            "- a\n  - b\n    1. c\n- d",
            "<ul>\n<li>a\n<ul>\n<li>b\n<ol>\n<li>c</li>\n</ol>\n</li>\n</ul>\n</li>\n<li>d</li>\n</ul>\n",
            "- a\n  - b\n    1. c\n- d",
        ),
        (
            "Bring:\n\n- a\n\n  more\n- b\n\nAnd come",
            "<p>Bring:</p>\n<ul>\n<li>\n<p>a</p>\n<p>more</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>\n<p>And come</p>\n",
            "Bring:\n\n- a\n  more\n- b\n\nAnd come",
        ),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>\n', "3. c\n4. d"),
        ("> said\n> so", "<blockquote>\n<p>said<br>\nso</p>\n</blockquote>\n", "said\nso"),
        ("```\na < b\n```", "<pre><code>a &lt; b\n</code></pre>\n", "a < b"),
        ("a\n***\nb", "<p>a</p>\n<hr>\n<p>b</p>\n", "a\n\nb"),
        ("[words](https://e.org/x)", f'<p><a href="https://e.org/x" {REL}>words</a></p>\n', "words <https://e.org/x>"),
        ("<https://e.org/x>", f'<p><a href="https://e.org/x" {REL}>https://e.org/x</a></p>\n', "https://e.org/x"),
        (
            "[**b** c][1]\n\n[1]: https://e.org",
            f'<p><a href="https://e.org" {REL}><strong>b</strong> c</a></p>\n',
            "b c <https://e.org>",
        ),
        ("[tel](tel:+1555)", f'<p><a href="tel:+1555" {REL}>tel</a></p>\n', "tel <tel:+1555>"),
        ("https://bare.org", "<p>https://bare.org</p>\n", "https://bare.org"),
        ("AT&amp;T \\*x\\*", "<p>AT&amp;T *x*</p>\n", "AT&T *x*"),
        ("", "", ""),
    ],
)
def test_markdown_becomes_html_and_plain_text(markdown, html, plain):
    assert markdown_to_html(markdown) == html
    assert markdown_to_plain(markdown) == plain


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:alert(1)'>x</a>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&colon;alert(1))",
        "[x](\tjavascript:alert(1))",
        "[x](vbscript:msgbox)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](data:image/svg+xml;base64,AAAA)",
        # markdown-it lets this one pass; nh3 does not.
        "[x](data:image/png;base64,AAAA)",
        "[x](file:///etc/passwd)",
        '[x](https://e.org "onmouseover=alert(1)")',
        "![x](https://e.org/pixel.png)",
        '![x](https://e.org/pixel.png "t")',
        "<iframe src=https://e.org></iframe>",
        "<style>*{display:none}</style>",
        "<!-- --><svg/onload=alert(1)>",
        "`<script>`",
        "```\n</pre><script>alert(1)</script>\n```",
        '<https://e.org/"onclick=alert(1)>',
        "[a]: javascript:alert(1)\n\n[a]",
    ],
)
def test_nothing_that_runs_or_loads_gets_into_the_html(hostile):
    html = markdown_to_html(hostile)
    tags = re.findall(r"<\s*([a-z0-9]+)([^>]*)>", html, re.IGNORECASE)
    assert {name for name, _ in tags} <= {"p", "a", "code", "pre", "br"}
    for name, attributes in tags:
        addresses = re.findall(r'href="([^"]*)"', attributes)
        assert all(address.startswith("https://e.org") for address in addresses), html
        assert set(re.findall(r"([a-z]+)=", re.sub(r'"[^"]*"', "", attributes))) <= {"href", "rel", "title"}, html
        assert name != "a" or REL in attributes


@given(ANY_TEXT)
def test_any_markdown_gives_clean_plain_text_and_closed_html(typed):
    plain = markdown_to_plain(clean_text(typed))
    assert clean_text(plain) == plain
    html = markdown_to_html(clean_text(typed))
    assert not re.search(r"<(script|img|iframe|style|svg|object|form)", html, re.IGNORECASE)
    # nh3 closes what is open: cleaning again changes nothing but what it adds itself.
    assert html.count("<a ") == html.count("</a>")


@pytest.mark.parametrize(
    "typed",
    ["[" * 8_000, "[a](" * 2_000, "*a " * 6_666, "`" * 20_000, ">" * 20_000, "- " * 10_000, "<" * 20_000],
    ids=lambda typed: typed[:4],
)
def test_a_nested_description_is_answered_within_seconds(typed):
    begun = process_time()
    markdown_to_html(typed)
    markdown_to_plain(typed)
    assert process_time() - begun < 5


def test_shorten_cuts_at_a_word_and_says_so():
    assert shorten("one two three", limit=13) == "one two three"
    assert shorten("one two three", limit=12) == "one two…"
    assert shorten("onetwothree", limit=5) == "onet…"
    assert shorten("a bcdefghij", limit=8) == "a bcdef…"


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_shorten_keeps_to_the_limit(value, limit):
    assert len(shorten(value, limit=limit)) <= limit


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        ("March for São Paulo!", "march-for-sao-paulo"),
        ("Straße", "strasse"),
        ("Øresund", "oresund"),
        ("İstanbul", "istanbul"),
        ("  --a__b--  ", "a__b"),
        ("../../etc/passwd?x=1#y", "etcpasswdx1y"),
        ("行動", "other"),
        ("Москва", "other"),
        ("🕊️", "other"),
        ("مظاهرة", "other"),
        ("", "other"),
        ("\x00\u2028", "other"),
    ],
)
def test_slug_of_is_ascii_or_the_fallback(value, slug):
    assert slug_of(value, fallback="other") == slug


def test_slug_of_is_cut_without_a_hyphen_at_its_end():
    assert slug_of("a" * 79 + " b", fallback="other") == "a" * 79
    assert slug_of("a" * 200, fallback="other", limit=10) == "a" * 10


@given(st.text(), st.integers(min_value=1, max_value=120))
def test_slug_of_any_text_fits_an_address(value, limit):
    slug = slug_of(value, fallback="f", limit=limit)
    assert re.fullmatch(r"[a-z0-9_-]+", slug)
    assert len(slug) <= limit


def test_fold_compares_without_case_and_accents():
    assert [fold(word) for word in ("São Paulo", "STRASSE", "Straße", "ΣΑΣ", "ﬁre", "Ångström", "Øre")] == [
        "sao paulo",
        "strasse",
        "strasse",
        "σασ",
        "fire",
        "angstrom",
        "ore",
    ]


@given(st.text())
def test_fold_is_idempotent(value):
    assert fold(fold(value)) == fold(value)


@pytest.mark.parametrize(
    ("pasted", "plain"),
    [
        ("AT&amp;T", "AT&T"),
        ("<b>Rally</b> at <a href='x'>the square</a>", "Rally at the square"),
        ("&lt;b&gt;Rally&lt;/b&gt;", "Rally"),
        ("one<br/>two", "onetwo"),
        ("a < b and c > d, I <3 this <https://example.org/>", "a < b and c > d, I <3 this <https://example.org/>"),
    ],
)
def test_pasted_html_is_taken_out(pasted, plain):
    assert without_html(pasted) == plain


@pytest.mark.parametrize(
    ("word", "slug"),
    [("Łódź", "lodz"), ("Đà Nẵng", "da-nang"), ("Ærø", "aero"), ("Straße", "strasse"), ("Reykjavík", "reykjavik")],
)
def test_slug_keeps_letters_that_unicode_does_not_take_apart(word, slug):
    assert slug_of(word, fallback="x") == slug


def test_headings_can_start_higher():
    assert markdown_to_html("# One\n\n## Two", top=2) == "<h2>One</h2>\n<h3>Two</h3>\n"


def test_headings_leave_no_level_out():
    html = markdown_to_html("## One\n\n#### Two\n\n### Three\n\n## Four\n\n# Five\n\n###### Six")
    assert html.split() == [
        *("<h3>One</h3>", "<h4>Two</h4>", "<h4>Three</h4>", "<h3>Four</h3>", "<h3>Five</h3>", "<h4>Six</h4>"),
    ]


@given(st.text(alphabet="a*_[]()<>`\\&;!#~ b.-", max_size=40))
def test_escaped_text_is_shown_as_it_stands(typed):
    line = f"x{typed}x"
    assert markdown_to_plain(markdown_escaped(line)) == clean_text(line)


@pytest.mark.parametrize(
    "typed",
    [
        "1. Mai Bündnis",
        "1) Mai",
        "# X",
        "## X",
        "- x",
        "+ x",
        "> x",
        "---",
        "~~~",
        "=",
        "1.",
        "-",
        "Tom\n===",
        "Tom\n1. x",
    ],
)
def test_escaped_text_may_begin_a_line(typed):
    lines = typed.replace("\n", "<br>\n").replace("> x", "&gt; x")
    assert markdown_to_html(markdown_escaped(typed)) == f"<p>{lines}</p>\n"


@given(st.text(alphabet="123#>+-=~.)*_ a", max_size=12))
def test_escaped_text_is_shown_as_it_stands_wherever_it_begins(typed):
    line = f"{typed}x".strip()
    assert markdown_to_plain(markdown_escaped(f"{line}\n{line}")) == f"{line}\n{line}"
