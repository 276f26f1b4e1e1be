"""The kinds of mistake a field can have, as ``k8s.io/apimachinery/pkg/util/validation/field`` words them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from engine.errors import FieldError


def invalid(path: str, value: Any, detail: str) -> FieldError:
    return FieldError(path, detail, value=shown(value))


def required(path: str, detail: str = "") -> FieldError:
    return FieldError(path, detail, "Required value")


def forbidden(path: str, detail: str) -> FieldError:
    return FieldError(path, detail, "Forbidden")


def not_found(path: str, value: Any) -> FieldError:
    return FieldError(path, "", "Not found", shown(value))


def duplicate(path: str, value: Any) -> FieldError:
    return FieldError(path, "", "Duplicate value", shown(value))


def not_supported(path: str, value: Any, supported: Iterable[str]) -> FieldError:
    names = ", ".join(f'"{name}"' for name in supported)
    return FieldError(path, f"supported values: {names}", "Unsupported value", shown(value))


def too_long(path: str, most_bytes: int) -> FieldError:
    return FieldError(path, f"may not be more than {most_bytes} bytes", "Too long")


def each_invalid(path: str, value: Any, details: Iterable[str]) -> list[FieldError]:
    return [invalid(path, value, detail) for detail in details]


def shown(value: Any) -> str:
    """A string in quotes, everything else as compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_jsonable)


def _jsonable(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)
