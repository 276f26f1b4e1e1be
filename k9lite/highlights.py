"""Colours for text: what is a key, a string, a number, a trouble. Pure, one line at a time."""

import re

from k9lite.widgets.text_view import Span

_YAML_KEY = re.compile(r"^(\s*(?:- )*)([^\s:#'\"][^:]*)(:)(?= |$)")
_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
_DESCRIBE_KEY = re.compile(r"^\s*[A-Z][\w ./()%-]*:(?=\s|$)")
_TROUBLE = re.compile(
    r"\b(Warning|Failed|BackOff|CrashLoopBackOff|ErrImagePull|ImagePullBackOff|Unhealthy|OOMKilled)\b"
)


def yaml_spans(line: str) -> list[Span]:
    spans: list[Span] = []
    key = _YAML_KEY.match(line)
    start = 0
    if key is not None:
        spans.append((key.start(2), key.end(2), "key"))
        start = key.end(3)
    value = line[start:].strip()
    if value and value not in ("|", "|-", ">", "{}", "[]"):
        at = line.index(value, start)
        plain_value = value.removeprefix("- ")
        meaning = "number" if _NUMBER.match(plain_value) or plain_value in ("true", "false", "null") else "string"
        spans.append((at, at + len(value), meaning))
    return spans


def describe_spans(line: str) -> list[Span]:
    key = _DESCRIBE_KEY.match(line)
    spans: list[Span] = [(key.start(), key.end(), "key")] if key else []
    return spans + [(match.start(), match.end(), "bad") for match in _TROUBLE.finditer(line)]
