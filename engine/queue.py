"""Which keys wait to be reconciled, in which order, and which come due later. Follows from commits and time alone.

The order is canonical, not first-in-first-out: always the first controller with a waiting key, and of its keys
the one that sorts first. So what happens next depends on what waits, never on how it came to wait, and a
reopened log (where everything is woken once) goes on as if it had never been closed.

A key that writes too often in one second waits for the next: a ReplicaSet whose pods are refused as soon as
they are made would otherwise hold cluster time for ever. client-go's rate limiting work queues do the same.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from typing import Any

from engine.kinds import Ref
from engine.kinds.registry import is_custom
from engine.parts import EVERYTHING, parts_of
from engine.reconcile import CUSTOM, Change, Controller, Wakes
from engine.store.state import State

_WRITES_A_SECOND = 50
"""3,000 pods asked of one ReplicaSet at once take 16."""
_VERSION = 1
"""Of what is saved; to be raised as well when a controller would now act on an object that is at rest."""
_Asked = list[tuple[int, Wakes]]
"""Places of controllers, and what they say a change wakes."""


def rests_until(saved: Any) -> int | None:
    """When the first comes due of what ``Queue.saved`` gave, None for never; 0 where something waits or might."""
    if not isinstance(saved, Mapping) or saved.get("version") != _VERSION or saved["waiting"]:
        return 0
    return min((due for _, _, due, _ in saved["timers"]), default=None)


class Queue:
    """Waiting keys and timers of a tuple of controllers; ``cause`` is the newest revision that woke a key."""

    def __init__(self, controllers: tuple[Controller, ...]) -> None:
        self._controllers = controllers
        self._watched = {kind for controller in controllers for kind in controller.watches}
        self._asked: dict[str, dict[int, _Asked]] = defaultdict(dict)
        """Kind -> parts of a change -> whom it may concern, found out when there is the first such change."""
        self._kinds = 0
        """How many there were then: where one appears, changes may concern others."""
        self._heaps: list[list[Any]] = [[] for _ in controllers]
        """Of each controller its keys that wait; behind what they are sorted by, where that is not themselves."""
        self._waiting: list[dict[Ref, int]] = [{} for _ in controllers]
        self._timers: list[tuple[int, int, Ref]] = []
        self._due: dict[tuple[int, Ref], tuple[int, int]] = {}
        self._second = 0
        self._writes: dict[tuple[int, Ref], int] = {}
        self._busy: set[tuple[int, Ref]] = set()
        """Those that have written as often as they may in this second."""

    def __bool__(self) -> bool:
        return any(self._waiting)

    def wake(
        self, changes: Iterable[Change], state: State, cause: int, settled: Container[tuple[int, Ref]] = ()
    ) -> None:
        """``settled`` are the places and keys whose own changes these are and that need not look at them."""
        asked, is_busy = self._asked, bool(self._busy)
        if len(state.tables) != self._kinds:
            self._kinds = len(state.tables)
            asked.clear()
        for change in changes:
            ref, old, new = change
            kind, parts = ref.kind, parts_of(old, new)
            concerned = asked[kind].get(parts)
            if concerned is None:
                concerned = asked[kind][parts] = self._concerned(kind, parts, state)
            for place, wakes in concerned:
                waiting = self._waiting[place]
                for key in wakes(change, state):
                    if (waiting.get(key) != cause or is_busy) and (place, key) not in settled:
                        self._add(place, key, state, cause)

    def _concerned(self, kind: str, parts: int, state: State) -> _Asked:
        name = CUSTOM if kind not in self._watched and is_custom(kind) else kind
        return [
            (place, controller.wakes)
            for place, controller in enumerate(self._controllers)
            if name in controller.watches
            and controller.heeds.get(name, EVERYTHING) & parts
            and (kind != "Pod" or not controller.pods_with or controller.pods_with in state.tables)
        ]

    def wake_everything(self, state: State) -> None:
        """As if every object had just been created: what reopening a log does."""
        custom = filter(is_custom, state.tables) if CUSTOM in self._watched else ()
        for kind in sorted({*self._watched, *custom}):
            for obj in state.objects(kind):
                change = Change(Ref(kind, obj.metadata.namespace, obj.metadata.name), None, obj)
                self.wake((change,), state, int(obj.metadata.resource_version or 0))

    def saved(self) -> Any:
        """All of it as plain values, for ``restore``; what a checkpoint keeps so that nobody need be woken."""
        return {
            "version": _VERSION,
            "controllers": [controller.name for controller in self._controllers],
            "second": self._second,
            "writes": [[place, key, count] for (place, key), count in self._writes.items()],
            "waiting": [[place, list(each.items())] for place, each in enumerate(self._waiting) if each],
            "timers": [[place, key, due, cause] for (place, key), (due, cause) in self._due.items()],
        }

    def restore(self, saved: Any, state: State) -> bool:
        """Takes over what was saved at ``state``; False, with nothing changed, if another version saved it."""
        if not _is_of_this_version(saved) or list(saved["controllers"]) != self._names():
            return False
        self._restore(saved, state)
        return True

    def restore_known(self, saved: Any, state: State) -> bool:
        """As ``restore``, also what other controllers were there for; who was not is woken by all there is."""
        if not _is_of_this_version(saved):
            return False
        theirs, mine = list(saved["controllers"]), self._names()
        places = {old: mine.index(name) for old, name in enumerate(theirs) if name in mine}
        moved = {
            name: [[places[place], *rest] for place, *rest in saved[name] if place in places]
            for name in ("writes", "waiting", "timers")
        }
        self._restore({**saved, **moved}, state)
        for place, name in enumerate(mine):
            if name not in theirs:
                self._wake_newcomer(place, state)
        return True

    def _wake_newcomer(self, place: int, state: State) -> None:
        """As ``wake_everything``, for one controller."""
        controller = self._controllers[place]
        custom = filter(is_custom, state.tables) if CUSTOM in controller.watches else ()
        for kind in sorted({*controller.watches, *custom}):
            for obj in state.objects(kind):
                change = Change(Ref(kind, obj.metadata.namespace, obj.metadata.name), None, obj)
                for key in controller.wakes(change, state):
                    self._add(place, key, state, int(obj.metadata.resource_version or 0))

    def _names(self) -> list[str]:
        return [controller.name for controller in self._controllers]

    def _restore(self, saved: Mapping[str, Any], state: State) -> None:
        self._writes = {(place, Ref(*key)): count for place, key, count in saved["writes"]}
        self._busy = {each for each, count in self._writes.items() if count >= _WRITES_A_SECOND}
        self._due = {(place, Ref(*key)): (due, cause) for place, key, due, cause in saved["timers"]}
        self._timers = [(due, place, key) for (place, key), (due, _) in self._due.items()]
        heapify(self._timers)
        self._second = -1  # who waits is not held back here: that was done before it was saved
        for place, waiting in saved["waiting"]:
            for key, cause in waiting:
                self._add(place, Ref(*key), state, cause)
        self._second = saved["second"]

    def pop(self) -> tuple[int, Controller, Ref, int] | None:
        """(place, controller, key, cause) of the next key; None when nothing waits."""
        for place, waiting in enumerate(self._waiting):
            if waiting:
                return place, self._controllers[place], *next(self.take(place))
        return None

    def take(self, place: int) -> Iterator[tuple[Ref, int]]:
        """The keys that wait at a place in their order, with their causes; they wait no more once they are given."""
        waiting, heap, is_sorted = self._waiting[place], self._heaps[place], self._controllers[place].order is not None
        while waiting:
            key = heappop(heap)[1] if is_sorted else heappop(heap)
            yield key, waiting.pop(key)

    def put_back(self, place: int, key: Ref, state: State, cause: int) -> None:
        """For who took a key and did nothing about it."""
        self._add(place, key, state, cause)

    def count_writes(self, place: int, keys: Iterable[Ref], now: int) -> None:
        """To be told before the commit of the writes is passed to ``wake``."""
        self._begin(now)
        writes = self._writes
        for key in keys:
            each = place, key
            written = writes[each] = writes.get(each, 0) + 1
            if written >= _WRITES_A_SECOND:
                self._busy.add(each)

    def set_timer(self, place: int, key: Ref, due: int | None, cause: int) -> None:
        """Replaces the key's timer; None for no timer. The newest cause stays with it."""
        if due is None:
            self._due.pop((place, key), None)
            return
        if self._due.get((place, key), (None, 0))[0] != due:
            heappush(self._timers, (due, place, key))
        self._due[place, key] = (due, cause)

    def next_due(self) -> int | None:
        while self._timers:
            due, place, key = self._timers[0]
            if self._due.get((place, key), (None, 0))[0] == due:
                return due
            heappop(self._timers)
        return None

    def fire(self, now: int, state: State) -> None:
        """Moves every key that is due by ``now`` to the waiting ones."""
        self._begin(now)
        for place, key, cause in list(self._fired(now)):
            self._add(place, key, state, cause)

    def _fired(self, now: int) -> Iterator[tuple[int, Ref, int]]:
        while (due := self.next_due()) is not None and due <= now:
            _, place, key = heappop(self._timers)
            yield place, key, self._due.pop((place, key))[1]

    def _begin(self, second: int) -> None:
        if second != self._second:
            self._second = second
            self._writes.clear()
            self._busy.clear()

    def _add(self, place: int, key: Ref, state: State, cause: int) -> None:
        if self._busy and (place, key) in self._busy and self._second >= state.time:
            self.set_timer(place, key, self._second + 1, cause)
            return
        waiting = self._waiting[place]
        known = waiting.get(key)
        if known is None:
            order = self._controllers[place].order
            heappush(self._heaps[place], key if order is None else (order(state, key), key))
        if known is None or known < cause:
            waiting[key] = cause


def _is_of_this_version(saved: Any) -> bool:
    return isinstance(saved, Mapping) and saved.get("version") == _VERSION
