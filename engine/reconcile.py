"""The contract of everything that acts by itself: level-based, pure, one object at a time.

A Controller says which kinds it watches, which keys a change wakes, and what it would write for one key. It
sees a State, never an earlier one; its memory is in the objects. Waking every key once must change nothing
in a settled cluster: that is what reopening a log does. Follows controller-runtime's ``pkg/reconcile``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from engine.api.writes import Write
from engine.errors import ApiError
from engine.kinds import EMPTY, Ref
from engine.kinds.frozen import frozen
from engine.store.change import Change
from engine.store.state import State

__all__ = ["CUSTOM", "NOTHING", "Burst", "Change", "Controller", "Reconcile", "Result", "Wakes", "until_one_writes"]


@frozen(kw_only=True)
class Result:
    """``writes`` become one commit. ``again_at`` is the cluster time at which to look again without a change.

    ``actor`` names who acts, where that is finer than the controller ("kubelet/w1"). ``refused`` says what to
    write instead when the API server refuses ``writes`` (a full quota, a name that is taken).
    ``settles`` promises that ``writes`` change the object itself, and that looking at it again after that, at the
    same time, would write nothing and give the same ``again_at``: the commit then does not wake its own key.
    """

    writes: tuple[Write, ...] = ()
    again_at: int | None = None
    actor: str = ""
    refused: Callable[[ApiError], "Result"] | None = None
    settles: bool = False


NOTHING = Result()
_MOST_AT_ONCE = 64
"""Keys of one step: a session with a console is not held up by it."""
CUSTOM = "*"
"""In ``watches``: the kinds that CustomResourceDefinitions bring."""
Wakes = Callable[[Change, State], Iterable[Ref]]
Reconcile = Callable[[State, Ref, int], Result]
Burst = Callable[[State, Iterator[Ref], int], Sequence[tuple[Ref, Result]]]


@frozen(kw_only=True)
class Controller:
    """``wakes(change, state)`` gives keys of objects to reconcile; ``state`` is the one after the change.

    Pods concern it only where there has been an object of the kind ``pods_with``, if that is given: most that
    happens happens to pods, and does not concern most controllers. ``heeds`` says for a kind which parts of a change
    (``engine.parts``) concern it: ``wakes`` is asked about those that touch one of them, about all where nothing is
    said. What it would say about others must be nothing.
    ``order(state, key)`` sorts the keys that wait, which sort by themselves without it; it must follow from the
    state alone. A key need not exist any more when its turn comes: ``reconcile`` then has nothing to do.
    ``burst(state, keys, now)`` does at once what ``reconcile`` would do one by one, for as many of the waiting keys as
    it likes, the first at least: all they write is one commit, and no key's writes concern another of them. It must
    not depend on keys that have nothing to write. A key that was taken and is not among the answers goes on waiting.
    """

    name: str
    watches: tuple[str, ...]
    wakes: Wakes
    reconcile: Reconcile
    pods_with: str = ""
    heeds: Mapping[str, int] = EMPTY
    order: Callable[[State, Ref], Any] | None = None
    burst: Burst | None = None


def until_one_writes(reconcile: Reconcile, state: State, keys: Iterator[Ref], now: int) -> Sequence[tuple[Ref, Result]]:
    """What a controller without a burst of its own does at once: most keys that wait turn out to need nothing."""
    done = []
    for key in islice(keys, _MOST_AT_ONCE):
        result = reconcile(state, key, now)
        done.append((key, result))
        if result.writes:
            break
    return done
