"""The documents say what the code reads."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCUMENTS = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "templates" / "docs").glob("*.md")),
)
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
        (document.name, target)
        for document in DOCUMENTS
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    }
    assert missing == set()


def test_files_that_documents_name_are_there():
    """By the end of their path; `name` stands for any, as `<code>` and `*` do."""
    tops = ("config", "rallies", "templates", "tests", "scripts", "benchmarks", "requirements", "docs", ".ci")
    there = [path for top in tops for path in (ROOT / top).rglob("*")] + list(ROOT.iterdir())
    ends = "\n".join(f"/{path.relative_to(ROOT)}" for path in there)
    named = {
        name
        for document in DOCUMENTS
        for name in re.findall(
            r"`([\w./<>*-]*\w\*?\.(?:py|js|html|css|toml|md|tsv|po|in|txt))`", document.read_text(encoding="utf-8")
        )
        if not name.startswith("/")
    }
    anything = re.compile(r"\\\*|<\w+>|(?<=[/_])name(?=\\\.)")
    patterns = {name: anything.sub(lambda _: r"[^/\n]*", re.escape(name)) for name in named}
    assert {name for name, pattern in patterns.items() if not re.search(f"/{pattern}$", ends, re.MULTILINE)} == set()
    assert len(named) > 50
