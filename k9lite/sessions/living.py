"""What needs the whole engine: to begin a cluster, and to go on with one.

Imported when it comes to that (sessions/__init__.py): controllers, scheduler and kubelets take longer to import than
the first frame of a session takes that was closed at rest, and a recording needs none of them.
"""

from collections.abc import Generator, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from engine.bootstrap import applied, bootstrap
from engine.cluster import Cluster
from engine.errors import ApiError, K9liteError, LogError, ManifestError
from engine.store.frames import Header
from engine.store.log import Log
from k9lite.clients.embedded import EmbeddedClient
from k9lite.files.manifests import cluster_manifests

_SHORT_SECONDS = 3600
"""Away no longer than this, all that fell due is done at its own second; after longer, time leaps."""
_KEYS_A_BIT = 20
Coming = Generator[None, None, EmbeddedClient]
"""Made a bit at each ``next``, of some milliseconds."""


def gone_on_with(log: Log, away_seconds: int, *, first_seen: int = 0, read_only: bool = False) -> EmbeddedClient:
    """As much later as the clock has gone on since the log was last written: cluster time may be ahead of it.

    It was ``first_seen`` at least so late, whatever the log of a process that was killed says. Raises LogError; the log
    is closed then.
    """
    return _whole(going_on_with(log, away_seconds, first_seen=first_seen, read_only=read_only))


def going_on_with(log: Log, away_seconds: int, *, first_seen: int = 0, read_only: bool = False) -> Coming:
    """As ``gone_on_with``, in bits."""
    try:
        cluster = Cluster.reopen(log)
        late = max(cluster.now, first_seen) + away_seconds
        if away_seconds > _SHORT_SECONDS:
            cluster.jump(late)
        yield from _advanced(cluster, late)
        return EmbeddedClient(cluster, read_only=read_only)
    except LogError:
        log.close()
        raise


def begun(
    folder: Path, header: Header, log: Log | None, wall: int, notices: list[str], *, read_only: bool
) -> EmbeddedClient:
    """The cluster that ``folder`` describes, kept in memory only without a ``log``. Raises K9liteError.

    A folder that cannot be applied leaves no half-made session behind.
    """
    return _whole(beginning(folder, header, log, wall, notices, read_only=read_only))


def beginning(
    folder: Path, header: Header, log: Log | None, wall: int, notices: list[str], *, read_only: bool = False
) -> Coming:
    """As ``begun``, in bits."""
    try:
        manifests = cluster_manifests(folder)
        if not any(manifest.get("kind") == "Node" for manifest in manifests):
            manifests = [*_default_nodes(), *manifests]
            notices.append(f"{folder} describes no Node: one control plane and three workers were added")
        cluster = Cluster(header, log)
        yield
        yield from _populated(cluster, folder, manifests)
        yield from _advanced(cluster, wall)
        return EmbeddedClient(cluster, read_only=read_only)
    except K9liteError:
        if log is not None:
            log.close()
            log.path.unlink()
        raise


def _whole(coming: Coming) -> EmbeddedClient:
    while True:
        try:
            next(coming)
        except StopIteration as end:
            made: EmbeddedClient = end.value
            return made


def _populated(cluster: Cluster, folder: Path, manifests: Sequence[dict[str, Any]]) -> Iterator[None]:
    try:
        cluster.submit("bootstrap", bootstrap(), "")
        yield
        cluster.submit("bootstrap", applied(manifests), f"kubectl apply -R -f {folder.name}")
        yield
    except ApiError as error:
        raise ManifestError(f"{folder}: {error}") from None


def _advanced(cluster: Cluster, to: int) -> Iterator[None]:
    """Some keys a bit."""
    while True:
        left = iter(range(_KEYS_A_BIT))
        if cluster.advance(to, more=partial(_has_next, left)):
            return
        yield


def _has_next(left: Iterator[int]) -> bool:
    return next(left, None) is not None


def _default_nodes() -> list[dict[str, Any]]:
    def node(name: str, **metadata: Any) -> dict[str, Any]:
        return {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name, **metadata},
            "status": {"capacity": {"cpu": "4", "memory": "8Gi", "pods": "110"}},
        }

    control_plane = node("control-plane", labels={"node-role.kubernetes.io/control-plane": ""})
    control_plane["spec"] = {"taints": [{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]}
    return [control_plane, node("w1"), node("w2"), node("w3")]
