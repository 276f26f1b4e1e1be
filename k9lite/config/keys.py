"""The keys there are, by the names they have in config.yaml, and what of a file's keys cannot be.

Keys are in conflict where two actions of one context want the same one and at least one of them was given it: a
table's own keys come before its pane's, and those before the screen's, as they always did.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from textual.binding import Binding, BindingType
from textual.keys import Keys

from k9lite.app import ConsoleApp
from k9lite.config.file import Config
from k9lite.config.marked import Mistakes
from k9lite.screens.help import written
from k9lite.screens.logs import LogsScreen
from k9lite.screens.main import MainScreen
from k9lite.screens.map import MapScreen
from k9lite.screens.rows import RowsScreen
from k9lite.screens.text import TextScreen
from k9lite.widgets.desk import Desk
from k9lite.widgets.node_map import NodeMap
from k9lite.widgets.pane import Pane
from k9lite.widgets.pressing import key_of
from k9lite.widgets.table import ObjectTable
from k9lite.widgets.text_view import TextView

CONTEXTS: Mapping[str, Sequence[type[object]]] = MappingProxyType(
    {
        "a table": (ObjectTable, Pane, Desk, MainScreen, ConsoleApp),
        "the detail pane": (TextView, Desk, MainScreen, ConsoleApp),
        "a list": (ObjectTable, RowsScreen, ConsoleApp),
        "the map": (NodeMap, MapScreen, ConsoleApp),
        "a text": (TextView, TextScreen, ConsoleApp),
        "logs": (TextView, LogsScreen, ConsoleApp),
    }
)
"""What can be pressed together: the widget that has the focus, and whatever is around it."""
_NO_KEY = "there is no key {!r}: a letter, f1, ctrl+x, shift+up, question_mark"
_MODIFIERS = ("ctrl+", "shift+", "alt+", "super+")
_IN_FOOTERS = ("verb.", "place.", "main.", "rows.", "map.")
_NAMED = frozenset(key.value for key in Keys)


def actions() -> Mapping[str, Binding]:
    """Every action that can have another key, by its name."""
    found: dict[str, Binding] = {}
    for context in CONTEXTS.values():
        for owner in context:
            found.update((binding.id, binding) for binding in _bindings(owner) if binding.id)
    return MappingProxyType(found)


def look_for_mistakes(config: Config, mistakes: Mistakes) -> None:
    """In the keys of a file and of its plugins."""
    there = actions()
    for action, bound in config.keys.items():
        if action not in there:
            mistakes.add(bound.line, f"there is no action {action}: k9lite config keys lists them")
        for key in bound.keys:
            if not _is_key(key):
                mistakes.add(bound.line, _NO_KEY.format(key))
    for plugin in config.plugins:
        if not _is_key(plugin.key):
            mistakes.add(plugin.line, _NO_KEY.format(plugin.key))
    told: set[tuple[str, str, str]] = set()
    for name, context in CONTEXTS.items():
        for key, one, other, line in _conflicts(config, context):
            if (key, one, other) not in told:
                told.add((key, one, other))
                mistakes.add(line, f"{one} and {other} both want the key {key} in {name}: give one of them another")


def renamed(config: Config) -> dict[str, str]:
    """What is written on a key that footers name -> what is written on the one that does the same now."""
    there = actions()
    return {
        written(min(there[action].key.split(","), key=len)): written(min(map(key_of, bound.keys), key=len))
        for action, bound in config.keys.items()
        if action in there and action.startswith(_IN_FOOTERS)
    }


def keymap(config: Config) -> dict[str, str]:
    """As Textual has it."""
    return {action: ",".join(key_of(key) for key in bound.keys) for action, bound in config.keys.items()}


def _conflicts(config: Config, context: Sequence[type[object]]) -> Iterator[tuple[str, str, str, int]]:
    """Key, both actions, and the line of the one that was given it last."""
    holders: dict[str, list[tuple[str, int]]] = {}
    for owner in context:
        for binding in _bindings(owner):
            bound = config.keys.get(binding.id or "")
            keys = binding.key.split(",") if bound is None else [key_of(key) for key in bound.keys]
            for key in keys:
                holders.setdefault(key, []).append((binding.id or binding.action, 0 if bound is None else bound.line))
    if MainScreen in context:
        for plugin in config.plugins:
            holders.setdefault(key_of(plugin.key), []).append((f"plugin {plugin.name}", plugin.line))
    for key, found in holders.items():
        given = [each for each in found if each[1]]
        others = [each for each in found if each not in given[:1]]
        if given and others:
            yield key, given[0][0], others[0][0], max(given[0][1], others[0][1])


def _bindings(owner: type[object]) -> list[Binding]:
    made: list[BindingType] = getattr(owner, "BINDINGS", [])
    return [each if isinstance(each, Binding) else Binding(*each) for each in made]


def _is_key(key: str) -> bool:
    rest = key
    while rest.startswith(_MODIFIERS):
        rest = rest.partition("+")[2]
    return (len(rest) == 1 and rest.isprintable() and rest != ",") or rest in _NAMED or key_of(rest) in _plain_names()


def _plain_names() -> frozenset[str]:
    return frozenset(key_of(chr(code)) for code in range(33, 127))
