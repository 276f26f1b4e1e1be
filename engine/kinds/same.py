"""A key for what is remembered about a frozen value by its identity: found without comparing what is in it.

``same(value)`` is equal for the same object only, and holds it, so that its identity is not reused while it is
remembered; calling the key gives the value. It is a bound method: Python itself compares and hashes those by what
they are bound to, in half the time of an object with methods of our own, and a pod on its way to Running makes some
fifteen.
"""

from collections.abc import Callable
from functools import partial
from types import MethodType
from typing import TYPE_CHECKING, TypeVar

T = TypeVar("T")
Same = Callable[[], T]


def _itself(value: T) -> T:
    return value


if TYPE_CHECKING:

    def same(value: T) -> Same[T]: ...

else:
    same = partial(MethodType, _itself)
