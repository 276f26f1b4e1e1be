"""From a key to its bytes on a real terminal, in the console on a large cluster, beside DataTable and a bare ``cat``.

All are in tmux, in the same run: ``cat`` is the floor (a key sent through and back), Textual's DataTable of 10,000
rows the peer. A key's time ends with the last byte of the frame that answers it; the details of the row, which follow
by themselves, are told beside it. Between two keys the console comes to rest. What is told is the 95th percentile.
``python -m tests.benchmarks.bench_keys [quick|default|full]``.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import sleep

from engine.api.writes import Create
from k9lite.sessions import log_path
from k9lite.sessions.generating import grow
from tests.benchmarks.objects import fill, tell
from tests.benchmarks.scale import SCALES, Row, Scale, not_run, seconds, times
from tests.benchmarks.terminal import PAUSE_SECONDS, Terminal, has_tmux
from tests.builders import namespace

UP, DOWN, RIGHT, LEFT, PAGE_DOWN = b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1b[6~"
ESCAPE, CURSOR, DETAIL = b"\x1b", "▌".encode(), b"describe"
KEYS, FILTERS, DEEDS, TOLD = 40, 8, 200, 10
PEER_ROWS = 10_000
GOALS = {"cursor": 0.016, "PageDown": 0.016, "filter key": 0.05, "open the table": 0.3}
PEER = """
import sys
from textual.app import App
from textual.widgets import DataTable
from tests.benchmarks.bench_table import NAMES, texts
class Peer(App):
    def compose(self):
        yield DataTable(cursor_type="row")
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns(*NAMES)
        for number in range(int(sys.argv[1])):
            key = f"pod-{number:06}"
            table.add_row(*texts(key), key=key)
Peer().run()
"""
Took = dict[str, list[float]]
"""What -> seconds of each key."""


def rows(scale: Scale = SCALES["default"]) -> list[Row]:
    nodes, running = scale.generated
    with tempfile.TemporaryDirectory() as name:
        tell(f"making a cluster of {scale.shown:,} pods, and one of {running:,} on {nodes:,} nodes")
        large, peopled = _folder(name, "large", lambda log: fill(log, scale.shown)), _folder(
            name, "peopled", lambda log: _with_deeds(log, nodes, running)
        )  # fmt: skip
        tell("pressing keys")
        # A quick start is no part of this: what is compiled is compiled before a key is timed.
        given = {"XDG_STATE_HOME": name, "XDG_CONFIG_HOME": name, "PYTHONPYCACHEPREFIX": str(Path(name, "bytecode"))}
        floor, theirs = percentile(echoed()), peers(given)
        took: Took = {}
        missed = [not_run(f"DataTable of {scale.shown:,} rows", "filling it takes it longer than all of this")]
        for folder, press, keys in ((large, in_tables, "keys in tables"), (peopled, elsewhere, "map and ledger")):
            try:
                took |= _in_console(folder, given, press)
            except TimeoutError as error:
                missed.append(not_run(keys, str(error)))
    where = "in tmux" if has_tmux() else "on a bare terminal"
    found = [_row(f"{scale.shown:,} pods, {where}", what, each, floor, theirs) for what, each in took.items()]
    if not has_tmux():
        found.append(not_run("the keys in tmux", "tmux is not on the PATH"))
    return [*found, *missed]


def in_tables(console: Terminal) -> Took:
    """Where the pods are, with describe beside them."""
    took = {}
    for name, key in (("cursor", DOWN), ("PageDown", PAGE_DOWN)):
        took[name] = [console.after(key, CURSOR) for _ in range(KEYS)]
        took[f"{name}, until describe has followed"] = [followed(console, key) for _ in range(KEYS)]
    took["filter key"] = [each for _ in range(FILTERS) for each in filtered(console)]
    took["open the table"] = [opened(console) for _ in range(FILTERS)]
    console.typed(b"z")
    took["cursor, the table alone"] = [console.after(DOWN, CURSOR) for _ in range(KEYS)]
    took["PageDown, the table alone"] = [console.after(PAGE_DOWN, CURSOR) for _ in range(KEYS)]
    return took


def elsewhere(console: Terminal) -> Took:
    """On the map of a cluster with nodes, and in the ledger of what was done to it."""
    console.after(b"m", b"map")
    took = {
        "the map: cursor": [console.after(key) for _ in range(KEYS // 4) for key in (RIGHT, DOWN, LEFT, UP)],
        "the map: heat and back": [console.after(b"z") for _ in range(FILTERS)],
    }
    console.after(ESCAPE, b"pods(all)")
    console.after(b"H", b"ledger")
    took["the ledger: cursor"] = [console.after(DOWN, CURSOR) for _ in range(KEYS)]
    pages = (PAGE_DOWN, PAGE_DOWN, b"g")
    took["the ledger: PageDown"] = [console.after(key, CURSOR) for _ in range(FILTERS) for key in pages]
    return took


def peers(environment: Mapping[str, str]) -> dict[str, float]:
    """The same keys in a DataTable, which has no others."""
    with _on_terminal([sys.executable, "-c", PEER, str(PEER_ROWS)], environment, b"pod-000001") as table:
        return {
            "cursor": percentile([table.after(DOWN) for _ in range(KEYS)]),
            "PageDown": percentile([table.after(PAGE_DOWN) for _ in range(KEYS)]),
        }


def followed(console: Terminal, key: bytes) -> float:
    """Until the frame that tells of the pod's description: it may be the one that shows the cursor, or a later one."""
    console.pressed(key, CURSOR)
    spent = console.until(DETAIL, f"no description followed {key!r}")
    console.rest(PAUSE_SECONDS)
    return spent


