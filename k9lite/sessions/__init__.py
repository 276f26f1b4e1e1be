"""Where a cluster's session is kept, and how one is begun, gone on with or set aside.

Each folder of manifests has one log, ``$XDG_STATE_HOME/k9lite/NAME-HASH.k9log``: the hash is of the folder's
path, so that two folders of the same name keep apart. The log is the session; nothing else is stored.
What needs the engine that lets a cluster live is in living.py, imported when it comes to that; sharing.py is how
commands come by a session that others may have open.
"""

import hashlib
import os
from collections.abc import Generator, Iterator
from contextlib import closing
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Protocol

from engine.errors import (
    K9liteError,
    LogDamaged,
    LogError,
    LogExists,
    LogFull,
    LogLocked,
    LogTooNew,
    LogUnwritable,
    NotALog,
)
from engine.kinds.frozen import frozen
from engine.store.frames import Header
from engine.store.history import History
from engine.store.log import Log
from k9lite.client import Client, Writer
from k9lite.clients.opening import OpeningClient
from k9lite.clients.recorded import RecordedClient
from k9lite.sessions.first_sight import first_sight

SETUP_COMMITS = 2
"""What every cluster has, and what its folder describes: before both are there, there is no session."""
_AGE_SECONDS = 1800
"""A new cluster has been running for half an hour when it is first seen."""
NO_WRITING = (LogLocked, LogUnwritable, LogFull)


@frozen
class Session:
    """A client, and lines the user must be told about how it came to be."""

    client: Client
    notices: tuple[str, ...] = ()
    writer: Writer | None = None
    """The same client, where it has a log open."""


def sample_folder() -> Path:
    """The bundled sample cluster: inside the installed package, or at the top of a checkout."""
    here = Path(__file__).parent.parent
    installed = here / "sample-cluster"
    return installed if installed.is_dir() else here.parent / "sample-cluster"


def log_path(folder: Path) -> Path:
    """The log of the cluster described by ``folder``."""
    state_home = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    resolved = folder.resolve()
    digest = hashlib.blake2b(str(resolved).encode(), digest_size=4).hexdigest()
    return Path(state_home).expanduser() / "k9lite" / f"{resolved.name}-{digest}.k9log"


class Way(Protocol):
    """How a cluster comes to live."""

    def go_on(self, log: Log, away_seconds: int) -> Writer:
        """As much later as it was left. Raises LogError; the log is closed then."""
        ...

    def begin(self, folder: Path, header: Header, log: Log | None, wall: int, notices: list[str]) -> Writer:
        """What ``folder`` describes. Raises K9liteError; there is no log then."""
        ...


@frozen
class AtOnce:
    """From the start."""

    read_only: bool

    def go_on(self, log: Log, away_seconds: int) -> Writer:
        from k9lite.sessions.living import gone_on_with

        return gone_on_with(log, away_seconds, first_seen=_first_seen(log.header), read_only=self.read_only)

    def begin(self, folder: Path, header: Header, log: Log | None, wall: int, notices: list[str]) -> Writer:
        from k9lite.sessions.living import begun

        return begun(folder, header, log, wall, notices, read_only=self.read_only)


@frozen
class SeenFirst:
    """Shown before it lives, where it is known how it is then (clients/opening.py)."""

    def go_on(self, log: Log, away_seconds: int) -> Writer:
        try:
            history = History.open(log.path)
        except LogError:
            log.close()
            raise
        with closing(history):  # what is not read of the State yet stays readable
            if history.is_at_rest:
                left, coming = history.state_at(history.last_revision), _going_on_with(log, away_seconds)
                return OpeningClient(log.header.cluster, left, left.time, coming, log.close)
        return AtOnce(read_only=False).go_on(log, away_seconds)

    def begin(self, folder: Path, header: Header, log: Log | None, wall: int, notices: list[str]) -> Writer:
        if (left := first_sight(folder, wall)) is None:
            return AtOnce(read_only=False).begin(folder, header, log, wall, notices)
        coming = _beginning(folder, header, log, wall, notices)
        return OpeningClient(header.cluster, left, wall, coming, partial(_dropped, log))


_ENGINE = (
    "engine.api.validation", "engine.api.apply", "engine.api.admit", "engine.scheduler", "engine.controllers",
    "engine.kubelet.exec", "engine.kubelet.pods", "engine.cluster", "k9lite.sessions.living",
)  # fmt: skip
"""What a living cluster needs, in bits of some milliseconds."""


