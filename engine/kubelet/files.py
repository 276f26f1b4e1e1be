"""The files a container sees: one sorted table of absolute paths, and what a line changed in it.

    "/etc/"          a directory: the path ends in "/"
    "/etc/hostname"  a file: its text

Paths that are read-only (configMap, secret and ``readOnly`` mounts) are known by their mount. Knows nothing of
shells; permissions and owners are not modelled beyond what ``ls -l`` guesses from the path.
"""

import posixpath
from collections.abc import Iterable, Iterator, Mapping

from attrs import define, field

from engine.bulk import bulk, is_bulk, joined, size_of
from engine.contents import MAX_FILE_BYTES, apply
from engine.kinds.frozen import frozen

MAX_WRITTEN_BYTES = 4 << 20
"""One line writes no more text than this; then the disk is full."""
_DISK_BYTES = 40 << 30


class FileProblem(Exception):
    """What the kernel would say: ``No such file or directory``, ``Is a directory``, ..."""


@frozen
class Wrote:
    """At an epoch second ``text`` was appended to a file, or put in its place; None for its removal."""

    at: int
    path: str
    text: str | None
    append: bool = False


@define
class Files:
    """``entries`` is this line's own copy; ``changes`` collects what to record, None for a removal."""

    entries: dict[str, str]
    mounts: tuple[tuple[str, bool], ...] = ()
    """Prefixes (ending in "/") and whether what is below is read-only; the longest that fits decides."""
    times: dict[str, int] = field(factory=dict)
    changes: dict[str, str | None] = field(factory=dict)
    written_bytes: int = 0
    journal: list[tuple[int, str, str | None, bool]] | None = None
    """If kept: each write as (second, path, text, whether it was appended), None for a removal."""

    def is_dir(self, path: str) -> bool:
        return path == "/" or f"{path}/" in self.entries

    def is_file(self, path: str) -> bool:
        return path in self.entries

    def exists(self, path: str) -> bool:
        return self.is_file(path) or self.is_dir(path)

    def read(self, path: str) -> str:
        if self.is_dir(path):
            raise FileProblem("Is a directory")
        if path not in self.entries:
            raise FileProblem("No such file or directory")
        return self.entries[path]

    def write(self, path: str, text: str, time: int, *, append: bool = False) -> None:
        """Creates or replaces a file; its directory must exist."""
        if self.is_dir(path):
            raise FileProblem("Is a directory")
        self._needs_room_in(path)
        self.written_bytes += len(text)
        if self.written_bytes > MAX_WRITTEN_BYTES:
            raise FileProblem("No space left on device")
        if self.journal is not None:
            self.journal.append((time, path, text[:MAX_FILE_BYTES], append))
        if append:
            text = joined(self.entries.get(path, ""), text)
        self._put(path, text[:MAX_FILE_BYTES], time)
        if is_bulk(text) and size_of(text) > _DISK_BYTES:
            self._put(path, bulk(_DISK_BYTES), time)
            raise FileProblem("No space left on device")

    def receive(self, wrote: Wrote) -> None:
        """What somebody else wrote: neither checked nor recorded as this line's."""
        apply(self.entries, wrote)
        self.times[wrote.path] = wrote.at

    def make_dir(self, path: str, time: int, *, parents: bool = False) -> None:
        if self.exists(path):
            if parents and self.is_dir(path):
                return
            raise FileProblem("File exists")
        above = posixpath.dirname(path)
        if parents and not self.is_dir(above):
            self.make_dir(above, time, parents=True)
        self._needs_room_in(path)
        if self.journal is not None:
            self.journal.append((time, f"{path}/", "", False))
        self._put(f"{path}/", "", time)

    def remove(self, path: str, time: int = 0) -> None:
        """One file, or a directory with all that is in it."""
        self._needs_room_in(path)
        if self.journal is not None:
            self.journal.append((time, path, None, False))
        if self.is_file(path):
            self._drop(path)
            return
        if not self.is_dir(path):
            raise FileProblem("No such file or directory")
        for inner in [key for key in self.entries if key.startswith(f"{path}/")]:
            self._drop(inner)

    def listing(self, path: str) -> list[str]:
        """Names in a directory, sorted; directories with a "/" behind them."""
        prefix = path if path.endswith("/") else f"{path}/"
        names = set()
        for key in self.entries:
            if key.startswith(prefix) and key != prefix:
                name, slash, _ = key[len(prefix) :].partition("/")
                names.add(name + slash)
        return sorted(names)

    def walk(self, path: str) -> Iterator[str]:
        """Every path at or below ``path``, depth first in name order, without trailing slashes."""
        yield path
        if self.is_dir(path):
            for name in self.listing(path):
                yield from self.walk(posixpath.join(path, name.rstrip("/")))

    def is_read_only(self, path: str) -> bool:
        best, read_only = -1, False
        for prefix, closed in self.mounts:
            if (path == prefix.rstrip("/") or path.startswith(prefix)) and len(prefix) > best:
                best, read_only = len(prefix), closed
        return read_only

    def _needs_room_in(self, path: str) -> None:
        if path == "/" or self.is_read_only(path):
            raise FileProblem("Read-only file system")
        above = posixpath.dirname(path)
        if self.is_file(above):
            raise FileProblem("Not a directory")
        if not self.is_dir(above):
            raise FileProblem("No such file or directory")

    def _put(self, key: str, text: str, time: int) -> None:
        self.entries[key] = text
        self.changes[key] = text
        self.times[key] = time

    def _drop(self, key: str) -> None:
        self.entries.pop(key, None)
        self.changes[key] = None


def resolve(cwd: str, path: str) -> str:
    """The absolute path that ``path`` means in ``cwd``."""
    joined = posixpath.normpath(posixpath.join(cwd or "/", path))
    return "/" + joined.lstrip("/")


def with_directories(files: Mapping[str, str], directories: Iterable[str] = ()) -> dict[str, str]:
    """``files`` and every directory on the way to them."""
    entries = dict(files)
    for path in [*files, *(each.rstrip("/") + "/" for each in directories)]:
        above = path
        while (above := posixpath.dirname(above.rstrip("/"))) not in ("/", ""):
            entries.setdefault(f"{above}/", "")
    for directory in directories:
        entries.setdefault(directory.rstrip("/") + "/", "")
    return entries
