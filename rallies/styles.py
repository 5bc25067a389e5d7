"""Which stylesheets go together, and their bundles: one file each where static files are collected, the parts elsewhere."""

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

FOLDER = "rallies/css/"
# In this order. A file of a component comes after those of the pages and components that it stands in.
BUNDLES = {
    "public": (
        *("tokens", "base", "masthead", "footer", "pick"),
        *("home", "action", "report", "site_page", "error", "places", "countries", "campaign", "api", "picks"),
        *("place_box", "poster", "week", "views", "narrow", "question", "reach", "nearest", "next_up"),
        *("banner", "ticket", "add", "beside", "groups", "changes", "dates"),
        *("day", "entry", "flag", "ways", "slot", "month", "week_grid", "campaign_card", "past", "place_list"),
        *("subscribe", "pager", "milestones", "totals", "sources", "empty", "first_steps", "map", "map_beside"),
    ),
    "desk": (
        *("tokens", "base", "masthead"),
        *("desk", "desk_home", "desk_list", "desk_form", "desk_pickers", "desk_repeats", "desk_log"),
    ),
}

_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_INDENT = re.compile(r"\n\s+")


def parts_of(bundle: str) -> list[str]:
    """Names of static files."""
    return [f"{FOLDER}{part}.css" for part in BUNDLES[bundle]]


def bundle_file(bundle: str) -> str:
    """The name of a static file, which lies beside its parts, so that their addresses of fonts hold in it."""
    return f"{FOLDER}bundle_{bundle}.css"


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Files under names with a hash, compressed, and the bundles with them."""

    has_bundles = True

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            for bundle in BUNDLES:
                name = bundle_file(bundle)
                # What an earlier start left there would make Django choose another name.
                self.delete(name)
                self.save(name, ContentFile("".join(_lean(paths[part]) for part in parts_of(bundle)).encode()))
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)


def _lean(found: tuple[Any, str]) -> str:
    """The text of a stylesheet without comments and indents."""
    storage, path = found
    with storage.open(path) as file:
        return _INDENT.sub("\n", _COMMENT.sub("", file.read().decode()))
