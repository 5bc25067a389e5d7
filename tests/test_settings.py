"""Each case runs the settings in a process of its own, with nothing in its environment but what the case says."""

import json
import os
import stat
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.archives import raster_archive

ROOT = Path(__file__).parent.parent
SAFE_DEFAULTS = {
    "SITE_URL": "http://localhost:8000",
    "SITE_NAME": "Rallies",
    "SITE_CONTACT": "",
    "SITE_MARK": None,
    "SITE_OPERATOR": "",
    "SITE_OPERATOR_ADDRESS": "",
    "MAP_TILES_URL": "",
    "MAP_TILES_ATTRIBUTION": "",
    "MAP_PMTILES": {"file": None, "url": "", "origin": ""},
    "PORT": 8000,
    "BIND_ADDRESS": "127.0.0.1",
    "DEBUG": False,
    "SEED": True,
    "LOG_LEVEL": "warning",
    "WEB_CONCURRENCY": 2,
    "WEB_THREADS": 4,
    "MAIL_FROM": "",
    "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
    "WORKER": "inside",
    "REQUIRE_SECOND_FACTOR": True,
    "SECRET_KEY_FALLBACKS": [],
    "SESSION_DAYS": 30,
    "TRUSTED_PROXIES": 0,
    "LANGUAGE_CODE": "en",
    "DEFAULT_TIME_ZONE": "UTC",
    "TIME_ZONE": "UTC",
    "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"],
    "CSRF_TRUSTED_ORIGINS": ["http://localhost:8000"],
    "SECURE_SSL_REDIRECT": False,
    "SECURE_HSTS_SECONDS": 0,
    "SECURE_PROXY_SSL_HEADER": None,
    "SESSION_COOKIE_NAME": "rallies_session",
    "SESSION_COOKIE_SECURE": False,
    "CSRF_COOKIE_NAME": "rallies_csrf",
    "CSRF_COOKIE_SECURE": False,
    "WHITENOISE_ALLOW_ALL_ORIGINS": False,
}

