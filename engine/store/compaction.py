"""Forgets the beginning of a log: its last ``keep_seconds`` and one State before them are all that stays.

    .NAME.compacted   header (``first_revision`` R), dictionary, a checkpoint of R, everything behind R
    sync, rename over NAME, sync the folder

R is the newest place at or before the horizon where a replay can begin: a checkpoint that tells what waited, or a
leap of the clock, behind which everything waits. Checkpoints are written anew; those that the reopening of a killed
cluster goes back to (reopening.py) stay where they were and tell what they told. The log is locked all the while and
its name always stands for a whole file, the old one or the new one; a crash leaves the new one under its other name,
to be removed by who opens the log next. Readers of the old file go on reading it; what they resume from afterwards
may be gone.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing
from functools import reduce
from itertools import groupby
from pathlib import Path

from attrs import evolve, frozen

from engine.store.checkpoint import Checkpoint
from engine.store.checkpointer import Checkpointer
from engine.store.commit import decode_commit
from engine.store.disk import cannot_write, compacted_name, replace, sync_folder
from engine.store.frames import FORMAT, IN_A_CHECKPOINT, Entry, Frame, FrameType
from engine.store.history import History
from engine.store.log import Log
from engine.store.reader import LogReader
from engine.store.state import State, fold


@frozen(kw_only=True)
class Compaction:
    """What became of a log; nothing, where ``first_revision`` is what it was."""

    first_revision: int
    """The oldest revision it knows now."""
    last_revision: int
    dropped: int
    """How many commits are gone."""
    before_bytes: int
    after_bytes: int


def compact(path: Path, keep_seconds: int) -> Compaction:
    """Keeps at least the last ``keep_seconds`` of cluster time. Raises LogError: LogLocked while it is written."""
    with ExitStack() as open_files:
        log = open_files.enter_context(Log.open(path))
        history = open_files.enter_context(closing(History.open(path)))
        before_bytes = log.end
        begin = _begin(history, keep_seconds)
        if begin.revision > history.first_revision:
            _rewrite(log, history, begin)
    return Compaction(
        first_revision=begin.revision,
        last_revision=history.last_revision,
        dropped=begin.revision - history.first_revision,
        before_bytes=before_bytes,
        after_bytes=path.stat().st_size,
    )


@frozen
class _Begin:
    """Where the compacted log begins: cluster time and what waited there, None for everything."""

    revision: int
    now: int = 0
    waiting: object = None


def _begin(history: History, keep_seconds: int) -> _Begin:
    last = history.state_at(history.last_revision)
    horizon = history.revision_at(last.time - keep_seconds)
    leaps = [each for each in history.revisions_by("clock") if each <= horizon]
    leap = next((each for each in reversed(leaps) if history.commit(each).actor == "clock"), history.first_revision)
    known = history.known_before(horizon)
    if known is not None and known.revision > leap:
        return _Begin(known.revision, known.now, known.waiting)
    return _Begin(leap)


def _rewrite(log: Log, history: History, begin: _Begin) -> None:
    path = log.path
    unfinished = compacted_name(path)
    extra = {**log.header.extra, "first_revision": begin.revision}
    oldest_reader = max(FORMAT, log.header.oldest_reader)
    header = evolve(log.header, format=max(FORMAT, log.header.format), oldest_reader=oldest_reader, extra=extra)
    with Log.create(unfinished, header) as made:
        try:
            _fill(made, path, history, begin)
            made.trim()
            made.sync()
            replace(unfinished, path)
            sync_folder(path.parent)
        except OSError as error:
            raise cannot_write(path, error) from error
        finally:
            unfinished.unlink(missing_ok=True)


def _fill(made: Log, path: Path, history: History, begin: _Begin) -> None:
    checkpointer = Checkpointer.of_new(made)
    assert checkpointer is not None, "a new log packs"
    checkpointer.revision = begin.revision
    state, needed = history.state_at(begin.revision), _needed(history, begin.revision)
    first = needed.get(begin.revision, begin)
    checkpointer.write(state, first.now, first.waiting)
    with closing(LogReader.open(path)) as reader:
        fill(made, checkpointer, state, _groups(reader, begin.revision), needed, history.waiting)


def fill(
    made: Log,
    checkpointer: Checkpointer,
    state: State,
    groups: Iterable[list[Frame]],
    needed: Mapping[int, Checkpoint],
    waiting: object,
) -> None:
    """Appends ``groups``, each of which was one frame, behind ``state``, and checkpoints of what comes of them.

    ``needed`` are those, by revision, that must tell what they told; ``waiting`` is for the one at the end.
    """
    for group in groups:
        end = made.end
        places = made.append([Entry(frame.type, frame.payload, frame.revision) for frame in group], durable=False)
        commits = [decode_commit(frame.payload) for frame in group if frame.type == FrameType.COMMIT]
        if commits:
            state = reduce(fold, commits, state)
            checkpointer.note(commits, places, made.end - end)
        if commits and (known := needed.get(state.revision)) is not None:
            checkpointer.write(state, known.now, known.waiting)
        elif checkpointer.is_due:
            checkpointer.begin_due(state, 0, None)
            checkpointer.go_on(sys.maxsize)
    if checkpointer.commits:
        checkpointer.write(state, state.time, waiting)


def _needed(history: History, behind: int) -> dict[int, Checkpoint]:
    """By revision, the checkpoints that commits behind ``behind`` name."""
    commits = (history.commit(each) for each in history.revisions_by("clock") if each > behind)
    named = (int(wish["checkpoint"]) for commit in commits for wish in commit.request if "checkpoint" in wish)
    return {known.revision: known for each in named if (known := history.known_before(each)) is not None}


def _groups(reader: LogReader, behind: int) -> Iterator[list[Frame]]:
    """What was one frame, where it stands behind a revision, also of a type that only a newer version knows."""
    reached = 0
    for _, group in groupby(reader.frames(with_unknown=True), key=lambda frame: frame.offset):
        kept: list[Frame] = []
        for frame in group:
            reached = max(reached, frame.revision)
            if reached > behind and frame.type not in IN_A_CHECKPOINT:
                kept.append(frame)
        if kept:
            yield kept
