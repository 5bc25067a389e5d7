"""What holds for every template and static file of the public face."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

from rallies.styles import BUNDLES, parts_of

ROOT = Path(__file__).parent.parent.parent
STATIC = ROOT / "rallies" / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OURS = [t for t in TEMPLATES if t.parts[len(ROOT.parts) + 1] not in {"admin", "registration", "docs"}]
STYLES = sorted((STATIC / "rallies" / "css").glob("*.css"))
VENDORED = sorted((STATIC / "rallies" / "vendor").iterdir())
FIRST_VISIT_OF_FONTS = 30_000
# Styles of whole pages and of the ground; every other file is named after its partial or its page.
GROUND = {"tokens", "base"}
# Pages of the desk are Django’s, and so are their names: its styles are named after the kinds of page, or a field.
DESK = {
    "desk",
    "desk_home",
    "desk_list",
    "desk_form",
    "desk_pickers",
    "desk_repeats",
    "desk_log",
    "desk_account",
    "desk_people",
    "desk_requests",
    "desk_campaign",
}

INLINE = re.compile(r"<style|<script(?![^>]*\ssrc=)|\sstyle\s*=|\son[a-z]+\s*=|javascript:", re.IGNORECASE)
PHYSICAL = re.compile(
    r"^\s*(margin|padding|border|inset)?-?(left|right)\s*:|^\s*(width|height|min-width|max-width)\s*:|text-align:\s*(left|right)",
    re.MULTILINE,
)


def named(paths):
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("template", TEMPLATES, ids=named(TEMPLATES))
def test_template_has_nothing_inline(template):
    assert INLINE.findall(template.read_text()) == []


@pytest.mark.parametrize(
    "line", ["<style>", "<script>x</script>", '<p style="x">', '<a onclick="x">', '<a href="javascript:x">']
)
def test_inline_things_would_be_found(line):
    assert len(INLINE.findall(line)) == 1


@pytest.mark.parametrize("template", OURS, ids=named(OURS))
def test_static_files_of_a_template_are_there(template):
    asked = re.findall(r'{% static "([^"]+)" %}', template.read_text())
    assert [path for path in asked if not (STATIC / path).is_file()] == []


@pytest.mark.parametrize("style", STYLES, ids=named(STYLES))
def test_style_is_linked_and_named_after_what_it_is_for(style):
    linked = f"rallies/css/{style.name}"
    bundled = any(linked in parts_of(bundle) for bundle in BUNDLES)
    assert bundled or any(linked in template.read_text() for template in TEMPLATES)
    pages = {t.stem.lstrip("_") for t in OURS} | GROUND | DESK
    assert style.stem in pages


@pytest.mark.parametrize("style", STYLES, ids=named(STYLES))
def test_style_has_logical_directions_and_tokens_for_colours(style):
    text = re.sub(r"/\*.*?\*/", "", style.read_text(), flags=re.DOTALL)
    assert [found.group().strip() for found in PHYSICAL.finditer(text)] == []
    if style.stem != "tokens":
        assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", text) == []


@pytest.mark.parametrize("folder", VENDORED, ids=named(VENDORED))
def test_vendored_files_are_what_was_checked(folder):
    recorded = dict(reversed(line.split()) for line in (folder / "SHA256SUMS").read_text().splitlines())
    files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file() and p.name != "SHA256SUMS"}
    found = {name: sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    assert found == recorded
    assert "LICENSE" in found


def test_fonts_stay_small():
    assert sum(font.stat().st_size for font in STATIC.rglob("*.woff2")) <= FIRST_VISIT_OF_FONTS


def test_styles_and_scripts_ask_nobody_else():
    for path in [*STYLES, *(STATIC / "rallies" / "js").glob("*.js")]:
        assert re.findall(r"https?://|@import", path.read_text()) == []
