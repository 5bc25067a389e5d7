"""Calendars in other languages than that in which their text is stored: each date is made once in each of its versions.

Made of rows a text takes a thousand times as long as read; the stored text, which holds the version, names what was made.
"""

from hashlib import sha256

from rallies import conf
from rallies.catalogues import catalogue_digest
from rallies.selectors.feeds import FeedText, Told, in_reading_language

from .bodies import Memory

TEXTS = Memory[Told](64 * 1024 * 1024, size=lambda told: 2 * len(told.text))


def in_language(text: FeedText) -> FeedText:
    """The text of a feed in the language that is asked for."""
    if conf.language() == conf.default_language():
        return text
    found = {each: TEXTS.get(_name(each)) for each in text.told}
    missing = tuple(each for each, made in found.items() if made is None)
    if missing:
        made_now = {(made.is_series, made.key): made for made in in_reading_language(FeedText(missing)).told}
        for each in missing:
            made = found[each] = made_now.get((each.is_series, each.key))
            if made is not None:
                TEXTS.put(_name(each), made)
    return FeedText(tuple(made for made in found.values() if made is not None), is_cut=text.is_cut)


def _name(each: Told) -> tuple[str, str, bool, int, bytes]:
    code = conf.language()
    return code, catalogue_digest(code), each.is_series, each.key, sha256(each.text.encode()).digest()
