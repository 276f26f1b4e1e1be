"""config.yaml: what may be in it, and what of it is wrong.

    theme: light                      keys:                      columns:
    ascii: false                        main.help: f1              pods: [NAME, READY, label:app, .spec.nodeName]
    linear: false                       verb.delete: [x, delete] plugins:
    mouse: true                       aliases:                     - name: who
    editor: outside                     front: pods -l app=web       key: ctrl+w
                                                                     kinds: [pods, nodes]
                                                                     command: kubectl get events -n $NAMESPACE
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from attrs import Factory, frozen

from engine.errors import UsageError
from engine.kinds import KINDS
from engine.kinds.registry import kind_named
from k9lite.config.columns import trouble
from k9lite.config.marked import Marked, Mistakes, read
from k9lite.plugins import Plugin, split
from k9lite.settings import EDITORS, Asked
from k9lite.themes import known

NAMES = ("theme", "ascii", "linear", "mouse", "editor", "keys", "aliases", "columns", "plugins")
_OF_A_PLUGIN = ("name", "key", "command", "kinds", "confirm")


@frozen(kw_only=True)
class Bound:
    """The keys an action is to have."""

    keys: tuple[str, ...]
    line: int


@frozen(kw_only=True)
class Config:
    """All of a file. ``keys`` are as they were written; whether there are such actions, keys.py knows."""

    file: str = ""
    asked: tuple[Asked, ...] = ()
    keys: Mapping[str, Bound] = Factory(lambda: MappingProxyType({}))
    aliases: Mapping[str, str] = Factory(lambda: MappingProxyType({}))
    columns: Mapping[str, tuple[str, ...]] = Factory(lambda: MappingProxyType({}))
    """Of a kind's name, or of a custom kind's as its definition is called."""
    plugins: tuple[Plugin, ...] = ()


Also = Callable[[Config, Mistakes], None]
"""What else may be wrong with a file: keys.py knows, which asks the screens."""


def load(path: Path, also: Also | None = None) -> Config:
    """Nothing is asked where there is no such file. Raises UsageError with all that is wrong, a line for each."""
    try:
        text = path.read_text()
    except FileNotFoundError:
        return Config(file=str(path))
    except UnicodeDecodeError:
        raise UsageError(f"{path}, line 1: this is not text in UTF-8") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {(error.strerror or '').lower()}") from None
    return parse(text, str(path), also)


def parse(text: str, file: str, also: Also | None = None) -> Config:
    """Raises UsageError with all that is wrong, a line for each."""
    mistakes = Mistakes(file)
    root = read(text, mistakes)
    top = dict(mistakes.entries(root, "config.yaml"))
    for name, marked in top.items():
        if name not in NAMES:
            mistakes.add(marked.line, f"there is no {name}: {', '.join(NAMES)}")
    config = Config(
        file=file,
        asked=tuple(_asked(top, mistakes)),
        keys=_keys(top.get("keys", _NOTHING), mistakes),
        aliases=_aliases(top.get("aliases", _NOTHING), mistakes),
        columns=_columns(top.get("columns", _NOTHING), mistakes),
        plugins=_plugins(top.get("plugins", _NOTHING), mistakes),
    )
    if also is not None and (config.keys or config.plugins):
        also(config, mistakes)
    mistakes.check()
    return config


_NOTHING = Marked(None, 1)


def _asked(top: Mapping[str, Marked], mistakes: Mistakes) -> list[Asked]:
    found = []
    for name in ("ascii", "linear", "mouse"):
        if name in top and (value := mistakes.switch(top[name], name)) is not None:
            source = f"{mistakes.file}, line {top[name].line}"
            found.append(Asked(source=source, **{name: value}))  # type: ignore[arg-type]  # by name
    if "editor" in top and (editor := mistakes.text(top["editor"], "editor")) is not None:
        if editor in EDITORS:
            found.append(Asked(source=f"{mistakes.file}, line {top['editor'].line}", editor=editor))
        else:
            mistakes.add(top["editor"].line, f"editor is {' or '.join(EDITORS)}, not {editor!r}")
    if "theme" in top and (theme := mistakes.text(top["theme"], "theme")) is not None:
        try:
            found.append(Asked(source=f"{mistakes.file}, line {top['theme'].line}", theme=known(theme)))
        except UsageError as error:
            mistakes.add(top["theme"].line, str(error))
    return found


def _keys(marked: Marked, mistakes: Mistakes) -> Mapping[str, Bound]:
    found = {}
    for action, value in mistakes.entries(marked, "keys"):
        keys = tuple(text for text, _ in mistakes.texts(value, f"the key of {action}"))
        if keys:
            found[action] = Bound(keys=keys, line=value.line)
    return MappingProxyType(found)


def _aliases(marked: Marked, mistakes: Mistakes) -> Mapping[str, str]:
    found = {}
    for word, value in mistakes.entries(marked, "aliases"):
        line = mistakes.text(value, f"the alias {word}")
        if len(word.split()) != 1 or word.startswith("-"):
            mistakes.add(value.line, f"an alias is one word, not {word!r}")
        elif line is not None:
            found[word] = line
    return MappingProxyType(found)


def _columns(marked: Marked, mistakes: Mistakes) -> Mapping[str, tuple[str, ...]]:
    found = {}
    for word, value in mistakes.entries(marked, "columns"):
        kind = word if _names_custom(word) else _kind(word, value.line, mistakes)
        specs = mistakes.texts(value, "a column")
        for spec, line in specs:
            if kind is not None and (wrong := trouble(kind, spec)):
                mistakes.add(line, wrong)
        if kind is not None and specs:
            found[kind] = tuple(spec for spec, _ in specs)
    return MappingProxyType(found)


def _plugins(marked: Marked, mistakes: Mistakes) -> tuple[Plugin, ...]:
    if not isinstance(marked.value, tuple | None):
        mistakes.add(marked.line, "plugins are a list: each begins with a dash")
        return ()
    made = [_plugin(each, mistakes) for each in marked.value or ()]
    found: dict[str, Plugin] = {}
    for plugin in (each for each in made if each is not None):
        if plugin.name in found:
            mistakes.add(plugin.line, f"there are two plugins {plugin.name}")
        found[plugin.name] = plugin
    return tuple(found.values())


def _plugin(marked: Marked, mistakes: Mistakes) -> Plugin | None:
    given = dict(mistakes.entries(marked, "a plugin"))
    for name, value in given.items():
        if name not in _OF_A_PLUGIN:
            mistakes.add(value.line, f"a plugin has no {name}: {', '.join(_OF_A_PLUGIN)}")
    texts = {}
    for name in ("name", "key", "command"):
        if name not in given:
            mistakes.add(marked.line, f"a plugin needs a {name}")
        elif (text := mistakes.text(given[name], name)) is not None:
            texts[name] = text
    kinds = [_kind(word, line, mistakes) for word, line in mistakes.texts(given["kinds"], "a kind")] if (
        "kinds" in given
    ) else []
    confirm = mistakes.switch(given["confirm"], "confirm") if "confirm" in given else False
    if len(texts) < 3:
        return None
    try:
        command = split(texts["command"])
    except UsageError as error:
        mistakes.add(given["command"].line, str(error))
        return None
    return Plugin(
        name=texts["name"],
        key=texts["key"],
        command=command,
        kinds=tuple(kind for kind in kinds if kind is not None),
        confirm=confirm or False,
        line=given["key"].line,
    )


def _names_custom(word: str) -> bool:
    """``octopi.stable.example.com``: whether there is such a definition, only a cluster knows."""
    return "." in word and KINDS.get(word) is None and kind_named(word) is None


def _kind(word: str, line: int, mistakes: Mistakes) -> str | None:
    """``pods``, ``po`` or ``Pod``."""
    kind = KINDS.get(word) or kind_named(word)
    if kind is None:
        mistakes.add(line, f"{word} is no kind: pods, nodes and the like, a custom one as PLURAL.GROUP")
        return None
    return kind.name
