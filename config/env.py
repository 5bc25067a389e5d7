"""How settings are read. A wrong value raises ImproperlyConfigured with a sentence that names the variable.

A variable that is set to nothing counts as not set: Make and container files hand on empty ones.
django-environ only takes database addresses apart; its own readers take "maybe" for False, and a
password that begins with a dollar sign for the name of another variable.
"""

import importlib.util
import ipaddress
import os
import re
import secrets
import zoneinfo
from collections.abc import Collection
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

YES = frozenset({"yes", "true", "on", "1", "y"})
NO = frozenset({"no", "false", "off", "0", "n"})


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def yes_or_no(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in YES | NO:
        return value in YES
    raise ImproperlyConfigured(f"{name} must be yes or no, not “{value}”.")


def number(name: str, *, default: int, lowest: int, highest: int) -> int:
    value = text(name, str(default))
    if value.isascii() and value.isdigit() and lowest <= int(value) <= highest:
        return int(value)
    raise ImproperlyConfigured(f"{name} must be a whole number from {lowest} to {highest}, not “{value}”.")


def one_of(name: str, choices: Collection[str], *, default: str) -> str:
    value = text(name, default).lower()
    if value in choices:
        return value
    raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not “{value}”.")


def secret(name: str) -> str:
    """The value of the variable `name`, or of the file that `name`_FILE points to; empty if neither is set."""
    value, file = text(name), text(f"{name}_FILE")
    if value and file:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE, not both.")
    if not file:
        return value
    try:
        value = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name}_FILE names {file}, which cannot be read: {_reason(error)}.") from error
    if not value:
        raise ImproperlyConfigured(f"{name}_FILE names {file}, which is empty.")
    return value


def secrets_of(name: str) -> list[str]:
    """The values of the variable `name`, or of the file that `name`_FILE points to: one a line."""
    return [line.strip() for line in secret(name).splitlines() if line.strip()]


def at_most_one(*names: str) -> None:
    """Raises if more than one of the variables is set."""
    if sum(bool(text(name)) for name in names) > 1:
        raise ImproperlyConfigured(f"Set {' or '.join(names)}, not both.")


def time_zone(name: str, *, default: str) -> str:
    value = text(name, default)
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ImproperlyConfigured(
            f"{name} must be a zone of the IANA database, such as Europe/Berlin, not “{value}”."
        ) from error
    return value


def contact(name: str) -> str:
    value = text(name)
    if not value or re.fullmatch(r"https?://\S+|[^\s@<>]+@[^\s@<>]+", value):
        return value
    raise ImproperlyConfigured(f"{name} must be an e-mail address or a web address, not “{value}”.")


def ip_address(name: str, *, default: str) -> str:
    value = text(name, default).strip("[]")
    try:
        return str(ipaddress.ip_address(value))
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} must be an IP address of this machine, such as 127.0.0.1 or 0.0.0.0, not “{value}”."
        ) from error


def directory(name: str, *, default: str, base: Path) -> Path:
    """The directory of the variable `name`, made if it is not there. Relative paths start at `base`, wherever a
    command is called from."""
    path = (base / Path(text(name, default)).expanduser()).resolve()
    try:
        # Nobody else on the machine reads drafts, contacts and the secret key.
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"{name} is {path}, which cannot be made: {_reason(error)}.") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise ImproperlyConfigured(f"{name} is {path}, where this user may not write.")
    return path


@dataclass(frozen=True)
class Mark:
    """The picture of the site. `name` changes with its bytes, so that browsers may keep it for good."""

    name: str
    content_type: str
    body: bytes


MARK_BYTES = 20_000
_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*>\s*)*<svg\s[^>]*"
    rb"xmlns\s*=\s*[\"']http://www\.w3\.org/2000/svg[\"']",
    re.DOTALL,
)
_PNG = b"\x89PNG\r\n\x1a\n"


