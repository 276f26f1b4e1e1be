"""From the command to the first paint in a real terminal (a pseudo-terminal), beside a minimal Textual app.

Both are started in turn, several times; medians and their ratio are shown. The console's first paint is the one
that has the sample cluster's rows in it; a line that is typed as soon as it is there shows when keys are answered.
A command without a screen is run beside them. All run from bytecode, as what is installed does: compiling the
sources is no part of a start. Run it with ``python -m tests.benchmarks.bench_start``.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
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
        environment = {
            "XDG_STATE_HOME": state_home,
            "XDG_CONFIG_HOME": state_home,
            "PYTHONPYCACHEPREFIX": str(Path(state_home, "bytecode")),
            "K9LITE_TOUR": "no",
        }
        console = [python, "-m", "k9lite.cli"]
        fresh = [*console, "--ephemeral"]
        listing = [*console, "kubectl", "get", "nodes"]
        minimal = [python, "-c", MINIMAL]
        for command, sign in ((fresh, b"w1-k8s"), (console, b"w1-k8s"), (minimal, b"painted")):
            painted(command, sign, environment)  # compiles
        ran(listing, environment)
        measured: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            for how, command in (("new", fresh), ("reopened", console)):
                shown, answered = painted(command, b"w1-k8s", environment, b":xyz")
                measured.setdefault(f"first paint of the sample cluster, {how}", []).append(shown)
                measured.setdefault(f"first line typed there, {how}", []).append(answered)
            measured.setdefault("kubectl get nodes", []).append(ran(listing, environment))
            measured.setdefault("minimal", []).append(painted(minimal, b"painted", environment)[0])
    least = median(measured.pop("minimal"))
    return [
        ("start to", "k9lite", "minimal Textual app", "ratio"),
        *(
            (what, f"{spent:.2f} s", f"{least:.2f} s minimal Textual app", f"{spent / least:.1f}x as long")
            for what, spent in ((each, median(times)) for each, times in measured.items())
        ),
    ]


def painted(
    command: Sequence[str], sign: bytes, environment: Mapping[str, str], typed: bytes = b""
) -> tuple[float, float]:
    """Seconds from start until ``sign`` is on the screen, and until ``typed`` is; the program is then told to end."""
    started = perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command[0], list(command), _given(environment))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    _await(terminal, sign, command)
    shown = answered = perf_counter() - started
    if typed:
        os.write(terminal, typed)
        _await(terminal, typed[1:], command)
        answered = perf_counter() - started
    end(pid, terminal)
    return shown, answered


def ran(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Seconds from start to end."""
    started = perf_counter()
    subprocess.run(command, env=_given(environment), check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - started


def _given(environment: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **environment, "TERM": "xterm-256color", "PYTHONDONTWRITEBYTECODE": ""}


def _await(terminal: int, sign: bytes, command: Sequence[str]) -> None:
    seen = b""
    while sign not in seen:
        ready, _, _ = select.select([terminal], [], [], 20)
        if not ready:
            raise TimeoutError(f"{command} did not show {sign!r}")
        seen += os.read(terminal, 65536)


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
