"""JSON patch (RFC 6902): a list of operations, all of which must hold.

Refusals in the words of evanphx/json-patch, which the API server uses.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import BadRequest

_MISSING = object()


def json_patch(target: Any, operations: Any) -> Any:
    """``target`` after all operations. Raises BadRequest where one does not apply."""
    if not isinstance(operations, Sequence) or isinstance(operations, str):
        raise BadRequest("error decoding patch: a JSON patch is a list of operations")
    for operation in operations:
        if not isinstance(operation, Mapping) or not isinstance(operation.get("op"), str):
            raise BadRequest("error decoding patch: an operation is a mapping with op and path")
        target = _applied(target, operation)
    return target


def _applied(target: Any, operation: Mapping[str, Any]) -> Any:
    op, pointer = operation["op"], str(operation.get("path", ""))
    path = _steps(pointer)
    match op:
        case "add":
            return _set(target, path, _value(operation), op, pointer, insert=True)
        case "replace":
            if _get(target, path) is _MISSING:
                raise _inapplicable(op, pointer)
            return _set(target, path, _value(operation), op, pointer, insert=False)
        case "remove":
            return _remove(target, path, op, pointer)
        case "move" | "copy":
            source = _steps(str(operation.get("from", "")))
            value = _get(target, source)
            if value is _MISSING:
                raise _inapplicable(op, str(operation.get("from", "")))
            if op == "move":
                target = _remove(target, source, op, pointer)
            return _set(target, path, value, op, pointer, insert=True)
        case "test":
            found = _get(target, path)
            if (None if found is _MISSING else found) != operation.get("value"):
                raise BadRequest(f"testing path {pointer} value failed: test failed")
            return target
        case _:
            raise BadRequest(f"Unexpected kind: {op}")


def _steps(pointer: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _value(operation: Mapping[str, Any]) -> Any:
    if "value" not in operation:
        raise BadRequest(f"{operation['op']} operation does not apply: missing value")
    return operation["value"]


def _inapplicable(op: str, pointer: str) -> BadRequest:
    return BadRequest(f"{op} operation does not apply: doc is missing path: {pointer}: missing value")


def _index(items: Sequence[Any], step: str, *, end: bool) -> int | None:
    if step == "-":
        return len(items) if end else None
    if not step.isdecimal():
        return None
    index = int(step)
    return index if index < len(items) + end else None


def _get(target: Any, path: list[str]) -> Any:
    for step in path:
        if isinstance(target, Mapping):
            target = target.get(step, _MISSING)
        elif isinstance(target, Sequence) and not isinstance(target, str):
            index = _index(target, step, end=False)
            target = _MISSING if index is None else target[index]
        else:
            return _MISSING
    return target


def _set(target: Any, path: list[str], value: Any, op: str, pointer: str, *, insert: bool) -> Any:
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(target, Mapping):
        if rest and step not in target:
            raise _inapplicable(op, pointer)
        return {**target, step: _set(target.get(step), rest, value, op, pointer, insert=insert)}
    if not isinstance(target, Sequence) or isinstance(target, str):
        raise _inapplicable(op, pointer)
    index = _index(target, step, end=insert and not rest)
    if index is None:
        raise _inapplicable(op, pointer)
    items = list(target)
    if rest:
        items[index] = _set(items[index], rest, value, op, pointer, insert=insert)
    elif insert:
        items.insert(index, value)
    else:
        items[index] = value
    return items


def _remove(target: Any, path: list[str], op: str, pointer: str) -> Any:
    if not path or _get(target, path) is _MISSING:
        raise _inapplicable(op, pointer)
    step, rest = path[0], path[1:]
    if isinstance(target, Mapping):
        if rest:
            return {**target, step: _remove(target[step], rest, op, pointer)}
        return {key: value for key, value in target.items() if key != step}
    items = list(target)
    index = int(step)
    if rest:
        items[index] = _remove(items[index], rest, op, pointer)
    else:
        del items[index]
    return items