WRONG = [
    ("PORT", "eighty", "PORT must be a whole number from 1 to 65535, not “eighty”."),
    ("PORT", "70000", "PORT must be a whole number from 1 to 65535, not “70000”."),
    ("WEB_THREADS", "0", "WEB_THREADS must be a whole number from 1 to 64, not “0”."),
    ("TRUSTED_PROXIES", "yes", "TRUSTED_PROXIES must be a whole number from 0 to 9, not “yes”."),
    ("SESSION_DAYS", "0", "SESSION_DAYS must be a whole number from 1 to 365, not “0”."),
    ("WORKER", "yes", "WORKER must be one of inside, off, not “yes”."),
    ("DEBUG", "maybe", "DEBUG must be yes or no, not “maybe”."),
    ("SEED", "nope", "SEED must be yes or no, not “nope”."),
    ("LOG_LEVEL", "loud", "LOG_LEVEL must be one of debug, info, warning, error, critical, not “loud”."),
    ("DEFAULT_LANGUAGE", "tlh", "DEFAULT_LANGUAGE must be one of en, es, fr, de, pt, ar, not “tlh”."),
    (
        "DEFAULT_TIME_ZONE",
        "Mars/Base",
        "DEFAULT_TIME_ZONE must be a zone of the IANA database, such as Europe/Berlin, not “Mars/Base”.",
    ),
    (
        "DEFAULT_TIME_ZONE",
        "../../etc/passwd",
        "DEFAULT_TIME_ZONE must be a zone of the IANA database, such as Europe/Berlin, not “../../etc/passwd”.",
    ),
    (
        "MAP_TILES_URL",
        "https://tiles.example/map.png",
        "MAP_TILES_URL must hold {z}, {x} and {y}, as in https://tiles.example/{z}/{x}/{y}.png; "
        "it is “https://tiles.example/map.png”.",
    ),
    (
        "MAP_TILES_URL",
        "https://{s}.tiles.example/{z}/{x}/{y}.png",
        "MAP_TILES_URL must be an address with nothing in braces but z, x and y, as in "
        "https://tiles.example/{z}/{x}/{y}.png; it is “https://{s}.tiles.example/{z}/{x}/{y}.png”.",
    ),
    (
        "MAP_TILES_URL",
        "ftp://tiles.example/{z}/{x}/{y}",
        "MAP_TILES_URL must be a web address or a path of this site, as in "
        "https://tiles.example/{z}/{x}/{y}.png; it is “ftp://tiles.example/{z}/{x}/{y}”.",
    ),
    (
        "MAP_PMTILES",
        "/no/such/map.pmtiles",
        "MAP_PMTILES names /no/such/map.pmtiles, which cannot be read: no such file or directory.",
    ),
    ("MAP_PMTILES", "/etc/hostname", "MAP_PMTILES names /etc/hostname, which is no PMTiles archive."),
    (
        "MAP_PMTILES",
        "https://me:secret@tiles.example/map.pmtiles",
        "MAP_PMTILES must be a file, or a web address without a user name, as in https://tiles.example/map.pmtiles; "
        "it is “https://me:secret@tiles.example/map.pmtiles”.",
    ),
    (
        "MAP_PMTILES",
        "s3://tiles/map.pmtiles",
        "MAP_PMTILES must be a file, or a web address without a user name, as in https://tiles.example/map.pmtiles; "
        "it is “s3://tiles/map.pmtiles”.",
    ),
    ("SITE_CONTACT", "Ana", "SITE_CONTACT must be an e-mail address or a web address, not “Ana”."),
    (
        "SITE_MARK",
        "/no/such/mark.svg",
        "SITE_MARK names /no/such/mark.svg, which cannot be read: no such file or directory.",
    ),
    (
        "BIND_ADDRESS",
        "everywhere",
        "BIND_ADDRESS must be an IP address of this machine, such as 127.0.0.1 or 0.0.0.0, not “everywhere”.",
    ),
    (
        "SITE_URL",
        "rallies.example",
        "SITE_URL must begin with http:// or https://, as in https://rallies.example; it is “rallies.example”.",
    ),
    (
        "SITE_URL",
        "https://",
        "SITE_URL must name a host, as in https://rallies.example; it is “https://”.",
    ),
    (
        "SITE_URL",
        "https://example.org/rallies",
        "SITE_URL must be only scheme, host and port: Rallies needs a host name of its own, not a path of one, "
        "as in https://rallies.example; it is “https://example.org/rallies”.",
    ),
    (
        "SITE_URL",
        "https://ana@rallies.example",
        "SITE_URL must not hold a user name or password, as in https://rallies.example; "
        "it is “https://ana@rallies.example”.",
    ),
    (
        "SITE_URL",
        "http://localhost:port",
        "SITE_URL must be a web address, as in https://rallies.example; it is “http://localhost:port”.",
    ),
    ("DATABASE_URL", "mysql://a:b@c/d", "DATABASE_URL must begin with postgres:// or sqlite:///, not “mysql”."),
    (
        "DATABASE_URL",
        "postgres://localhost",
        "DATABASE_URL must end with the name of a database, as in postgres://user@host/rallies.",
    ),
    (
        "DATABASE_URL",
        "sqlite://:memory:",
        "DATABASE_URL must name a file, as in sqlite:////var/lib/rallies/db.sqlite3.",
    ),
    ("MAIL_FROM", "Ana", "MAIL_FROM must be an e-mail address, not “Ana”."),
    (
        "SMTP_URL",
        "smtp+tls://me:secret@mail.example",
        "SMTP_URL is set, so MAIL_FROM must be the e-mail address that mail comes from.",
    ),
    ("CACHE_URL", "memcache://c", "CACHE_URL must begin with redis://, not “memcache”."),
    (
        "SECRET_KEY_FILE",
        "/no/such/file",
        "SECRET_KEY_FILE names /no/such/file, which cannot be read: no such file or directory.",
    ),
]


