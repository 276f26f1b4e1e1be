"""What every key does here, read off the bindings that are alive at the focus; nothing in it is written by hand."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from textwrap import wrap
from types import MappingProxyType
from typing import Any

from textual.app import App
from textual.binding import Binding
from textual.containers import ScrollableContainer
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Input, OptionList, TextArea

from k9lite.screens.text import TextScreen
from k9lite.widgets.pressing import written

_NOTHING: Mapping[str, str] = MappingProxyType({})
_WHAT_AT = 25
_EDGES = 4
"""Cells that a text's frame, its gutter and its scroll bar take."""
_OWN = "own("
"""How actions begin that one place alone has."""
_HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "ObjectTable": "In a table", "Pane": "In a pane", "TextView": "In a text", "NodeMap": "On the map",
        "LogView": "In the logs",
        "OptionList": "In a list", "Button": "On a button", "Tick": "On a tick",
    }
)
_TEXTUALS = frozenset(
    binding.action
    for owner in (Screen, App, ScrollableContainer)
    for binding in owner.BINDINGS
    if isinstance(binding, Binding)
)
_PASSING_ON = frozenset(("clear_marks", *_TEXTUALS))
"""Actions that leave their key to whatever is around, where there is nothing to do for them."""


def help_screen(screen: Screen[Any], words: Mapping[str, str] = _NOTHING) -> TextScreen:
    """``words`` are the prompt's own, where there is one."""
    lines = help_lines(screen, words)
    return TextScreen("Help", lambda: folded(lines, screen.app.size.width - _EDGES))


def folded(lines: Sequence[str], width: int) -> list[str]:
    """Whole words on every line; what a key does goes on below where it begins."""
    return [
        part
        for line in lines
        for part in wrap(line, max(width, _WHAT_AT * 2), subsequent_indent=" " * _WHAT_AT, break_on_hyphens=False)
        or [""]
    ]


def help_lines(screen: Screen[Any], words: Mapping[str, str] = _NOTHING) -> list[str]:
    """Sections of ``key  what it does``: the screen's own keys first, those that are the same everywhere last."""
    lines: list[str] = []
    for heading, rows in sections(screen):
        lines += [heading, *(f"  {keys:<22} {what}" for keys, what in rows), ""]
    if words:
        lines.append("Typed after :")
        lines += [f"  {word:<22} {what}" for word, what in words.items()]
        lines.append(f"  {'any kind':<22} Look at it: pods, po shop, deploy -l app=web, cm -A")
        lines.append(f"  {'any kubectl command':<22} Run it: scale deploy web --replicas=3 (help lists them)")
    return lines


def sections(screen: Screen[Any]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Headings with their (keys, what they do)."""
    found: dict[str, dict[str, tuple[list[str], str]]] = {}
    order: dict[str, int] = {}
    for at, (key, node, binding) in enumerate(_told(screen)):
        heading, first = _heading(node, binding, screen)
        order.setdefault(heading, first or -at)
        keys, _ = found.setdefault(heading, {}).setdefault(binding.action, ([], binding.description))
        keys.append(binding.key_display or written(key))
    for heading in sorted(found, key=order.__getitem__):
        yield heading, [(" ".join(keys), what) for keys, what in found[heading].values()]


def _told(screen: Screen[Any]) -> Iterator[tuple[str, DOMNode, Binding]]:
    """Keys that do something, with whose they are."""
    bound = screen.active_bindings
    for key, active in bound.items():
        if is_told(key, active.node, active.binding, screen):
            yield key, active.node, active.binding
        if active.binding.action in _PASSING_ON:
            yield from _further_out(key, active.node, {each.binding.id for each in bound.values()})


def _further_out(key: str, node: DOMNode, elsewhere: Collection[str | None]) -> Iterator[tuple[str, DOMNode, Binding]]:
    """Who has a key that is passed on; not those that were given another, which is ``elsewhere``."""
    for around in node.ancestors:
        for each in type(around).BINDINGS:
            if not isinstance(each, Binding) or each.id is None or key not in each.key.split(","):
                continue
            if not (each.id in elsewhere and "," not in each.key):
                yield key, around, each
            return


def is_told(key: str, node: DOMNode, binding: Binding, screen: Screen[Any]) -> bool:
    """Not what Textual binds on any screen, but for ways from field to field; nor keys that no terminal sends."""
    is_way = binding.action.startswith("app.focus_") and len(screen.focus_chain) > 1
    pages = node is screen.focused and (isinstance(node, OptionList) or binding.action in ("page_up", "page_down"))
    does = bool(binding.id) or binding.action not in _TEXTUALS or is_way or pages
    return does and bool(binding.description) and not key.startswith("super+")


def shown_key(key: str, binding: Binding) -> str:
    """As it stands on the keyboard."""
    own = key in binding.key.split(",")
    return (binding.key_display if own else None) or written(key)


def _heading(node: DOMNode, binding: Binding, screen: Screen[Any]) -> tuple[str, int]:
    """And its place among them; 0 for what stands between the screen and the focus: the outer first."""
    if binding.action.startswith(_OWN):
        return "Here alone", -2000
    if node is screen:
        return "In this dialog" if screen.is_modal else "The console", -1000
    if isinstance(node, App):
        return "Everywhere", 1000
    if isinstance(node, Input | TextArea):
        return "While you type", 0
    return _HEADINGS.get(type(node).__name__, type(node).__name__), 0
