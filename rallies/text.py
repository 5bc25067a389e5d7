"""Text as people paste it, made safe to store, to show and to send.

Markdown in; HTML for pages and plain text for calendars out.
"""

import re
import unicodedata
from functools import lru_cache
from html import unescape

import nh3
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Readers drop, cut or refuse whole feeds for one of these (FEED_CONTRACT statement 3): C0 except TAB
# and LF, DEL, C1, the replacement character, noncharacters, and the byte order mark, which is lost where it comes first
# and leaves a title of nothing else empty. Lone surrogates cannot be encoded at all, and
# overrides of direction (U+202A-202E) turn around what stands after them.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\ufdd0-\ufdef\ufeff\ufffd\ufffe\uffff\ud800-\udfff]"
)
# What shows nothing by itself: Default_Ignorable_Code_Point of Unicode, and the blank pattern of Braille. Within a word
# many of them matter: joiners in Persian and in emoji, fillers in Hangul, marks of direction.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_VISIBLE = re.compile(rf"[^\s{_IGNORABLE}]")
# Those that do nothing at the edge of a text. A mark of direction does where the text begins with a word of the other
# direction, and so do joiners, variants and tags behind the letter or emoji that they shape.
_IDLE_AT_EDGE = "\u00ad\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u2800\u3164\uffa0"
_EDGES = _IDLE_AT_EDGE + "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_LINE_BREAKS = re.compile("\r\n|\r|\u2028|\u2029|\u0085|\x0b|\x0c")
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>")
# Letters that Unicode does not take apart into a letter and an accent.
_UNDECOMPOSED = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h", "ı": "i", "ŧ": "t"}
)
_MARKS = re.compile(r"[\\`*_\[\]<&]")
# What makes a list, a heading, a quote, a rule or a fence where a line begins with it.
_LINE_BEGINNINGS = re.compile(r"^([ \t]*[0-9]*)([#>+=~.)-])", re.MULTILINE)
_MANY_BLANK_LINES = re.compile("\n{3,}")

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).disable("image")
_TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "a",
    "blockquote",
    "code",
    "pre",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
}


def clean_text(value: str) -> str:
    """The text in NFC with LF line ends and without characters that break calendars; TAB stays.

    Nothing at all when there is nothing to see; white space and invisible characters at its edges are taken off.
    """
    value = _LINE_BREAKS.sub("\n", value)
    value = _FORBIDDEN.sub("", value)
    value = unicodedata.normalize("NFC", value)
    if is_blank(value):
        return ""
    return _MANY_BLANK_LINES.sub("\n\n", value).strip(_EDGES)


def is_blank(value: str) -> bool:
    """Whether a text shows nothing: it is empty, or of white space and invisible characters alone."""
    return _VISIBLE.search(value) is None


def clean_line(value: str) -> str:
    """`clean_text` on one line: runs of white space become one space."""
    if value.isascii() and value.isprintable():
        return " ".join(value.split())
    return " ".join(clean_text(value).split())


def without_html(value: str) -> str:
    """The text without tags and entities that were pasted with it: calendar apps show them as they stand."""
    for _ in range(3):
        plain = _TAG.sub("", unescape(value))
        if plain == value:
            break
        value = plain
    return value


@lru_cache(maxsize=2048)
def markdown_to_html(value: str, *, top: int = 3) -> str:
    """Safe HTML of a Markdown text; headings start at h3, or at `top`, and leave no level out, whatever was
    typed; and links get rel="ugc nofollow noreferrer"."""
    tokens = _MARKDOWN.parse(value)
    above: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            typed = int(token.tag[1])
            above = [*(level for level in above if level < typed), typed]
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(top + len(above) - 1, 6)}"
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="ugc nofollow noreferrer",
    )


def markdown_escaped(value: str) -> str:
    """The text so that Markdown shows it as it stands, within a line or at its beginning."""
    return _LINE_BEGINNINGS.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", value))


@lru_cache(maxsize=2048)
def markdown_to_plain(value: str) -> str:
    """Plain text of a Markdown text: paragraphs by blank lines, "- " lists, links as "words <address>"."""
    lines: list[str] = []
    depth = 0
    numbers: list[int | None] = []
    prefix = ""
    for token in _MARKDOWN.parse(value):
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            numbers.append(int(token.attrGet("start") or 1) if token.type.startswith("ordered") else None)
            depth += 1
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            numbers.pop()
            depth -= 1
            prefix = "  " * depth
            if not depth:
                lines.append("")
        elif token.type == "list_item_open":
            number = numbers[-1]
            prefix = "  " * (depth - 1) + ("- " if number is None else f"{number}. ")
            if number is not None:
                numbers[-1] = number + 1
        elif token.type == "inline":
            lines.append(prefix + _inline_to_plain(token.children or []))
            prefix = "  " * depth
            if not depth:
                lines.append("")
        elif token.type in {"fence", "code_block"}:
            lines += [*token.content.rstrip("\n").split("\n"), ""]
    return clean_text("\n".join(lines))


def _inline_to_plain(tokens: list[Token]) -> str:
    parts: list[str] = []
    address = ""
    start = 0
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif token.type == "link_open":
            address = str(token.attrGet("href") or "")
            start = len(parts)
        elif token.type == "link_close":
            if "".join(parts[start:]) != address:
                parts.append(f" <{address}>")
        else:
            parts.append(token.content)
    return "".join(parts)


def shorten(value: str, *, limit: int) -> str:
    """At most `limit` characters, cut at a word, with an ellipsis when something was cut."""
    if len(value) <= limit:
        return value
    head = value[: limit - 1]
    space = head.rfind(" ")
    if space > limit // 2:
        head = head[:space]
    return head.rstrip() + "…"


def slug_of(value: str, *, fallback: str, limit: int = 80) -> str:
    """A slug of ASCII letters, digits and hyphens, at most `limit` long; `fallback` if none is left."""
    slug = slugify(fold(value))[:limit].strip("-_")
    return slug or fallback


def fold(value: str) -> str:
    """Lower case without accents, for comparing: "São Paulo" and "sao paulo" fold alike."""
    decomposed = unicodedata.normalize("NFKD", value.casefold().translate(_UNDECOMPOSED))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
