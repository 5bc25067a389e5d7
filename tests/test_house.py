"""The walls of the house, beside the import contracts in pyproject.toml: what imports cannot show."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "rallies"
QUIET = ("rules", "importers", "places", "formats", "models", "selectors", "operations")
GROUND = ("enums.py", "conf.py", "links.py", "names.py", "text.py", "recurrence.py", "repeats.py")
CLOCKS = {"now", "today", "utcnow", "localtime", "localdate", "time_ns", "monotonic"}
WRITES = {"save", "create", "delete", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
# Methods of the same name on things that are no rows.
NOT_ROWS = {
    "set",
    "dict",
    "cleaned",
    "values",
    "fields",
    "context",
    "headers",
    "digest",
    "__dict__",
    "self",
    "cache",
    "formset",
    "flat",
}
VAGUE = {"utils.py", "helpers.py", "common.py", "misc.py"}


def _files(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        path = HOUSE / room
        yield from [path] if path.suffix == ".py" else sorted(path.rglob("*.py"))


def _all_files() -> list[Path]:
    return [path for path in sorted(HOUSE.rglob("*.py")) if "migrations" not in path.parts]


def _calls(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line, name of what is called, and what stands before its last dot."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, node.func.attr, ast.unparse(node.func.value)


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _found(path: Path, line: int, what: str) -> str:
    return f"{path.relative_to(ROOT)}:{line} {what}"


def test_quiet_rooms_read_no_clock():
    found = [
        _found(path, line, f"{owner}.{name}()")
        for path in _files(*QUIET, *GROUND)
        for line, name, owner in _calls(path)
        if name in CLOCKS and owner.split(".")[-1] in {"datetime", "date", "timezone", "time", "tz"}
    ]
    assert found == []


@pytest.mark.parametrize(
    ("rooms", "forbidden"),
    [
        (QUIET, ("django.http", "django.shortcuts", "django.views", "rest_framework")),
        # The closed lists of enums.py are Django's own; nothing else of the database is known there.
        (("rules", "importers", "places", "formats"), ("django.db", "django.core.cache", "requests", "urllib.request")),
        (("models",), ("django.forms", "rallies.selectors", "rallies.operations")),
        (("",), ("config", "django.dispatch", "django.db.models.signals")),
    ],
)
def test_rooms_import_nothing_from_outside_that_they_may_not_know(rooms, forbidden):
    found = [
        _found(path, line, name)
        for path in _files(*rooms)
        if "migrations" not in path.parts
        for line, name in _imports(path)
        if name.startswith(tuple(f"{word}." for word in forbidden)) or name in forbidden
    ]
    assert found == []


def test_only_operations_write():
    found = [
        _found(path, line, f"{owner}.{name}()")
        for path in _all_files()
        if "operations" not in path.parts and "models" not in path.parts
        for line, name, owner in _calls(path)
        if name in WRITES and re.split(r"[.(\[]", owner)[-1] not in NOT_ROWS and owner.split(".")[-1] not in NOT_ROWS
        if not owner.startswith(("super()", "self.", "operations"))
    ]
    assert found == []


def test_imports_stand_at_the_top():
    """An import inside a function hides an arrow; where one is needed, the line says why."""
    found = []
    for path in _all_files():
        lines = path.read_text(encoding="utf-8").splitlines()
        tree = ast.parse("\n".join(lines))
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom) and "#" not in lines[node.lineno - 1]:
                    found.append(_found(path, node.lineno, "import inside a function"))
    assert found == []


def test_files_and_functions_stay_short():
    found = []
    for path in _all_files():
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 500:
            found.append(_found(path, 1, f"{text.count(chr(10))} lines"))
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 60:
                found.append(_found(path, node.lineno, f"{node.name}() is {node.end_lineno - node.lineno + 1} lines"))
    assert found == []


def test_no_file_has_a_vague_name():
    assert [str(p.relative_to(ROOT)) for p in _all_files() if p.name in VAGUE] == []


def test_templates_ask_no_database():
    """No manager and no queryset method in a template; values come whole from selectors."""
    pattern = re.compile(r"\.(?:objects|all|filter|count|exists|select_related)\b(?!\w)")
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if "admin" not in path.parts
        for tag in re.findall(r"{[{%].*?[%}]}", path.read_text(encoding="utf-8"))
        for match in pattern.finditer(tag)
    ]
    assert found == []


def test_public_functions_of_quiet_rooms_name_their_arguments():
    """Keyword-only from the second argument on."""
    found = []
    for path in _files("rules", "places", "formats", "selectors", "operations"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                positional = [a.arg for a in [*node.args.posonlyargs, *node.args.args]]
                if len(positional) > 3:
                    found.append(_found(path, node.lineno, f"{node.name}({', '.join(positional)})"))
    assert found == []


@pytest.mark.xdist_group("a group")
def test_groups_of_tests_stay_together(request: pytest.FixtureRequest) -> None:
    """pytest 9.2 lost the group that xdist 3.8 writes into the name of a test, and nobody was told."""
    if getattr(request.config.option, "loadgroup", False):
        assert request.node.nodeid.endswith("@a group")
