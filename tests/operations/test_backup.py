"""A backup brings everything back, on either database; what is no good backup changes nothing."""

import io
import json
import os
import re
import resource
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from datetime import date, time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection

from rallies.enums import SitePageKey
from rallies.http.sessions import SessionStore
from rallies.models import Action, Campaign, Organizer, Place, PostalCode, SearchEntry, Session
from rallies.operations import backup_file
from rallies.operations.backup import make_backup
from rallies.operations.backup_file import BackupNotMade, open_backup
from rallies.operations.reports import report_error
from rallies.operations.restore import _Media, restore_backup
from rallies.operations.site_pages import edit_site_page
from rallies.operations.transaction import operation
from tests.factories import NOW, make_action, make_campaign, make_location, make_organizer, make_place
from tests.write_guard import watching

ROOT = Path(__file__).parent.parent.parent
ODD = "Ñandú “…” 🪧 \u2028 a\r\nb\tc \\ ' \" %s {} \x1f NULL"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def media(tmp_path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "media").mkdir()
    return tmp_path / "media"


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "rallies.zip"


@pytest.fixture(scope="module")
def good(django_db_setup, django_db_blocker, tmp_path_factory) -> bytes:
    """A backup of what fill() makes, of which nothing is left in the database."""
    directory = tmp_path_factory.mktemp("good")
    with django_db_blocker.unblock():
        fill(directory / "media")
        make_backup(directory / "rallies.zip", media=directory / "media", now=NOW)
        empty(directory / "media")
    return (directory / "rallies.zip").read_bytes()


@pytest.fixture
def used(good, file, media) -> Path:
    """The file of that backup, beside an installation in which other things stand."""
    file.write_bytes(good)
    make_organizer(name="Here before")
    (media / "here.png").write_bytes(b"before")
    return media


@operation
def write(function: Callable[[], Any]) -> Any:
    return function()


def fill(media: Path) -> None:
    """A bit of everything, with values that are easily lost on the way."""
    user = write(lambda: User.objects.create_superuser("desk", "desk@example.org", "a long password"))
    group = write(lambda: Group.objects.create(name="Desk"))
    write(lambda: group.permissions.set(Permission.objects.filter(content_type__app_label="rallies")[:3]))
    write(lambda: user.groups.add(group))
    place = make_place()
    campaign, host = make_campaign(slug="spring", by=user), make_organizer(slug="host", aliases=["Ü", "", ODD])
    make_action(slug="plain", hosts=[host], campaigns=[campaign], by=user)
    odd = make_action(
        slug="odd",
        title="Ñandú – 🪧",
        description=ODD,
        location=make_location(latitude=0.1 + 0.2, longitude=-110.9747108, place=place),
        campaigns=[campaign],
        start_time=time(14, 0, 5),
        now=NOW.replace(second=59, microsecond=999_999),
        picture="pictures/one.png",
        picture_alt="A square",
    )
    write(lambda: Action.objects.filter(pk=odd.pk).update(route_stops=["", None, 1.5, {"b": [], "a": ODD}]))
    make_action(slug="undated", start_date=None, window_first=date(2026, 4, 1), window_last=date(2026, 4, 30))
    make_action(slug="withdrawn", publication="withdrawn")
    report_error(odd.uid, kind="personal", text=ODD, now=NOW)
    edit_site_page(SitePageKey.IMPRINT, {"title": "Ünser", "text": ODD}, by=user, now=NOW)
    (media / "pictures").mkdir(parents=True)
    (media / "pictures" / "one.png").write_bytes(bytes(range(256)) * 4096)
    (media / "pictures" / "Ünïcode – 🪧.png").write_bytes(b"")


def dump(*, without: tuple[str, ...] = ("rallies.session", "rallies.searchentry")) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, as Python has its values."""
    return {
        model._meta.label_lower: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label_lower not in without
    }


def files_under(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()
    }


def empty(media: Path) -> None:
    with watching(False):
        call_command("flush", interactive=False, verbosity=0)
    for path in sorted(media.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()


def run(command: str, *arguments: object) -> str:
    said = io.StringIO()
    call_command(command, *map(str, arguments), stdout=said)
    return said.getvalue()


def other_installation(data: Path, *arguments: object, limit: int = 0) -> subprocess.CompletedProcess[str]:
    """manage.py in a process of its own, with SQLite in `data`."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(data), "SECRET_KEY": "x"},
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=limited if limit else None,
    )


