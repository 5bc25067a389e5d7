"""Names of places made alike, so that every usual way to write one finds it."""

import re
import unicodedata

from rallies.text import fold

_APOSTROPHES = re.compile("['’‘`´ʻʼʹ′ʿʾ]")
# The dots of initials, as in L.A. and D.C., but not that of "St. Paul".
_INITIALS = re.compile(r"\b(\w)\.(?=\w\b|\W|$)")
_WORDS = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}
# Letters that text.fold() leaves, because nobody types them for another where they are at home.
_LETTERS = str.maketrans({"ə": "a", "ŋ": "n", "ɛ": "e", "ɔ": "o", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y"})


def fold_name(value: str) -> str:
    """A name in lower case without accents and punctuation, words divided by one space, "st." and the like
    written out where a word follows. What is no letter, number or mark divides words; "" if nothing is left."""
    folded = _INITIALS.sub(r"\1", _APOSTROPHES.sub("", fold(value).translate(_LETTERS)))
    kept = (_kept(character) for character in folded)
    words = "".join(kept).split()
    return " ".join([*(_WORDS.get(word, word) for word in words[:-1]), *words[-1:]])


def _kept(character: str) -> str:
    """The character, a space for what divides words, and nothing for what cannot be seen."""
    if character.isalnum():
        return character
    category = unicodedata.category(character)
    if category[0] in "LNM":
        return character
    return "" if category == "Cf" else " "
