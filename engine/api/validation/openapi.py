"""A value against its openAPIV3Schema, in the API server's words.

Follows ``k8s.io/kube-openapi/pkg/validation`` and ``apiextensions-apiserver/pkg/apiserver/validation``.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import FieldError

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str, "boolean": bool, "object": Mapping, "array": list,
}  # fmt: skip


def schema_errors(value: Any, schema: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    """``path`` is "" for the whole object."""
    if value is None and schema.get("nullable"):
        return
    if not _has_type(value, schema):
        wanted = "integer,string" if schema.get("x-kubernetes-int-or-string") else schema.get("type", "")
        detail = f'{path or "<nil>"} in body must be of type {wanted}: "{_kind_of(value)}"'
        yield FieldError(path or "<nil>", detail, value=_shown(value))
        return
    allowed = schema.get("enum")
    if isinstance(allowed, list) and value not in allowed:
        names = ", ".join(json.dumps(each) for each in allowed)
        yield FieldError(path, f"supported values: {names}", "Unsupported value", _shown(value))
    match value:
        case str():
            yield from _text_errors(value, schema, path)
        case bool():
            pass
        case int() | float():
            yield from _number_errors(value, schema, path)
        case list():
            yield from _list_errors(value, schema, path)
        case Mapping():
            yield from _mapping_errors(value, schema, path)
    yield from _combined_errors(value, schema, path)


def _has_type(value: Any, schema: Mapping[str, Any]) -> bool:
    if schema.get("x-kubernetes-int-or-string"):
        return isinstance(value, (int, str)) and not isinstance(value, bool)
    wanted = schema.get("type")
    match wanted:
        case None:
            return True
        case "integer":
            return isinstance(value, (int, float)) and not isinstance(value, bool) and value % 1 == 0
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case _:
            return wanted not in _TYPES or isinstance(value, _TYPES[wanted])


def _kind_of(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _shown(value: Any) -> str:
    return "null" if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _invalid(path: str, value: Any, detail: str) -> FieldError:
    return FieldError(path, f"{path} in body {detail}", value=_shown(value))


def _text_errors(value: str, schema: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    longest, shortest, pattern = (schema.get(key) for key in ("maxLength", "minLength", "pattern"))
    if longest is not None and len(value) > longest:
        yield FieldError(path, f"may not be more than {longest} bytes", "Too long")
    if shortest is not None and len(value) < shortest:
        yield _invalid(path, value, f"should be at least {shortest} chars long")
    if pattern is not None and not _matches(pattern, value):
        yield _invalid(path, value, f"should match '{pattern}'")


def _matches(pattern: str, value: str) -> bool:
    """A pattern of Go's that Python cannot read matches everything; a definition with one is not refused."""
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return True


def _number_errors(value: float, schema: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    most, least, step = (schema.get(key) for key in ("maximum", "minimum", "multipleOf"))
    if most is not None and (value > most or (value == most and schema.get("exclusiveMaximum"))):
        than = "less than" if schema.get("exclusiveMaximum") else "less than or equal to"
        yield _invalid(path, value, f"should be {than} {_shown(most)}")
    if least is not None and (value < least or (value == least and schema.get("exclusiveMinimum"))):
        than = "greater than" if schema.get("exclusiveMinimum") else "greater than or equal to"
        yield _invalid(path, value, f"should be {than} {_shown(least)}")
    if step and value % step:
        yield _invalid(path, value, f"should be a multiple of {_shown(step)}")


def _list_errors(value: list[Any], schema: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    most, least, items = (schema.get(key) for key in ("maxItems", "minItems", "items"))
    if most is not None and len(value) > most:
        yield FieldError(path, f"must have at most {most} items", "Too many", str(len(value)))
    if least is not None and len(value) < least:
        yield _invalid(path, value, f"should have at least {least} items")
    if schema.get("uniqueItems") or schema.get("x-kubernetes-list-type") == "set":
        for at, each in enumerate(value):
            if each in value[:at]:
                yield FieldError(f"{path}[{at}]", "", "Duplicate value", _shown(each))
    if isinstance(items, Mapping):
        for at, each in enumerate(value):
            yield from schema_errors(each, items, f"{path}[{at}]")


def _mapping_errors(value: Mapping[str, Any], schema: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    most, least = schema.get("maxProperties"), schema.get("minProperties")
    if most is not None and len(value) > most:
        yield FieldError(path, f"must have at most {most} items", "Too many", str(len(value)))
    if least is not None and len(value) < least:
        yield _invalid(path, value, f"should have at least {least} properties")
    for key in schema.get("required") or ():
        if key not in value:
            yield FieldError(_below(path, key), "", "Required value")
    properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
    for key in sorted(value):
        if key in properties:
            yield from schema_errors(value[key], properties[key], _below(path, key))
        elif isinstance(others, Mapping):
            yield from schema_errors(value[key], others, _below(path, key))


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _combined_errors(value: Any, schema: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    for each in schema.get("allOf") or ():
        yield from schema_errors(value, each, path)
    fits = [
        sum(not any(schema_errors(value, each, path)) for each in schema.get(key) or ()) for key in ("anyOf", "oneOf")
    ]
    if schema.get("anyOf") and not fits[0]:
        yield FieldError(path, f'"{path}" must validate at least one schema (anyOf)', value=_shown(value))
    if schema.get("oneOf") and fits[1] != 1:
        found = "none" if not fits[1] else str(fits[1])
        yield FieldError(
            path, f'"{path}" must validate one and only one schema (oneOf). Found {found} valid', value=_shown(value)
        )
    if isinstance(schema.get("not"), Mapping) and not any(schema_errors(value, schema["not"], path)):
        yield FieldError(path, f'"{path}" must not validate the schema (not)', value=_shown(value))
