"""A kind's fields, each with its type, its text and the type below it: from classes, and from the tables beside.

Follows the way kubectl reads an OpenAPI schema: maps and lists are passed through to what they hold.
"""

import re
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import attrs
from attrs import frozen

from engine.kinds import KINDS, Kind
from engine.kinds.cluster_objects import Unmodelled
from engine.kinds.codec import QUANTITY, fields_of
from k9lite.explaining import (
    access_texts,
    autoscaling_texts,
    cluster_texts,
    definition_texts,
    endpoint_texts,
    meta_texts,
    network_texts,
    placement_texts,
    pod_part_texts,
    pod_texts,
    record_texts,
    storage_texts,
    volume_source_texts,
    workload_part_texts,
    workload_texts,
)

_LINE = re.compile(
    r"(?P<name>[\w$-]+)(?P<required>!?)(?: (?P<type>[\w\[\].]+))?(?: \{(?P<enum>[^}]*)\})?: (?P<text>.*)"
)
TEXTS: Mapping[str, str] = {
    **meta_texts.TEXTS, **pod_texts.TEXTS, **workload_texts.TEXTS, **storage_texts.TEXTS, **access_texts.TEXTS,
    **autoscaling_texts.TEXTS, **network_texts.TEXTS, **cluster_texts.TEXTS, **definition_texts.TEXTS,
    **endpoint_texts.TEXTS, **placement_texts.TEXTS, **pod_part_texts.TEXTS, **record_texts.TEXTS,
    **volume_source_texts.TEXTS, **workload_part_texts.TEXTS,
}  # fmt: skip
_NAMES = {
    "ClaimRetentionPolicy": "StatefulSetPersistentVolumeClaimRetentionPolicy",
    "Conversion": "CustomResourceConversion",
    "DefinitionNames": "CustomResourceDefinitionNames",
    "DefinitionSchema": "CustomResourceValidation",
    "DefinitionSpec": "CustomResourceDefinitionSpec",
    "DefinitionStatus": "CustomResourceDefinitionStatus",
    "DefinitionVersion": "CustomResourceDefinitionVersion",
    "OnExitCodes": "PodFailurePolicyOnExitCodesRequirement",
    "OnPodCondition": "PodFailurePolicyOnPodConditionsPattern",
    "PrinterColumn": "CustomResourceColumnDefinition",
    "Requirement": "LabelSelectorRequirement",
    "ScaleSubresource": "CustomResourceSubresourceScale",
    "ScopeRequirement": "ScopedResourceSelectorRequirement",
    "StatefulSetRollingUpdate": "RollingUpdateStatefulSetStrategy",
    "Subresources": "CustomResourceSubresources",
}
"""What Kubernetes calls the types whose classes have shorter names here."""
_SIMPLE = {str: "string", int: "integer", bool: "boolean", float: "number", Any: "Object"}


@frozen(kw_only=True)
class Field:
    """``type`` is as kubectl shows it (``[]Container``); ``inner`` the name of the type it holds, "" for none."""

    name: str
    type: str
    inner: str = ""
    text: str = ""
    required: bool = False
    enum: tuple[str, ...] = ()


@frozen(kw_only=True)
class Type:
    text: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        return next((each for each in self.fields if each.name == name), None)


@cache
def type_named(name: str) -> Type | None:
    """None for what has no fields of its own."""
    cls, written = _classes().get(name), _written(name)
    if cls is None and written is None:
        return None
    text, lines = written or ("", {})
    modelled = {} if cls is None else {each.name: each for each in _of_class(cls)}
    found = {}
    for field in (*modelled.values(), *(each for each in lines.values() if each.name not in modelled)):
        line = lines.get(field.name)
        found[field.name] = field if line is None else _joined(field, line)
    if name in KINDS:
        found = {key: attrs.evolve(each, required=False) for key, each in found.items()}
        found |= {each.name: each for each in _head() if each.name not in found or not found[each.name].text}
    return Type(text=text, fields=tuple(found[each] for each in sorted(found)))


def type_of_kind(kind: Kind) -> Type:
    """Kinds nobody has told anything of have their head."""
    found = type_named(kind.name)
    return found if found is not None else Type(text="", fields=_head())


def _head() -> tuple[Field, ...]:
    """What every object has."""
    written = _written("Kind")
    assert written is not None, "what every object has is written down"
    return tuple(written[1].values())


def _joined(field: Field, line: Field) -> Field:
    """The class knows the type, the line the rest; where a class keeps a value as it came, the line knows more."""
    as_it_came = field.type.endswith("Object") and bool(line.type)
    return attrs.evolve(
        field,
        type=line.type if as_it_came else field.type,
        inner=line.inner if as_it_came else field.inner,
        text=line.text,
        required=field.required or line.required,
        enum=line.enum,
    )


@cache
def _written(name: str) -> tuple[str, dict[str, Field]] | None:
    text = TEXTS.get(name)
    if text is None:
        return None
    own, fields = "", {}
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("= "):
            own = line[2:]
            continue
        match = _LINE.fullmatch(line)
        assert match is not None, f"{name}: {line}"
        shown = match["type"] or ""
        fields[match["name"]] = Field(
            name=match["name"],
            type=shown,
            inner=_held(shown),
            text=match["text"],
            required=bool(match["required"]),
            enum=tuple(match["enum"].split(",")) if match["enum"] else (),
        )
    return own, fields


def _held(shown: str) -> str:
    """``[]Container`` -> ``Container``; "" for what is no type with fields."""
    name = re.sub(r"^(\[\]|map\[string\])+", "", shown)
    return name if name[:1].isupper() and name not in ("Object", "Quantity", "IntOrString") else ""


@cache
def _classes() -> Mapping[str, type]:
    """Every class that a kind's class leads to, by its name; kinds by theirs."""
    found: dict[str, type] = {}
    waiting: list[type] = [kind.cls for kind in KINDS.values() if kind.cls is not Unmodelled]
    while waiting:
        cls = waiting.pop()
        if _name_of(cls) in found:
            continue
        found[_name_of(cls)] = cls
        for _, _, hint, _ in fields_of(cls):
            waiting += _classes_in(hint)
    return found


def _classes_in(hint: Any) -> list[type]:
    if isinstance(hint, type) and attrs.has(hint):
        return [hint]
    return [each for inner in get_args(hint) for each in _classes_in(inner)]


def _of_class(cls: type) -> list[Field]:
    fields = []
    for _, name, hint, default in fields_of(cls):
        shown = _shown(hint)
        fields.append(Field(name=name, type=shown, inner=_held(shown), required=default is attrs.NOTHING))
    return fields


def _shown(hint: Any) -> str:
    if hint in _SIMPLE:
        return _SIMPLE[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return "Quantity" if args[1] == QUANTITY else "string"
    if origin in (Union, UnionType):
        wanted = [each for each in args if each is not type(None)]
        return _shown(wanted[0]) if len(wanted) == 1 else "IntOrString"
    if origin is tuple:
        return f"[]{_shown(args[0])}"
    if origin is Mapping:
        return "Object" if args[1] is Any else f"map[string]{_shown(args[1])}"
    return _name_of(hint)


def _name_of(cls: type) -> str:
    return _NAMES.get(cls.__name__, cls.__name__)
