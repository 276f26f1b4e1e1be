"""What was asked of the console, and by whom: the command line, the environment, the config file, or nobody.

Facts only. Who is asked first, and what a terminal can do, ``settled`` knows; it reads nothing by itself.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from attrs import Factory

from engine.errors import UsageError
from engine.kinds.frozen import frozen
from k9lite.preferences import Preferences
from k9lite.themes import DARK, TERMINAL, THEMES, known

if TYPE_CHECKING:
    from k9lite.config.file import Config
    from k9lite.plugins import Plugin
    from k9lite.resource import ResourceOf

NOBODY = "by itself"
MATTER = "console"
"""The file of the Preferences about what was chosen in the console itself."""
_CHOSEN = ":theme"
CONSOLE, OUTSIDE = "console", "outside"
EDITORS = (CONSOLE, OUTSIDE)
_YES, _NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


@frozen(kw_only=True)
class Settings:
    """``sources`` says for each name who asked for it, where somebody did."""

    theme: str = DARK
    ascii: bool = False
    linear: bool = False
    mouse: bool = True
    editor: str = CONSOLE
    """Where a manifest is edited: in the console, or in $EDITOR."""
    colourless: bool = False
    """NO_COLOR: no colour of ours is sent, and none of the terminal's is chosen."""
    config: "Config | None" = None
    """All of config.yaml, checked."""
    sources: Mapping[str, str] = Factory(lambda: MappingProxyType({}))

    def source(self, name: str) -> str:
        return self.sources.get(name, NOBODY)

    def whole(self, line: str) -> str:
        """A typed line with its first word written out, where that is an alias of the user's."""
        word, space, rest = line.strip().partition(" ")
        long = None if self.config is None else self.config.aliases.get(word)
        return line if long is None else f"{long}{space}{rest}"

    def words(self, text: str) -> list[str]:
        """The user's own words that begin so."""
        return [] if self.config is None else [word for word in self.config.aliases if word.startswith(text)]

    @property
    def plugins(self) -> "tuple[Plugin, ...]":
        return () if self.config is None else self.config.plugins

    def plugin(self, name: str) -> "Plugin":
        """Raises UsageError naming those there are."""
        for plugin in self.plugins:
            if plugin.name == name:
                return plugin
        there = ", ".join(plugin.name for plugin in self.plugins) or "none (config.yaml has them)"
        raise UsageError(f'there is no plugin "{name}": {there}')


@frozen(kw_only=True)
class Asked:
    """What one source asks for; None is nothing."""

    source: str
    theme: str | None = None
    ascii: bool | None = None
    linear: bool | None = None
    mouse: bool | None = None
    editor: str | None = None


def of_environment(environ: Mapping[str, str]) -> list[Asked]:
    """K9LITE_THEME, K9LITE_ASCII, K9LITE_LINEAR and K9LITE_MOUSE, each a source of its own. Raises UsageError."""
    found = []
    for name in ("theme", "ascii", "linear", "mouse"):
        variable = f"K9LITE_{name.upper()}"
        if variable not in environ:
            continue
        text = environ[variable]
        if name == "theme":
            found += [Asked(source=variable, theme=_theme(text, variable))] if text else []
        else:
            found.append(Asked(source=variable, **{name: _switch(text, variable)}))  # type: ignore[arg-type]  # by name
    return found


def settled(
    asked: Sequence[Asked], environ: Mapping[str, str], *, chosen_theme: str = "", config: "Config | None" = None
) -> Settings:
    """The first of ``asked`` that says something is heard; then the terminal, and a theme that was kept."""
    first: dict[str, tuple[object, str]] = {}
    for each in asked:
        for name in ("theme", "ascii", "linear", "mouse", "editor"):
            value = getattr(each, name)
            if value is not None:
                first.setdefault(name, (value, each.source))
    if not writes_unicode(environ):
        first.setdefault("ascii", (True, "the locale, which is not UTF-8"))
    colourless, colours = bool(environ.get("NO_COLOR")), colours_of(environ)
    if colourless:
        first["theme"] = (TERMINAL, "NO_COLOR")
    elif colours <= 16:
        first.setdefault("theme", (TERMINAL, f"a terminal of {colours} colours"))
    elif chosen_theme in THEMES:
        first.setdefault("theme", (chosen_theme, _CHOSEN))
    sources = MappingProxyType({name: source for name, (_, source) in first.items()})
    values = {name: value for name, (value, _) in first.items()}
    return Settings(colourless=colourless, config=config, sources=sources, **values)  # type: ignore[arg-type]  # checked as asked


def resources_of(settings: Settings) -> "ResourceOf":
    """How kinds look in tables: as the console has it, but for the columns that are wanted otherwise."""
    from k9lite.resources import resource_of

    if settings.config is None or not settings.config.columns:
        return resource_of
    from k9lite.config.columns import customised

    return customised(settings.config.columns)


def wants_tour(preferences: Preferences, environ: Mapping[str, str]) -> bool:
    """Whether nothing has ever been kept for this user, and nobody asked to be left alone (K9LITE_TOUR=no, CI)."""
    folder = preferences.folder
    if folder is None or "CI" in environ or not _switch(environ.get("K9LITE_TOUR", "yes"), "K9LITE_TOUR"):
        return False
    return not (folder.exists() and any(folder.iterdir()))


def kept_theme(preferences: Preferences) -> str:
    """The one chosen in the console last, "" for none."""
    return str(preferences.load(MATTER).get("theme", ""))


def keep_theme(preferences: Preferences, settings: Settings, name: str) -> str:
    """For the next start; says so, or who will ask for another one then. Raises UsageError."""
    preferences.save(MATTER, {**preferences.load(MATTER), "theme": name})
    asked = settings.sources.get("theme", _CHOSEN)
    return f"theme {name}" + ("" if asked == _CHOSEN else f", until you leave: {asked} asks for {settings.theme}")


def colours_of(environ: Mapping[str, str]) -> int:
    """How many the terminal shows, as it says itself: 16 where it says nothing."""
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return 1 << 24
    term = environ.get("TERM", "").strip().lower()
    return 256 if term.endswith(("256color", "-kitty", "-direct")) or term == "kitty" else 16


def writes_unicode(environ: Mapping[str, str]) -> bool:
    """Whether the locale is one of UTF-8; where nothing is said of it, as in most containers, terminals are.

    Python itself puts C.UTF-8 into LC_CTYPE where the locale is C: that one is not what anybody asked for.
    """
    ctype = environ.get("LC_CTYPE", "")
    asked = environ.get("LC_ALL") or ("" if ctype == "C.UTF-8" else ctype) or environ.get("LANG") or ctype
    return not asked or "utf8" in asked.lower().replace("-", "")


def _theme(text: str, source: str) -> str:
    try:
        return known(text)
    except UsageError as error:
        raise UsageError(f"{source}: {error}") from None


def _switch(text: str, source: str) -> bool:
    if text.lower() in (*_YES, *_NO):
        return text.lower() in _YES
    raise UsageError(f"{source}: {text!r} is neither yes nor no")
