"""How Go prints a JSON-shaped value: ``map[a:b]``, ``[a b]``, ``<nil>``; what templates and custom columns show."""

from collections.abc import Mapping
from typing import Any


def go_text(value: Any) -> str:
    """``fmt.Sprint`` of a value."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case float():
            return _float_text(value)
        case Mapping():
            return "map[" + " ".join(f"{key}:{go_text(value[key])}" for key in sorted(value)) + "]"
        case list() | tuple():
            return "[" + " ".join(map(go_text, value)) + "]"
        case _:
            return str(value)


def _float_text(value: float) -> str:
    """Go's %v: the shortest digits, an exponent only for what is very large or small."""
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    text = repr(value)
    if "e" not in text:
        return text
    digits, _, exponent = text.partition("e")
    sign = exponent[0] if exponent[0] in "+-" else "+"
    return f"{digits}e{sign}{exponent.lstrip('+-').zfill(2)}"
