"""Packs what nobody uses: a State takes less memory while it rests, and its Events do while it grows.

Events, endpoints and indices are many for each pod and are looked into a few at a time. A hand goes round their
chunks, when a cluster rests and now and then while much happens. A chunk that lies in a log is let go if nobody looked
into it since the hand was there last; of one that no checkpoint has written yet the page is made now, deflated, and
kept in its place: a tenth of what the objects take. Who asks for it gets what was there, so that memory is a cache and
nothing else.

It works through no more than a little at a time, and never lays what came late into the chunks: where they end decides
what a log has as a page, and that must not depend on this.
"""

from collections.abc import Iterator
from typing import Any

from engine.store.checkpoint import all_maps_of
from engine.store.checkpointer import Checkpointer
from engine.store.chunk import Chunk
from engine.store.dictionary import dictionary
from engine.store.packed import raw_values, told_at
from engine.store.packing import Packer
from engine.store.pages import EVENTS, LogPage, Pages, encoding, is_listed
from engine.store.state import State

_CHANGES = 1 << 16
"""After so many the hand goes round, however busy the cluster is,"""
_SECONDS = 15
"""and after so many of cluster time"""
_FEW = 256
"""in which no more than so many came: while much happens, memory is not worth the time."""
_SLICE_BYTES = 1 << 17
"""Of pages, not deflated yet: some 4 ms."""
_MUCH_BYTES = 1 << 22
"""Packed while a cluster went on, to give back to the system what it freed."""
_OBJECTS = 4
"""Encoded at once: an EndpointSlice of a hundred pods takes some 2 ms."""
_CHUNK_BYTES = 50
"""What is as much work as to look at a chunk."""


class Resting:
    """One for each cluster that goes on."""

    def __init__(self, packer: Packer | None) -> None:
        """``packer`` is that of the log, if there is one that packs."""
        self._packer = packer or Packer(dictionary())
        self._pages = Pages(self._packer.inflate)
        self._state = State()
        self._next_at = self._changes = self._lately = self._packed_bytes = 0
        self._is_idle = True
        self._round: Iterator[int] | None = None

    def go_on(self, state: State, now: int, changes: int, checkpointer: Checkpointer | None) -> bool:
        """Does some work if it is time to; ``changes`` are those since this was called last.

        Says whether much was packed and nothing more is: what was freed may go back to the system.
        """
        is_time = self._is_time(now, changes)
        if self._round is None:
            if not is_time:
                return False
            self._round, self._is_idle = self._going_round(checkpointer), True
        self._state = state
        left_bytes = _SLICE_BYTES
        for done_bytes in self._round:
            left_bytes -= done_bytes
            if left_bytes <= 0:
                break
        else:
            self._round = None
        self._state = State()
        if self._round is not None or not self._is_idle or self._packed_bytes < _MUCH_BYTES:
            return False
        self._packed_bytes = 0
        return True

    def _is_time(self, now: int, changes: int) -> bool:
        self._changes += changes
        self._lately += changes
        is_quiet = False
        if now >= self._next_at:
            is_quiet = self._lately <= _FEW
            self._next_at, self._lately = now + _SECONDS, 0
        if is_quiet or self._changes >= _CHANGES:
            self._changes = 0
            return True
        return False

    def _going_round(self, checkpointer: Checkpointer | None) -> Iterator[int]:
        for name in [name for name in all_maps_of(self._state) if not is_listed(name)]:
            for chunk in all_maps_of(self._state)[name].laid:
                yield _CHUNK_BYTES
                if chunk.page is None and _is_unused(chunk):
                    yield from self._pack(name, chunk)
        self._pages.let_go_unused()
        if checkpointer is not None and checkpointer.pages is not None:
            checkpointer.pages.let_go_unused()

    def _pack(self, name: str, chunk: Chunk[Any, Any]) -> Iterator[int]:
        data = yield from encoding(name, chunk.load(), _OBJECTS)
        if chunk.page is None:  # no checkpoint came in between
            if name == EVENTS:
                chunk.least = min(map(told_at, raw_values(chunk.load()[1])))
            chunk.page = LogPage(self._pages, self._packer.deflate(data), len(chunk), name)
            chunk.lists = None
            self._packed_bytes += len(data)
            self._is_idle = False
        yield len(data)


def _is_unused(chunk: Chunk[Any, Any]) -> bool:
    """Since this was asked last."""
    was_old, was_touched = chunk.is_old, chunk.touched
    chunk.is_old, chunk.touched = True, False
    return was_old and not was_touched
