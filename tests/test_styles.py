"""Bundles of styles: what is in them, what is made of them when static files are collected, and what pages link."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.template import Context, Template

from rallies.styles import BUNDLES, BundledStaticFilesStorage, bundle_file, parts_of

ROOT = Path(__file__).parent.parent
CSS = ROOT / "rallies" / "static" / "rallies" / "css"
BUNDLED = "rallies.styles.BundledStaticFilesStorage"
# Linked by the few pages that need them: the styleguide, the desk of a campaign, and pages for accounts and requests.
ALONE = {"styleguide", "bars", "chart", "desk_account", "desk_campaign", "desk_people", "desk_requests"}
LINK = re.compile(r'<link rel="stylesheet" href="/static/([^"]+)">')


def links(bundle: str) -> list[str]:
    page = Template("{% load stylesheets %}{% stylesheets bundle %}").render(Context({"bundle": bundle}))
    return LINK.findall(page)


@pytest.fixture
def collected(settings, tmp_path) -> Path:
    """Where static files are collected as in production, without the heavy ones of maps."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": BUNDLED}}
    heavy = ["*.json", "leaflet*", "protomaps*", "rest_framework", "drf_spectacular*", "*.js", "*.map"]
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=heavy)
    return settings.STATIC_ROOT


def test_every_style_is_once_in_a_bundle_or_linked_alone():
    for parts in BUNDLES.values():
        assert sorted(set(parts)) == sorted(parts)
    assert {path.stem for path in CSS.glob("*.css")} == {*BUNDLES["public"], *BUNDLES["desk"], *ALONE}
    assert not ALONE & {*BUNDLES["public"], *BUNDLES["desk"]}
    assert BUNDLES["public"][:2] == BUNDLES["desk"][:2] == ("tokens", "base")


def test_no_page_links_what_its_bundle_holds():
    twice = [
        (path.name, style)
        for path in sorted((ROOT / "templates" / "pages").glob("*.html"))
        for style in re.findall(r"rallies/css/(\w+)\.css", path.read_text())
        if style in BUNDLES["public"]
    ]
    assert twice == []


def test_every_block_that_a_page_fills_is_in_the_base():
    frame = (ROOT / "templates" / "base.html").read_text()
    # Blocks that the page of an action and that of a place, which the one of a country extends, define themselves.
    own = {"report", "place_head", "place_empty", "place_about", "place_others"}
    there = {*re.findall(r"{% block (\w+) %}", frame), *own}
    filled = {
        (path.name, block)
        for path in sorted((ROOT / "templates" / "pages").glob("*.html"))
        for block in re.findall(r"{% block (\w+) %}", path.read_text())
    }
    assert {(name, block) for name, block in filled if block not in there} == set()


@pytest.mark.parametrize("bundle", BUNDLES)
def test_parts_are_linked_in_order_where_nothing_is_collected(bundle):
    assert links(bundle) == parts_of(bundle)
    assert all((CSS.parent.parent / name).is_file() for name in links(bundle))


@pytest.mark.parametrize("bundle", BUNDLES)
def test_parts_are_linked_with_debug(bundle, settings):
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": BUNDLED}}
    settings.DEBUG = True
    assert links(bundle) == parts_of(bundle)


def test_a_bundle_holds_its_parts_in_order_and_finds_its_fonts(collected):
    for bundle in BUNDLES:
        [name] = links(bundle)
        text = (collected / name).read_text()
        assert re.fullmatch(rf"rallies/css/bundle_{bundle}\.[0-9a-f]{{12}}\.css", name)
        assert {f"{name}.br", f"{name}.gz"} <= {
            str(p.relative_to(collected)) for p in (collected / name).parent.iterdir()
        }
        fonts = re.findall(r'url\("([^"]+)"\)', text)
        assert len(fonts) == len(re.findall(r"url\(", text)) > 0
        assert all(((collected / name).parent / font).is_file() for font in fonts)
        said = re.sub(r'url\("[^"]+"\)', "url", "".join(text.split()))
        sources = (
            re.sub(r"/\*.*?\*/", "", (CSS.parent.parent / p).read_text(), flags=re.DOTALL) for p in parts_of(bundle)
        )
        assert said == re.sub(r'url\("[^"]+"\)', "url", "".join("".join(sources).split()))
    assert not (collected / bundle_file("public")).exists()


def test_a_bundle_has_another_name_once_a_part_changes(tmp_path, settings, monkeypatch):
    monkeypatch.setattr("rallies.styles.BUNDLES", {"small": ("one", "two")})
    source = FileSystemStorage(tmp_path / "source")
    names = []
    for colour in ("red", "blue"):
        for part in parts_of("small"):
            source.delete(part)
        source.save("rallies/css/one.css", ContentFile(b"/* why */\na {\n  color: red;\n}\n"))
        source.save("rallies/css/two.css", ContentFile(f"b {{\n  color: {colour};\n}}\n".encode()))
        storage = BundledStaticFilesStorage(tmp_path / "static")
        paths = {}
        for part in parts_of("small"):
            storage.delete(part)
            with source.open(part) as file:
                storage.save(part, file)
            paths[part] = (source, part)
        list(storage.post_process(paths))
        names.append(storage.stored_name(bundle_file("small")))
        assert Path(storage.path(names[-1])).read_text() == f"a {{\ncolor: red;\n}}\nb {{\ncolor: {colour};\n}}\n"
    assert names[0] != names[1]


def test_the_site_collects_bundles():
    from config.settings import BASE_DIR

    assert f'"BACKEND": "{BUNDLED}"' in (BASE_DIR / "config" / "settings.py").read_text()
    assert not hasattr(staticfiles_storage, "has_bundles")
