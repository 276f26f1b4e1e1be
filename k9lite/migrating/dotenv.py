"""``.env`` files: a variable a line, as Compose reads them.

    # a comment          A=plain # and one behind a value        B='$kept as it is'
    export C="x\\ny"      D=${A:-from above or from outside}      E: also
"""

import re
from collections.abc import Mapping

from engine.errors import ManifestError
from k9lite.migrating.interpolation import Unreadable, interpolated

_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:[=:]\s*(.*))?")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", '"': '"', "$": "$$"}


def read_dotenv(text: str, source: str, outside: Mapping[str, str]) -> dict[str, str]:
    """In the file's order. A name without a value is taken from ``outside``. Raises ManifestError."""
    found: dict[str, str] = {}
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        line, number = lines[number], number + 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise ManifestError(f'{source}:{number}: unexpected "{line.strip()}": a line is NAME=value')
        name, raw = match.groups()
        if raw is None:
            if name in outside:
                found[name] = outside[name]
            continue
        quote = raw[:1] if raw[:1] in ("'", '"') else ""
        first = number
        while quote and _end(raw, quote) is None:
            if number == len(lines):
                raise ManifestError(f"{source}:{first}: a quote is not closed")
            raw, number = f"{raw}\n{lines[number]}", number + 1
        try:
            found[name] = _value(raw, quote, {**found, **outside})
        except Unreadable as error:
            raise ManifestError(f"{source}:{first}: {error}") from None
    return found


def _end(raw: str, quote: str) -> int | None:
    at = 1
    while at < len(raw):
        if raw[at] == "\\" and quote == '"':
            at += 1
        elif raw[at] == quote:
            return at
        at += 1
    return None


def _value(raw: str, quote: str, variables: Mapping[str, str]) -> str:
    if not quote:
        return interpolated(re.split(r"\s+#", raw, maxsplit=1)[0].strip(), variables, _let)
    inner = raw[1 : _end(raw, quote)]
    if quote == "'":
        return inner
    inner = re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), inner, flags=re.DOTALL)
    return interpolated(inner, variables, _let)


def _let(_name: str) -> None:
    """A variable that is not set stands for nothing."""