def mark(name: str, *, base: Path) -> Mark | None:
    """The SVG or PNG file that the variable `name` names, or None if it is not set. Relative paths start at `base`."""
    value = text(name)
    if not value:
        return None
    path = base / Path(value).expanduser()
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ImproperlyConfigured(f"{name} names {path}, which cannot be read: {_reason(error)}.") from error
    if len(body) > MARK_BYTES:
        # It is on every page, and a first visit costs at most 60 kB in all.
        raise ImproperlyConfigured(
            f"{name} names {path}, which has {len(body)} bytes: a picture that is on every page may have {MARK_BYTES}."
        )
    if _SVG.match(body):
        suffix, content_type = "svg", "image/svg+xml"
    elif body.startswith(_PNG):
        suffix, content_type = "png", "image/png"
    else:
        raise ImproperlyConfigured(
            f"{name} names {path}, which is neither an SVG with its xmlns nor a PNG: it would not be shown."
        )
    return Mark(name=f"{sha256(body).hexdigest()[:12]}.{suffix}", content_type=content_type, body=body)


@dataclass(frozen=True)
class Tiles:
    """Where pictures of a map with streets come from; `origin` is "" for a path of this site, and for none."""

    url: str
    origin: str


def tiles(name: str) -> Tiles:
    """The template of addresses in `name`, with {z}, {x} and {y}; empty if it is not set."""
    value = text(name)
    if not value:
        return Tiles(url="", origin="")

    def wrong(why: str) -> ImproperlyConfigured:
        return ImproperlyConfigured(
            f"{name} {why}, as in https://tiles.example/{{z}}/{{x}}/{{y}}.png; it is “{value}”."
        )

    if not all(part in value for part in ("{z}", "{x}", "{y}")):
        raise wrong("must hold {z}, {x} and {y}")
    if re.search(r"[{}]", re.sub(r"\{[zxy]\}", "", value)) or re.search(r"[\s\"'<>;,]", value):
        raise wrong("must be an address with nothing in braces but z, x and y")
    if value.startswith("/") and not value.startswith("//"):
        return Tiles(url=value, origin="")
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise wrong("must be a web address or a path of this site") from error
    # It stands in the policy of every page, where only what a host may be called has a place.
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[A-Za-z0-9.-]+", parts.hostname or ""):
        raise wrong("must be a web address or a path of this site")
    if parts.username is not None:
        raise wrong("must not hold a user name or password: every visitor reads it")
    return Tiles(url=value, origin=f"{parts.scheme}://{parts.hostname}" + (f":{port}" if port else ""))


@dataclass(frozen=True)
class Archive:
    """A map with streets in one PMTiles file. `file` is there if this site serves it, and `url` if another address does;
    `origin` is "" for this site, and for none."""

    file: Path | None = None
    url: str = ""
    origin: str = ""


# https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md: places in the header, and what their numbers mean.
_PMTILES_HEADER = 127
_PMTILES_COMPRESSIONS = {0: "unknown", 1: "none", 2: "gzip"}
_PMTILES_KINDS = {1: "vector", 2: "PNG", 3: "JPEG", 4: "WebP", 5: "AVIF"}


def archive(name: str, *, base: Path, here: str) -> Archive:
    """The PMTiles archive in `name`: a web address, or a file, which is looked into. Relative paths start at `base`;
    `here` is SITE_URL."""
    value = text(name)
    if not value:
        return Archive()
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", value):
        origin = _origin(value)
        if not origin or re.search(r"[\s\"'<>;,{}]", value):
            raise ImproperlyConfigured(
                f"{name} must be a file, or a web address without a user name, as in https://tiles.example/map.pmtiles; "
                f"it is “{value}”."
            )
        return Archive(url=value, origin="" if origin == here else origin)
    path = (base / Path(value).expanduser()).resolve()
    try:
        with path.open("rb") as file:
            header = file.read(_PMTILES_HEADER)
    except OSError as error:
        raise ImproperlyConfigured(f"{name} names {path}, which cannot be read: {_reason(error)}.") from error
    if len(header) < _PMTILES_HEADER or not header.startswith(b"PMTiles"):
        raise ImproperlyConfigured(f"{name} names {path}, which is no PMTiles archive.")
    if header[7] != 3:
        raise ImproperlyConfigured(f"{name} names {path}, which is PMTiles of version {header[7]}: it must be 3.")
    if header[99] not in _PMTILES_KINDS:
        raise ImproperlyConfigured(f"{name} names {path}, whose tiles are neither pictures nor vector tiles (MVT).")
    if any(number not in _PMTILES_COMPRESSIONS for number in header[97:99]):
        raise ImproperlyConfigured(
            f"{name} names {path}, which is compressed otherwise than with gzip: browsers cannot read it."
        )
    return Archive(file=path)


