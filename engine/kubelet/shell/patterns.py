"""POSIX regular expressions, basic and extended: ``compile_pattern(...) -> Pattern``.

    compile_pattern(r"a\\(b\\|c\\)+", extended=False)   ->   Python's a(b|c)\\+

Expressions that could take Python's ``re`` for ever are searched with an automaton instead.
"""

import re
from functools import lru_cache

from engine.kinds.frozen import frozen
from engine.kubelet.shell.automaton import Automaton, TooComplex, automaton

_CLASSES = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s",
    "blank": r" \t", "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9A-Fa-f", "word": r"\w",
    "print": " -~", "cntrl": r"\0-\x1f",
}  # fmt: skip
_SWAPPED = "(){}|+?"
_UNBOUNDED = re.compile(r"(?<!\\)(?:[*+]|\{\d*,\d*\})")
_REPEATED = re.compile(r"(?<!\\)\)(?:[*+]|\{\d*,?\d*\})")
_NESTED = re.compile(r"[*+|}][^()]*\)(?:[*+]|\{\d*,?\d*\})|\)\)(?:[*+]|\{)")
_LONGEST = 8192
_LONGEST_OF = {0: 8192, 1: 8192, 2: 2000, 3: 400, 4: 120}
"""How much text ``re`` may be given, by the number of repetitions without an upper bound."""


class PatternProblem(Exception):
    """The expression is wrong, or too big."""


@frozen
class Pattern:
    """``compiled`` finds what matched; ``safe`` stands in for it where only yes or no is asked."""

    compiled: re.Pattern[str]
    safe: Automaton | None = None

    def matches(self, text: str) -> bool:
        text = text[:_LONGEST]
        return self.safe.search(text) if self.safe is not None else self.compiled.search(text) is not None

    def within(self, text: str) -> str:
        """As much of ``text`` as may be searched for what matched where. Raises PatternProblem if none may be."""
        if _NESTED.search(self.compiled.pattern):
            raise PatternProblem("regular expression too complex")
        return text[: _LONGEST_OF.get(len(_UNBOUNDED.findall(self.compiled.pattern)), 60)]


@lru_cache(maxsize=512)
def compile_pattern(
    text: str, *, extended: bool = False, fixed: bool = False, ignore_case: bool = False, around: str = ""
) -> Pattern:
    r"""``around`` "word" or "line" lets only whole words or lines match. Raises PatternProblem."""
    if len(text) > 1000:
        raise PatternProblem("regular expression too big")
    source = re.escape(text) if fixed else _translated(text, extended)
    if around:
        edges = (r"\b", r"\b") if around == "word" else ("^", "$")
        source = f"{edges[0]}(?:{source}){edges[1]}"
    try:
        compiled = re.compile(source, re.IGNORECASE if ignore_case else 0)
        risky = not fixed and (len(_UNBOUNDED.findall(source)) > 1 or _REPEATED.search(source))
        return Pattern(compiled, automaton(source, ignore_case=ignore_case) if risky else None)
    except (re.error, OverflowError, RecursionError):
        raise PatternProblem("bad regex: Invalid regular expression") from None
    except TooComplex:
        raise PatternProblem("regular expression too big") from None


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
    return "\\" + char if not char.isalnum() or char in "wWsSbBdDnt" else re.escape(char)


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
    if inner.startswith("]"):
        inner = "\\" + inner
    inner = re.sub(r"(?<!\\)\[(?!:)", r"\\[", inner)
    for name, chars in _CLASSES.items():
        inner = inner.replace(f"[:{name}:]", chars)
    return f"[{'^' if negated else ''}{inner}]", end + 1
