"""The console's themes: one line of colours each, chosen so that every meaning can be read on every background of it.

A meaning's text colour and the tint behind rows are apart: ``cursor``, ``changed`` and ``marked`` are laid thinly over
the surface, and only there. What is safe for whom is measured, in the tests, on the styles as they are painted.
``terminal`` takes the sixteen colours that the terminal itself was given, whatever they are.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from engine.errors import UsageError
from engine.kinds.frozen import frozen

if TYPE_CHECKING:
    from textual.theme import Theme

DARK, TERMINAL = "dark", "terminal"


@frozen(kw_only=True)
class Colours:
    """One theme. All but ``ground``, ``surface``, ``panel`` and the tints are colours of text."""

    name: str
    summary: str
    dark: bool = True
    ground: str
    surface: str
    panel: str
    text: str
    muted: str
    ok: str
    warn: str
    bad: str
    accent: str
    key: str
    other: str
    cursor: str
    changed: str
    edge: str
    """Of the pane with the focus, and behind marked rows."""
    frame: str
    """Of the other panes."""
    danger: str
    """Behind the button that deletes."""


_DARK = Colours(
    name=DARK, summary="Light on dark; the one to begin with",
    ground="#121417", surface="#1b1e23", panel="#2a2f37", text="#e4e6ea", muted="#a9b0bb",
    ok="#6fd08c", warn="#f2c14e", bad="#ff9b9b", accent="#8ec5ff", key="#7cc4f5", other="#c9b6ff",
    cursor="#2260b8", changed="#6b5200", edge="#5ea3f0", frame="#7d8695", danger="#a3283a",
)  # fmt: skip
_LIGHT = Colours(
    name="light", summary="Dark on light", dark=False,
    ground="#ffffff", surface="#f6f7f9", panel="#dfe3e9", text="#1b1f24", muted="#4a5160",
    ok="#0a5c2b", warn="#5f3d00", bad="#a1121f", accent="#0b4a99", key="#0b4f8f", other="#5a2ca0",
    cursor="#b4d2f8", changed="#f3dc9c", edge="#2f6fd0", frame="#68717f", danger="#f0b4ba",
)  # fmt: skip
_HIGH = Colours(
    name="high-contrast", summary="Black, white and a few strong colours: 7:1 and more",
    ground="#000000", surface="#000000", panel="#1c1c1c", text="#ffffff", muted="#d6d6d6",
    ok="#5cff8a", warn="#ffe14d", bad="#ffb8b0", accent="#7fe0ff", key="#8fd4ff", other="#e0c8ff",
    cursor="#123f90", changed="#4a3800", edge="#4fb0ff", frame="#9a9a9a", danger="#8a0018",
)  # fmt: skip
_HIGH_LIGHT = Colours(
    name="high-contrast-light", summary="Black on white: 7:1 and more", dark=False,
    ground="#ffffff", surface="#ffffff", panel="#e8e8e8", text="#000000", muted="#303030",
    ok="#00401a", warn="#4a2d00", bad="#7a0010", accent="#00307a", key="#00356b", other="#3f147a",
    cursor="#bcd8ff", changed="#f6e4a4", edge="#0050c0", frame="#606060", danger="#ffb0b0",
)  # fmt: skip
_DEUTERANOPIA = Colours(
    name="deuteranopia", summary="For eyes that do not tell red from green: blue is well, yellow warns, rose is bad",
    ground="#121417", surface="#1b1e23", panel="#2a2f37", text="#e4e6ea", muted="#a9b0bb",
    ok="#7cc0ff", warn="#f7e463", bad="#f7a070", accent="#c3b5ff", key="#8cc8f5", other="#d7c9ff",
    cursor="#2258a8", changed="#5c5200", edge="#5ea3f0", frame="#7d8695", danger="#96431c",
)  # fmt: skip
_TRITANOPIA = Colours(
    name="tritanopia", summary="For eyes that do not tell blue from green: cyan is well, sand warns, red is bad",
    ground="#121417", surface="#1b1e23", panel="#2a2f37", text="#e4e6ea", muted="#a9b0bb",
    ok="#4fd0d8", warn="#ffe6dc", bad="#ff9090", accent="#a6d8dc", key="#8fd0dc", other="#e6c0c8",
    cursor="#20606c", changed="#5c3c3c", edge="#50a8b4", frame="#7d8695", danger="#a3283a",
)  # fmt: skip
_DEUTERANOPIA_LIGHT = Colours(
    name="deuteranopia-light", summary="The same on light", dark=False,
    ground="#ffffff", surface="#f6f7f9", panel="#dfe3e9", text="#1b1f24", muted="#4a5160",
    ok="#0040a8", warn="#6a5200", bad="#5a1500", accent="#4a2ca0", key="#0b4f8f", other="#5a2ca0",
    cursor="#b4d2f8", changed="#efe2a0", edge="#2f6fd0", frame="#68717f", danger="#f0c4a8",
)  # fmt: skip
_TRITANOPIA_LIGHT = Colours(
    name="tritanopia-light", summary="The same on light", dark=False,
    ground="#ffffff", surface="#f6f7f9", panel="#dfe3e9", text="#1b1f24", muted="#4a5160",
    ok="#005a60", warn="#4a3038", bad="#a80016", accent="#0a5560", key="#0b5a68", other="#7a2038",
    cursor="#b0dde4", changed="#f3d0ca", edge="#1f8090", frame="#68717f", danger="#f0b4ba",
)  # fmt: skip

COLOURS: Sequence[Colours] = (
    _DARK, _LIGHT, _HIGH, _HIGH_LIGHT, _DEUTERANOPIA, _DEUTERANOPIA_LIGHT, _TRITANOPIA, _TRITANOPIA_LIGHT,
)  # fmt: skip

THEMES: Mapping[str, str] = MappingProxyType(
    {**{each.name: each.summary for each in COLOURS}, TERMINAL: "The sixteen colours that your terminal has"}
)
"""Each theme with one line about it, in the order that a key goes through them."""


def known(name: str) -> str:
    """The name itself. Raises UsageError naming those there are."""
    if name not in THEMES:
        raise UsageError(f'there is no theme "{name}": {", ".join(THEMES)}')
    return name


def after(name: str) -> str:
    """The next one, round and round."""
    names = list(THEMES)
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]


def themes() -> "list[Theme]":
    """As Textual has them."""
    return [*(_theme(each) for each in COLOURS), _terminal()]


def _theme(colours: Colours) -> "Theme":
    from textual.theme import Theme

    return Theme(
        name=colours.name,
        dark=colours.dark,
        background=colours.ground,
        surface=colours.surface,
        panel=colours.panel,
        foreground=colours.text,
        primary=colours.cursor,
        secondary=colours.other,
        accent=colours.edge,
        warning=colours.changed,
        error=colours.danger,
        success=colours.ok,
        variables={
            "text": colours.text,
            "text-muted": colours.muted,
            "text-disabled": colours.muted,
            "panel-lighten-2": colours.frame,
            "text-success": colours.ok,
            "text-warning": colours.warn,
            "text-error": colours.bad,
            "text-accent": colours.accent,
            "text-primary": colours.key,
            "text-secondary": colours.other,
            "foreground-muted": colours.muted,
            "scrollbar": colours.frame,
            "scrollbar-hover": colours.edge,
            "scrollbar-active": colours.edge,
            "scrollbar-background": colours.panel,
            "scrollbar-background-hover": colours.panel,
            "scrollbar-background-active": colours.panel,
            "scrollbar-corner-color": colours.panel,
        },
    )


def _terminal() -> "Theme":
    from textual.theme import Theme

    return Theme(
        name=TERMINAL,
        ansi=True,
        primary="ansi_blue",
        secondary="ansi_magenta",
        accent="ansi_cyan",
        warning="ansi_yellow",
        error="ansi_red",
        success="ansi_green",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        variables={
            "ansi-background": "ansi_default",
            "ansi-foreground": "ansi_default",
            "panel-lighten-2": "ansi_default",
            "border-blurred": "ansi_default",
            "block-cursor-foreground": "ansi_default",
            "block-cursor-background": "ansi_default",
            "block-cursor-text-style": "reverse",
            "input-cursor-foreground": "ansi_default",
            "input-cursor-background": "ansi_default",
            "input-cursor-text-style": "reverse",
        },
    )
