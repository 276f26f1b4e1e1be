"""A program on a real terminal: a pseudo-terminal with tmux on it, where there is one, as people sit before it."""

import fcntl
import os
import pty
import select
import shlex
import struct
import subprocess
import termios
import tty
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from time import perf_counter

from tests.benchmarks.bench_start import end

PAUSE_SECONDS, PATIENCE_SECONDS, START_SECONDS = 0.15, 30.0, 120.0
MOST_REST_SECONDS = 3.0
"""A cluster in which something happens all the time never comes to rest."""
FRAME_SECONDS = 0.004
"""The bytes of one frame follow each other faster than this."""
_SETTINGS = """
set -g status off
set -g escape-time 0
set -g default-terminal xterm-256color
"""


def has_tmux() -> bool:
    return which("tmux") is not None


class Terminal:
    """A program in tmux on a terminal of 120 columns and 36 lines; without tmux, on the terminal itself."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self._pressed_at = perf_counter()
        self._folder = TemporaryDirectory()
        self._socket = ["tmux", "-S", str(Path(self._folder.name, "socket"))]
        self._program = list(command)
        if has_tmux():
            settings = Path(self._folder.name, "tmux.conf")
            settings.write_text(_SETTINGS)
            self._program = [*self._socket, "-f", str(settings), "new-session", shlex.join(command)]
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            given = {**os.environ, **(environment or {}), "TERM": "xterm-256color", "PYTHONDONTWRITEBYTECODE": ""}
            given.pop("TMUX", None)
            if not has_tmux():
                tty.setraw(0)  # as tmux has it, for whoever does not do so itself
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
            os.execvpe(self._program[0], self._program, given)

    def after(self, key: bytes, sign: bytes = b"\x1b[") -> float:
        """Seconds from ``key`` to the last byte of the frame that has ``sign`` in it. Raises TimeoutError."""
        answered = self.pressed(key, sign)
        self.rest(PAUSE_SECONDS)
        return answered

    def pressed(self, key: bytes, sign: bytes) -> float:
        """As ``after``, without waiting for what else follows."""
        self._pressed_at = perf_counter()
        os.write(self._fd, key)
        return self.until(sign, f"{key!r} did not bring {sign!r} to the screen")

    def begun(self, sign: bytes) -> None:
        """Until its first frame with ``sign`` in it. Raises TimeoutError."""
        self.until(sign, f"no {sign!r} came to the screen", START_SECONDS)

    def until(self, sign: bytes, missed: str, patience_seconds: float = PATIENCE_SECONDS) -> float:
        """Seconds from the last key to the last byte of the next frame that has ``sign`` in it. Raises TimeoutError."""
        seen, last = b"", self._pressed_at
        while sign not in seen or (last - self._pressed_at < patience_seconds and self._waits(FRAME_SECONDS)):
            if last - self._pressed_at > patience_seconds:
                raise TimeoutError(missed)
            seen += self._read(patience_seconds)
            last = perf_counter()
        return last - self._pressed_at

    def typed(self, line: bytes) -> None:
        """Letter by letter, each when the one before was answered; how long that took is nobody's."""
        for place in range(len(line)):
            os.write(self._fd, line[place : place + 1])
            self._read(PATIENCE_SECONDS)
            self.rest(5 * FRAME_SECONDS)

    def rest(self, quiet_seconds: float, since: float = 0.0) -> float:
        """Reads what comes by itself, until nothing has come for so long, or too much; when the last of it came."""
        begun, last = perf_counter(), since
        while last - begun < MOST_REST_SECONDS and self._waits(quiet_seconds):
            self._read(0)
            last = perf_counter()
        return last

    def close(self) -> None:
        if has_tmux():
            subprocess.run([*self._socket, "kill-server"], check=False, stderr=subprocess.DEVNULL)
        end(self._pid, self._fd)
        self._folder.cleanup()

    def _waits(self, patience_seconds: float) -> bool:
        return bool(select.select([self._fd], [], [], patience_seconds)[0])

    def _read(self, patience_seconds: float) -> bytes:
        if not self._waits(patience_seconds):
            raise TimeoutError("the key was not answered")
        return os.read(self._fd, 65536)
