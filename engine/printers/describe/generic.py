"""Any kind without a description of its own: its metadata, then all its fields as titles and values.

Follows genericDescriber of kubectl's describe.go: ``creationTimestamp`` reads ``Creation Timestamp``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.kinds import Object, to_manifest
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import labels_and_annotations
from engine.printers.parts.tabs import tabbed
from engine.store.state import State

_SAID_ABOVE = (
    ".metadata.managedFields", ".metadata.name", ".metadata.namespace", ".metadata.labels",
    ".metadata.annotations",
)  # fmt: skip
_ACRONYMS = ("API", "URL", "UID", "GUID")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+|-+")


def describe_generic(obj: Object, state: State, now: int) -> list[str]:
    return tabbed(_lines(obj, state, now))


def title_of(field: str) -> str:
    """``clusterIP`` -> ``Cluster IP``; a field that is no camel-case word, such as a label key, stays."""
    if not re.fullmatch(r"[A-Za-z-]+", field):
        return field
    words = []
    for word in _WORD.findall(field):
        if word.upper() in _ACRONYMS:
            word = word.upper()
        words.append(word.capitalize() if word.islower() else word)
    return " ".join(words)


def _lines(obj: Object, state: State, now: int) -> Iterator[str]:
    yield f"Name:\t{obj.metadata.name}"
    yield f"Namespace:\t{obj.metadata.namespace}"
    yield from labels_and_annotations(obj)
    yield from _fields(to_manifest(obj), "", "")
    yield from events_lines(obj, state, now)


def _fields(content: Mapping[str, Any], indent: str, path: str) -> Iterator[str]:
    for field in sorted(content):
        value, here = content[field], f"{path}.{field}"
        if here in _SAID_ABOVE:
            continue
        if isinstance(value, Mapping):
            yield f"{indent}{title_of(field)}:"
            yield from _fields(value, f"{indent}  ", here)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            yield f"{indent}{title_of(field)}:"
            for item in value:
                if isinstance(item, Mapping):
                    yield from _fields(item, f"{indent}  ", here)
                else:
                    yield f"{indent}  {_value(item)}"
        else:
            yield f"{indent}{title_of(field)}:\t{_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "<nil>" if value is None else str(value)
