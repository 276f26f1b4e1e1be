"""The operating system's file calls, counted, and one of them the last thing that the process does.

    before  dies before the call                   torn   only the first part of a write reaches the file
    after   dies behind it, before it is told      power  before the call the power fails: what no sync made durable
                                                          is gone, contents and names
                                                   zeros  as power, but names and sizes had come that far, data not
                                                   sectors  as zeros, but some of the data had, in no order

Only what goes through ``os`` is seen, which is all that engine/store/disk.py and log.py use.
"""

import os
import signal
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import frozen

CALLS = ("open", "pwrite", "fdatasync", "fsync", "ftruncate", "link", "rename", "replace", "unlink")
"""Of open only what creates a file."""
SYNCS = ("fdatasync", "fsync")
SECTOR_BYTES = 512


@frozen
class Death:
    """At the ``call``-th call, counted from 1; 0 for none."""

    call: int = 0
    way: str = ""


def ways(call: str) -> tuple[str, ...]:
    """How a process can die at a call."""
    always = ("before", "power", "zeros", "sectors", "after")
    return (*always, "torn") if call == "pwrite" else always


class DyingDisk:
    """Takes the place of ``os``'s file calls in this process, which must be the only user of ``folder``."""

    def __init__(self, folder: Path, death: Death) -> None:
        self.calls: list[str] = []
        self._folder = folder
        self._death = death
        self._real: dict[str, Callable[..., Any]] = {name: getattr(os, name) for name in CALLS}
        self._durable_names = self._names()
        self._durable_contents = {number: self._content(number) for number in self._durable_names.values()}

    def install(self) -> None:
        for name in CALLS:
            setattr(os, name, self._wrapped(name))

    def _wrapped(self, name: str) -> Callable[..., Any]:
        real = self._real[name]

        def call(*args: Any, **kwargs: Any) -> Any:
            if name == "open" and not args[1] & os.O_CREAT:
                return real(*args, **kwargs)
            self.calls.append(name)
            last = self._death.call == len(self.calls)
            if last:
                self._die_before(args)
            try:
                result = real(*args, **kwargs)
            finally:
                if last:
                    die()
            self._note(name, args, result)
            return result

        return call

    def _die_before(self, args: tuple[Any, ...]) -> None:
        match self._death.way:
            case "before":
                die()
            case "torn":
                fd, data, offset = args
                self._real["pwrite"](fd, bytes(data)[: len(data) * 2 // 3], offset)
                die()
            case "power":
                self._lose_what_is_not_durable(grown=False)
                die()
            case "zeros":
                self._lose_what_is_not_durable(grown=True)
                die()
            case "sectors":
                self._lose_sectors()
                die()
            case way:
                assert way == "after", way

    def _note(self, name: str, args: tuple[Any, ...], result: Any) -> None:
        """What is durable from now on."""
        if name == "open":
            self._durable_contents[os.fstat(result).st_ino] = b""
        elif name in SYNCS:
            found = os.fstat(args[0])
            if found.st_ino in self._durable_contents:
                self._durable_contents[found.st_ino] = os.pread(args[0], found.st_size, 0)
            else:
                self._durable_names = self._names()

    def _lose_what_is_not_durable(self, *, grown: bool) -> None:
        sizes = {entry.inode(): entry.stat().st_size for entry in os.scandir(self._folder)}
        names = self._names() if grown else self._durable_names
        for path in self._folder.iterdir():
            self._real["unlink"](path)
        for name, number in names.items():
            content = self._durable_contents[number]
            lost = max(0, sizes.get(number, 0) - len(content)) if grown else 0
            fd = self._real["open"](self._folder / name, os.O_WRONLY | os.O_CREAT)
            self._real["pwrite"](fd, content + bytes(lost), 0)

    def _lose_sectors(self) -> None:
        for path in self._folder.iterdir():
            durable = self._durable_contents[path.stat().st_ino]
            fd = self._real["open"](path, os.O_RDWR)
            for start in range(0, path.stat().st_size, SECTOR_BYTES):
                sector = os.pread(fd, SECTOR_BYTES, start)
                before = durable[start : start + SECTOR_BYTES].ljust(len(sector), b"\0")[: len(sector)]
                if before != sector and zlib.crc32(b"%d %d" % (start, self._death.call)) % 2:
                    self._real["pwrite"](fd, before, start)

    def _names(self) -> dict[str, int]:
        return {entry.name: entry.inode() for entry in os.scandir(self._folder)}

    def _content(self, number: int) -> bytes:
        return next((self._folder / name).read_bytes() for name, each in self._names().items() if each == number)


def die() -> None:
    """As kill -9 does: no buffer is flushed and nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)