def run(*command: str, input: str = "", **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings"} | environment,
        input=input,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def settings_with(tmp_path):
    """The settings of those names, as the environment makes them."""

    def read(*names: str, **environment: str) -> dict:
        code = "import json, sys, config.settings as s; plain = lambda x: vars(x) if hasattr(x, 'origin') else str(x); print(json.dumps({n: getattr(s, n) for n in sys.argv[1:]}, default=plain))"
        done = run("-c", code, *names, **({"DATA_DIR": str(tmp_path)} | environment))
        assert done.stderr == ""
        return json.loads(done.stdout)

    return read


@pytest.fixture
def refusal(tmp_path):
    """What the operator reads when the environment is wrong."""

    def read(**environment: str) -> str:
        done = run("manage.py", "version", **({"DATA_DIR": str(tmp_path)} | environment))
        assert (done.returncode, done.stdout) == (1, "")
        return done.stderr

    return read


def test_nothing_set_is_safe(settings_with):
    assert settings_with(*SAFE_DEFAULTS) == SAFE_DEFAULTS


def test_empty_variables_count_as_not_set(settings_with):
    empty = dict.fromkeys(
        ("SITE_URL", "PORT", "DEBUG", "SEED", "WEB_THREADS", "DATABASE_URL", "CACHE_URL", "SECRET_KEY"), ""
    )
    assert settings_with(*SAFE_DEFAULTS, **empty) == SAFE_DEFAULTS


@pytest.mark.parametrize(
    ("address", "url", "hosts"),
    [
        ("http://localhost:8123/", "http://localhost:8123", ["localhost", "127.0.0.1", "[::1]"]),
        ("http://127.0.0.1", "http://127.0.0.1", ["127.0.0.1", "localhost", "[::1]"]),
        ("http://[::1]:8000", "http://[::1]:8000", ["[::1]", "localhost", "127.0.0.1"]),
        ("http://Rallies.Example:80", "http://rallies.example", ["rallies.example"]),
        ("http://192.168.1.20:8000", "http://192.168.1.20:8000", ["192.168.1.20"]),
        ("http://zürich.example", "http://xn--zrich-kva.example", ["xn--zrich-kva.example"]),
    ],
)
def test_site_url_says_which_hosts_are_ours(settings_with, address, url, hosts):
    assert settings_with("SITE_URL", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", SITE_URL=address) == {
        "SITE_URL": url,
        "ALLOWED_HOSTS": hosts,
        "CSRF_TRUSTED_ORIGINS": [url],
    }


def test_https_is_required_exactly_when_site_url_says_it(settings_with):
    names = [name for name in SAFE_DEFAULTS if "SECURE" in name or "COOKIE" in name]
    assert settings_with("SITE_URL", *names, SITE_URL="https://rallies.example:443/") == {
        "SITE_URL": "https://rallies.example",
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
        "SESSION_COOKIE_NAME": "__Host-rallies_session",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_NAME": "__Host-rallies_csrf",
        "CSRF_COOKIE_SECURE": True,
    }


@pytest.mark.parametrize(
    ("address", "origins"),
    [
        ("", []),
        ("/tiles/{z}/{x}/{y}.png", []),
        ("https://tiles.example/a/{z}/{x}/{y}.png", ["https://tiles.example"]),
        ("http://tiles.example:8080/{z}/{x}/{y}", ["http://tiles.example:8080"]),
    ],
)
def test_tiles_of_another_host_alone_widen_the_policy(settings_with, address, origins):
    found = settings_with("MAP_TILES_URL", "CONTENT_SECURITY_POLICY", MAP_TILES_URL=address)
    directives = found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert (found["MAP_TILES_URL"], directives["img-src"]) == (address, ["'self'", "data:", *origins])
    assert directives["connect-src"] == ["'self'"]


@pytest.mark.parametrize(
    ("address", "origins"),
    [
        ("https://tiles.example/map.pmtiles", ["https://tiles.example"]),
        ("http://tiles.example:8080/map.pmtiles", ["http://tiles.example:8080"]),
        ("http://localhost:8000/maps/map.pmtiles", []),
    ],
)
def test_an_archive_of_another_host_alone_widens_the_policy(settings_with, address, origins):
    found = settings_with("MAP_PMTILES", "CONTENT_SECURITY_POLICY", MAP_PMTILES=address)
    directives = found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert found["MAP_PMTILES"] == {"file": None, "url": address, "origin": "".join(origins)}
    assert (directives["connect-src"], directives["img-src"]) == (["'self'", *origins], ["'self'", "data:"])


def test_an_archive_is_found_in_the_data_directory(settings_with, tmp_path):
    raster_archive(tmp_path / "map.pmtiles")
    found = settings_with("MAP_PMTILES", "CONTENT_SECURITY_POLICY", MAP_PMTILES="map.pmtiles")
    assert found["MAP_PMTILES"] == {"file": str(tmp_path / "map.pmtiles"), "url": "", "origin": ""}
    assert found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["connect-src"] == ["'self'"]


@pytest.mark.parametrize(
    ("place", "byte", "why"),
    [
        (7, 2, "which is PMTiles of version 2: it must be 3."),
        (97, 4, "which is compressed otherwise than with gzip: browsers cannot read it."),
        (98, 3, "which is compressed otherwise than with gzip: browsers cannot read it."),
        (99, 0, "whose tiles are neither pictures nor vector tiles (MVT)."),
    ],
)
def test_an_archive_that_browsers_cannot_read_is_refused(refusal, tmp_path, place, byte, why):
    path = tmp_path / "map.pmtiles"
    raster_archive(path)
    body = bytearray(path.read_bytes())
    body[place] = byte
    path.write_bytes(body)
    assert f"MAP_PMTILES names {path}, {why}" in refusal(MAP_PMTILES=str(path))


def test_a_tile_server_and_an_archive_are_one_too_many(refusal):
    said = refusal(MAP_TILES_URL="/{z}/{x}/{y}.png", MAP_PMTILES="https://tiles.example/map.pmtiles")
    assert "Set MAP_TILES_URL or MAP_PMTILES, not both." in said


MAIL = ["EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL"]


@pytest.mark.parametrize(
    ("address", "values"),
    [
        ("smtp+tls://me%40site:p%2Fw@mail.example", ["mail.example", 587, "me@site", "p/w", True, False]),
        ("smtp+ssl://me:pw@mail.example", ["mail.example", 465, "me", "pw", False, True]),
        ("smtps://me:pw@mail.example:4465/", ["mail.example", 4465, "me", "pw", False, True]),
        ("smtp://localhost", ["localhost", 25, "", "", False, False]),
    ],
)
def test_a_mail_server_is_taken_from_its_address(settings_with, address, values):
    found = settings_with("EMAIL_BACKEND", "DEFAULT_FROM_EMAIL", *MAIL, SMTP_URL=address, MAIL_FROM="desk@site.example")
    assert found == dict(zip(MAIL, values, strict=True)) | {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "DEFAULT_FROM_EMAIL": "desk@site.example",
    }


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("imap://me:hidden@mail.example", "SMTP_URL must begin with smtp+tls://, smtp+ssl:// or smtp://, not “imap”."),
        ("smtp+tls://me:hid/den@mail.example", "SMTP_URL cannot be read."),
        ("smtp+tls://me:hidden@mail.example:port", "SMTP_URL cannot be read."),
        ("smtp+tls://", "SMTP_URL cannot be read."),
    ],
)
def test_a_mail_server_that_cannot_be_is_refused_without_its_password(refusal, address, why):
    said = refusal(SMTP_URL=address, MAIL_FROM="desk@site.example")
    assert why in said and "hid" not in said


