"""From the command to the first paint in a real terminal (a pseudo-terminal), beside a minimal Textual app.

Both are started in turn, several times; medians and their ratio are shown. The console's first paint is the one
that has the sample cluster's rows in it. Both run from bytecode, as what is installed does: compiling the sources
is no part of a start. Run it with ``python -m tests.benchmarks.bench_start``.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import tempfile
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

ROUNDS = 7
MINIMAL = """
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    def compose(self):
        yield Static("painted")
Minimal().run()
"""


def rows() -> list[tuple[str, ...]]:
    """What, the console, the minimal app, their ratio."""
    python = sys.executable
    with tempfile.TemporaryDirectory() as state_home:
        environment = {"XDG_STATE_HOME": state_home, "PYTHONPYCACHEPREFIX": str(Path(state_home, "bytecode"))}
        console = [python, "-m", "k9lite.cli"]
        painted([*console, "--ephemeral"], b"w1-k8s", environment)  # compiles
        painted([python, "-c", MINIMAL], b"painted", environment)
        fresh = [painted([*console, "--ephemeral"], b"w1-k8s", environment) for _ in range(ROUNDS)]
        painted(console, b"w1-k8s", environment)
        reopened, minimal = [], []
        for _ in range(ROUNDS):
            reopened.append(painted(console, b"w1-k8s", environment))
            minimal.append(painted([python, "-c", MINIMAL], b"painted", environment))
    least = median(minimal)
    return [
        ("start to first paint", "k9lite", "minimal Textual app", "ratio"),
        *(
            (
                f"sample cluster, {how}",
                f"{spent:.2f} s",
                f"{least:.2f} s minimal Textual app",
                f"{spent / least:.1f}x as long",
            )
            for how, spent in (("new", median(fresh)), ("reopened", median(reopened)))
        ),
    ]


def painted(command: Sequence[str], sign: bytes, environment: Mapping[str, str]) -> float:
    """Seconds from start until ``sign`` is on the screen; the program is then told to end."""
    started = perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        given = {**os.environ, **environment, "TERM": "xterm-256color", "PYTHONDONTWRITEBYTECODE": ""}
        os.execvpe(command[0], list(command), given)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    seen = b""
    while sign not in seen:
        ready, _, _ = select.select([terminal], [], [], 20)
        if not ready:
            raise TimeoutError(f"{command} did not show {sign!r}")
        seen += os.read(terminal, 65536)
    spent = perf_counter() - started
    end(pid, terminal)
    return spent


def end(pid: int, terminal: int) -> None:
    os.kill(pid, signal.SIGTERM)
    while True:
        try:
            if not os.read(terminal, 65536):
                break
        except OSError:
            break
    os.waitpid(pid, 0)
    os.close(terminal)


if __name__ == "__main__":
    for row in rows():
        print("  ".join(f"{cell:<28}" for cell in row))