def changed(file: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None], *, hashes: bool = True) -> None:
    """Write a backup anew after `change` of its manifest and members, with hashes that agree again."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    change(manifest, members)
    if hashes and manifest["tables"] and manifest["media"] != 5:
        for stated in [*(table["member"] for table in manifest["tables"]), *manifest["media"]]:
            content = members.get(stated["name"], b"")
            stated |= {"size": len(content), "sha256": sha256(content).hexdigest()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr("manifest.json", json.dumps(manifest))


def rows_in(file: Path) -> dict[str, list[list[Any]]]:
    """The tables of a backup; JSON columns are taken apart, since PostgreSQL orders their keys."""
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        return {
            table["model"]: [
                [json.loads(value) if str(value)[:1] in ("[", "{") else value for value in json.loads(line)]
                for line in archive.read(table["member"]["name"]).decode().split("\n")[:-1]
            ]
            for table in manifest["tables"]
        }


FEEDS = [
    "/actions.ics",
    "/actions.ics?campaign=spring",
    "/campaigns/spring.ics",
    "/organizers/host.ics",
    "/actions/plain.ics",
    "/actions/odd.ics",
    "/actions/undated.ics",
    "/actions/withdrawn.ics",
]


def test_a_restore_brings_back_every_row_file_and_feed(client, file, media):
    fill(media)

    def feeds() -> dict[str, tuple[int, bytes, str]]:
        with time_machine.travel(NOW, tick=False):
            answers = {path: client.get(path) for path in FEEDS}
        return {path: (answer.status_code, answer.content, answer.get("ETag", "")) for path, answer in answers.items()}

    rows, pictures, calendars = dump(), files_under(media), feeds()
    said = run("backup", file)
    assert re.fullmatch(
        r"Backed up 4 actions \(\d+ rows in \d+ tables\) and 2 media files, in \d+\.\d seconds: \S+ \(\S+ [kM]B\)\n",
        said,
    )
    empty(media)
    assert dump()["rallies.action"] == []
    assert feeds() != calendars

    said = run("restore", file)
    assert re.fullmatch(
        r"Restored 4 actions \(\d+ rows in \d+ tables\) and 2 media files, in \d+\.\d seconds: .*\n", said
    )
    assert dump() == rows
    assert files_under(media) == pictures
    assert feeds() == calendars
    # What is left out because it is made of the rest is there again.
    assert SearchEntry.objects.exclude(words_digest="").count() == Action.objects.published().count() > 0
    assert [status for status, _, _ in calendars.values()] == [200] * 6 + [404, 410]
    assert sum(body.count(b"BEGIN:VEVENT") for _, body, _ in calendars.values()) == 9


def test_content_types_and_permissions_come_as_they_were(file, media):
    fill(media)
    types = {(kind.app_label, kind.model): kind.pk for kind in ContentType.objects.all()}
    run("backup", file)
    empty(media)
    # As on a machine whose migrations ran in another order.
    write(lambda: ContentType.objects.all().delete())
    write(lambda: ContentType.objects.create(app_label="rallies", model="action", pk=max(types.values()) + 1))
    assert ContentType.objects.get_for_model(Action).pk == max(types.values()) + 1
    run("restore", file)
    assert {(kind.app_label, kind.model): kind.pk for kind in ContentType.objects.all()} == types
    assert ContentType.objects.get_for_model(Action).pk == types["rallies", "action"]
    assert User.objects.get().check_password("a long password")
    # Not those of the account: an administrator has all of them.
    assert User.objects.get().groups.get().permissions.count() == 3


def test_keys_go_on_after_the_highest_that_was_ever_given(file, media):
    fill(media)
    gone = make_organizer()
    highest = gone.pk
    write(gone.delete)
    run("backup", file)
    empty(media)
    run("restore", file)
    keys = [make_organizer().pk for _ in range(2)]
    assert keys == [highest + 1, highest + 2]


def test_a_backup_goes_to_another_database_and_back(file, media, tmp_path):
    fill(media)
    rows, pictures = dump(), files_under(media)
    run("backup", file)
    there, back = tmp_path / "there", tmp_path / "back.zip"
    # Nothing was prepared there: the restore makes the tables.
    restored = other_installation(there, "restore", file)
    assert (restored.returncode, restored.stderr) == (0, "")
    made = other_installation(there, "backup", back)
    assert (made.returncode, made.stderr) == (0, "")
    assert rows_in(back) == rows_in(file)
    assert files_under(there / "media") == pictures

    empty(media)
    run("restore", back)
    assert dump() == rows
    assert files_under(media) == pictures


def test_json_null_is_not_null_of_the_database(file, media):
    make_action(slug="plain")
    write(lambda: connection.cursor().execute("UPDATE rallies_action SET languages = 'null', access_features = '[]'"))
    run("backup", file)
    empty(media)
    run("restore", file)
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(languages AS text), CAST(access_features AS text) FROM rallies_action")
        assert cursor.fetchall() == [("null", "[]")]


def test_a_backup_holds_one_moment_and_keeps_no_writer_waiting(file, media):
    # Groups are read early, places late, and many rows lie between.
    write(lambda: Organizer.objects.bulk_create(
        [Organizer(name=ODD, slug=f"o-{n}", created_at=NOW, updated_at=NOW) for n in range(3000)], batch_size=50
    ))  # fmt: skip
    stop, failures = threading.Event(), []

    @operation
    def one(number: int) -> None:
        Group.objects.create(name=f"g-{number}")
        Place.objects.create(key=f"p-{number}", kind="city", name="P", country="US")

    def keep_writing() -> None:
        try:
            number = 0
            while not stop.is_set():
                one(number)
                number += 1
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=keep_writing)
    thread.start()
    try:
        while not Place.objects.exists():
            assert not failures
        before = Place.objects.count()
        for _ in range(3):
            manifest = make_backup(file, media=media, now=NOW, overwrite=True)
            counts = {table.model: table.rows for table in manifest.tables}
            assert counts["auth.group"] == counts["rallies.place"] >= before
            written_meanwhile = Place.objects.count() - counts["rallies.place"]
            assert written_meanwhile > 0
    finally:
        stop.set()
        thread.join()
    assert failures == []


def test_a_backup_is_for_its_owner_alone_and_leaves_nothing_beside_it(file, media, tmp_path):
    run("backup", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["media", "rallies.zip"]


def test_sessions_are_left_out_and_signed_out(file, media):
    fill(media)
    session = SessionStore()
    session["secret"] = "not in a backup"
    session.save()
    run("backup", file)
    with zipfile.ZipFile(file) as archive:
        assert [name for name in archive.namelist() if "session" in name] == []
        assert json.loads(archive.read("manifest.json"))["left_out"] == [
            "rallies.job",
            "rallies.postalcode",
            "rallies.searchentry",
            "rallies.session",
        ]
    assert Session.objects.count() == 1
    run("restore", file, "--replace")
    assert Session.objects.count() == 0


def test_replace_puts_the_backup_in_the_place_of_everything(file, media):
    fill(media)
    rows, pictures = dump(), files_under(media)
    run("backup", file)
    make_action(slug="later")
    make_campaign(slug="later")
    write(lambda: Campaign.objects.filter(slug="spring").update(name="Another"))
    (media / "pictures" / "one.png").write_bytes(b"another")
    (media / "later").mkdir()
    (media / "later" / "x.png").write_bytes(b"later")
    run("restore", file, "--replace")
    assert dump() == rows
    assert files_under(media) == pictures
    assert [path.name for path in media.iterdir()] == ["pictures"]


def test_an_installation_in_use_is_not_restored_into(file, media):
    fill(media)
    run("backup", file)
    rows, pictures = dump(), files_under(media)
    with pytest.raises(CommandError) as refused:
        run("restore", file)
    assert re.fullmatch(
        r"This installation is not empty: it holds 4 locations, 4 actions, 1 campaign, 1 organizer, .*, and more\. "
        r"Restore into an empty one, or lose what is here and put the backup in its place with --replace\.",
        str(refused.value),
    )
    assert (dump(), files_under(media)) == (rows, pictures)


def test_media_without_rows_are_not_overwritten(file, media):
    run("backup", file)
    (media / "x.png").write_bytes(b"x")
    with pytest.raises(CommandError, match="is not empty: it holds 1 media file"):
        run("restore", file)
    assert files_under(media) == {"x.png": b"x"}


def test_the_gazetteer_alone_is_an_empty_installation(file, media):
    fill(media)
    rows = dump()
    run("backup", file)
    empty(media)
    make_place("tucson-us")
    run("restore", file)
    assert dump() == rows


# --- What is no good backup -----------------------------------------------------------------------


def table_of(manifest: dict[str, Any], model: str) -> dict[str, Any]:
    return next(table for table in manifest["tables"] if table["model"] == model)


def new_row(model: str, column: str, value: Any) -> Callable[[dict[str, Any], dict[str, bytes]], None]:
    """The first row of a table, with another value."""

    def change(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
        table = table_of(manifest, model)
        first, *others = members[table["member"]["name"]].decode().split("\n")
        row = json.loads(first)
        row[table["columns"].index(column)] = value
        members[table["member"]["name"]] = "\n".join(
            [json.dumps(row, ensure_ascii=False, separators=(",", ":")), *others]
        ).encode()

    return change


def new_media(name: str) -> Callable[[dict[str, Any], dict[str, bytes]], None]:
    def change(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
        members[name] = b"evil"
        manifest["media"].append({"name": name, "size": 0, "sha256": ""})

    return change


def said(**changes: Any) -> Callable[[dict[str, Any], dict[str, bytes]], None]:
    return lambda manifest, members: manifest.update(changes)


def one_row_less(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    table = table_of(manifest, "rallies.action")
    content = members[table["member"]["name"]]
    members[table["member"]["name"]] = content[: content.index(b"\n") + 1]


def without_newline_at_the_end(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    name = table_of(manifest, "rallies.action")["member"]["name"]
    members[name] = members[name][:-1]


def not_json(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    table = table_of(manifest, "rallies.feedstamp")
    members[table["member"]["name"]] = b"[" * 100_000 + b"\n"
    table["rows"] = 1


def a_member_more(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    members["tables/more.jsonl"] = b""


def a_member_less(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    del members["media/pictures/one.png"]


def a_table_less(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    del members[table_of(manifest, "rallies.change")["member"]["name"]]
    manifest["tables"] = [table for table in manifest["tables"] if table["model"] != "rallies.change"]


def a_column_less(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    table_of(manifest, "rallies.action")["columns"].pop()


def migration_more(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["rallies"] = "9.1"
    manifest["migrations"].append("rallies.9999_from_the_future")


def migration_less(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
    manifest["rallies"] = "0.0.1"
    manifest["migrations"] = [name for name in manifest["migrations"] if not name.startswith("rallies.")]


CHANGES = {
    "one_row_less": (one_row_less, "damaged: rallies.action has not the 4 rows that it states"),
    "no_newline": (without_newline_at_the_end, "damaged: rallies.action has not the 4 rows that it states"),
    "not_json": (not_json, "The rows of feed stamps cannot be restored"),
    "a_member_more": (a_member_more, "does not hold the files that its manifest names"),
    "a_member_less": (a_member_less, "does not hold the files that its manifest names"),
    "a_table_less": (a_table_less, "made by Rallies .*, has other tables"),
    "a_column_less": (a_column_less, "made by Rallies .*, has other tables"),
    "later_format": (said(format_version=2, rallies="9.1"), "made by Rallies 9.1, whose format is newer"),
    "foreign_format": (said(format="photos"), "a zip, but not a backup of Rallies"),
    "manifest_of_wrong_types": (said(media=5), "its manifest cannot be understood"),
    "manifest_without_tables": (said(tables=None), "its manifest cannot be understood"),
    "later_migrations": (migration_more, "by Rallies 9.1, which knows .* rallies.9999_from_the_future. Install that"),
    "earlier_migrations": (
        migration_less,
        "by Rallies 0.0.1, which is older .*Install Rallies 0.0.1 in an empty place",
    ),
    "key_to_nothing": (new_row("rallies.occurrence", "action_id", 987_654), "(?i)foreign key"),
    "text_as_a_number": (new_row("rallies.action", "created_by_id", "x"), "rows of actions .*does not hold 'x'"),
    "not_a_moment": (new_row("rallies.action", "created_at", "yesterday"), "rows of actions cannot be restored"),
    "against_a_constraint": (new_row("rallies.action", "publication", "burnt"), "rows of actions cannot be restored"),
    "media_above": (new_media("media/../../evil"), "written outside the pictures"),
    "media_absolute": (new_media("media//etc/evil"), "written outside the pictures"),
    "media_elsewhere": (new_media("/etc/evil"), "written outside the pictures"),
    "media_backslash": (new_media("media/..\\evil"), "written outside the pictures"),
    "media_in_work": (new_media("media/.restore-x/evil"), "written outside the pictures"),
    "media_below_a_file": (new_media("media/pictures/one.png/evil"), "The pictures cannot be written"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", CHANGES)
def test_a_wrong_backup_changes_nothing(name, file, used, tmp_path):
    change, sentence = CHANGES[name]
    changed(file, change)
    rows, pictures = dump(), files_under(tmp_path)
    with pytest.raises(CommandError, match=sentence) as refused:
        run("restore", file, "--replace")
    assert "\n" not in str(refused.value)
    assert (dump(), files_under(tmp_path)) == (rows, pictures)


def damaged(name: str, file: Path) -> None:
    content = file.read_bytes()
    with zipfile.ZipFile(file) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
    match name:
        case "missing":
            file.unlink()
        case "empty":
            file.write_bytes(b"")
        case "foreign":
            file.write_bytes(b"BEGIN:VCALENDAR\r\n")
        case "other zip":
            with zipfile.ZipFile(file, "w") as archive:
                archive.writestr("a.txt", "a")
        case "truncated":
            file.write_bytes(content[: len(content) // 2])
        case "byte in a table" | "byte in a picture":
            inside = "tables/rallies.action.jsonl" if "table" in name else "media/pictures/one.png"
            place = entries[inside].header_offset + 200
            file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        case "hash":
            changed(file, new_row("rallies.organizer", "name", "Forged"), hashes=False)
        case "link":
            with zipfile.ZipFile(file) as archive:
                members = [(entry, archive.read(entry)) for entry in archive.infolist()]
            with zipfile.ZipFile(file, "w") as archive:
                for entry, data in members:
                    if entry.filename == "media/pictures/one.png":
                        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
                    archive.writestr(entry, data)
        case "bomb":
            # Ten thousand times what it says.
            changed(file, new_media("media/bomb"))
            with zipfile.ZipFile(file) as archive:
                members = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for inside, data in members:
                    archive.writestr(inside, bytes(40_000_000) if inside == "media/bomb" else data)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing", "cannot be read: no such file or directory."),
        ("empty", "is not a backup of Rallies, or only a part of one."),
        ("foreign", "is not a backup of Rallies, or only a part of one."),
        ("other zip", "The file is a zip, but not a backup of Rallies."),
        ("truncated", "is not a backup of Rallies, or only a part of one."),
        ("byte in a table", "The backup is damaged, or only a part of one."),
        ("byte in a picture", "The backup is damaged, or only a part of one."),
        ("hash", "The backup is damaged: it does not hold the files that its manifest names."),
        ("link", "The backup holds 'media/pictures/one.png', which is a link or a device. Rallies makes none."),
        ("bomb", "The backup is damaged: it does not hold the files that its manifest names."),
    ],
)
def test_a_damaged_file_changes_nothing(name, sentence, file, used):
    damaged(name, file)
    rows, pictures = dump(), files_under(used)
    with pytest.raises(CommandError) as refused:
        run("restore", file, "--replace")
    assert str(refused.value).removeprefix(f"{file} ") == sentence
    assert (dump(), files_under(used)) == (rows, pictures)


def test_same_size_with_another_hash_is_damage(file, media):
    make_organizer(name="True")
    run("backup", file)
    changed(file, new_row("rallies.organizer", "name", "Lies"), hashes=False)
    with pytest.raises(CommandError, match=r"damaged: tables/rallies\.organizer\.jsonl is not what was written"):
        run("restore", file, "--replace")
    assert Organizer.objects.get().name == "True"


@pytest.mark.django_db
def test_members_that_share_their_bytes_are_refused(file, used):
    """As in bombs whose every entry points to one packed block."""
    changed(file, new_media("media/pictures/two.png"))
    with zipfile.ZipFile(file) as archive:
        entry = archive.getinfo("media/pictures/one.png")
        central = file.read_bytes()
        # The size of the packed bytes, in the central directory alone, is now all of the file.
        place = central.rindex(b"media/pictures/two.png") - 46
    forged = central[: place + 20] + len(central).to_bytes(4, "little") + central[place + 24 :]
    file.write_bytes(forged)
    assert entry.file_size == 1 << 20
    with pytest.raises(CommandError, match="it states to hold more than it does"):
        run("restore", file, "--replace")


def test_media_are_exchanged_back_when_the_transaction_fails(file, media):
    fill(media)
    make_backup(file, media=media, now=NOW)
    (media / "pictures" / "one.png").write_bytes(b"of today")
    (media / "today.png").write_bytes(b"today")
    pictures = files_under(media)

    def exchange_and_fail() -> None:
        with open_backup(file) as backup, _Media(media, backup) as unpacked:
            unpacked.swap()
            assert len((media / "pictures" / "one.png").read_bytes()) == 1 << 20
            raise LookupError

    with pytest.raises(LookupError):
        exchange_and_fail()
    assert files_under(media) == pictures
    assert sorted(path.name for path in media.iterdir()) == ["pictures", "today.png"]


# --- What a backup refuses ------------------------------------------------------------------------


def test_a_file_is_overwritten_only_by_force(file, media):
    file.write_bytes(b"precious")
    with pytest.raises(CommandError) as refused:
        run("backup", file)
    assert str(refused.value) == f"{file} is already there. Choose another name, or overwrite it with --force."
    assert file.read_bytes() == b"precious"
    run("backup", file, "--force")
    with open_backup(file) as backup:
        assert backup.manifest.media == ()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nowhere/x.zip", "There is no directory {0}/nowhere."),
        ("note.txt/x.zip", "The backup {0}/note.txt/x.zip cannot be written: not a directory"),
        ("media", "{0}/media lies among the pictures, which everybody can download. Choose another directory."),
        ("media/x.zip", "{0}/media/x.zip lies among the pictures, which everybody can download."),
        ("directory", "{0}/directory is not a file. Name the file to write, such as rallies.zip."),
    ],
)
def test_a_file_that_cannot_be_written_is_said(name, sentence, media, tmp_path):
    (tmp_path / "note.txt").write_bytes(b"x")
    (tmp_path / "directory").mkdir()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CommandError) as refused:
        run("backup", tmp_path / name, "--force")
    assert str(refused.value).startswith(sentence.format(tmp_path))
    assert sorted(tmp_path.rglob("*")) == before


def test_a_directory_of_somebody_else_is_said(file, media, monkeypatch):
    # Root, who runs tests in containers, may write everywhere.
    def refuse(*, dir: Path, **_: Any) -> None:
        raise PermissionError(13, "Permission denied", str(dir / "x.part"))

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(CommandError, match=f"^This user may not write to {file.parent}.$"):
        run("backup", file)


def test_a_full_disk_is_said_and_nothing_is_left(tmp_path):
    data, backups = tmp_path / "data", tmp_path / "backups"
    backups.mkdir()
    assert other_installation(data, "migrate", "--skip-checks").returncode == 0
    (data / "media").mkdir()
    (data / "media" / "x.jpg").write_bytes(os.urandom(400_000))
    failed = other_installation(data, "backup", backups / "x.zip", limit=200_000)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr == f"CommandError: There is not enough room for the backup in {backups}.\n"
    assert list(backups.iterdir()) == []


def test_a_backup_that_cannot_be_read_again_is_not_kept(file, media, tmp_path, monkeypatch):
    make_organizer()
    monkeypatch.setattr(backup_file, "LONGEST_ROW", 20)
    with pytest.raises(
        BackupNotMade, match=r"was not kept, since it could not be read again: .*longer than any can be"
    ):
        make_backup(file, media=media, now=NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["media"]


def test_a_picture_whose_name_cannot_be_restored_stops_the_backup(file, media):
    (media / "a\\b.png").write_bytes(b"x")
    with pytest.raises(CommandError, match=r"cannot stand in a backup\. Rename the file\."):
        run("backup", file)
    assert not file.exists()


def test_a_database_without_tables_is_said(tmp_path):
    failed = other_installation(tmp_path / "data", "backup", tmp_path / "x.zip")
    assert (failed.returncode, failed.stdout, failed.stderr) == (
        1,
        "",
        "CommandError: The database is older than this code. Run: manage.py migrate\n",
    )


def test_a_restore_leaves_the_postal_codes_that_are_there(file, media):
    codes = Path(__file__).parent.parent / "data" / "postal_codes" / "few.txt"
    call_command("import_postal_codes", codes, stdout=io.StringIO())
    make_backup(file, media=media, now=NOW)
    with zipfile.ZipFile(file) as archive:
        assert [name for name in archive.namelist() if "postal" in name] == []
    with open_backup(file) as backup:
        restore_backup(backup, media=media, replace=True)
    assert PostalCode.objects.count() == 22
