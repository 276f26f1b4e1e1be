"""Durable appends a second, beside the same bytes written raw and a SQLite table, on the disk of the temp folder.

What is appended is what a cluster writes when a pod's status changes. The ways take turns, append by append, so that
a slow moment of the disk hits all; medians are shown, and ratios to raw writes that make a file longer. A sync costs
less where the file has its size already: of raw writes that is a row by itself; k9lite's log gets there by writing
zeros ahead, and SQLite once its write-ahead log is full and written over, so what comes before that is not counted.
Run it with ``python -m tests.benchmarks append``; TMPDIR chooses the disk (on a tmpfs a sync costs nothing).
"""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter

from attrs import evolve

from engine.api.writes import Create
from engine.cluster import Cluster
from engine.store.commit import Commit, encode_commit
from engine.store.log import Entry, FrameType, Header, Log
from tests.benchmarks.objects import gated_pods
from tests.builders import START, namespace

WARM_ROUNDS, ROUNDS = 4, 9
ZEROS_BYTES = 1 << 22
ONE_BY_ONE = 100
GROUPED, GROUP = 2000, 100

Append = Callable[[Sequence[Entry]], object]
Way = Callable[[Path], AbstractContextManager[Append]]


def rows() -> list[tuple[str, ...]]:
    """One row per way to append: what, appends a second, ratio to the raw write of the same grouping."""
    entries = [Entry(FrameType.COMMIT, each, number) for number, each in enumerate(pod_payloads(GROUPED), 1)]
    with tempfile.TemporaryDirectory() as folder:
        singles = measure(Path(folder), [[each] for each in entries[:ONE_BY_ONE]], "")
        grouped = [entries[start : start + GROUP] for start in range(0, len(entries), GROUP)]
        groups = measure(Path(folder), grouped, f", {GROUP} a sync")
    return [("durable append of a pod", "a second", "of raw"), *singles, *groups]


def measure(folder: Path, groups: Sequence[Sequence[Entry]], label: str) -> list[tuple[str, ...]]:
    revisions = count(1)
    ways: dict[str, Way] = {
        "raw write + fdatasync": raw,
        "over zeros, raw write + fdatasync": raw_over_zeros,
        "k9lite log": k9lite_log,
        "SQLite, WAL, synchronous=FULL": sqlite,
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    place = folder / f"{len(groups)}"
    place.mkdir()
    with ExitStack() as files:
        opened = [(files.enter_context(way(place / name[:3])), spent[name]) for name, way in ways.items()]
        for number in range(WARM_ROUNDS + ROUNDS):
            take_turns(opened, [[evolve(each, revision=next(revisions)) for each in group] for group in groups])
            if number < WARM_ROUNDS:
                for seconds in spent.values():
                    seconds.clear()
    raw_seconds = median(spent["raw write + fdatasync"])
    return [
        (f"{name}{label}", f"{len(groups[0]) / median(seconds):,.0f}", f"{raw_seconds / median(seconds):.2f}")
        for name, seconds in spent.items()
    ]


def take_turns(ways: Sequence[tuple[Append, list[float]]], groups: Sequence[Sequence[Entry]]) -> None:
    """Each group appended by every way, each time another one first; what each took is added to its list."""
    for number, group in enumerate(groups):
        first = number % len(ways)
        for append, spent in (*ways[first:], *ways[:first]):
            started = perf_counter()
            append(group)
            spent.append(perf_counter() - started)


@contextmanager
def raw(path: Path) -> Iterator[Append]:
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)

    def append(group: Sequence[Entry]) -> None:
        os.write(fd, b"".join([entry.payload for entry in group]))
        os.fdatasync(fd)

    try:
        yield append
    finally:
        os.close(fd)


@contextmanager
def raw_over_zeros(path: Path) -> Iterator[Append]:
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
    size = end = 0

    def append(group: Sequence[Entry]) -> None:
        nonlocal size, end
        data = b"".join([entry.payload for entry in group])
        if end + len(data) > size:
            size += os.pwrite(fd, bytes(ZEROS_BYTES), size)
        end += os.pwrite(fd, data, end)
        os.fdatasync(fd)

    try:
        yield append
    finally:
        os.close(fd)


@contextmanager
def k9lite_log(path: Path) -> Iterator[Append]:
    with Log.create(path, Header(cluster="bench", seed="s", created=0)) as log:
        yield log.append


@contextmanager
def sqlite(path: Path) -> Iterator[Append]:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("pragma journal_mode=wal")
    database.execute("pragma synchronous=full")
    database.execute("create table log (revision integer primary key, type integer, payload blob)")

    def append(group: Sequence[Entry]) -> None:
        database.execute("begin")
        values = ((entry.revision, entry.type, entry.payload) for entry in group)
        database.executemany("insert into log values (?, ?, ?)", values)
        database.execute("commit")

    try:
        yield append
    finally:
        database.close()


def pod_payloads(count: int) -> list[bytes]:
    """Commits of one pod each, about 2 KB, as a cluster stamps and writes them."""
    cluster = Cluster(Header(cluster="bench", seed="bench", created=START))
    cluster.submit("bootstrap", [Create(namespace("default"))])
    cluster.submit("user", [Create(each) for each in gated_pods(count)])
    pods = list(cluster.state.objects("Pod"))
    assert len(pods) == count
    return [
        encode_commit(Commit(revision=number, time=START, actor="kubelet/w1", cause=1, puts=(pod,)))
        for number, pod in enumerate(pods, 1)
    ]


if __name__ == "__main__":
    for row in rows():
        print(f"{row[0]:50} {row[1]:>10} {row[2]:>8}")
