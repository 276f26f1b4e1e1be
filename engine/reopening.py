"""What waits in a cluster whose process was killed, worked out from its log alone: to open it, and to replay that.

The newest checkpoint tells what waited when it was begun. Whatever a commit behind it concerns waits as well, and a
timer that was set since was set for something of both, which sets it again. So this is all that waited, and more:
to look at what needs nothing changes nothing. Which it was is in the log ("clock/reopened" names the checkpoint).
Where a version with other controllers told what waited, those that it did not have are woken by all there is.
An object that was written many times counts once for each that it belonged to: that saves making all it ever was.
"""

from collections.abc import Callable
from typing import Any

from attrs import define, field

from engine.api.sharing import shared
from engine.errors import ApiError, LogError
from engine.kinds import Node, Object, Ref
from engine.kinds.frozen import frozen
from engine.queue import Queue
from engine.reconcile import Controller
from engine.store.change import Change
from engine.store.commit import Commit
from engine.store.history import History
from engine.store.state import State, leap

LEAP = "clock"
"""Behind one of these everything waits."""


@frozen(kw_only=True)
class Left:
    """A cluster as it was left: ``now`` is how late it had become at least."""

    state: State
    queue: Queue
    now: int
    checkpoint_revision: int


def left_at(history: History, revision: int, controllers: tuple[Controller, ...]) -> Left | None:
    """None where no checkpoint tells what waited, or another version did. Raises LogError."""
    known = history.known_before(revision)
    if known is None or _leaps_between(history, known.revision, revision):
        return None
    before, queue = history.state_of(known), Queue(controllers)
    if not queue.restore_known(known.waiting, before):
        return None
    stretch = _Stretch(history.pages.interning.object_of, before)
    for each in range(known.revision + 1, revision + 1):
        stretch.add(each, *history.changes(each))
    state = stretch.state()
    for cause, change in stretch.changes:
        queue.wake((change,), state, cause)
    return Left(state=state, queue=queue, now=max(known.now, state.time), checkpoint_revision=known.revision)


def _leaps_between(history: History, known: int, revision: int) -> bool:
    leaps = (each for each in history.revisions_by(LEAP) if known < each <= revision)
    return any(history.commit(each).actor == LEAP for each in leaps)


@define
class _Stretch:
    """Commits in a row. ``changes``, each with its cause, wake who is concerned, with what was as with what is."""

    object_of: Callable[[dict[str, Any]], Object]
    """Which uses the manifest up."""
    before: State
    changes: list[tuple[int, Change]] = field(factory=list)
    _revision: int = 0
    _time: int = 0
    _left: dict[Ref, tuple[int, dict[str, Any] | None, Any]] = field(factory=dict)
    """What the commits leave of each object: its newest revision, manifest and ties, or (revision, None, None)."""

    def add(self, revision: int, time: int, manifests: list[Any], removes: list[Ref]) -> None:
        self._revision, self._time = revision, time
        for manifest in manifests:
            meta = manifest.get("metadata", {})
            ref = Ref(manifest["kind"], meta.get("namespace", ""), meta.get("name", ""))
            ties = _ties(manifest)
            if self._left.get(ref, (0, None, ties))[2] != ties:
                self._let_go(ref, revision)
            self._left[ref] = revision, manifest, ties
        for ref in removes:
            self._let_go(ref, revision)
            self._left[ref] = revision, None, None

    def state(self) -> State:
        """After the last commit; ``changes`` is complete then."""
        before, puts, removes = self.before, [], []
        for ref, (revision, manifest, _) in self._left.items():
            old = before.get(ref)
            new = None if manifest is None else self._made(manifest)
            if new is not None:
                puts.append(new)
            elif old is not None:
                removes.append(ref)
            self.changes += [(revision, change) for change in _changes(ref, old, new)]
        if not self._revision:
            return before
        commit = Commit(revision=self._revision, time=self._time, actor="", puts=tuple(puts), removes=tuple(removes))
        return leap(before, commit)

    def _made(self, manifest: dict[str, Any]) -> Object:
        try:
            return self.object_of(manifest)
        except (ValueError, TypeError, AttributeError, ApiError) as error:
            raise LogError(f"an object in the log cannot be read: {error}") from error

    def _let_go(self, ref: Ref, revision: int) -> None:
        """Who was concerned with what it was is told when it becomes something else, or nothing."""
        _, manifest, _ = self._left.get(ref, (0, None, None))
        if manifest is not None:
            self.changes.append((revision, Change(ref, self._made(manifest), None)))


def _changes(ref: Ref, old: Object | None, new: Object | None) -> list[Change]:
    if isinstance(old, Node) and isinstance(new, Node) and old.metadata.uid == new.metadata.uid:
        # One that comes or goes concerns all the others. Who asks by identity what changed must get the same answer
        # whatever is shared in memory.
        return [Change(ref, old, shared(new, old))]
    gone = [] if old is None else [Change(ref, old, None)]
    return gone if new is None else [*gone, Change(ref, None, new)]


def _ties(manifest: dict[str, Any]) -> Any:
    """What others know an object by: its owners and labels, the node it is on, the uid that tells it from another."""
    meta, spec = manifest.get("metadata", {}), manifest.get("spec")
    node_name = spec.get("nodeName") if isinstance(spec, dict) else None
    return [meta.get("uid"), meta.get("labels"), meta.get("ownerReferences"), node_name]
