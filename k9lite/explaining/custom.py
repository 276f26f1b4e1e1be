"""What ``explain`` says of a custom kind: its definition's schema, as types with fields.

A type below the kind is called by its path (``.spec.containers``); kubectl shows it as Object.
"""

from collections.abc import Mapping
from typing import Any

from engine.kinds import Kind
from engine.kinds.extensions import CustomResourceDefinition
from engine.kinds.registry import is_custom
from engine.serving import definition_of, served_versions
from engine.store.state import State
from k9lite.explaining.layout import Types
from k9lite.explaining.schema import Field, Type, type_named, type_of_kind


def types_of(state: State, kind: Kind) -> Types:
    """The types of a kind by name, with those of a custom kind's schema."""
    definition = definition_of(state, kind.name) if is_custom(kind.name) else None
    if definition is None:
        return type_named
    own = _types(kind, definition)
    return lambda name: own[name] if name in own else type_named(name)


def _types(kind: Kind, definition: CustomResourceDefinition) -> Mapping[str, Type]:
    root = served_versions(definition)[0].root
    found: dict[str, Type] = {}
    _collect(root, "", found)
    fields = {each.name: each for each in found.pop("", Type(text="", fields=())).fields}
    # Every object's head is told in Kubernetes' words, whatever the schema says of it.
    fields |= {each.name: each for each in type_of_kind(kind).fields}
    shown = Type(text=str(root.get("description") or ""), fields=tuple(fields[name] for name in sorted(fields)))
    return {**found, kind.name: shown}


def _collect(schema: Mapping[str, Any], path: str, found: dict[str, Type]) -> None:
    """The type at ``path`` and those below it: through lists and maps to what they hold."""
    held = _held(schema)
    required = held.get("required") or ()
    fields = []
    for name, each in sorted((held.get("properties") or {}).items()):
        inner = f"{path}.{name}"
        has_fields = bool(_held(each).get("properties"))
        fields.append(
            Field(
                name=name,
                type=_shown(each),
                inner=inner if has_fields else "",
                text=str(each.get("description") or ""),
                required=name in required,
                enum=tuple(map(str, each.get("enum") or ())),
            )
        )
        if has_fields:
            _collect(each, inner, found)
    found[path] = Type(text=str(held.get("description") or "") if held is not schema else "", fields=tuple(fields))


def _held(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = schema.get("items") or schema.get("additionalProperties")
    return _held(inner) if isinstance(inner, Mapping) else schema


def _shown(schema: Mapping[str, Any]) -> str:
    if schema.get("x-kubernetes-int-or-string"):
        return "IntOrString"
    match schema.get("type"):
        case "array":
            items = schema.get("items")
            return f"[]{_shown(items)}" if isinstance(items, Mapping) else "[]Object"
        case "object" | None:
            inner = schema.get("additionalProperties")
            return f"map[string]{_shown(inner)}" if isinstance(inner, Mapping) else "Object"
        case kind:
            return str(kind)
