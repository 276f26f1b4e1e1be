"""What waits in a cluster whose process was killed, worked out from its log alone: to open it, and to replay that.

The newest checkpoint tells what waited when it was begun. Whatever a commit behind it concerns waits as well, and a
timer that was set since was set for something of both, which sets it again. So this is all that waited, and more:
to look at what needs nothing changes nothing. Which it was is in the log ("clock/reopened" names the checkpoint).
"""

from attrs import frozen

from engine.api.sharing import shared
from engine.kinds import Object, Ref, ref_of
from engine.queue import Queue
from engine.reconcile import Controller
from engine.store.change import Change
from engine.store.commit import Commit
from engine.store.history import History
from engine.store.state import State, after

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
    state, queue = known.state(history.pages), Queue(controllers)
    if not queue.restore(known.waiting, state):
        return None
    for each in range(known.revision + 1, revision + 1):
        commit = history.commit(each)
        changes = _changes(state, commit)
        state = after(state, commit, changes)
        queue.wake(changes, state, each)
    return Left(state=state, queue=queue, now=max(known.now, state.time), checkpoint_revision=known.revision)


def _leaps_between(history: History, known: int, revision: int) -> bool:
    leaps = (each for each in history.revisions_by(LEAP) if known < each <= revision)
    return any(history.commit(each).actor == LEAP for each in leaps)


def _changes(state: State, commit: Commit) -> list[Change]:
    puts = [_change(ref_of(obj), state, obj) for obj in commit.puts]
    return puts + [Change(ref, state.get(ref), None) for ref in commit.removes]


def _change(ref: Ref, state: State, new: Object) -> Change:
    """Who asks by identity what changed gets the same answer whatever is shared in memory."""
    old = state.get(ref)
    return Change(ref, old, new if old is None else shared(new, old))
