"""Random days in the life of a cluster: it always settles, keeps its books, and can be run again byte for byte.

``K9LITE_DAYS=2000 pytest --timeout=0`` lives so many days instead of a few.
"""

import os
from contextlib import closing
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from engine.api.writes import Create, Delete
from engine.cluster import Cluster
from engine.errors import ApiError
from engine.kinds import Deployment, Fault, Node, Ref
from engine.store.commit import encode_commit
from engine.store.history import History
from engine.store.log import Header, Log, LogReader
from engine.store.state import State, fold
from engine.verify import verify
from tests.builders import START
from tests.properties.books import ends_meet, keeps_its_books
from tests.properties.days import STEPS, Step, first_objects, writes_of

DAYS = int(os.environ.get("K9LITE_DAYS", "8"))
MOST_COMMITS = 5_000
"""Of one step: a day that needs more than these never settles."""
COMMON = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def begun(path: Path) -> Cluster:
    header = Header(cluster="property", seed="property", created=START)
    path.unlink(missing_ok=True)
    cluster = Cluster(header, Log.create(path, header))
    for obj in first_objects():
        cluster.submit("bootstrap", [Create(obj)])
    cluster.advance(START + 60)
    take(cluster, ("image", 1, 1))
    cluster.advance(START + 120)
    return cluster


def lived(path: Path, steps: list[Step]) -> Cluster:
    """The cluster after a day of ``steps``, its books checked at each."""
    cluster, looks = begun(path), 0
    for step in steps:
        what, _, number = step
        if what == "hurry":
            looks = number
            continue
        if what == "reopen":
            cluster.close()
            cluster = Cluster.reopen(Log.open(path), cluster.now + number)
        elif what == "crash":
            cluster = crashed(cluster, path, number)
        else:
            take(cluster, step)
        settles(cluster, looks=looks)
        keeps_its_books(cluster.state)
        looks = 0
    settles(cluster)
    return cluster


def settles(cluster: Cluster, until: int = 0, looks: int = 0) -> None:
    """Up to ``until``; with ``looks`` it is interrupted after so many, as by a user who types on."""
    if looks:
        for _ in range(looks):
            cluster.run_one()
        return
    made, left = cluster.state.revision, count(MOST_COMMITS * (10 if until else 1), -1)
    ended = cluster.advance(max(cluster.now, until), lambda: next(left) > 0)
    assert ended, f"never settles: {cluster.state.revision - made} commits, the last by {cluster.last_commit}"


def crashed(cluster: Cluster, path: Path, lost: int) -> Cluster:
    """As if the process had died ``lost`` commits ago (what the user asked for stays), opened 5 seconds later."""
    cluster.close()
    with closing(History.open(path)) as history:
        last = max(history.last_revision - lost, *(commit.revision for commit in history.inputs()[:-1]))
    with closing(LogReader.open(path)) as reader:
        ends = [frame.end for frame in reader.frames() if frame.revision == last]
    os.truncate(path, ends[0])
    return Cluster.reopen(Log.open(path), cluster.now + 5)


def take(cluster: Cluster, step: Step) -> None:
    what, which, how = step
    if what == "wait":
        settles(cluster, cluster.now + how)
    elif what == "leap":
        cluster.jump(cluster.now + how)
    else:
        before = cluster.state
        try:
            if writes := writes_of(before, what, which, how):
                cluster.submit("user", writes, f"{what} {which} {how}")
        except ApiError:
            assert cluster.state is before, "a refusal changed something"


def quiet(cluster: Cluster) -> None:
    """Two hours without a fault, on nodes that take pods."""
    for fault in list(cluster.state.all(Fault)):
        cluster.submit("user", [Delete(ref=Ref("Fault", "", fault.metadata.name))])
    for node in list(cluster.state.all(Node)):
        take(cluster, ("cordon", int(node.metadata.name[1:]) - 1, 0))
    settles(cluster, cluster.now + 7200)


def commits(path: Path) -> list[bytes]:
    with closing(History.open(path)) as history:
        return [encode_commit(history.commit(revision)) for revision in range(1, history.last_revision + 1)]


@settings(COMMON, max_examples=DAYS)
@given(STEPS)
def test_a_cluster_settles_keeps_its_books_and_runs_again_byte_for_byte(tmp_path: Path, steps: list[Step]) -> None:
    path, second = tmp_path / "day.k9log", tmp_path / "again.k9log"
    cluster = lived(path, steps)
    quiet(cluster)
    keeps_its_books(cluster.state)
    ends_meet(cluster.state)
    for each in cluster.state.all(Deployment):
        settled_or_says_why(cluster, each)
    wakes_in_vain(cluster)
    cluster.close()
    history = History.open(path)
    difference = verify(history)
    assert difference is None, difference
    assert contents(history.state_at(history.last_revision)) == contents(cluster.state)
    history.close()
    other = lived(second, steps)
    quiet(other)
    wakes_in_vain(other)
    other.close()
    assert commits(second) == commits(path)


def wakes_in_vain(cluster: Cluster) -> None:
    before = cluster.state.revision
    cluster.jump(cluster.now)
    settles(cluster)
    assert cluster.state.revision == before + 1, f"waking everything changed something: {cluster.last_commit}"


def contents(state: State) -> dict[str, object]:
    """Everything in a State, tables and indices, as plain values that compare."""
    parts: dict[str, object] = {kind: list(table.items()) for kind, table in state.tables.items() if len(table)}
    for name in ("by_node", "by_owner", "by_label", "by_subject", "unscheduled", "requested"):
        parts[name] = list(getattr(state, name).items())
    return {**parts, "revision": state.revision, "time": state.time}


def settled_or_says_why(cluster: Cluster, each: Deployment) -> None:
    if each.status.available_replicas == each.spec.replicas == each.status.updated_replicas:
        return
    failing = [
        condition
        for condition in each.status.conditions
        if (condition.status == "True") == (condition.type == "ReplicaFailure")
    ]
    assert failing, f"{each.metadata.name} is not there and no condition says why"
    assert cluster.settled


@settings(COMMON, max_examples=max(DAYS // 2, 1))
@given(STEPS)
def test_a_reopened_cluster_has_the_same_state_and_nothing_to_do(tmp_path: Path, steps: list[Step]) -> None:
    path = tmp_path / "day.k9log"
    cluster = lived(path, steps)
    cluster.close()
    log = Log.open(path)
    history = History.open(path)
    state = State(time=START)
    for revision in range(1, history.last_revision + 1):
        state = fold(state, history.commit(revision))
    reopened = Cluster(log.header, log, state)
    assert contents(reopened.state) == contents(cluster.state)
    reopened.settle()
    assert reopened.state.revision == cluster.state.revision, reopened.last_commit
    assert reopened.next_timer == cluster.next_timer
    reopened.close()
    history.close()
