"""Durations, quantities, shares and counts as people and kubectl write them, as what compares by its size."""

import re

_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:y|d|h|m|s))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)([ydhms])")
_SECONDS = {"y": 365 * 86400, "w": 7 * 86400, "d": 86400, "h": 3600, "m": 60, "s": 1}
_AMOUNT = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(m|[KMGTPE]i|[kMGTPE])?%?")
_LEADING = re.compile(r"-?\d+(?:\.\d+)?")
_SIZES = {
    "m": 1e-3, "": 1.0, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40, "Pi": 2.0**50, "Ei": 2.0**60,
}  # fmt: skip


def duration_seconds(text: str) -> float | None:
    """``2d3h`` and ``90s``; a bare number is seconds. None for what is no duration."""
    if text.isdigit():
        return float(text)
    if _DURATION.fullmatch(text) is None:
        return None
    return sum(float(count) * _SECONDS[unit] for count, unit in _PART.findall(text))


def precision_seconds(text: str) -> int:
    """The length of the smallest unit that was written: ``5m`` is any of sixty seconds."""
    return _SECONDS.get(text[-1:], 1)


def amount(text: str) -> float | None:
    """``100m`` is 0.1, ``1Gi`` its bytes, ``42%`` 42. None for what is none."""
    found = _AMOUNT.fullmatch(text) or _AMOUNT.fullmatch(text[:-2] + text[-2:].title())  # 1gi
    return None if found is None else float(found[1]) * _SIZES[found[2] or ""]


def leading_amount(text: str) -> float | None:
    """Of a cell: ``3 (5m ago)`` is 3, ``1/2`` is 1."""
    whole = amount(text)
    if whole is not None:
        return whole
    found = _LEADING.match(text)
    return None if found is None else float(found[0])


_DIGITS = re.compile(r"\d+")


def natural(text: str) -> str:
    """What ``text`` sorts by: ``web-10`` after ``web-9``, durations (``2d3h``) and sizes by what they come to."""
    if text[:1].isdigit():
        number = None if text.isdigit() else duration_seconds(text)
        if number is None:
            number = amount(text)
        if number is not None:
            return _padded(number)
    return _DIGITS.sub(lambda found: f"\0{found[0]:0>20}", text)


def _padded(number: float) -> str:
    """Digits of one length, before all that prints: a number sorts before any word."""
    return f"\0{number:024.3f}"
