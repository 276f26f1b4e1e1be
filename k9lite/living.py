"""What needs the whole engine: to begin a cluster, and to go on with one.

Imported when it comes to that (k9lite/sessions.py): controllers, scheduler and kubelets take longer to import than
the first frame of a session takes that was closed at rest, and a recording needs none of them.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.bootstrap import applied, bootstrap
from engine.cluster import Cluster
from engine.errors import ApiError, K9liteError, LogError, ManifestError
from engine.store.frames import Header
from engine.store.log import Log
from k9lite.clients.embedded import EmbeddedClient
from k9lite.manifests import cluster_manifests

_SHORT_SECONDS = 3600
"""Away no longer than this, all that fell due is done at its own second; after longer, time leaps."""


def gone_on_with(log: Log, away_seconds: int, *, read_only: bool = False) -> EmbeddedClient:
    """As much later as the clock has gone on since the log was last written: cluster time may be ahead of it.

    Raises LogError; the log is closed then.
    """
    try:
        cluster = Cluster.reopen(log)
        if away_seconds > _SHORT_SECONDS:
            cluster.jump(cluster.now + away_seconds)
            away_seconds = 0
        cluster.advance(cluster.now + away_seconds)
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
    try:
        return EmbeddedClient(_new_cluster(folder, header, log, wall, notices), read_only=read_only)
    except K9liteError:
        if log is not None:
            log.close()
            log.path.unlink()
        raise


def _new_cluster(folder: Path, header: Header, log: Log | None, wall: int, notices: list[str]) -> Cluster:
    manifests = cluster_manifests(folder)
    if not any(manifest.get("kind") == "Node" for manifest in manifests):
        manifests = [*_default_nodes(), *manifests]
        notices.append(f"{folder} describes no Node: one control plane and three workers were added")
    return _populate(Cluster(header, log), folder, manifests, wall)


def _populate(cluster: Cluster, folder: Path, manifests: Sequence[dict[str, Any]], wall: int) -> Cluster:
    try:
        cluster.submit("bootstrap", bootstrap(), "")
        cluster.submit("bootstrap", applied(manifests), f"kubectl apply -R -f {folder.name}")
    except ApiError as error:
        raise ManifestError(f"{folder}: {error}") from None
    cluster.advance(wall)
    return cluster


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