def test_port_moves_the_default_site_url(settings_with):
    assert settings_with("SITE_URL", PORT="8123") == {"SITE_URL": "http://localhost:8123"}


@pytest.fixture(scope="module")
def sentences(tmp_path_factory) -> dict[tuple[str, str], str]:
    """What each of the wrong values is answered; in one process, since each costs half a second to begin."""
    code = """
import importlib, json, os, sys
from django.core.exceptions import ImproperlyConfigured
said = []
for name, value in json.load(sys.stdin):
    os.environ[name] = value
    try:
        importlib.import_module("config.settings")
        said.append("accepted")
    except ImproperlyConfigured as error:
        said.append(str(error))
    del os.environ[name]
    sys.modules.pop("config.settings", None)
print(json.dumps(said))
"""
    pairs = [(name, value) for name, value, _ in WRONG]
    done = run("-c", code, input=json.dumps(pairs), DATA_DIR=str(tmp_path_factory.mktemp("data")))
    return dict(zip(pairs, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize(("variable", "value", "sentence"), WRONG)
def test_a_wrong_value_is_refused_with_a_sentence(sentences, variable, value, sentence):
    assert sentences[variable, value] == sentence


def test_a_refusal_is_all_that_the_operator_reads(refusal):
    assert refusal(PORT="eighty") == (
        "Rallies cannot start: PORT must be a whole number from 1 to 65535, not “eighty”.\n"
    )


def test_a_data_directory_that_cannot_be_made_is_said(refusal, tmp_path):
    file = tmp_path / "file"
    file.touch()
    assert refusal(DATA_DIR=f"{file}/data") == (
        f"Rallies cannot start: DATA_DIR is {file}/data, which cannot be made: not a directory.\n"
    )


SVG = '<?xml version="1.0"?>\n<!-- ours -->\n<svg viewBox="0 0 1 1" xmlns="http://www.w3.org/2000/svg"/>'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.mark.parametrize(
    ("file", "body", "suffix", "content_type"),
    [("mark.svg", SVG.encode(), "svg", "image/svg+xml"), ("mark", PNG, "png", "image/png")],
)
def test_mark_is_a_file_of_the_data_directory_or_a_path(tmp_path, file, body, suffix, content_type):
    (tmp_path / file).write_bytes(body)
    code = "import config.settings as s; m = s.SITE_MARK; print(m.name, m.content_type, len(m.body))"
    name = f"{sha256(body).hexdigest()[:12]}.{suffix}"
    for value in (file, str(tmp_path / file)):
        done = run("-c", code, DATA_DIR=str(tmp_path), SITE_MARK=value)
        assert (done.stdout, done.stderr) == (f"{name} {content_type} {len(body)}\n", "")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<svg viewBox='0 0 1 1'/>", "is neither an SVG with its xmlns nor a PNG: it would not be shown."),
        (
            b"<html><svg xmlns='http://www.w3.org/2000/svg'/>",
            "is neither an SVG with its xmlns nor a PNG: it would not be shown.",
        ),
        (b"GIF89a", "is neither an SVG with its xmlns nor a PNG: it would not be shown."),
        (PNG + bytes(20_000), "has 20028 bytes: a picture that is on every page may have 20000."),
    ],
)
def test_a_mark_that_would_not_be_shown_is_refused(refusal, tmp_path, body, why):
    file = tmp_path / "mark.svg"
    file.write_bytes(body)
    assert refusal(SITE_MARK="mark.svg") == f"Rallies cannot start: SITE_MARK names {file}, which {why}\n"


