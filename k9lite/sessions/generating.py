"""``k9lite generate``: a cluster of a wanted size is brought to life in a new log, team by team, until all pods run.

The cluster is the real one: every pod is scheduled, pulled and started in cluster time. Nothing here depends on
the clock of the machine, so the same numbers and seed give the same bytes.
"""

from collections.abc import Callable
from pathlib import Path

from attrs import frozen

from engine.api.writes import Create
from engine.bootstrap import bootstrap
from engine.cluster import Cluster
from engine.collecting import building
from engine.errors import ApiError, K9liteError, LogUnwritable, UsageError
from engine.generate import Blueprint, Team, blueprint
from engine.kinds import Deployment, from_manifest
from engine.store.frames import Header
from engine.store.log import Log

_CREATED = 1_767_254_400
"""2026-01-01T08:00:00Z, when every generated cluster begins."""
_NODES_A_COMMIT = 250
_REGISTERING_SECONDS = 60
_TEAM_SECONDS = 300
"""From one team's arrival to the next: Events of an hour ago are gone before they are too many."""
_PATIENCE_SECONDS = 3600

Tell = Callable[[int], None]


@frozen(kw_only=True)
class Generated:
    """What was made. ``seconds`` is cluster time."""

    nodes: int
    pods: int
    deployments: int
    commits: int
    seconds: int
    size_bytes: int

    def __str__(self) -> str:
        return (
            f"{self.nodes:,} nodes, {self.pods:,} pods of {self.deployments:,} deployments; "
            f"{self.commits:,} commits in {self.seconds / 3600:.1f} hours of cluster time; {self.size_bytes:,} bytes"
        )


def size(text: str, flag: str) -> int:
    """A number as given on the command line. Raises UsageError."""
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"{flag} {text}: give a whole number") from None


def generate(path: Path, nodes: int, pods: int, seed: str, tell: Tell = lambda _: None) -> Generated:
    """Makes the log ``path``; ``tell`` hears now and then how many pods run. What fails leaves no file behind.

    Raises UsageError for numbers that do not go together, LogExists, LogFull, LogUnwritable.
    """
    cluster = grow(path, nodes, pods, seed, tell)
    cluster.close()
    state = cluster.state
    return Generated(
        nodes=state.count("Node"),
        pods=state.count("Pod"),
        deployments=state.count("Deployment"),
        commits=state.revision,
        seconds=state.time - _CREATED,
        size_bytes=path.stat().st_size,
    )


@building()
def grow(path: Path, nodes: int, pods: int, seed: str, tell: Tell = lambda _: None) -> Cluster:
    """As ``generate``, but the cluster is still alive and holds its log."""
    plan = blueprint(nodes, pods, seed)
    if not path.parent.is_dir():
        raise LogUnwritable(path, f"{path.parent} is no folder", "make the folder first")
    header = Header(cluster="generated", seed=seed, created=_CREATED)
    log = Log.create(path, header)
    try:
        cluster = Cluster(header, log)
        _fill(cluster, plan, tell)
    except BaseException:  # also Ctrl-C: half a cluster is not what was asked for
        log.close()
        path.unlink(missing_ok=True)
        raise
    return cluster


def _fill(cluster: Cluster, plan: Blueprint, tell: Tell) -> None:
    cluster.submit("bootstrap", bootstrap())
    for start in range(0, len(plan.nodes), _NODES_A_COMMIT):
        some = plan.nodes[start : start + _NODES_A_COMMIT]
        cluster.submit("bootstrap", [Create(from_manifest(dict(each))) for each in some])
    cluster.advance(cluster.now + _REGISTERING_SECONDS)
    running = 0
    for team in plan.teams:
        _arrive(cluster, team, running, tell)
        running += team.pods


def _arrive(cluster: Cluster, team: Team, before: int, tell: Tell) -> None:
    try:
        writes = [Create(from_manifest(dict(each))) for each in team.manifests]
        cluster.submit("bootstrap", writes, f"kubectl create -f {team.namespace}.yaml")
    except ApiError as error:
        raise K9liteError(f"{team.namespace} cannot be generated: {error}") from None
    begun = cluster.now
    while cluster.now < begun + _PATIENCE_SECONDS:
        cluster.advance(cluster.now + _TEAM_SECONDS)
        ready = _ready(cluster, team.namespace)
        tell(before + ready)
        if ready == team.pods:
            return
    raise K9liteError(
        f"{team.pods - _ready(cluster, team.namespace)} pods of {team.namespace} do not run after an hour: "
        "give the cluster more nodes"
    )


def _ready(cluster: Cluster, namespace: str) -> int:
    return sum(each.status.ready_replicas or 0 for each in cluster.state.all(Deployment, namespace))
