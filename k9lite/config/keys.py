"""The keys there are, by the names they have in config.yaml, and what of a file's keys cannot be.

Keys are in conflict where two actions of one context want the same one and at least one of them was given it: a
table's own keys come before its pane's, and those before the screen's, as they always did. What overlapped before
anybody was asked (a list's own key over a verb's) is no conflict.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from textual.binding import Binding, BindingType
from textual.keys import Keys
from textual.widgets import Input, OptionList, TextArea

from k9lite.app import ConsoleApp
from k9lite.config.file import Bound, Config
from k9lite.config.marked import Mistakes
from k9lite.own_keys import OWN_KEYS
from k9lite.screens.choose import ChooseScreen
from k9lite.screens.editor import EditorScreen
from k9lite.screens.form import FormScreen
from k9lite.screens.labels import LabelsScreen
from k9lite.screens.logs import LogsScreen
from k9lite.screens.main import MainScreen
from k9lite.screens.map import MapScreen
from k9lite.screens.review import ReviewScreen
from k9lite.screens.rows import RowsScreen
from k9lite.screens.shell import ShellScreen
from k9lite.screens.text import TextScreen
from k9lite.widgets.command_line import CommandLine
from k9lite.widgets.desk import Desk
from k9lite.widgets.node_map import NodeMap
from k9lite.widgets.pane import Pane
from k9lite.widgets.pressing import key_of, shortest, written
from k9lite.widgets.table import ObjectTable
from k9lite.widgets.text_view import TextView
from k9lite.widgets.tick import Tick
from k9lite.widgets.yaml_area import YamlArea

_NO_KEY = "there is no key {!r}: a letter, f1, ctrl+x, shift+up, question_mark"
_MODIFIERS = ("ctrl+", "shift+", "alt+", "super+")
_ON_FOOTERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"main": ("main.",), "rows": ("rows.",), "map": ("map.", "main.cancel")}
)
"""Screens whose footer names keys -> their actions, beside those of verbs and places."""
_NOTHING = Bound(keys=(), line=0)
_NAMED = frozenset(key.value for key in Keys)


def _bindings(*owners: type[object]) -> tuple[Binding, ...]:
    """Those of classes, the innermost first; a field's are Textual's own."""
    made: list[BindingType] = [each for owner in owners for each in owner.__dict__.get("BINDINGS", ())]
    return tuple(each if isinstance(each, Binding) else Binding(*each) for each in made)


def _places() -> dict[str, tuple[Binding, ...]]:
    """Lists with keys of their own: those come before all others."""
    found: dict[str, tuple[Binding, ...]] = {}
    for name, own in OWN_KEYS.items():
        place = f"the list of {name.partition('.')[0]}"
        found[place] = (*found.get(place, ()), Binding(own.key, "own", own.label, id=name))
    return {place: (*own, *_bindings(ObjectTable, RowsScreen, ConsoleApp)) for place, own in found.items()}


CONTEXTS: Mapping[str, tuple[Binding, ...]] = MappingProxyType(
    {
        "a table": _bindings(ObjectTable, Pane, Desk, MainScreen, ConsoleApp),
        "the detail pane": _bindings(TextView, Desk, MainScreen, ConsoleApp),
        "a list": _bindings(ObjectTable, RowsScreen, ConsoleApp),
        **_places(),
        "the map": _bindings(NodeMap, MapScreen, ConsoleApp),
        "a text": _bindings(TextView, TextScreen, ConsoleApp),
        "logs": _bindings(TextView, LogsScreen, ConsoleApp),
        "the command line": _bindings(CommandLine, Input, ConsoleApp),
        "the editor": _bindings(YamlArea, TextArea, EditorScreen, ConsoleApp),
        "a shell": _bindings(ShellScreen, Input, ConsoleApp),
        "a form": _bindings(Input, FormScreen),
        "a form's ticks": _bindings(Tick, FormScreen),
        "the table of labels": _bindings(ObjectTable, LabelsScreen),
        "the line of labels": _bindings(Input, LabelsScreen),
        "a choice": _bindings(OptionList, ChooseScreen),
        "a review": _bindings(OptionList, ReviewScreen),
    }
)
"""What can be pressed together: the keys of the widget that has the focus, and of whatever is around it."""
_WHILE_TYPING: Mapping[str, tuple[Binding, ...]] = MappingProxyType(
    {
        "a command": _bindings(CommandLine),
        "a manifest": _bindings(YamlArea, EditorScreen),
        "a shell": _bindings(ShellScreen),
        "a form": _bindings(FormScreen),
    }
)
"""What letters are typed into: none of these can be a letter."""


def actions() -> Mapping[str, Binding]:
    """Every action that can have another key, by its name."""
    return MappingProxyType({each.id: each for context in CONTEXTS.values() for each in context if each.id})


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
    for where, context in _WHILE_TYPING.items():
        for each in context:
            asked = config.keys.get(each.id or "", _NOTHING)
            for key in asked.keys:
                if len(written(key_of(key))) == 1 or key == "space":
                    mistakes.add(asked.line, f"the key {key} is typed into {where}: {each.id} needs one that is not")
    told: set[tuple[str, str, str]] = set()
    for name, context in CONTEXTS.items():
        for key, one, other, line in _conflicts(config, context, with_plugins="main." in _prefixes(context)):
            if (key, one, other) not in told:
                told.add((key, one, other))
                mistakes.add(line, f"{one} and {other} both want the key {key} in {name}: give one of them another")


def renamed(config: Config) -> Mapping[str, Mapping[str, str]]:
    """By screen: what is written on a key that its footer names -> what is written on the one that was given."""
    there = actions()
    return {
        screen: {
            shown: shortest(",".join(map(key_of, bound.keys)))
            for action, bound in config.keys.items()
            if action in there and action.startswith(("verb.", "place.", *prefixes))
            for shown in _footer_names(there[action].key)
        }
        for screen, prefixes in _ON_FOOTERS.items()
    }


def _footer_names(keys: str) -> set[str]:
    """As hints may write them."""
    each = keys.split(",")
    return {*map(shortest, each), *map(written, each), *(("⏎",) if "enter" in each else ())}


def keymap(config: Config) -> dict[str, str]:
    """As Textual has it."""
    return {action: ",".join(key_of(key) for key in bound.keys) for action, bound in config.keys.items()}


def _prefixes(context: Sequence[Binding]) -> set[str]:
    return {f"{each.id.partition('.')[0]}." for each in context if each.id}


def _conflicts(
    config: Config, context: Sequence[Binding], *, with_plugins: bool
) -> Iterator[tuple[str, str, str, int]]:
    """Key, both actions, and the line of the one that was given it last."""
    holders: dict[str, list[tuple[str, int]]] = {}
    for binding in context:
        name, bound = binding.id or f"“{binding.description}”", config.keys.get(binding.id or "")
        own = binding.key.split(",")
        for key in own if bound is None else [key_of(key) for key in bound.keys]:
            holders.setdefault(key, []).append((name, 0 if bound is None or key in own else bound.line))
    if with_plugins:
        for plugin in config.plugins:
            holders.setdefault(key_of(plugin.key), []).append((f"plugin {plugin.name}", plugin.line))
    for key, found in holders.items():
        given = [each for each in found if each[1]]
        others = [each for each in found if each not in given[:1]]
        if given and others:
            yield key, given[0][0], others[0][0], max(given[0][1], others[0][1])


def _is_key(key: str) -> bool:
    rest = key
    while rest.startswith(_MODIFIERS):
        rest = rest.partition("+")[2]
    return (len(rest) == 1 and rest.isprintable() and rest != ",") or rest in _NAMED or key_of(rest) in _plain_names()


def _plain_names() -> frozenset[str]:
    return frozenset(key_of(chr(code)) for code in range(33, 127))
