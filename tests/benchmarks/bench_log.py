"""Seeks in a long log, and following a live log from another process.

The long log is synthetic: labels in a small cluster change, one commit each. Following is measured from before a
change is submitted to when the other process has seen it, with the writer's sync in between.
"""

import random
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles
from time import monotonic_ns, perf_counter, sleep

from engine.api.writes import Create, Patch
from engine.kinds import ConfigMap, ObjectMeta, Ref
from engine.store.history import History
from engine.store.watch import Watch
from tests.benchmarks.objects import gated_pods, storing, tell
from tests.benchmarks.scale import DEFAULT, Row, Scale, seconds, times

SEEKS, OBJECTS = 40, 50
COMMITS_A_TICK = 50
"""Time passes while a session goes on; checkpoints are written on ticks."""
GOAL_SEEK_SECONDS, TICK_SECONDS = 0.1, 1.0
PAUSE_SECONDS = 0.005
WRITER = """
import sys, time
from pathlib import Path
from tests.benchmarks.bench_log import write_slowly
write_slowly(Path(sys.argv[1]), int(sys.argv[2]))
"""


def rows(scale: Scale = DEFAULT) -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [*seek(folder, scale.commits), follow(folder, scale.follows)]


def seek(folder: Path, commits: int) -> list[Row]:
    path = folder / "long.k9log"
    tell(f"writing a log of {commits:,} commits")
    cluster = storing(path)
    cluster.submit("user", [Create(each) for each in gated_pods(OBJECTS)])
    names = [each.metadata.name for each in cluster.state.objects("Pod")]
    for number in range(commits - cluster.state.revision):
        ref = Ref("Pod", "default", names[number % OBJECTS])
        cluster.submit("user", [Patch(ref, {"metadata": {"labels": {"round": str(number)}}}, "merge")])
        if number % COMMITS_A_TICK == 0:
            cluster.advance(cluster.now + 1)
    cluster.close()
    tell("seeking in it")
    started = perf_counter()
    history = History.open(path)
    opened = perf_counter() - started
    spent = []
    with closing(history):
        for revision in random.Random(1).sample(range(1, history.last_revision + 1), SEEKS):
            started = perf_counter()
            assert history.state_at(revision).revision == revision
            spent.append(perf_counter() - started)
    path.unlink()
    goal = f"{seconds(GOAL_SEEK_SECONDS)} (goal)"
    return [
        (f"open a log of {commits:,} commits for reading", seconds(opened), "", ""),
        (
            f"seek to a random revision of {commits:,}, median",
            seconds(median(spent)),
            goal,
            times(GOAL_SEEK_SECONDS / median(spent)),
        ),
        (
            f"seek to a random revision of {commits:,}, worst of {SEEKS}",
            seconds(max(spent)),
            goal,
            times(GOAL_SEEK_SECONDS / max(spent)),
        ),
    ]


def follow(folder: Path, changes: int) -> Row:
    path = folder / "live.k9log"
    tell(f"following {changes} changes of another process")
    spent: list[float] = []
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(changes)]) as writer:
        while not path.exists():
            assert writer.poll() is None
            sleep(PAUSE_SECONDS)
        with closing(History.open(path)) as history:
            watch = Watch(history, 0, {"ConfigMap"})
            while len(spent) < changes:
                for seen in watch.poll():
                    for event in seen.events:
                        assert isinstance(event.object, ConfigMap)
                        spent.append((monotonic_ns() - int(event.object.data["sent"])) / 1e9)
                assert writer.poll() in (None, 0), "the writing process failed"
                sleep(PAUSE_SECONDS / 10)
    late = quantiles(spent, n=20)[-1]
    return (
        "change to its sight in another process, median / p95",
        f"{seconds(median(spent))} / {seconds(late)}",
        f"{seconds(TICK_SECONDS)}, a tick (goal)",
        times(TICK_SECONDS / late),
    )


def write_slowly(path: Path, changes: int) -> None:
    cluster = storing(path)
    for number in range(changes):
        sleep(PAUSE_SECONDS)
        metadata = ObjectMeta(name=f"c{number}", namespace="default")
        cluster.submit("user", [Create(ConfigMap(metadata=metadata, data={"sent": str(monotonic_ns())}))])
    cluster.close()


if __name__ == "__main__":
    for row in rows():
        print(*row, sep=" | ")