def test_secret_key_is_made_once_and_for_its_owner_alone(settings_with, tmp_path):
    home = tmp_path / "new" / "data"
    first = settings_with("SECRET_KEY", DATA_DIR=str(home))
    assert settings_with("SECRET_KEY", DATA_DIR=str(home)) == first
    assert len(first["SECRET_KEY"]) == 67
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()} == {"secret_key": 0o600}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@pytest.mark.parametrize("value", ["$dollar", "a=b#c d"])
def test_secrets_are_taken_as_they_are_from_variable_or_file(settings_with, tmp_path, value):
    file = tmp_path / "secret"
    file.write_text(f"{value}\n")
    assert settings_with("SECRET_KEY", SECRET_KEY=value) == {"SECRET_KEY": value}
    assert settings_with("SECRET_KEY", SECRET_KEY_FILE=str(file)) == {"SECRET_KEY": value}


def test_secret_keys_from_before_stand_one_a_line(settings_with, tmp_path):
    file = tmp_path / "before"
    file.write_text("one key\n\n  another, with $ \n")
    both = {"SECRET_KEY_FALLBACKS": ["one key", "another, with $"]}
    assert settings_with("SECRET_KEY_FALLBACKS", SECRET_KEY_FALLBACKS_FILE=str(file)) == both
    assert settings_with("SECRET_KEY_FALLBACKS", SECRET_KEY_FALLBACKS="one key") == {
        "SECRET_KEY_FALLBACKS": ["one key"]
    }


def test_a_secret_in_two_places_is_refused(refusal, tmp_path):
    file = tmp_path / "secret"
    file.write_text("one")
    assert refusal(SECRET_KEY="two", SECRET_KEY_FILE=str(file)) == (
        "Rallies cannot start: Set SECRET_KEY or SECRET_KEY_FILE, not both.\n"
    )


def test_database_is_sqlite_in_the_data_directory(settings_with, tmp_path):
    database = settings_with("DATABASES")["DATABASES"]["default"]
    assert (database["ENGINE"], database["NAME"]) == ("django.db.backends.sqlite3", str(tmp_path / "db.sqlite3"))


def test_sqlite_is_tuned(tmp_path):
    code = """
import django, json
django.setup()
from django.db import connection
names = ["journal_mode", "synchronous", "mmap_size", "journal_size_limit", "cache_size", "busy_timeout"]
with connection.cursor() as cursor:
    print(json.dumps({name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names}))
"""
    assert json.loads(run("-c", code, DATA_DIR=str(tmp_path)).stdout) == {
        "journal_mode": "wal",
        "synchronous": 1,
        "mmap_size": 134217728,
        "journal_size_limit": 27103364,
        "cache_size": -20000,
        "busy_timeout": 20000,
    }


