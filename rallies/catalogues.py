"""Catalogues of translations: compiled where the site keeps its data, from the text files that ship.

So that a fresh clone speaks every language without gettext's tools, and no compiled file is committed.
"""

import os
from functools import cache
from hashlib import sha256
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SHIPPED = Path(__file__).parent / "locale"


def compile_catalogues(target: Path, *, source: Path = SHIPPED) -> list[str]:
    """Compile what changed of `source`/<code>/LC_MESSAGES/django.po into `target`; the codes of what was compiled.

    What is marked fuzzy is left out, as gettext does. Several processes may do it at once.
    """
    made = []
    for text in sorted(source.glob("*/LC_MESSAGES/django.po")):
        content = text.read_bytes()
        compiled = target / text.relative_to(source).with_suffix(".mo")
        # Not by the times of files: those of a container may be older than what its forerunner compiled.
        mark, wanted = compiled.with_suffix(".sha256"), sha256(content).hexdigest()
        if mark.exists() and compiled.exists() and mark.read_text(encoding="ascii") == wanted:
            continue
        compiled.parent.mkdir(parents=True, exist_ok=True)
        with text.open("rb") as file:
            catalogue = read_po(file, locale=text.parent.parent.name)
        beside = compiled.with_suffix(f".{os.getpid()}")
        with beside.open("wb") as file:
            write_mo(file, catalogue)
        beside.replace(compiled)
        mark.write_text(wanted, encoding="ascii")
        made.append(text.parent.parent.name)
    return made


@cache
def catalogue_digest(language: str, *, source: Path = SHIPPED) -> str:
    """What tells one state of a language's catalogue from another, for ETags and stored text; "" without a catalogue."""
    text = source / language / "LC_MESSAGES" / "django.po"
    return sha256(text.read_bytes()).hexdigest() if text.exists() else ""
