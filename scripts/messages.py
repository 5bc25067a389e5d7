"""Collects what is to be translated, with Babel alone: no tool of gettext is needed.

    python -m scripts.messages                                 bring rallies/locale/<code>/LC_MESSAGES/django.po up to date
    python -m scripts.messages count                           how many there are, and how many each language lacks
    python -m scripts.messages todo es [public|api|desk]       what Spanish lacks, as a .po to fill in
    python -m scripts.messages take es FILE.po                 take what was filled in there

A message belongs to the first of these parts that says it: `public` is what the world reads on pages and in feeds, `api`
the documentation of the API, `desk` what those who work on the calendar read.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "rallies" / "locale"
# Code → which form of a plural stands for which number: what gettext's users know. For Arabic Babel counts otherwise.
LANGUAGES = {
    "es": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "de": "nplurals=2; plural=(n != 1);",
    "pt": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
}
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PARTS = ("public", "api", "desk")
# By how the path begins; what is nowhere here is public.
API = ("rallies/api/", "templates/pages/api.html")
DESK = (
    "rallies/accounts/",
    "rallies/admin/",
    "rallies/checks.py",
    "rallies/deeds.py",
    "rallies/http/sign_in.py",
    "rallies/mail.py",
    "rallies/management/",
    "rallies/models/",
    "rallies/operations/",
    "rallies/rules/",
    "rallies/seed/",
    "templates/account/",
    "templates/admin/",
    "templates/docs/",
    "templates/mfa/",
)
# These speak to everybody: the form for errors, and days that a question names.
PUBLIC = ("rallies/operations/reports.py", "rallies/rules/reports.py", "rallies/rules/times.py")


def part_of(message: Message) -> str:
    return min((_part(path) for path, _ in message.locations), key=PARTS.index, default="desk")


def _part(path: str) -> str:
    if path.startswith(API):
        return "api"
    return "desk" if path.startswith(DESK) and path not in PUBLIC else "public"


def collected() -> Catalog:
    """Every message of the code and the templates, with the files that say it."""
    found = Catalog(project="Rallies", version="", msgid_bugs_address="", charset="utf-8")
    for path in _files():
        name = path.relative_to(ROOT).as_posix()
        for _line, messages, comments, context in _messages(path):
            found.add(messages, locations=[(name, 0)], auto_comments=comments, context=context)
            message = found.get(messages if isinstance(messages, str) else messages[0], context)
            message.locations = list(dict.fromkeys(message.locations))
    return found


def _files() -> Iterator[Path]:
    yield from sorted(p for p in (ROOT / "rallies").rglob("*.py") if "migrations" not in p.parts)
    yield from sorted(p for p in (ROOT / "templates").rglob("*") if p.suffix in {".html", ".txt", ".md"})


def _messages(path: Path) -> Iterable[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is left of a template is no Python but for its calls: each on a line of its own, without indentation.
        text = "\n".join(_calls(templatize(text, origin=str(path))))
    return extract("python", _Lines(text), keywords=KEYWORDS, comment_tags=("Translators:",))  # type: ignore[arg-type]


_CALL = re.compile(
    r"""\b(?:n?p?gettext)\((?:[^()'"]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")*\)|\b_\((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\)"""
)


def _calls(templatized: str) -> Iterator[str]:
    for call in _CALL.findall(templatized):
        yield call.replace("\n", " ")


class _Lines:
    """A text as the file of bytes that Babel reads."""

    def __init__(self, text: str) -> None:
        self._lines = text.encode().splitlines(keepends=True)
        self._at = 0

    def readline(self, _size: int = -1) -> bytes:
        self._at += 1
        return self._lines[self._at - 1] if self._at <= len(self._lines) else b""

    def read(self, _size: int = -1) -> bytes:
        return b"".join(self._lines[self._at :])

    def tell(self) -> int:
        return self._at

    def seek(self, at: int, _whence: int = 0) -> None:
        self._at = at


def empty(code: str) -> Catalog:
    made = Catalog(locale=code, project="Rallies", version="", fuzzy=False)
    made.mime_headers = [("Plural-Forms", LANGUAGES[code])]
    return made


def catalogue(code: str) -> Catalog:
    """The catalogue of a language with all messages of today: what is gone is left out, what is new is empty."""
    path = path_of(code)
    if path.exists():
        with path.open("rb") as file:
            there = read_po(file, locale=code)
    else:
        there = Catalog(locale=code)
    made = empty(code)
    for message in sorted(collected(), key=_order):
        if not message.id:
            continue
        old = there.get(_key(message), message.context)
        made.add(
            message.id,
            old.string if old and _same(old, message) else None,
            locations=message.locations,
            flags=message.flags | ({"fuzzy"} if old and old.fuzzy else set()),
            auto_comments=message.auto_comments,
            user_comments=old.user_comments if old else (),
            context=message.context,
        )
    return made


def _same(old: Message, new: Message) -> bool:
    return isinstance(old.id, str) is isinstance(new.id, str)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _order(message: Message) -> tuple[int, str, str]:
    if not message.id:
        return (-1, "", "")
    return (PARTS.index(part_of(message)), _key(message), message.context or "")


def is_translated(message: Message) -> bool:
    words = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(words) and not message.fuzzy


def path_of(code: str) -> Path:
    return LOCALE / code / "LC_MESSAGES" / "django.po"


HEAD = """\
# Rallies, {language}: collected by `make messages`, see "A language" in CONTRIBUTING.md.
#"""


def write(made: Catalog, file: object) -> None:
    """Without dates and names, so that the same messages give the same file."""
    made.header_comment = HEAD.format(language=Locale.parse(made.locale_identifier).english_name)
    lines: list[bytes] = []

    class Out:
        def write(self, piece: bytes) -> None:
            lines.append(piece)

    write_po(Out(), made, width=120, include_lineno=False, sort_output=False)  # type: ignore[arg-type]
    text = b"".join(lines).decode()
    unsteady = r'^"(?:Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By): .*\\n"\n'
    file.write(re.sub(unsteady, "", text, flags=re.MULTILINE).encode())  # type: ignore[attr-defined]


def update() -> None:
    for code in LANGUAGES:
        path_of(code).parent.mkdir(parents=True, exist_ok=True)
        made = catalogue(code)
        with path_of(code).open("wb") as file:
            write(made, file)


def count() -> None:
    everything = [message for message in collected() if message.id]
    print("all", *(f"{part} {sum(part_of(m) == part for m in everything)}" for part in PARTS), sep="  ")
    for code in LANGUAGES:
        lacking = [message for message in catalogue(code) if message.id and not is_translated(message)]
        print(f"{code} lacks", *(f"{part} {sum(part_of(m) == part for m in lacking)}" for part in PARTS), sep="  ")


def todo(code: str, part: str = "") -> None:
    made, lacking = catalogue(code), empty(code)
    for message in made:
        if message.id and not is_translated(message) and part in {"", part_of(message)}:
            lacking[message.id] = message
    write(lacking, sys.stdout.buffer)


def take(code: str, name: str) -> None:
    made = catalogue(code)
    with Path(name).open("rb") as file:
        filled = read_po(file, locale=code)
    for message in filled:
        there = made.get(_key(message), message.context) if message.id else None
        if message.id and there is None:
            print(f"not asked for: {_key(message)}", file=sys.stderr)
        elif there is not None and is_translated(message):
            there.string = message.string
            there.flags.discard("fuzzy")
    with path_of(code).open("wb") as out:
        write(made, out)


if __name__ == "__main__":
    name, *given = sys.argv[1:] or ["update"]
    {"update": update, "count": count, "todo": todo, "take": take}[name](*given)
