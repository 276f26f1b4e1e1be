"""Durable appends a second, beside the same bytes written raw and a SQLite table, on the disk of the temp folder.

Rounds are interleaved, so that a slow moment of the disk hits all; medians are shown, and ratios to raw writes.
Run it with `python -m tests.benchmarks.bench_append`; TMPDIR chooses the disk (on a tmpfs a sync costs nothing).
"""

import os
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

import msgpack

from engine.store.log import Entry, FrameType, Header, Log

ROUNDS = 9
ONE_BY_ONE = 100
GROUPED, GROUP = 2000, 100


def rows() -> list[tuple[str, ...]]:
    """One row per way to append: what, appends a second, ratio to the raw write of the same grouping."""
    entries = [Entry(FrameType.COMMIT, pod_payload(number), number) for number in range(1, GROUPED + 1)]
    with tempfile.TemporaryDirectory() as folder:
        one_by_one = [entries[index : index + 1] for index in range(ONE_BY_ONE)]
        grouped = [entries[index : index + GROUP] for index in range(0, GROUPED, GROUP)]
        singles = measure(Path(folder), one_by_one, "")
        groups = measure(Path(folder), grouped, f", {GROUP} a sync")
    head = ("durable append of a pod", "a second", "of raw")
    return [head, *singles, *groups]


def measure(folder: Path, groups: Sequence[Sequence[Entry]], label: str) -> list[tuple[str, ...]]:
    count = sum(len(group) for group in groups)
    ways = {"raw write + fdatasync": raw, "k9lite log": k9lite_log, "SQLite, WAL, synchronous=FULL": sqlite}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS):
        for name, way in ways.items():
            place = folder / f"{name.split(maxsplit=1)[0]}-{len(groups)}-{number}"
            seconds[name].append(way(place, groups))
    raw_seconds = median(seconds["raw write + fdatasync"])
    return [
        (f"{name}{label}", f"{count / median(spent):,.0f}", f"{raw_seconds / median(spent):.2f}")
        for name, spent in seconds.items()
    ]


def raw(path: Path, groups: Sequence[Sequence[Entry]]) -> float:
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
    started = perf_counter()
    for group in groups:
        os.write(fd, b"".join(entry.payload for entry in group))
        os.fdatasync(fd)
    spent = perf_counter() - started
    os.close(fd)
    return spent


def k9lite_log(path: Path, groups: Sequence[Sequence[Entry]]) -> float:
    with Log.create(path, Header(cluster="bench", seed="s", created=0)) as log:
        started = perf_counter()
        for group in groups:
            log.append(group)
        return perf_counter() - started


def sqlite(path: Path, groups: Sequence[Sequence[Entry]]) -> float:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("pragma journal_mode=wal")
    database.execute("pragma synchronous=full")
    database.execute("create table log (revision integer primary key, type integer, payload blob)")
    started = perf_counter()
    for group in groups:
        database.execute("begin")
        values = ((entry.revision, entry.type, entry.payload) for entry in group)
        database.executemany("insert into log values (?, ?, ?)", values)
        database.execute("commit")
    spent = perf_counter() - started
    database.close()
    return spent


def pod_payload(number: int) -> bytes:
    """About 2 KB of msgpack, shaped like a pod."""
    container = {
        "name": "app",
        "image": f"registry.example/shop/checkout:1.{number % 10}",
        "ports": [{"containerPort": 8080, "protocol": "TCP"}],
        "env": [{"name": f"SETTING_{index}", "value": f"value-{number}-{index}"} for index in range(16)],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 10},
        "volumeMounts": [{"name": f"volume-{index}", "mountPath": f"/var/run/{index}"} for index in range(4)],
    }
    conditions = ("Initialized", "Ready", "ContainersReady", "PodScheduled")
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": f"checkout-{number:08x}",
            "namespace": "shop",
            "uid": f"{number:032x}",
            "labels": {"app": "checkout", "tier": "backend", "pod-template-hash": f"{number:010x}"},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "checkout"}],
        },
        "spec": {"containers": [container], "nodeName": f"node-{number % 100}", "restartPolicy": "Always"},
        "status": {
            "phase": "Running",
            "conditions": [{"type": kind, "status": "True", "since": number} for kind in conditions],
            "podIP": f"10.0.{number % 250}.{number % 240}",
            "message": "x" * 500,
        },
    }
    return bytes(msgpack.packb(pod))


if __name__ == "__main__":
    for row in rows():
        print(f"{row[0]:50} {row[1]:>10} {row[2]:>8}")
