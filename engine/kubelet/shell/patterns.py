"""POSIX regular expressions, basic and extended, as Python patterns; refused where they could run for ever.

compile_pattern(r"a\\(b\\|c\\)+", extended=False)   ->   re.compile(r"a(b|c)\\+")
"""

import re
from functools import lru_cache

_CLASSES = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s",
    "blank": r" \t", "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9A-Fa-f", "word": r"\w",
    "print": " -~", "cntrl": r"\0-\x1f",
}  # fmt: skip
_SWAPPED = "(){}|+?"
_NESTED = re.compile(r"\([^()]*(?<!\\)[*+{][^()]*\)[*+{]|\([^()]*\|[^()]*\)[*+{]|[*+}][*+{]")


class PatternProblem(Exception):
    """The expression is wrong, or could take for ever."""


@lru_cache(maxsize=512)
def compile_pattern(
    text: str, *, extended: bool = False, fixed: bool = False, ignore_case: bool = False
) -> re.Pattern[str]:
    if len(text) > 1000:
        raise PatternProblem("regular expression too big")
    source = re.escape(text) if fixed else _translated(text, extended)
    if not fixed and (_NESTED.search(source) or len(re.findall(r"(?<!\\)[*+{]", source)) > 8):
        raise PatternProblem("regular expression too complex")
    try:
        return re.compile(source, re.IGNORECASE if ignore_case else 0)
    except (re.error, OverflowError, RecursionError):
        raise PatternProblem("bad regex: Invalid regular expression") from None


def _translated(text: str, extended: bool) -> str:
    out: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text):
            following = text[at + 1]
            swap = not extended and following in _SWAPPED
            out.append(following if swap else {"<": r"\b", ">": r"\b"}.get(following, _escaped(following)))
            at += 2
        elif char == "[":
            piece, at = _bracket(text, at)
            out.append(piece)
        else:
            literal = (not extended and char in _SWAPPED) or (char == "*" and not out)
            out.append("\\" + char if literal else char)
            at += 1
    return "".join(out)


def _escaped(char: str) -> str:
    return "\\" + char if not char.isalpha() or char in "wWsSbBdDnt" else re.escape(char)


def _bracket(text: str, at: int) -> tuple[str, int]:
    end = at + 1
    negated = text[end : end + 1] == "^"
    end += negated
    if text[end : end + 1] == "]":
        end += 1
    while end < len(text) and text[end] != "]":
        close = text.find(":]", end + 2) if text.startswith("[:", end) else -1
        end = close + 2 if close >= 0 else end + 1
    if end >= len(text):
        raise PatternProblem("bad regex: Missing ']'")
    inner = text[at + 1 + negated : end]
    inner = inner.replace("\\", "\\\\")
    for name, chars in _CLASSES.items():
        inner = inner.replace(f"[:{name}:]", chars)
    if inner.startswith("]"):
        inner = "\\" + inner
    inner = re.sub(r"(?<!\\)\[", r"\\[", inner)
    return f"[{'^' if negated else ''}{inner}]", end + 1