def _going_on_with(log: Log, away_seconds: int) -> Generator[None, None, Writer]:
    yield from _imported()
    from k9lite.sessions.living import going_on_with

    return (yield from going_on_with(log, away_seconds, first_seen=_first_seen(log.header)))


def _beginning(
    folder: Path, header: Header, log: Log | None, wall: int, notices: list[str]
) -> Generator[None, None, Writer]:
    yield from _imported()
    from k9lite.sessions.living import beginning

    return (yield from beginning(folder, header, log, wall, notices))


def _imported() -> Iterator[None]:
    for name in _ENGINE:
        import_module(name)
        yield


def _dropped(log: Log | None) -> None:
    """There is nothing in it yet."""
    if log is not None:
        log.path.unlink(missing_ok=True)
        log.close()


def open_session(
    folder: Path, wall: int, *, fresh: bool = False, ephemeral: bool = False, read_only: bool = False
) -> Session:
    """The living cluster of ``folder``: its log gone on with at ``wall``, or a new one. Raises K9liteError."""
    return _session(folder, wall, AtOnce(read_only), fresh=fresh, ephemeral=ephemeral, read_only=read_only)


def open_console(
    folder: Path, wall: int, *, fresh: bool = False, ephemeral: bool = False, read_only: bool = False
) -> Session:
    """As open_session, for a screen: a cluster may be seen before it lives.

    One that may not be changed is not: whether its log can be written decides what is shown.
    """
    way = AtOnce(read_only=True) if read_only else SeenFirst()
    return _session(folder, wall, way, fresh=fresh, ephemeral=ephemeral, read_only=read_only)


def _session(folder: Path, wall: int, way: Way, *, fresh: bool, ephemeral: bool, read_only: bool) -> Session:
    path = log_path(folder)
    notices: list[str] = []
    if ephemeral:
        return Session(way.begin(folder, _header(folder, wall), None, wall, notices), tuple(notices))
    kept = _set_aside(path, notices) if fresh and path.exists() else None
    try:
        client = gone_on_with_or_begun(folder, path, wall, notices, way)
    except K9liteError as refusal:
        if kept is not None and not path.exists():
            kept.rename(path)
        if read_only and isinstance(refusal, NO_WRITING):
            return as_it_was_left(path, refusal)
        raise
    return Session(client, tuple(notices), client)


def gone_on_with_or_begun(folder: Path, path: Path, wall: int, notices: list[str], way: Way) -> Writer:
    """The session kept in ``path``, or the first of its folder. Raises K9liteError; LogLocked while another has it."""
    if not path.exists():
        try:
            return _begun(folder, path, wall, notices, way)
        except LogExists:  # another process was quicker
            pass
    away_seconds = max(0, wall - int(path.stat().st_mtime))
    log = opened(path, notices)
    if log.last_revision >= SETUP_COMMITS:
        return way.go_on(log, away_seconds)
    path.unlink()  # who began it died before there was anything to keep
    log.close()
    return _begun(folder, path, wall, notices, way)


def _begun(folder: Path, path: Path, wall: int, notices: list[str], way: Way) -> Writer:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LogError(
            f"{path.parent} cannot be made ({error.strerror}): set XDG_STATE_HOME to a folder you can write, "
            "or use --ephemeral"
        ) from None
    header = _header(folder, wall)
    return way.begin(folder, header, Log.create(path, header), wall, notices)


def _header(folder: Path, wall: int) -> Header:
    name = folder.resolve().name
    return Header(cluster=name, seed=name, created=wall - _AGE_SECONDS)


def _first_seen(header: Header) -> int:
    """The moment a session was begun at, in cluster time: where nothing happened since, its log tells less."""
    return header.created + _AGE_SECONDS


def as_it_was_left(path: Path, refusal: K9liteError) -> Session:
    """A session that cannot be gone on with, to be looked at. Raises ``refusal`` where there is nothing to see."""
    if not path.exists():
        raise refusal
    session = open_for_reading(path)
    if session.client.state.revision < SETUP_COMMITS:
        session.client.close()
        raise refusal
    live = isinstance(refusal, LogLocked)
    return session if live else Session(session.client, (f"{refusal} This is the cluster as it was left.",))


def opened(path: Path, notices: list[str]) -> Log:
    """To be written; what had to be cut off is told. Raises LogError."""
    log = Log.open(path)
    if log.recovered is not None:
        notices.append(str(log.recovered))
    return log


def open_for_reading(path: Path) -> Session:
    """A log as it stands, at its end; works while another process writes to it."""
    history = History.open(path)
    client = RecordedClient(history)
    client.seek(client.last_revision)
    return Session(client, (history.passed_over,) if history.passed_over else ())


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
