"""Filling fields in without copying what is already full."""

from collections.abc import Callable
from typing import Any, TypeVar

from engine.kinds import evolve

T = TypeVar("T")


def filled(obj: T, **values: Any) -> T:
    """``obj`` with those of ``values`` whose field is unset (None, "", 0 or empty); the same one if none is."""
    missing = {name: value for name, value in values.items() if not getattr(obj, name)}
    return evolve(obj, **missing) if missing else obj  # type: ignore[misc]  # every kind is attrs


def changed(obj: T, **values: Any) -> T:
    """``obj`` with ``values``; the same one if they are the very objects it has."""
    new = {name: value for name, value in values.items() if getattr(obj, name) is not value}
    return evolve(obj, **new) if new else obj  # type: ignore[misc]  # every kind is attrs


def each(items: tuple[T, ...], fill: Callable[[T], T]) -> tuple[T, ...]:
    """``items`` filled one by one; the same tuple if all were full."""
    full = tuple(fill(item) for item in items)
    return items if all(map(_same, items, full)) else full


def _same(left: object, right: object) -> bool:
    return left is right
