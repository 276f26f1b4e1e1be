"""How a command comes by its session, which others may have open at the same time: a watch, a console, a command.

Who only reads what cannot have changed takes no lock and writes nothing. Otherwise the first to come leads
(clients/shared.py); who comes when a process leads that listens follows it, and where one leads that does not,
which is a command that will be done in a moment, that is waited for.
"""

from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from time import monotonic, sleep

from engine.errors import LogError, LogLocked, LogMissing
from engine.queue import rests_until
from engine.store.history import History
from k9lite.client import Writer
from k9lite.clients.line import PATIENCE_SECONDS, Line, LineCut
from k9lite.clients.shared import SharedClient
from k9lite.sessions import (
    NO_WRITING,
    SETUP_COMMITS,
    AtOnce,
    Session,
    as_it_was_left,
    gone_on_with_or_begun,
    log_path,
    open_for_reading,
    opened,
)

_UNCHANGED_SECONDS = 3600
"""Away no longer than this, only what is due happens to a cluster; after longer, everything is looked at anew."""
_PATIENCE_SECONDS, _LOOK_SECONDS = 10.0, 0.02
"""How long a command may take that another one waits for, and how often that looks."""
_STOPPED_SECONDS = 3.0
"""Who does not answer a question for so long is not waited for by who only reads."""


def open_headless(source: Path, wall: int, *, writes: bool) -> Session:
    """What ``kubectl --cluster`` names: a folder's cluster, or a log file, which reading leaves as it is.

    Where the log cannot be written, because the disk is full or the file protected, reading shows it as it is and
    writing raises LogFull, LogUnwritable; LogLocked where another process has it and neither listens nor ends.
    """
    notices: list[str] = []
    if not source.is_dir() and source.suffix == ".k9log":
        if not writes:
            return open_for_reading(source)
        from k9lite.sessions.living import gone_on_with

        return Session(gone_on_with(opened(source, notices), 0), tuple(notices))
    path = log_path(source)

    def lead(later_seconds: int) -> Writer:
        return gone_on_with_or_begun(source, path, wall + later_seconds, notices, AtOnce(read_only=not writes))

    try:
        return Session(_shared(path, wall, lead, writes=writes), tuple(notices))
    except NO_WRITING as refusal:
        if writes:
            raise
        return as_it_was_left(path, refusal)


def given_way(path: Path, open_console: Callable[[], Session]) -> Session:
    """What ``open_console`` gives once commands that have the log open have let go of it; they follow from then on.

    Raises LogLocked where another console has it, and what ``open_console`` raises.
    """
    until = monotonic() + _PATIENCE_SECONDS
    while True:
        has_yielded = _has_yielded(path)
        try:
            return open_console()
        except LogLocked:
            if not has_yielded or monotonic() > until:
                raise


def _has_yielded(path: Path) -> bool:
    line = Line.to_writer_of(path, _STOPPED_SECONDS)
    if line is None:
        sleep(_LOOK_SECONDS)
        return True  # a command that will be done in a moment
    with closing(line):
        return line.has_yielded()


def _shared(path: Path, wall: int, lead: Callable[[int], Writer], *, writes: bool) -> SharedClient:
    until = monotonic() + _PATIENCE_SECONDS
    while True:
        if (line := Line.to_writer_of(path, PATIENCE_SECONDS if writes else _STOPPED_SECONDS)) is not None:
            if _is_begun(path):
                return _following(path, line, wall, lead, writes=writes)
            line.close()  # a console that shows its first frame
        if not writes and (now := _unchanged_until(path, wall)) is not None:
            return SharedClient(path, lead, now=now, read_only=True)
        try:
            return SharedClient(path, lead, leading=lead(0), read_only=not writes)
        except LogLocked:
            if not writes and _is_begun(path):
                # What a command has written is seen; it will be done in a moment.
                return SharedClient(path, lead, now=wall, read_only=True)
            if monotonic() > until:
                raise
        sleep(_LOOK_SECONDS)


def _following(path: Path, line: Line, wall: int, lead: Callable[[int], Writer], *, writes: bool) -> SharedClient:
    try:
        now = line.now()
    except LogLocked:
        line.close()
        if writes:
            raise
        return SharedClient(path, lead, now=wall, read_only=True)  # stopped, perhaps: its log can be read all the same
    except LineCut:
        line.close()
        return _shared(path, wall, lead, writes=writes)
    return SharedClient(path, lead, line=line, now=now, read_only=not writes)


def _is_begun(path: Path) -> bool:
    """Whether the log shows a cluster: while one is made it has no name, or nothing in it. Raises LogError."""
    with suppress(LogMissing), closing(History.open(path)) as history:
        return history.last_revision >= SETUP_COMMITS
    return False


def _unchanged_until(path: Path, wall: int) -> int | None:
    """How late it has become in a cluster of which nothing was due since it was closed; None where that is not so."""
    with suppress(LogError, FileNotFoundError), closing(History.open(path)) as history:
        away_seconds = max(0, wall - int(path.stat().st_mtime))
        if history.is_at_rest and history.last_revision >= SETUP_COMMITS and away_seconds <= _UNCHANGED_SECONDS:
            now = history.state_at(history.last_revision).time + away_seconds
            due = rests_until(history.waiting)
            return now if due is None or due > now else None
    return None
