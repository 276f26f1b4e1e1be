"""Seeks in a long log, and following a live log from another process.

The long log is synthetic: labels in a small cluster change, one commit each; a million of them, in some minutes, with
``python -m tests.benchmarks --full log``. A seek is warm in a History that has answered others, cold in one that was
just opened; every pod is touched, so that nothing is left to be read later. Following is measured from before a
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

from engine.api.writes import Create, Patch, request_of
from engine.collecting import building
from engine.kinds import ConfigMap, ObjectMeta, Pod, Ref, evolve
from engine.store.checkpointer import Checkpointer
from engine.store.commit import Commit, encode_commit
from engine.store.frames import Entry, FrameType
from engine.store.history import History
from engine.store.log import Log
from engine.store.state import State, fold
from engine.store.watch import Watch
from tests.benchmarks.objects import gated_pods, storing, tell
from tests.benchmarks.scale import DEFAULT, Row, Scale, seconds, times

SEEKS, OBJECTS = 200, 50
TOLD = 20
"""How often a long writing says how far it is."""
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
    write_long(path, commits)
    tell(f"seeking in it, {SEEKS} times warm and {SEEKS} times cold")
    warm, cold, opened = [], [], []
    with closing(History.open(path)) as history:
        revisions = random.Random(1).sample(range(1, history.last_revision + 1), SEEKS)
        for revision in revisions:
            warm.append(seek_takes(history, revision))
    for revision in revisions:
        started = perf_counter()
        with closing(History.open(path)) as history:
            opened.append(perf_counter() - started)
            cold.append(seek_takes(history, revision))
    path.unlink()
    return [
        (f"open a log of {commits:,} commits for reading", spread(opened), "", ""),
        seek_row(f"seek to a random revision of {commits:,}, warm", warm),
        seek_row(f"seek to a random revision of {commits:,}, cold", cold),
    ]


def write_long(path: Path, commits: int) -> None:
    """The commits that ``kubectl label`` makes, with a session's checkpoints, but not admitted, and synced at the end.

    So a million take some minutes and not an hour; what is in the log is the same.
    """
    tell(f"writing a log of {commits:,} commits, one by one")
    started = perf_counter()
    cluster = storing(path)
    cluster.submit("user", [Create(each) for each in gated_pods(OBJECTS)])
    cluster.close()
    with building(), Log.open(path) as log, closing(History.open(path)) as history:
        checkpointer, state = Checkpointer.resume(log, history), history.state_at(history.last_revision)
        assert checkpointer is not None, "a new log packs"
        names = [each.metadata.name for each in state.objects("Pod")]
        for number in range(state.revision, commits):
            commit = labelled(state, names[number % OBJECTS], number)
            state, end = fold(state, commit), log.end
            entry = Entry(FrameType.COMMIT, encode_commit(commit), commit.revision)
            checkpointer.note([commit], log.append([entry], durable=False), log.end - end)
            if number % COMMITS_A_TICK == 0 and checkpointer.is_due:
                checkpointer.write(state, state.time)
            if number % max(1, commits // TOLD) == 0:
                tell(f"{number:,} after {seconds(perf_counter() - started)}")
        checkpointer.write(state, state.time)


def labelled(state: State, name: str, number: int) -> Commit:
    """Time passes with it, now and then."""
    ref, revision = Ref("Pod", "default", name), state.revision + 1
    pod = state.get(ref)
    assert isinstance(pod, Pod)
    labels = {**pod.metadata.labels, "round": str(number)}
    return Commit(
        revision=revision,
        time=state.time + (number % COMMITS_A_TICK == 0),
        actor="user",
        request=request_of([Patch(ref, {"metadata": {"labels": {"round": str(number)}}}, "merge")]),
        puts=(evolve(pod, metadata=evolve(pod.metadata, labels=labels, resource_version=str(revision))),),
    )


def seek_takes(history: History, revision: int) -> float:
    """As the console seeks: garbage is collected afterwards."""
    with building():
        started = perf_counter()
        state = history.state_at(revision)
        assert len([pod.metadata.labels for pod in state.objects("Pod")]) == (OBJECTS if revision > 1 else 0)
        return perf_counter() - started


def spread(spent: list[float]) -> str:
    late = quantiles(spent, n=20)[-1]
    return f"{seconds(median(spent))} / {seconds(late)} / {seconds(max(spent))}"


def seek_row(what: str, spent: list[float]) -> Row:
    goal = f"{seconds(GOAL_SEEK_SECONDS)} (goal)"
    what = f"{what}, median / p95 / worst of {len(spent)}"
    return what, spread(spent), goal, f"{times(GOAL_SEEK_SECONDS / max(spent))} at worst"


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
