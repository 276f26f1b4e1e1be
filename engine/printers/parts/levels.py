"""How an object is doing, in a level, a glyph and one line that says why. Colours are the console's."""

from typing import Literal

from engine.kinds.frozen import frozen

Level = Literal["ok", "warn", "bad", "done", "dim"]


@frozen
class Health:
    """``reason`` answers "why is this row red" in one line; "" where nothing is wrong."""

    level: Level
    reason: str = ""

    @property
    def glyph(self) -> str:
        """One cell wide, and different for every level, so that colour is never the only sign."""
        return _GLYPHS[self.level]


_GLYPHS: dict[Level, str] = {"ok": "●", "warn": "▲", "bad": "✗", "done": "✓", "dim": "○"}

OK = Health("ok")
