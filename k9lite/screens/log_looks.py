"""How a line of output is coloured: whose it is, how bad it is, and what its fields are. Pure, one line at a time."""

import re
from collections.abc import Mapping

from k9lite.widgets.text_view import Span

_LABEL = re.compile(r"(?:\s*\d+ )?(\[[^\]\s]+\] )")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?= )")
_KEY = re.compile(r'(?:(?<=\s)|^)[A-Za-z_@][\w.@/-]*(?==)|(?<=^\s{6})"[^"]+"(?=:)')
_WORDS = re.compile(r"\b(?:error|fatal|panic|exception|critical|warning|warn)\b", re.IGNORECASE)
_WARNINGS = ("warning", "warn")
_BAD_KLOG, _WARN_KLOG = re.compile(r"[EF]\d{4} "), re.compile(r"W\d{4} ")


def log_spans(line: str, hues: Mapping[str, str]) -> list[Span]:
    """``hues`` are the colours of the labels, where lines have any."""
    spans: list[Span] = []
    at = 0
    if hues and (label := _LABEL.match(line)) is not None and label[1] in hues:
        spans.append((label.start(1), label.end(1) - 1, hues[label[1]]))
        at = label.end()
    if (stamp := _STAMP.search(line, at)) is not None and stamp.start() <= at + 8:
        spans.append((stamp.start(), stamp.end(), "dim"))
        at = stamp.end() + 1
    spans += [(found.start(), found.end(), "key") for found in _KEY.finditer(line, at)]
    for pattern, meaning in ((_BAD_KLOG, "bad"), (_WARN_KLOG, "warn")):
        if (found := pattern.match(line, at)) is not None:
            spans.append((at, found.end() - 1, meaning))
    for found in _WORDS.finditer(line, at):
        spans.append((found.start(), found.end(), "warn" if found[0].lower() in _WARNINGS else "bad"))
    return spans
