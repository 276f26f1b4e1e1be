"""Keys one after the other: the next one is handed on when all that the last one set off has come to rest.

A key is handed to what has the focus; what it opens has the focus some messages later. Keys that are typed faster than
that would still go where the focus was: here they wait, in their order, until what was opened is there and shown.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from time import monotonic
from typing import Any

from textual.app import App
from textual.dom import DOMNode
from textual.events import Key, Paste
from textual.screen import Screen
from textual.widget import Widget

_QUIET_TURNS = 3
"""Turns of the event loop without a message: one could be too few for a handler that gives way once."""
_PATIENCE_SECONDS = 2.0
"""What has not come to rest by then never does: keys are not kept for ever."""
_LOOK_SECONDS = 0.002

_MOVES = frozenset(("up", "down", "left", "right", "pageup", "pagedown", "j", "k"))
"""Keys that open nothing: held down, they go on at once, and what they pass is not shown line by line."""

Typed = Key | Paste
Focus = tuple[object, object]
"""The screen on top, and the widget in it that has the focus."""


class KeysInTurn:
    """For one app, which asks of each key that comes from outside whether it ``waits``."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._waiting: deque[Typed] = deque()
        self._called: list[Typed] = []
        """Those whose turn it is, and that have not come again yet."""
        self._last: Typed | None = None
        self._went_to: object = None
        """What had the focus then."""
        self._walk: asyncio.Task[None] | None = None

    @property
    def at_rest(self) -> bool:
        """Whether the next key would be handed on at once."""
        return self._walk is None

    def waits(self, event: Typed) -> bool:
        """If so, it is posted again when its turn has come."""
        if self._called and event is self._called[0]:
            del self._called[0]
            return False
        if self._walk is None:
            self._last, self._went_to = event, self._focus[1]
            self._walk = asyncio.create_task(self._hand_on(self._focus))
            return False
        if not self._called and not self._waiting and self._go_together(event):
            return False
        self._waiting.append(event)
        return True

    async def _hand_on(self, before: Focus) -> None:
        """``before`` is what had the focus when the key that is under way was handed on."""
        try:
            await self._rest(before)
            while self._waiting:
                before, self._last = self._focus, self._waiting.popleft()
                self._went_to = before[1]
                self._called.append(self._last)
                while self._waiting and self._go_together(self._waiting[0]):
                    self._called.append(self._waiting.popleft())
                for event in tuple(self._called):
                    self._app.post_message(event)
                await self._rest(before)
        finally:
            self._walk = None

    def _go_together(self, event: Typed) -> bool:
        """Whether it need not wait for the last one: a key held down, or another letter of a text."""
        last, field = self._last, self._focus[1]
        if not (isinstance(last, Key) and isinstance(event, Key)):
            return False
        if event.key in _MOVES and event.key == last.key:
            return True
        if not isinstance(field, Widget) or field is not self._went_to:
            return False
        return all(each.is_printable and field.check_consume_key(each.key, each.character) for each in (last, event))

    async def _rest(self, before: Focus) -> None:
        """Until no message waits that it led to; where the focus went elsewhere, until that was shown."""
        nodes = dict.fromkeys(self._nodes())
        await self._quiet(nodes)
        while before != (before := self._focus):
            await self._shown()
            await self._quiet(nodes)

    async def _quiet(self, nodes: dict[DOMNode, None]) -> None:
        turns, until = 0, monotonic() + _PATIENCE_SECONDS
        while turns < _QUIET_TURNS and monotonic() < until:
            await asyncio.sleep(0)
            nodes.update(dict.fromkeys(self._nodes()))
            turns = 0 if any(node.message_queue_size for node in nodes if node.is_running) else turns + 1

    async def _shown(self) -> None:
        """Until the screen on top has drawn itself, or is on top no more."""
        screen, drawn, until = self._screen, asyncio.Event(), monotonic() + _PATIENCE_SECONDS
        if screen is not None:
            screen.call_after_refresh(drawn.set)
        while screen is self._screen is not None and not drawn.is_set() and monotonic() < until:
            await asyncio.sleep(_LOOK_SECONDS)

    def _nodes(self) -> Iterator[DOMNode]:
        """Whatever a key's messages pass: from what has the focus up to the app, and the screens below."""
        yield self._app
        yield from self._app.screen_stack
        if (screen := self._screen) is not None and screen.focused is not None:
            yield from screen.focused.ancestors_with_self

    @property
    def _focus(self) -> Focus:
        screen = self._screen
        return screen, None if screen is None else screen.focused

    @property
    def _screen(self) -> Screen[Any] | None:
        """The one on top; none while the app begins or ends."""
        return next(reversed(self._app.screen_stack), None)
