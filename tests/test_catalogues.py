"""The catalogues that ship: whole, well-formed, and compiled without gettext."""

import re

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext

from rallies.catalogues import SHIPPED, catalogue_digest, compile_catalogues
from scripts import messages

CODES = [code for code, _ in settings.LANGUAGES if code != "en"]


def read(code):
    with messages.path_of(code).open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def test_every_language_but_english_has_one():
    assert sorted(messages.LANGUAGES) == sorted(CODES) == sorted(path.name for path in SHIPPED.iterdir())


@pytest.mark.parametrize("code", CODES)
def test_placeholders_and_forms_of_plurals_fit(code):
    faults = {}
    for message in read(code):
        if message.id and any([message.string] if isinstance(message.string, str) else message.string):
            found = [str(error) for error in message.check()]
            if message.pluralizable and len(message.string) != read_forms(code):
                found.append("forms")
            if found:
                faults[message.id] = found
    assert faults == {}


def read_forms(code):
    return int(re.match(r"nplurals=(\d)", messages.LANGUAGES[code])[1])


@pytest.mark.parametrize("code", CODES)
def test_catalogues_hold_the_messages_of_the_code(code, tmp_path):
    """`make messages` brings them up to date."""
    with (tmp_path / "made.po").open("wb") as file:
        messages.write(messages.catalogue(code), file)
    assert (tmp_path / "made.po").read_text() == messages.path_of(code).read_text()


def test_they_are_compiled_once(tmp_path):
    assert compile_catalogues(tmp_path) == sorted(CODES)
    assert compile_catalogues(tmp_path) == []
    (tmp_path / "es" / "LC_MESSAGES" / "django.sha256").write_text("of an older version")
    assert compile_catalogues(tmp_path) == ["es"]
    assert sorted(path.name for path in (tmp_path / "es" / "LC_MESSAGES").iterdir()) == ["django.mo", "django.sha256"]


def test_what_is_translated_is_said():
    with translation.override("ar"):
        assert pgettext("title in a calendar", "CANCELLED: %(title)s") == "ملغى: %(title)s"


def test_a_catalogue_has_a_digest():
    assert (len(catalogue_digest("es")), catalogue_digest("en")) == (64, "")


def test_each_message_belongs_to_one_part():
    parts = {}
    for message in messages.collected():
        if message.id:
            parts.setdefault(messages.part_of(message), []).append(message.id)
    assert sorted(parts) == ["api", "desk", "public"]
    assert "Skip to the content" in parts["public"]
    assert "The OpenAPI document" in parts["api"]
    assert "There is no campaign called “%(slug)s”." in parts["public"]
    # Said at the desk in one way, and on pages with its plural.
    assert ("action", "actions") in parts["public"]
