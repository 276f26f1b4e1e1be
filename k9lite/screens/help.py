"""What every key does here, read off the live bindings; nothing in it is written by hand."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import key_to_character
from textual.screen import Screen

from k9lite.screens.text import TextScreen

_AS_MADE: Mapping[str, str] = MappingProxyType({})


def help_screen(
    nodes: Sequence[DOMNode],
    words: Mapping[str, str],
    keymap: Mapping[str, str] = _AS_MADE,
    own: Mapping[str, str] = _AS_MADE,
) -> TextScreen:
    """``nodes`` are asked for their bindings, the most specific first; ``words`` are the prompt's own.

    ``keymap`` says which keys an action has been given, by its name; ``own`` are keys this screen alone has.
    """
    lines = help_lines(nodes, words, keymap)
    if own:
        lines = ["Here alone", *(f"  {key:<22} {what}" for key, what in own.items()), "", *lines]
    return TextScreen("Help", lambda: lines)


def help_lines(
    nodes: Sequence[DOMNode], words: Mapping[str, str], keymap: Mapping[str, str] = _AS_MADE
) -> list[str]:
    """Sections of ``key  what it does``."""
    lines: list[str] = []
    taken: set[str] = set()
    for node in nodes:
        rows = []
        for binding, keys in _bindings(node, keymap):
            fresh = [key for key in keys if key not in taken]
            if fresh and binding.description:
                rows.append((" ".join(shown_key(key, binding) for key in fresh), binding.description))
            taken.update(keys)
        if rows:
            lines += [_heading(node), *(f"  {keys:<22} {what}" for keys, what in rows), ""]
    lines.append("Typed after :")
    lines += [f"  {word:<22} {what}" for word, what in words.items()]
    lines.append(f"  {'any kind':<22} Look at it: pods, po shop, deploy -l app=web, cm -A")
    lines.append(f"  {'any kubectl command':<22} Run it: scale deploy web --replicas=3 (help lists them)")
    return lines


def _bindings(node: DOMNode, keymap: Mapping[str, str]) -> list[tuple[Binding, list[str]]]:
    grouped: dict[str, tuple[Binding, list[str]]] = {}
    for given in type(node).BINDINGS:
        made = given if isinstance(given, Binding) else Binding(*given)
        if not node.check_action(made.action.partition("(")[0], ()):
            continue
        _, keys = grouped.setdefault(made.action, (made, []))
        keys += keymap.get(made.id or "", made.key).split(",")
    return list(grouped.values())


_NAMES = {
    "slash": "/", "colon": ":", "plus": "+", "minus": "-", "underscore": "_", "backslash": "\\", "ctrl+@": "ctrl+space",
}  # fmt: skip
"""Those that Unicode calls otherwise."""


def shown_key(key: str, binding: Binding) -> str:
    """As it stands on the keyboard."""
    own = key in binding.key.split(",")
    return (binding.key_display if own else None) or written(key)


def written(key: str) -> str:
    """``?`` for question_mark."""
    character = _NAMES.get(key) or key_to_character(key) or key
    return character if character.isprintable() and not character.isspace() else key


def _heading(node: DOMNode) -> str:
    if isinstance(node, Screen):
        return "The console"
    return {"ObjectTable": "In a table", "Pane": "In a pane"}.get(type(node).__name__, type(node).__name__)
