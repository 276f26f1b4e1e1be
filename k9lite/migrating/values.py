"""A value of a Compose file and where it stands: every cast that fails is one line with file and line number.

Plain scalars stay the text they were written as (``1.10`` is no number before somebody asks for one); Compose as
well decides by the field, after interpolation, what a text is.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.errors import ManifestError
from engine.kinds.frozen import frozen

Path = tuple[str | int, ...]


@frozen
class Source:
    """The file a value comes from; ``lines`` has the line of each path that is written there."""

    file: str
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


@frozen
class At:
    """``value`` is None, a text, a list or a mapping of these."""

    value: Any
    path: Path
    source: Source

    @property
    def name(self) -> str:
        """``services.web.ports[0]``."""
        parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return "".join(parts).lstrip(".")

    @property
    def key(self) -> str:
        return str(self.path[-1])

    def mistake(self, what: str) -> ManifestError:
        shown = f"{self.name}: " if self.path else ""
        return ManifestError(f"{self.source.file}:{self.source.line(self.path)}: {shown}{what}")

    def mapping(self) -> dict[str, "At"]:
        """Nothing is the empty mapping."""
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            raise self.mistake("must be a mapping")
        return {key: At(each, (*self.path, key), self.source) for key, each in self.value.items()}

    def items(self) -> list["At"]:
        """Nothing is the empty list."""
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            raise self.mistake("must be a list")
        return [At(each, (*self.path, at), self.source) for at, each in enumerate(self.value)]

    def get(self, key: str) -> "At | None":
        """None where it is missing, or there without a value."""
        found = self.mapping().get(key)
        return None if found is None or found.value is None else found

    @property
    def is_list(self) -> bool:
        return isinstance(self.value, list)

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.value, dict)

    def text(self) -> str:
        if not isinstance(self.value, str):
            raise self.mistake("must be a string")
        return self.value

    def texts(self) -> list[str]:
        """A list of texts, or a single one."""
        return [self.value] if isinstance(self.value, str) else [each.text() for each in self.items()]

    def integer(self) -> int:
        if not re.fullmatch(r"[+-]?\d+", self.text()):
            raise self.mistake(f'must be an integer, not "{self.value}"')
        return int(self.text())

    def octal(self) -> int:
        """File modes: ``0440``, ``0o440`` and, as YAML has it, ``288``."""
        text = self.text()
        if re.fullmatch(r"0o?[0-7]+", text):
            return int(text.replace("o", ""), 8)
        return self.integer()

    def number(self) -> Decimal:
        try:
            number = Decimal(self.text())
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or number < 0:
            raise self.mistake(f'must be a number, not "{self.value}"')
        return number

    def boolean(self) -> bool:
        text = self.text().lower()
        if text not in _BOOLEANS:
            raise self.mistake(f'must be true or false, not "{self.value}"')
        return _BOOLEANS[text]

    def seconds(self) -> int:
        """``1m30s``, at least one second where it is anything at all."""
        text = self.text()
        parts = _DURATION.findall(text)
        if "".join(number + unit for number, unit in parts) != text or not text:
            raise self.mistake(f'must be a duration like 1m30s, not "{text}"')
        whole = sum((Decimal(number) * _SECONDS[unit] for number, unit in parts), Decimal(0))
        return max(1, round(whole)) if whole else 0

    def memory(self) -> str:
        """``50M`` is 50Mi: Compose's units are powers of 1024."""
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?", self.text().lower())
        if match is None:
            raise self.mistake(f'must be a size like 64m, not "{self.value}"')
        number, unit = match.groups()
        if "." not in number:
            return number + _UNITS[unit]
        return str(int(Decimal(number) * 1024 ** (" kmgt".index(unit) if unit not in ("", "b") else 0)))


_BOOLEANS = {"true": True, "yes": True, "y": True, "on": True, "1": True}
_BOOLEANS |= {"false": False, "no": False, "n": False, "off": False, "0": False}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(us|ms|ns|s|m|h|d|w)")
_SECONDS = {
    "ns": Decimal("1e-9"), "us": Decimal("1e-6"), "ms": Decimal("1e-3"), "s": Decimal(1), "m": Decimal(60),
    "h": Decimal(3600), "d": Decimal(86400), "w": Decimal(604800),
}  # fmt: skip
_UNITS = {"": "", "b": "", "k": "Ki", "m": "Mi", "g": "Gi", "t": "Ti"}