def _origin(address: str) -> str:
    """Scheme, host and port of a web address without a user name; "" if it is none. It stands in the policy of every page,
    where only what a host may be called has a place."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[A-Za-z0-9.-]+", parts.hostname or ""):
        return ""
    return f"{parts.scheme}://{parts.hostname}" + (f":{port}" if port else "") if parts.username is None else ""


@dataclass(frozen=True)
class Site:
    """SITE_URL taken apart. `url` has no slash at its end; `hosts` are the names that requests may use."""

    url: str
    https: bool
    hosts: tuple[str, ...]
    loopback: bool


def site(name: str, *, default: str) -> Site:
    value = text(name, default)

    def wrong(why: str) -> ImproperlyConfigured:
        return ImproperlyConfigured(f"{name} {why}, as in https://rallies.example; it is “{value}”.")

    try:
        parts = urlsplit(value)
        port = parts.port
        # Browsers send names like Zürich's in ASCII, and so does everybody who asks for our feeds.
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
    except ValueError as error:
        raise wrong("must be a web address") from error
    if parts.scheme not in ("http", "https"):
        raise wrong("must begin with http:// or https://")
    if not host or not re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:.]+", host):
        raise wrong("must name a host")
    if parts.username is not None:
        raise wrong("must not hold a user name or password")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise wrong("must be only scheme, host and port: Rallies needs a host name of its own, not a path of one")

    bracketed = f"[{host}]" if ":" in host else host
    usual = 443 if parts.scheme == "https" else 80
    url = f"{parts.scheme}://{bracketed}" + (f":{port}" if port not in (None, usual) else "")
    loopback = _is_loopback(host)
    hosts = dict.fromkeys([bracketed, "localhost", "127.0.0.1", "[::1]"] if loopback else [bracketed])
    return Site(url=url, https=parts.scheme == "https", hosts=tuple(hosts), loopback=loopback)


def database(name: str, *, data_dir: Path, connections: int) -> dict[str, Any]:
    """The DATABASES entry for the address in `name`: SQLite in `data_dir` if it is not set, or PostgreSQL."""
    address = secret(name)
    if not address:
        return _sqlite(str(data_dir / "db.sqlite3"))
    scheme = address.partition(":")[0]
    if scheme not in ("sqlite", "postgres", "postgresql"):
        # The address itself is not repeated: it holds a password.
        raise ImproperlyConfigured(f"{name} must begin with postgres:// or sqlite:///, not “{scheme}”.")
    try:
        found = environ.Env.db_url_config(address)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} cannot be read. It looks like postgres://user:password@host:5432/database, "
            "with special characters of the password written as %40 and the like."
        ) from error
    if scheme == "sqlite":
        if found["NAME"] == ":memory:":
            raise ImproperlyConfigured(f"{name} must name a file, as in sqlite:////var/lib/rallies/db.sqlite3.")
        return _sqlite(found["NAME"])
    need_bigger(name, "psycopg_pool")
    if not found["NAME"]:
        raise ImproperlyConfigured(f"{name} must end with the name of a database, as in postgres://user@host/rallies.")
    options = found.pop("OPTIONS", {})
    # One connection for each thread, and one to spare. A database that is down is said after five seconds.
    pool = {"min_size": 1, "max_size": connections + 1, "timeout": 5}
    # Our questions take milliseconds: to compile one each time that it is asked takes longer than it saves.
    usual = {"connect_timeout": 5, "options": "-c jit=off"}
    return found | {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_HEALTH_CHECKS": True,  # or a restart of PostgreSQL costs one error page for each connection
        "OPTIONS": usual | options | {"pool": pool},
    }


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # To open a file and tune it takes longer than most of our questions to it, and a new one has nothing in its cache.
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            # With Django's defaults, requests that read and then write at the same time end in "database is locked".
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA busy_timeout=20000;"
                "PRAGMA journal_mode=WAL;"
                "PRAGMA synchronous=NORMAL;"
                "PRAGMA mmap_size=134217728;"
                "PRAGMA journal_size_limit=27103364;"
                "PRAGMA cache_size=-20000"
            ),
        },
    }


def cache(name: str) -> dict[str, Any]:
    """The CACHES entry for the address in `name`: a database table if it is not set, or Redis."""
    address = secret(name)
    if not address:
        return {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "rallies_cache",
            # A full table drops a third of its keys, and with them what limits have counted. What is refused takes no
            # entry, and what comes to nothing gives its own back: each costs a report that was taken, at most 120 an
            # hour, or the check of a password, a good part of a second of a core. So many within the minutes that
            # limits count are out of reach. More would slow each use: PostgreSQL counts these rows in 40 ms.
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    scheme = address.partition(":")[0]
    if scheme not in ("redis", "rediss", "unix"):
        raise ImproperlyConfigured(f"{name} must begin with redis://, not “{scheme}”.")
    need_bigger(name, "redis")
    return {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": address,
        "KEY_PREFIX": "rallies",
        # A Redis that hangs would otherwise hold a thread for five seconds at each question, and soon all of them.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in; `host` is "" if the site sends none. `security` is "tls" (STARTTLS), "ssl"
    (TLS from the start) or ""."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = ""


_MAIL_SCHEMES = {"smtp": ("", 25), "smtp+tls": ("tls", 587), "smtp+ssl": ("ssl", 465), "smtps": ("ssl", 465)}


def mail_address(name: str) -> str:
    value = text(name)
    if not value or re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", value):
        return value
    raise ImproperlyConfigured(f"{name} must be an e-mail address, not “{value}”.")


def mail_server(name: str, *, sender: str) -> MailServer:
    """The server of the address in `name`; `sender` is whom mail comes from.

    django-environ would take smtps for STARTTLS, and leave out the port that belongs to a scheme.
    """
    address = secret(name)
    if not address:
        return MailServer()
    if not sender:
        raise ImproperlyConfigured(f"{name} is set, so MAIL_FROM must be the e-mail address that mail comes from.")
    scheme = address.partition(":")[0].lower()
    if scheme not in _MAIL_SCHEMES:
        # The address itself is not repeated: it holds a password.
        raise ImproperlyConfigured(f"{name} must begin with smtp+tls://, smtp+ssl:// or smtp://, not “{scheme}”.")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            f"{name} cannot be read. It looks like smtp+tls://user:password@host:587, "
            "with special characters of the password written as %40 and the like."
        )
    security, usual = _MAIL_SCHEMES[scheme]
    return MailServer(
        host=parts.hostname,
        port=port or usual,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        security=security,
    )


def need_bigger(name: str, module: str) -> None:
    """Raises unless what larger sites install is there."""
    if importlib.util.find_spec(module) is None:
        raise ImproperlyConfigured(
            f"{name} is set, but what it needs is not installed. `make run` installs it, "
            "and so does: .venv/bin/python -m pip install --require-hashes -r requirements/bigger.txt"
        )


def key_in(file: Path) -> str:
    """The secret key in `file`, which is made at the first start and readable by its owner only."""
    try:
        if not file.exists():
            # Whole or not at all, and made once: two processes may start together, or be killed here.
            draft = file.with_name(f".{file.name}.{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(50), encoding="ascii")
            try:
                os.link(draft, file)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            f"The secret key in {file} cannot be made or read: {_reason(error)}. Set SECRET_KEY instead, or mend the file."
        ) from error
    if not key:
        raise ImproperlyConfigured(f"The secret key in {file} is empty. Delete the file; the next start makes another.")
    return key


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
