"""Events put together: of each object and reason how often and when last, or of each reason alone. The newest first.

What a chunk holds is put together once; of each only the newest count, so that a merge stays short however many
Events there are.
"""

from collections.abc import Callable, Iterable
from heapq import nlargest
from typing import Any

from attrs import evolve

from engine.kinds import Event, Object, Ref
from engine.kinds.frozen import frozen
from engine.store.chunk import Chunk
from engine.store.state import State

_MOST_OF_CHUNK, MOST = 100, 1000
Subject = tuple[str, str, str, str]
"""Type, reason, and the object's kind; its namespace and name, "" where they make no difference."""


@frozen(kw_only=True)
class Group:
    """``ref`` is the object, or the one that it happened to last."""

    type: str
    reason: str
    ref: Ref
    message: str
    count: int
    last: int
    objects: int = 1


class Groups:
    """``take`` a State, then ``newest``."""

    def __init__(self) -> None:
        self.by_reason = False
        self._chunks: dict[Chunk[Any, Object], dict[Any, Group]] = {}

    def toggle(self) -> None:
        self.by_reason = not self.by_reason
        self._chunks = {}

    def take(self, state: State, more: Callable[[], bool]) -> bool:
        """Whether all Events are put together; False where ``more`` said no before."""
        before, self._chunks, unseen = self._chunks, {}, []
        for _, chunk in state.table(Event.kind).chunks():
            if chunk in before:
                self._chunks[chunk] = before[chunk]
            else:
                unseen.append(chunk)
        for place, chunk in enumerate(unseen):
            if place and not more():
                return False
            self._chunks[chunk] = self._together(chunk.load()[1])
        return True

    def newest(self) -> list[Group]:
        found: dict[Any, Group] = {}
        for groups in self._chunks.values():
            for key, group in groups.items():
                found[key] = merged(found[key], group) if key in found else group
        return nlargest(MOST, found.values(), key=_recent)

    def _together(self, events: Iterable[Object]) -> dict[Any, Group]:
        found: dict[Any, Group] = {}
        for event in events:
            assert isinstance(event, Event)
            about = event.involved_object
            ref = Ref(about.kind, about.namespace, about.name)
            key = (event.type, event.reason, ref.kind) if self.by_reason else (event.type, event.reason, ref)
            group = Group(
                type=event.type, reason=event.reason, ref=ref, message=event.message,
                count=max(1, event.count), last=event.last_timestamp or event.first_timestamp or 0,
            )  # fmt: skip
            found[key] = merged(found[key], group) if key in found else group
        if not self.by_reason and len(found) > _MOST_OF_CHUNK:
            return dict(nlargest(_MOST_OF_CHUNK, found.items(), key=lambda item: _recent(item[1])))
        return found


def merged(one: Group, other: Group) -> Group:
    """The newer says what it was."""
    newer = other if _recent(other) > _recent(one) else one
    apart = one.ref != other.ref
    return evolve(newer, count=one.count + other.count, objects=one.objects + other.objects if apart else one.objects)


def _recent(group: Group) -> tuple[int, str]:
    return group.last, group.ref.name
