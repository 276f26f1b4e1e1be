"""Events are kept for an hour after they were last counted.

Follows kube-apiserver's ``--event-ttl``. Like etcd's leases, events that end about the same time end
together: at the next full minute, in one commit, with a look at the chunks of Events that came or went since the last
and at those with some to end.
"""

from collections.abc import Iterable
from functools import lru_cache

from engine.api.writes import Delete
from engine.kinds import Event, Ref, ref_of
from engine.reconcile import Change, Controller, Result
from engine.store.packed import told_at
from engine.store.state import State

_TTL_SECONDS = 3600
_TOGETHER_SECONDS = 60


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    due = int(ref.name)
    if now < due:
        return Result(again_at=due)
    ended = now // _TOGETHER_SECONDS * _TOGETHER_SECONDS - _TTL_SECONDS
    gone = state.table(Event.kind).up_to(ended, told_at)
    return Result(writes=tuple(Delete(ref=ref_of(event), uid=event.metadata.uid) for event in gone))


def _ends_at(last: int) -> int:
    return -(-(last + _TTL_SECONDS) // _TOGETHER_SECONDS) * _TOGETHER_SECONDS


def _wakes(change: Change, state: State) -> Iterable[Ref]:  # noqa: ARG001  # every wakes takes the state
    """The key is a time: all Events that end at it are one piece of work."""
    event = change.new
    return _keys(event.told_at) if isinstance(event, Event) else ()


@lru_cache(maxsize=64)
def _keys(last: int) -> tuple[Ref]:
    return (Ref("Event", "", f"{_ends_at(last):012}"),)


EVENT_TTL = Controller(name="event-ttl", watches=("Event",), wakes=_wakes, reconcile=_reconcile)
