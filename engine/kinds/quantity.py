"""Resource quantities: ``100m``, ``64Mi``, ``1e3``, ``0.5`` (apimachinery's resource.Quantity)."""

import re
from fractions import Fraction
from functools import lru_cache

_SUFFIXES = {
    "n": Fraction(1, 10**9), "u": Fraction(1, 10**6), "m": Fraction(1, 1000), "": Fraction(1),
    "k": Fraction(10**3), "M": Fraction(10**6), "G": Fraction(10**9), "T": Fraction(10**12),
    "P": Fraction(10**15), "E": Fraction(10**18),
    "Ki": Fraction(2**10), "Mi": Fraction(2**20), "Gi": Fraction(2**30), "Ti": Fraction(2**40),
    "Pi": Fraction(2**50), "Ei": Fraction(2**60),
}  # fmt: skip
# Three digits of exponent are more than any machine has; more would only cost time and memory.
_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i)?)")
REGEX = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$"


@lru_cache(maxsize=4096)
def parse_quantity(text: str) -> Fraction:
    """The exact value. Raises ValueError in Kubernetes' words."""
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise ValueError(f"quantities must match the regular expression '{REGEX}'")
    number, exponent, suffix = match.groups()
    if exponent:
        return Fraction(number) * Fraction(10) ** int(exponent[1:])
    return Fraction(number) * _SUFFIXES[suffix or ""]


@lru_cache(maxsize=4096)
def cpu_milli(text: str) -> int:
    """Thousandths of a core, rounded up as ``Quantity.MilliValue`` does."""
    return _ceil(parse_quantity(text) * 1000)


@lru_cache(maxsize=4096)
def whole(text: str) -> int:
    """Bytes, pods or devices, rounded up as ``Quantity.Value`` does."""
    return _ceil(parse_quantity(text))


def _ceil(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)
