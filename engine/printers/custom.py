"""Objects of custom kinds as their definition says they are listed.

Follows ``apiextensions-apiserver/pkg/registry/customresource/tableconvertor``: columns after NAME, an AGE where the
definition names none; a column with a priority shows with ``-o wide``.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from engine.kinds import Object, parse_time, to_manifest
from engine.kinds.extensions import PrinterColumn
from engine.printers import PRINTERS
from engine.printers.durations import since
from engine.printers.generic import PRINTER as GENERIC
from engine.printers.parts.columns import Column, Printer
from engine.serving import definition_of, served_versions
from engine.store.state import State


def printer_of(state: State, kind: str) -> Printer:
    """Any served kind's printer."""
    if kind in PRINTERS:
        return PRINTERS[kind]
    definition = definition_of(state, kind)
    versions = served_versions(definition) if definition is not None else []
    own = versions[0].additional_printer_columns if versions else ()
    return _printer(own) if own else GENERIC


def _printer(own: tuple[PrinterColumn, ...]) -> Printer:
    columns = (Column("NAME"), *(Column(each.name.upper(), wide=each.priority > 0) for each in own))

    def cells(obj: Object, _state: State, now: int) -> tuple[str, ...]:
        manifest = to_manifest(obj)
        return obj.metadata.name, *(_cell(manifest, each, now) for each in own)

    return Printer(columns, cells)


def _cell(manifest: Mapping[str, Any], column: PrinterColumn, now: int) -> str:
    """Nothing for what is not there."""
    found = json_path(manifest, column.json_path)
    if not found or found[0] is None:
        return ""
    value = found[0]
    if column.type == "date":
        try:
            return since(parse_time(str(value)), now)
        except ValueError:
            return "<invalid>"
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


_STEP = re.compile(
    r"\.?\[(?:(?P<at>-?\d+)|(?P<all>\*)|['\"](?P<quoted>[^'\"]+)['\"]"
    r"|\?\(@\.(?P<key>[\w.-]+)\s*==\s*['\"]?(?P<wanted>[^'\")]*)['\"]?\))\]"
    r"|\.(?P<name>(?:[^.\[\]\\]|\\.)+)"
)


def json_path(value: Any, path: str) -> list[Any]:
    """What a simple path leads to: ``.a.b``, ``.a[0]``, ``.a[*].b``, ``.a[?(@.type=="Ready")].b``, ``.a['x.y']``."""
    found, at = [value], 0
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            return []
        found = [each for parent in found for each in _stepped(parent, match)]
        at = match.end()
    return found


def _stepped(parent: Any, match: re.Match[str]) -> list[Any]:
    name = match["quoted"] or (re.sub(r"\\(.)", r"\1", match["name"]) if match["name"] else None)
    if name is not None:
        return [parent[name]] if isinstance(parent, Mapping) and name in parent else []
    if not isinstance(parent, (list, tuple)):
        return []
    if match["at"] is not None:
        at = int(match["at"])
        return [parent[at]] if -len(parent) <= at < len(parent) else []
    if match["all"]:
        return list(parent)
    return [each for each in parent if isinstance(each, Mapping) and str(each.get(match["key"])) == match["wanted"]]

