"""Where a cluster's session is kept, and how one is begun, gone on with or set aside.

Each folder of manifests has one log, ``$XDG_STATE_HOME/k9lite/NAME-HASH.k9log``: the hash is of the folder's
path, so that two folders of the same name keep apart. The log is the session; nothing else is stored.
"""

import hashlib
import os
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from attrs import frozen

from engine.bootstrap import applied, bootstrap
from engine.cluster import Cluster
from engine.errors import ApiError, K9liteError, LogError, LogLocked, ManifestError
from engine.store.frames import Header
from engine.store.history import History
from engine.store.log import Log
from k9lite.client import Client
from k9lite.clients.embedded import EmbeddedClient
from k9lite.clients.recorded import RecordedClient
from k9lite.manifests import cluster_manifests

_AGE_SECONDS = 1800
"""A new cluster has been running for half an hour when it is first seen."""


@frozen
class Session:
    """A client, and lines the user must be told about how it came to be."""

    client: Client
    notices: tuple[str, ...] = ()


def sample_folder() -> Path:
    """The bundled sample cluster: inside the installed package, or at the top of a checkout."""
    installed = Path(str(resources.files("k9lite"))) / "sample-cluster"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "sample-cluster"


def log_path(folder: Path) -> Path:
    """The log of the cluster described by ``folder``."""
    state_home = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    resolved = folder.resolve()
    digest = hashlib.blake2b(str(resolved).encode(), digest_size=4).hexdigest()
    return Path(state_home).expanduser() / "k9lite" / f"{resolved.name}-{digest}.k9log"


def open_session(
    folder: Path, wall: int, *, fresh: bool = False, ephemeral: bool = False, read_only: bool = False
) -> Session:
    """The living cluster of ``folder``: its log gone on with at ``wall``, or a new one. Raises K9liteError."""
    path = log_path(folder)
    notices: list[str] = []
    if ephemeral:
        return Session(
            EmbeddedClient(_new_cluster(folder, None, wall, notices), read_only=read_only), tuple(notices)
        )
    if fresh and path.exists():
        notices.append(f"the former session is kept in {_set_aside(path)}")
    if path.exists():
        cluster = open_cluster(path, notices, wall)
    else:
        cluster = _new_cluster(folder, path, wall, notices)
    return Session(EmbeddedClient(cluster, read_only=read_only), tuple(notices))


def open_cluster(path: Path, notices: list[str], to: int = 0) -> Cluster:
    """The cluster a log holds, gone on with where it was left or, if that is later, at ``to``. Raises LogError."""
    log = Log.open(path)
    try:
        if log.recovered is not None:
            notices.append(str(log.recovered))
        return Cluster.reopen(log, to)
    except LogError:
        log.close()
        raise


def open_for_reading(path: Path) -> Session:
    """A log as it stands, at its end; works while another process writes to it."""
    client = RecordedClient(History.open(path))
    client.seek(client.last_revision)
    return Session(client)


def open_headless(source: Path, wall: int, *, writes: bool) -> Session:
    """What ``kubectl --cluster`` names: a folder's living cluster, or a log file, which reading leaves as it is.

    While a console has the cluster open, reading follows its log and writing raises LogLocked.
    """
    if not source.is_dir() and source.suffix == ".k9log":
        if not writes:
            return open_for_reading(source)
        notices: list[str] = []
        return Session(EmbeddedClient(open_cluster(source, notices)), tuple(notices))
    try:
        return open_session(source, wall)
    except LogLocked:
        if writes:
            raise
        return open_for_reading(log_path(source))


def _new_cluster(folder: Path, path: Path | None, wall: int, notices: list[str]) -> Cluster:
    manifests = cluster_manifests(folder)
    if not any(manifest.get("kind") == "Node" for manifest in manifests):
        manifests = [*_default_nodes(), *manifests]
        notices.append(f"{folder} describes no Node: one control plane and three workers were added")
    name = folder.resolve().name
    header = Header(cluster=name, seed=name, created=wall - _AGE_SECONDS)
    if path is None:
        return _populate(Cluster(header), folder, manifests, wall)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LogError(
            f"{path.parent} cannot be made ({error.strerror}): set XDG_STATE_HOME to a folder you can write, "
            "or use --ephemeral"
        ) from None
    log = Log.create(path, header)
    try:
        return _populate(Cluster(header, log), folder, manifests, wall)
    except K9liteError:
        # A folder that cannot be applied leaves no half-made session behind.
        log.close()
        path.unlink()
        raise


def _populate(cluster: Cluster, folder: Path, manifests: Sequence[dict[str, Any]], wall: int) -> Cluster:
    try:
        cluster.submit("bootstrap", bootstrap(), "")
        cluster.submit("bootstrap", applied(manifests), f"kubectl apply -R -f {folder.name}")
    except ApiError as error:
        raise ManifestError(f"{folder}: {error}") from None
    cluster.advance(wall)
    return cluster


def _set_aside(path: Path) -> Path:
    """Renames a log to the first free ``NAME.N.k9log``, whole as it is. Raises LogError."""
    number = 1
    while (kept := path.with_name(f"{path.stem}.{number}{path.suffix}")).exists():
        number += 1
    Log.open(path).close()  # refuses while somebody writes to it
    try:
        path.rename(kept)
    except OSError as error:
        raise LogError(f"{path} cannot be set aside ({error.strerror}): check the folder's permissions") from None
    return kept


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
