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
from engine.errors import (
    ApiError,
    K9liteError,
    LogDamaged,
    LogError,
    LogExists,
    LogFull,
    LogLocked,
    LogTooNew,
    LogUnwritable,
    ManifestError,
    NotALog,
)
from engine.store.frames import Header
from engine.store.history import History
from engine.store.log import Log
from k9lite.client import Client
from k9lite.clients.embedded import EmbeddedClient
from k9lite.clients.recorded import RecordedClient
from k9lite.manifests import cluster_manifests

_AGE_SECONDS = 1800
"""A new cluster has been running for half an hour when it is first seen."""
_SHORT_SECONDS = 3600
"""Away no longer than this, all that fell due is done at its own second; after longer, time leaps."""
_SETUP_COMMITS = 2
"""What every cluster has, and what its folder describes: before both are there, there is no session."""
_NO_WRITING = (LogLocked, LogUnwritable, LogFull)


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
    kept = _set_aside(path, notices) if fresh and path.exists() else None
    try:
        cluster = _living_cluster(folder, path, wall, notices)
    except K9liteError as refusal:
        if kept is not None and not path.exists():
            kept.rename(path)
        if read_only and isinstance(refusal, _NO_WRITING):
            return _as_it_was_left(path, refusal)
        raise
    return Session(EmbeddedClient(cluster, read_only=read_only), tuple(notices))


def _living_cluster(folder: Path, path: Path, wall: int, notices: list[str]) -> Cluster:
    if not path.exists():
        try:
            return _new_cluster(folder, path, wall, notices)
        except LogExists:  # another process was quicker
            pass
    away_seconds = max(0, wall - int(path.stat().st_mtime))
    log = _opened(path, notices)
    if log.last_revision >= _SETUP_COMMITS:
        return _gone_on_with(log, away_seconds)
    path.unlink()  # who began it died before there was anything to keep
    log.close()
    return _new_cluster(folder, path, wall, notices)


def _as_it_was_left(path: Path, refusal: K9liteError) -> Session:
    """A session that cannot be gone on with, to be looked at. Raises ``refusal`` where there is nothing to see."""
    if not path.exists():
        raise refusal
    session = open_for_reading(path)
    if session.client.state.revision < _SETUP_COMMITS:
        session.client.close()
        raise refusal
    live = isinstance(refusal, LogLocked)
    return session if live else Session(session.client, (f"{refusal} This is the cluster as it was left.",))


def open_cluster(path: Path, notices: list[str]) -> Cluster:
    """The cluster a log holds, to go on with; it stands where it was left. Raises LogError."""
    return _gone_on_with(_opened(path, notices), 0)


def _opened(path: Path, notices: list[str]) -> Log:
    log = Log.open(path)
    if log.recovered is not None:
        notices.append(str(log.recovered))
    return log


def _gone_on_with(log: Log, away_seconds: int) -> Cluster:
    """As much later as the clock has gone on since the log was last written: cluster time may be ahead of it."""
    try:
        cluster = Cluster.reopen(log)
        if away_seconds > _SHORT_SECONDS:
            cluster.jump(cluster.now + away_seconds)
            away_seconds = 0
        cluster.advance(cluster.now + away_seconds)
        return cluster
    except LogError:
        log.close()
        raise


def open_for_reading(path: Path) -> Session:
    """A log as it stands, at its end; works while another process writes to it."""
    history = History.open(path)
    client = RecordedClient(history)
    client.seek(client.last_revision)
    return Session(client, (history.passed_over,) if history.passed_over else ())


def open_headless(source: Path, wall: int, *, writes: bool) -> Session:
    """What ``kubectl --cluster`` names: a folder's living cluster, or a log file, which reading leaves as it is.

    Where the log cannot be written, because a console has the cluster open, the disk is full or the file
    protected, reading shows it as it is and writing raises LogLocked, LogFull, LogUnwritable.
    """
    if not source.is_dir() and source.suffix == ".k9log":
        if not writes:
            return open_for_reading(source)
        notices: list[str] = []
        return Session(EmbeddedClient(open_cluster(source, notices)), tuple(notices))
    return open_session(source, wall, read_only=not writes)


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


def _set_aside(path: Path, notices: list[str]) -> Path:
    """Renames a log to the first free ``NAME.N.k9log``, whole or damaged. Raises LogError."""
    number = 1
    while (kept := path.with_name(f"{path.stem}.{number}{path.suffix}")).exists():
        number += 1
    try:
        Log.open(path).close()  # refuses while somebody writes to it
    except (LogDamaged, LogTooNew, NotALog) as damage:
        notices.append(str(damage))
    try:
        path.rename(kept)
    except OSError as error:
        raise LogError(f"{path} cannot be set aside ({error.strerror}): check the folder's permissions") from None
    notices.append(f"the former session is kept in {kept}")
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
