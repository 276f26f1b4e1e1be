"""Structured lines: the fields of a JSON or logfmt line, the line in few words, and how bad it is. Pure.

    {"ts":1,"level":"error","msg":"no answer","status":503}   ->   ERROR no answer status=503
"""

import json
import re
from collections.abc import Mapping
from typing import Any

LEVELS = ("trace", "debug", "info", "warn", "error", "fatal")
"""From harmless to bad."""
_LEVEL_KEYS = ("level", "lvl", "severity", "log.level")
_MESSAGE_KEYS = ("msg", "message", "event")
_TIME_KEYS = frozenset({"ts", "time", "timestamp", "@timestamp"})
_ALSO = {
    "warning": "warn", "err": "error", "critical": "fatal", "crit": "fatal", "panic": "fatal", "dpanic": "fatal",
    "emerg": "fatal", "alert": "fatal", "exception": "error", "notice": "info", "information": "info",
    "10": "trace", "20": "debug", "30": "info", "40": "warn", "50": "error", "60": "fatal",
}  # fmt: skip
_PAIR = re.compile(r'([A-Za-z_@][\w.@/-]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)')
_BAD_WORDS = ("error", "warn", "fatal", "panic", "exception", "crit")
_BAD = re.compile(r"\b(?:error|warn(?:ing)?|fatal|panic|exception|critical)\b", re.IGNORECASE)
_KLOG = re.compile(r"[IWEF]\d{4} ")
_KLOG_LEVELS = {"I": "info", "W": "warn", "E": "error", "F": "fatal"}


def json_fields(text: str) -> Mapping[str, Any] | None:
    """Of a line that is a JSON object; None for any other."""
    if not text.startswith("{") or not text.rstrip().endswith("}"):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found else None


def fields_of(text: str) -> Mapping[str, Any]:
    """Of a JSON line or of the ``key=value`` pairs in it; empty for plain text."""
    found = json_fields(text)
    if found is not None or "=" not in text:
        return found or {}
    return {key: value[1:-1].replace('\\"', '"') if value[:1] == '"' else value for key, value in _PAIR.findall(text)}


def folded(fields: Mapping[str, Any]) -> str:
    """``LEVEL message key=value``: the time is left out, as every line has its own."""
    level = next((key for key in _LEVEL_KEYS if key in fields), "")
    message = next((key for key in _MESSAGE_KEYS if key in fields), "")
    words = [_level_named(fields[level]).upper()] if level else []
    words += [_written(fields[message])] if message else []
    words += [f"{key}={_value(value)}" for key, value in fields.items()
              if key not in (level, message) and key not in _TIME_KEYS]  # fmt: skip
    return " ".join(word for word in words if word)


def unfolded(fields: Mapping[str, Any]) -> list[str]:
    """The whole object, a field a line."""
    return json.dumps(fields, indent=2, ensure_ascii=False).split("\n")


def level_of(text: str, fields: Mapping[str, Any] | None = None) -> str:
    """One of LEVELS, or "" where nothing tells. ``fields`` are those of a structured line, if they are known."""
    if fields:
        key = next((key for key in _LEVEL_KEYS if key in fields), "")
        if key:
            return _level_named(fields[key])
    low = text.lower()
    if any(word in low for word in _BAD_WORDS) and (found := _BAD.search(text)) is not None:
        word = found[0].lower()
        return _ALSO.get(word, word)
    if _KLOG.match(text):
        return _KLOG_LEVELS[text[0]]
    return ""


def level_word(text: str) -> str:
    """What a level is called, whatever it was written as."""
    return _level_named(text)


def _level_named(value: Any) -> str:
    word = str(value).lower()
    return _ALSO.get(word, word)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _value(value: Any) -> str:
    text = _written(value)
    return json.dumps(text, ensure_ascii=False) if isinstance(value, str) and (" " in text or not text) else text
