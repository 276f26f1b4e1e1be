"""From a key to its bytes on a real terminal (a pseudo-terminal), in the console on a large cluster.

The floor is a bare ``cat``: a key sent through the same terminal and back. A key's time ends with the last byte of
the frame that answers it; what follows by itself (the details of the row, the count of a filter that goes on through a
large table) is told beside it. Between two keys the console comes to rest. Most of what is measured is the 95th
percentile. Run it with ``python -m tests.benchmarks.bench_keys``.
"""

import fcntl
import os
import pty
import select
import struct
import sys
import tempfile
import termios
import tty
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter, sleep

from k9lite.sessions import log_path
from tests.benchmarks.bench_start import end
from tests.benchmarks.objects import fill, tell
from tests.benchmarks.scale import DEFAULT, Row, Scale, seconds

DOWN, PAGE_DOWN, ESCAPE, CURSOR = b"\x1b[B", b"\x1b[6~", b"\x1b", "▌".encode()
KEYS, FILTERS = 60, 12
PAUSE_SECONDS, PATIENCE_SECONDS = 0.15, 30.0
FRAME_SECONDS = 0.004
"""The bytes of one frame follow each other faster than this."""
GOALS = {"cursor": 0.016, "PageDown": 0.016, "filter key": 0.05, "open the table": 0.3}


class Terminal:
    """A program on a terminal of 120 columns and 36 lines."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], *, raw: bool = False) -> None:
        self.rested = 0.0
        """Seconds from the last key to the last byte of all that followed it."""
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            if raw:
                tty.setraw(0)
            os.execvpe(command[0], list(command), {**os.environ, **environment, "TERM": "xterm-256color"})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))

    def after(self, key: bytes, sign: bytes) -> float:
        """Seconds from ``key`` to the last byte of the frame that has ``sign`` in it. Raises TimeoutError."""
        started = perf_counter()
        os.write(self._fd, key)
        seen, last = b"", started
        while sign not in seen or self._waits(FRAME_SECONDS):
            if last - started > PATIENCE_SECONDS:
                raise TimeoutError(f"{key!r} did not bring {sign!r} to the screen")
            seen += self._read(PATIENCE_SECONDS)
            last = perf_counter()
        self.rested = self.rest(PAUSE_SECONDS, last) - started
        return last - started

    def rest(self, quiet_seconds: float, since: float = 0.0) -> float:
        """Reads what comes by itself, until nothing has come for so long; when the last of it came."""
        last = since
        while self._waits(quiet_seconds):
            self._read(0)
            last = perf_counter()
        return last

    def close(self) -> None:
        end(self._pid, self._fd)

    def _waits(self, patience_seconds: float) -> bool:
        return bool(select.select([self._fd], [], [], patience_seconds)[0])

    def _read(self, patience_seconds: float) -> bytes:
        if not self._waits(patience_seconds):
            raise TimeoutError("the key was not answered")
        return os.read(self._fd, 65536)


def rows(scale: Scale = DEFAULT) -> list[Row]:
    pods = scale.shown
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_STATE_HOME"] = name
        folder = Path(name, "large")
        folder.mkdir()
        log = log_path(folder)
        log.parent.mkdir(parents=True)
        tell(f"making a cluster of {pods:,} pods")
        fill(log, pods)
        tell("pressing keys")
        took = pressed([sys.executable, "-m", "k9lite.cli", str(folder)], {"XDG_STATE_HOME": name})
    floor = percentile(echoed())
    return [
        (
            f"{pods:,} pods in the console: {what}, p95",
            seconds(percentile(each)),
            f"{seconds(floor)} bare cat",
            f"goal < {seconds(GOALS[what])}" if what in GOALS else "",
        )
        for what, each in took.items()
    ]


def pressed(command: Sequence[str], environment: Mapping[str, str]) -> dict[str, list[float]]:
    """What -> seconds of each key."""
    console = Terminal(command, environment)
    try:
        console.after(b"", b"pods(all)")
        console.rest(0.5)  # and whatever a start leaves for later
        took = {
            "cursor": [console.after(DOWN, CURSOR) for _ in range(KEYS)],
            "cursor, and all that follows": [_all(console, DOWN) for _ in range(KEYS)],
            "PageDown": [console.after(PAGE_DOWN, CURSOR) for _ in range(KEYS)],
            "PageDown, and all that follows": [_all(console, PAGE_DOWN) for _ in range(KEYS)],
            "filter key": [each for _ in range(FILTERS) for each in filtered(console)],
            "open the table": [opened(console) for _ in range(FILTERS)],
        }
    finally:
        console.close()
    return took


def _all(console: Terminal, key: bytes) -> float:
    console.after(key, CURSOR)
    return console.rested


def filtered(console: Terminal) -> list[float]:
    """Three letters that narrow the rows down."""
    console.after(b"/", b"/")
    took = [console.after(letter, b"/" + text) for letter, text in ((b"4", b"4"), (b"2", b"42"), (b"1", b"421"))]
    console.after(b"\r", b"\x1b[")
    console.after(ESCAPE, b"pods(all)")
    return took


def opened(console: Terminal) -> float:
    """From Enter on ``:pods`` to its rows."""
    for line, sign in ((b":deploy", b"deployments(all)"), (b":pods", b"pods(all)")):
        for place in range(len(line)):
            console.after(line[place : place + 1], b"\x1b[")
        spent = console.after(b"\r", sign)
    return spent


def echoed() -> list[float]:
    cat = Terminal(["cat"], {}, raw=True)
    sleep(0.2)
    try:
        return [cat.after(b"x", b"x") for _ in range(KEYS)]
    finally:
        cat.close()


def percentile(took: Sequence[float], share: float = 0.95) -> float:
    return sorted(took)[min(len(took) - 1, int(len(took) * share))]


if __name__ == "__main__":
    for row in rows():
        print(" | ".join(row))
