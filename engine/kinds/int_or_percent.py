"""Counts written as a number or a percentage: ``maxSurge: 25%``, ``minAvailable: 2`` (intstr.IntOrString)."""


def portion(value: int | str | None, total: int, *, round_up: bool) -> int:
    """``value`` itself, or that percentage of ``total``; None and text that is neither count as 0."""
    if value is None or isinstance(value, int):
        return value or 0
    digits = value.removesuffix("%")
    if digits == value or not digits.isdecimal() or not digits.isascii():
        return 0
    product = int(digits) * total
    return -(-product // 100) if round_up else product // 100
