"""Bodies of feeds that were made: compressed in the memory of the process, and the last good one of each address in a file.

Nothing is ever purged: a body is kept under its ETag, which another version does not have. Files are for the hour in which
the database does not answer: a feed that is empty, cut off or an error page makes apps drop the calendar
(FEED_CONTRACT 57).
"""

import gzip
import json
import logging
import os
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")

logger = logging.getLogger(__name__)

MOST_FILES = 500
RENEWED = timedelta(days=1)
LOOKED_AT = timedelta(hours=1)
"""How often a process asks the disk whether the last good body of an address is there."""
OLDEST = timedelta(days=7)
"""What was not known to be current for so long is not served as the last good body: too much may have been taken off the
calendar since."""


@dataclass(frozen=True, slots=True)
class Body:
    """A feed as it is sent: gzip, and the length without it. `etag` in its strong form, `last_modified` as HTTP has it."""

    etag: str
    last_modified: str
    filename: str
    length: int
    compressed: bytes

    @property
    def content(self) -> bytes:
        return gzip.decompress(self.compressed)


def body_of(content: bytes, *, etag: str, last_modified: str, filename: str) -> Body:
    # Without the moment that gzip would write: the same body has the same bytes on every worker.
    compressed = gzip.compress(content, compresslevel=6, mtime=0)
    return Body(etag=etag, last_modified=last_modified, filename=filename, length=len(content), compressed=compressed)


class Memory(Generic[Value]):
    """Values by key, at most so many octets of them; those that nobody asked for longest go first. For several threads."""

    def __init__(self, most: int, *, size: Callable[[Value], int]) -> None:
        self.most, self.size, self.octets = most, size, 0
        self.values: OrderedDict[Hashable, Value] = OrderedDict()
        self.lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        with self.lock:
            found = self.values.get(key)
            if found is not None:
                self.values.move_to_end(key)
            return found

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value; one that is larger than a quarter of all is not kept."""
        size = self.size(value)
        if size > self.most // 4:
            return
        with self.lock:
            old = self.values.pop(key, None)
            self.octets += size - (self.size(old) if old is not None else 0)
            self.values[key] = value
            while self.octets > self.most:
                _, gone = self.values.popitem(last=False)
                self.octets -= self.size(gone)

    def clear(self) -> None:
        with self.lock:
            self.values.clear()
            self.octets = 0


class Files:
    """The last good body of each address, in a directory; at most so many, the oldest go first.

    A file is one line of JSON and the compressed body. A disk that is full or gone is no reason not to serve.
    """

    def __init__(self, directory: Callable[[], Path], most: int = MOST_FILES) -> None:
        self.directory, self.most = directory, most
        self.looked: dict[str, datetime] = {}

    def put(self, address: str, body: Body) -> None:
        head = {name: value for name, value in asdict(body).items() if name != "compressed"} | {"address": address}
        try:
            self.directory().mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.directory(), prefix="new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(json.dumps(head).encode() + b"\n" + body.compressed)
                # Whole or not at all, also when two workers write it at once.
                os.replace(name, self._path(address))
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise
            self._prune()
        except OSError:
            logger.exception("The last good body of a feed cannot be kept")

    def get(self, address: str, *, now: datetime) -> Body | None:
        """The last good body of an address; None if there is none, or only an old or a broken one."""
        path = self._path(address)
        try:
            if now.timestamp() - path.stat().st_mtime > OLDEST.total_seconds():
                return None
            head, _, compressed = path.read_bytes().partition(b"\n")
            said = json.loads(head)
            if said.pop("address") != address:
                return None
            found = Body(**said, compressed=compressed)
            return found if len(found.content) == found.length else None
        except FileNotFoundError:
            return None
        except (OSError, EOFError, ValueError, TypeError, KeyError):
            logger.exception("The last good body of a feed cannot be read")
            return None

    def renew(self, address: str, body: Body | None, *, etag: str, now: datetime) -> None:
        """Keep the last good body of an address that has this ETag still: what does not change is not made again, and
        would be too old when it is needed. One that is not there is put, if `body` is at hand."""
        looked = self.looked.get(address)
        if looked is not None and timedelta() <= now - looked < LOOKED_AT:
            return
        if len(self.looked) > 10 * self.most:
            self.looked.clear()
        self.looked[address] = now
        path = self._path(address)
        try:
            if now.timestamp() - path.stat().st_mtime < RENEWED.total_seconds():
                return
            with path.open("rb") as file:
                is_current = json.loads(file.readline()).get("etag") == etag
            if is_current:
                os.utime(path, (now.timestamp(), now.timestamp()))
            elif body is not None:
                self.put(address, body)
        except FileNotFoundError:
            if body is not None:
                self.put(address, body)
        except (OSError, ValueError, AttributeError):
            logger.exception("The last good body of a feed cannot be renewed")

    def _path(self, address: str) -> Path:
        return self.directory() / f"{sha256(address.encode()).hexdigest()[:32]}.ics.gz"

    def _prune(self) -> None:
        # Counted by name alone, which is cheap; only too many of them are looked at.
        names = list(self.directory().iterdir())
        if len(names) <= self.most:
            return
        by_age = sorted(names, key=lambda path: path.stat().st_mtime)
        for path in by_age[: len(names) - self.most * 9 // 10]:
            path.unlink(missing_ok=True)


class NoFiles(Files):
    """For addresses of which nothing is stored."""

    def put(self, address: str, body: Body) -> None:
        pass

    def renew(self, address: str, body: Body | None, *, etag: str, now: datetime) -> None:
        pass


def accepts_gzip(header: str) -> bool:
    """Whether an Accept-Encoding asks for gzip (RFC 9110 §12.5.3); nobody who does not ask gets it."""
    for part in header.lower().split(","):
        coding, _, weight = part.replace(" ", "").partition(";q=")
        if coding in {"gzip", "x-gzip"}:
            return weight.strip("0.") != "" if weight else True
    return False
