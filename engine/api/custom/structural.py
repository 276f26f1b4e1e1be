"""Pruning and defaulting of a value by its openAPIV3Schema. Follows ``pkg/apiserver/schema/{pruning,defaulting}``."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

_ALWAYS = ("apiVersion", "kind", "metadata")


def pruned(value: Any, schema: Mapping[str, Any], *, root: bool = False) -> Any:
    """Without the fields the schema does not specify."""
    if schema.get("x-kubernetes-preserve-unknown-fields") and not root:
        return _pruned_known(value, schema)
    if isinstance(value, list):
        items = schema.get("items")
        return [pruned(each, items) for each in value] if isinstance(items, Mapping) else value
    if not isinstance(value, Mapping):
        return value
    if schema.get("x-kubernetes-embedded-resource"):
        return {key: each for key, each in value.items() if key in _ALWAYS} | _pruned_mapping(value, schema)
    if root:
        kept = _pruned_known(value, schema) if schema.get("x-kubernetes-preserve-unknown-fields") else None
        return kept if kept is not None else _pruned_mapping(value, schema)
    return _pruned_mapping(value, schema)


def _pruned_mapping(value: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
    made: dict[str, Any] = {}
    for key, each in value.items():
        if key in properties:
            made[key] = pruned(each, properties[key])
        elif others:
            made[key] = pruned(each, others) if isinstance(others, Mapping) else each
    return made


def _pruned_known(value: Any, schema: Mapping[str, Any]) -> Any:
    """All is kept; what is specified is looked into."""
    if not isinstance(value, Mapping):
        return value
    properties = schema.get("properties") or {}
    return {key: pruned(each, properties[key]) if key in properties else each for key, each in value.items()}


def defaulted(value: Any, schema: Mapping[str, Any]) -> Any:
    """With the defaults of missing fields, and of those that are null and may not be."""
    if isinstance(value, Mapping):
        made = dict(value)
        properties = schema.get("properties") or {}
        for key, inner in properties.items():
            if not isinstance(inner, Mapping):
                continue
            if "default" in inner and (key not in made or (made[key] is None and not inner.get("nullable"))):
                made[key] = deepcopy(inner["default"])
            if key in made:
                made[key] = defaulted(made[key], inner)
        others = schema.get("additionalProperties")
        if isinstance(others, Mapping):
            made |= {key: defaulted(each, others) for key, each in made.items() if key not in properties}
        return made
    items = schema.get("items")
    if isinstance(value, list) and isinstance(items, Mapping):
        return [defaulted(each, items) for each in value]
    return value


def unspecified(value: Any, schema: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """The paths of what ``pruned`` takes away."""
    if isinstance(value, list):
        items = schema.get("items")
        for at, each in enumerate(value if isinstance(items, Mapping) else ()):
            yield from unspecified(each, items or {}, f"{path}[{at}]")
    elif isinstance(value, Mapping):
        properties, others = schema.get("properties") or {}, schema.get("additionalProperties")
        kept = others or schema.get("x-kubernetes-preserve-unknown-fields")
        embedded = not path or schema.get("x-kubernetes-embedded-resource")
        for key in sorted(value):
            here = f"{path}.{key}" if path else key
            if embedded and key in _ALWAYS:
                continue
            if key in properties:
                yield from unspecified(value[key], properties[key], here)
            elif not kept:
                yield here
            elif isinstance(others, Mapping):
                yield from unspecified(value[key], others, here)