def filtered(console: Terminal) -> list[float]:
    """Three letters that narrow the rows down."""
    console.after(b"/", b"/")
    took = [console.after(letter, b"/" + text) for letter, text in ((b"4", b"4"), (b"2", b"42"), (b"1", b"421"))]
    console.after(b"\r")
    console.after(ESCAPE, b"pods(all)")
    return took


def opened(console: Terminal) -> float:
    """From Enter on ``:pods`` to its rows."""
    for line, sign in ((b":deploy", b"deployments(all)"), (b":pods", b"pods(all)")):
        console.typed(line)
        spent = console.after(b"\r", sign)
    return spent


def echoed() -> list[float]:
    with _on_terminal(["sh", "-c", "stty raw -echo; printf ready; exec cat"], {}, b"ready") as cat:
        return [cat.after(b"x", b"x") for _ in range(KEYS)]


def percentile(took: Sequence[float], share: float = 0.95) -> float:
    return sorted(took)[min(len(took) - 1, int(len(took) * share))]


def _row(where: str, what: str, took: Sequence[float], floor: float, theirs: Mapping[str, float]) -> Row:
    ours, kind = percentile(took), what.partition(",")[0]
    peer = f"{seconds(floor)} bare cat"
    goal = f"goal < {seconds(GOALS[what])}" if what in GOALS else ""
    if kind in theirs and "followed" not in what:
        peer = f"{seconds(theirs[kind])} DataTable of {PEER_ROWS:,}, {peer}"
        goal = ", ".join(filter(None, (times(theirs[kind] / ours), goal)))
    return f"{where}: {what}, p95", seconds(ours), peer, goal


def _in_console(folder: Path, environment: Mapping[str, str], press: Callable[[Terminal], Took]) -> Took:
    with _on_terminal([sys.executable, "-m", "k9lite.cli", str(folder)], environment, b"pods(all)") as console:
        return press(console)


@contextmanager
def _on_terminal(command: Sequence[str], environment: Mapping[str, str], sign: bytes) -> Iterator[Terminal]:
    terminal = Terminal(command, environment)
    try:
        terminal.begun(sign)
        sleep(2)  # whatever a start leaves for later
        terminal.rest(0.3)
        yield terminal
    finally:
        terminal.close()


def _folder(state_home: str, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the console opens with the log that ``make`` leaves."""
    os.environ["XDG_STATE_HOME"] = state_home
    folder = Path(state_home, name)
    folder.mkdir()
    log = log_path(folder)
    log.parent.mkdir(parents=True, exist_ok=True)
    make(log)
    return folder


def _with_deeds(log: Path, nodes: int, pods: int) -> None:
    told = 0

    def progress(running: int) -> None:
        nonlocal told
        if running >= told + pods // TOLD:
            told = running
            tell(f"{running:,} of {pods:,} pods run")

    cluster = grow(log, nodes, pods, "bench", progress)
    for number in range(DEEDS):
        name = f"team-{number:03}"
        cluster.submit("user", [Create(namespace(name))], f"kubectl create namespace {name}")
    cluster.advance(cluster.now + 60)
    cluster.close()


if __name__ == "__main__":
    for row in rows(SCALES[sys.argv[1] if len(sys.argv) > 1 else "default"]):
        print(" | ".join(row))
