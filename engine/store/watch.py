"""A follower of a log: every change once, in order, whole commits only, resumed at any revision that is kept.

    watch = Watch(history, since)     since: a revision whose State the follower already has
    watch.poll()                      what was committed since the last poll, () for nothing
    Watch(other_history, watch.revision)   goes on where a connection, a process or a file's old inode ended

Follows the API server's watch (``storage/cacher``, ``watch.Event``): a revision that compaction has taken away is
refused with 410 Expired, and the follower lists anew. Differs in this: events come grouped by commit, all that was
flushed together in one poll, and MODIFIED carries the object before as well. Many watches may share one History.
"""

from collections.abc import Collection
from enum import StrEnum

from attrs import frozen

from engine.errors import Expired, ResourceVersionTooLarge
from engine.kinds import Object, Ref, ref_of
from engine.store.commit import Commit
from engine.store.history import History
from engine.store.state import State, fold

__all__ = ["Changes", "EventType", "Watch", "WatchEvent"]


class EventType(StrEnum):
    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"


@frozen
class WatchEvent:
    """``old`` is None for ADDED, ``new`` for DELETED."""

    type: EventType
    old: Object | None
    new: Object | None

    @property
    def object(self) -> Object:
        """What Kubernetes sends: the object as it is now, or as it was when it was deleted."""
        found = self.old if self.new is None else self.new
        assert found is not None
        return found


@frozen
class Changes:
    """One commit, seen by a follower; ``events`` holds each object once, what it was and what it is."""

    revision: int
    time: int
    actor: str
    events: tuple[WatchEvent, ...]


class Watch:
    """Stands at ``revision``; everything up to there has been given out, nothing behind it.

    With ``kinds``, commits that touch none of them are passed over. Raises Expired and ResourceVersionTooLarge,
    on the way as well as at the start: compaction can overtake a follower that is slow.
    """

    def __init__(self, history: History, since_revision: int, kinds: Collection[str] | None = None) -> None:
        check_resumable(since_revision, history.first_revision, history.last_revision)
        self._history = history
        self._kinds = None if kinds is None else frozenset(kinds)
        self._state = history.state_at(since_revision)

    @property
    def revision(self) -> int:
        return self._state.revision

    @property
    def state(self) -> State:
        """The cluster as this follower knows it: at ``revision``."""
        return self._state

    def poll(self) -> tuple[Changes, ...]:
        """All commits since the last poll, oldest first. Raises LogReplaced, LogDamaged as History.poll does.

        What a raising poll had begun to read is given out by the next one, here or in a Watch that goes on at
        ``revision``.
        """
        history, state = self._history, self._state
        history.poll()
        check_resumable(self.revision, history.first_revision, history.last_revision)
        seen: list[Changes] = []
        for revision in range(state.revision + 1, history.last_revision + 1):
            commit = history.commit(revision)
            before, state = state, fold(state, commit)
            events = changed(before, commit, state, self._kinds)
            if events or self._kinds is None:
                seen.append(Changes(commit.revision, commit.time, commit.actor, events))
        self._state = state
        return tuple(seen)


def check_resumable(since: int, first: int, last: int) -> None:
    """Whether a log of the revisions ``first`` to ``last`` has all that follows ``since``."""
    if since < first:
        raise Expired(f"too old resource version: {since} ({first})")
    if since > last:
        raise ResourceVersionTooLarge(f"Too large resource version: {since}, current: {last}")


def changed(
    before: State, commit: Commit, after: State, kinds: Collection[str] | None = None
) -> tuple[WatchEvent, ...]:
    """The events of one commit in its own order; a thing replaced by another of its name is DELETED, then ADDED."""
    refs = dict.fromkeys((*map(ref_of, commit.puts), *commit.removes))
    return tuple(event for ref in refs if kinds is None or ref.kind in kinds for event in _of(ref, before, after))


def _of(ref: Ref, before: State, after: State) -> tuple[WatchEvent, ...]:
    old, new = before.get(ref), after.get(ref)
    if old is None:
        return () if new is None else (WatchEvent(EventType.ADDED, None, new),)
    if new is None:
        return (WatchEvent(EventType.DELETED, old, None),)
    if old.metadata.uid != new.metadata.uid:
        return WatchEvent(EventType.DELETED, old, None), WatchEvent(EventType.ADDED, None, new)
    return (WatchEvent(EventType.MODIFIED, old, new),)