def test_database_url_names_a_postgresql_with_a_pool(settings_with, tmp_path):
    file = tmp_path / "url"
    file.write_text("postgres://ana:p%40ss@db.example:5433/rallies\n")
    assert settings_with("DATABASES", DATABASE_URL_FILE=str(file), WEB_THREADS="8")["DATABASES"] == {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "rallies",
            "USER": "ana",
            "PASSWORD": "p@ss",
            "HOST": "db.example",
            "PORT": 5433,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "connect_timeout": 5,
                "options": "-c jit=off",
                "pool": {"min_size": 1, "max_size": 9, "timeout": 5},
            },
        }
    }


def test_cache_url_names_a_redis(tmp_path, redis_url):
    code = """
import django
django.setup()
from django.core.cache import caches
cache = caches["default"]
cache.set("rallies-test", "kept", 10)
print(type(cache).__name__, cache.get("rallies-test"))
"""
    done = run("-c", code, DATA_DIR=str(tmp_path), CACHE_URL=redis_url)
    assert (done.stdout, done.stderr) == ("RedisCache kept\n", "")


def test_31_zone_data_come_from_the_tzdata_package_alone(tmp_path):
    code = "import config.settings, zoneinfo; print(zoneinfo.TZPATH, zoneinfo.ZoneInfo('Africa/Cairo'))"
    assert run("-c", code, DATA_DIR=str(tmp_path)).stdout == "() Africa/Cairo\n"


def test_check_deploy_explains_gaps_in_plain_words(tmp_path):
    done = run("manage.py", "check", "--deploy", DATA_DIR=str(tmp_path))
    assert (done.returncode, done.stderr.splitlines()) == (
        0,
        [
            "System check identified some issues:",
            "",
            "WARNINGS:",
            "?: (rallies.W002) SITE_URL is http://localhost:8000: only this computer can open the site, "
            "and links in calendars that others subscribe to lead nowhere.",
            "\tHINT: Set SITE_URL to the address that visitors will use, such as https://rallies.example.",
            "?: (rallies.W004) SITE_CONTACT is empty: visitors and organizers cannot tell you of a mistake.",
            "\tHINT: Set SITE_CONTACT to an e-mail address or a web address.",
            "?: (rallies.W006) SITE_OPERATOR is empty: the imprint says that nobody has stated yet who runs the site, "
            "and in some countries the law asks for it.",
            "\tHINT: Set SITE_OPERATOR, and SITE_OPERATOR_ADDRESS, or write an imprint of your own in the admin.",
            "",
            "System check identified 3 issues (4 silenced).",
        ],
    )


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"DEBUG": "yes"}, ["rallies.W001"]),
        ({"SITE_URL": "http://rallies.example"}, ["rallies.W003"]),
        ({"REQUIRE_SECOND_FACTOR": "no"}, ["rallies.W008"]),
        ({"key mode": "644"}, ["rallies.W005"]),
        ({"TRUSTED_PROXIES": "0"}, ["rallies.W007"]),
        ({"SMTP_URL": "smtp://mail.example", "MAIL_FROM": "desk@site.example"}, ["rallies.W009"]),
        ({"SMTP_URL": "smtp://localhost", "MAIL_FROM": "desk@site.example"}, []),
        ({"SMTP_URL": "smtp+tls://mail.example", "MAIL_FROM": "desk@site.example"}, []),
    ],
)
def test_check_deploy_finds_each_gap(tmp_path, change, found):
    key = tmp_path / "secret_key"
    key.write_text("0123456789abcdefghijklmnopqrstuvwxyz" * 2)
    key.chmod(int(change.pop("key mode", "600"), 8))
    good = {"SITE_URL": "https://rallies.example", "SITE_CONTACT": "ana@rallies.example", "SITE_OPERATOR": "Group 1"}
    good["TRUSTED_PROXIES"] = "1"
    done = run("manage.py", "check", "--deploy", DATA_DIR=str(tmp_path), **(good | change))
    assert [word.strip("()") for word in done.stderr.split() if word.startswith(("(rallies.", "(security."))] == found
