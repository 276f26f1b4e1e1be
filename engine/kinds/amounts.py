"""Quantities in canonical form, alone and summed: ``0.5`` is ``500m``, ``1024Mi`` is ``1Gi``.

Follows apimachinery's ``resource.Quantity``: a number keeps its family (binary or decimal suffixes), a sum
takes that of the first amount that is not zero.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from engine.kinds.quantity import parse_quantity

_BINARY = (("Ei", 60), ("Pi", 50), ("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10))
_DECIMAL = (("E", 18), ("P", 15), ("T", 12), ("G", 9), ("M", 6), ("k", 3))


def canonical(text: str) -> str:
    """The quantity as Kubernetes prints it; text that is no quantity comes back as it is."""
    try:
        return quantity_text(parse_quantity(text), binary=is_binary(text))
    except ValueError:
        return text


def amount_of(text: Any) -> Fraction:
    """The exact amount; 0 for what is no quantity, as fields kept verbatim may hold anything."""
    try:
        return parse_quantity(str(text))
    except ValueError:
        return Fraction(0)


def is_binary(text: str) -> bool:
    return text.endswith("i")


def total(texts: Iterable[str]) -> str:
    """The sum of quantities, ``0`` for none."""
    amount, binary = Fraction(0), False
    for text in texts:
        added = amount_of(text)
        binary = is_binary(text) if amount == 0 else binary
        amount += added
    return quantity_text(amount, binary=binary)


def quantity_text(amount: Fraction, *, binary: bool) -> str:
    if binary and abs(amount) >= 1024 and amount.denominator == 1:
        for suffix, power in _BINARY:
            if amount % (1 << power) == 0:
                return f"{amount.numerator >> power}{suffix}"
        return str(amount.numerator)
    if amount.denominator != 1:
        return _below_one(amount)
    if amount:
        for suffix, power in _DECIMAL:
            if amount % 10**power == 0:
                return f"{amount.numerator // 10**power}{suffix}"
    return str(amount.numerator)


def _below_one(amount: Fraction) -> str:
    for suffix, power in (("m", 3), ("u", 6)):
        if (amount * 10**power).denominator == 1:
            return f"{(amount * 10**power).numerator}{suffix}"
    nano = amount * 10**9
    return f"{-(-nano.numerator // nano.denominator)}n"
