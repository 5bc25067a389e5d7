"""The documents say what the code reads."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
SECRETS = re.compile(r'env\.(?:secret|secrets_of|database|cache|mail_server)\(\s*"([A-Z_]+)"')
READ = re.compile(r'env\.\w+\(\s*"([A-Z_]+)"')


def variables_of(settings: str) -> set[str]:
    return set(READ.findall(settings)) | {f"{name}_FILE" for name in SECRETS.findall(settings)}


def test_every_setting_has_a_row_in_the_readme():
    settings = (ROOT / "config" / "settings.py").read_text(encoding="utf-8")
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Settings")[2].partition("\n## ")[0]
    first_cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    rows = {name for cell in first_cells for name in re.findall(r"`([A-Z_]+)`", cell)}
    assert rows == variables_of(settings)


def test_nothing_else_reads_the_environment():
    rooms = [path for top in ("rallies", "config") for path in (ROOT / top).rglob("*.py")]
    readers = {
        str(path.relative_to(ROOT))
        for path in rooms
        if re.search(r"os\.(environ\b(?!\.setdefault)|getenv)", path.read_text(encoding="utf-8"))
    }
    assert readers == {"config/env.py"}


def test_make_and_scripts_read_only_variables_of_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    read = set()
    for name in ("Makefile", "scripts/install", "scripts/lint", "scripts/test.py", ".ci/run"):
        text = (ROOT / name).read_text(encoding="utf-8")
        read |= set(re.findall(r"\$[({]([A-Z][A-Z_]+)", text)) | set(re.findall(r'environ\.get\("([A-Z_]+)"', text))
    ours = {"PY", "RUNTIME", "MAKEFILE_LIST"}
    assert {name for name in read - ours if f"`{name}" not in readme} == set()


def test_links_inside_the_repository_lead_somewhere():
    missing = {
        (document, target)
        for document in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
        for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / document).read_text(encoding="utf-8"))
        if not (ROOT / target).exists()
    }
    assert missing == set()
