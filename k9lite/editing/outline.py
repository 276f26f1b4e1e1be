"""Where in a manifest a line is, by its indentation alone: also while the text is not yet YAML. Pure.

    spec:
      containers:
      - name: web          <- row 2: spec, containers, name
"""

import re
from collections.abc import Sequence

from engine.kinds.frozen import frozen
from engine.store.state import State
from k9lite.editing.checking import kind_of
from k9lite.explaining.custom import types_of
from k9lite.explaining.layout import Types
from k9lite.explaining.schema import Field, type_of_kind

_LINE = re.compile(r"^(?P<spaces> *)(?P<dashes>(?:- +)*)(?:(?P<key>[\w./-]+|\"[^\"]+\"):(?= |$))?(?P<rest>.*)$")
_BEGUN = re.compile(r"^ *(?:- +)*([\w./-]*)$")
_VALUE = re.compile(r"^ *(?:- +)*([\w./-]+): +([\w./-]*)$")


@frozen(kw_only=True)
class Completion:
    """``typed`` is what is there already; ``choices`` are whole names, ``end`` comes behind a chosen one."""

    typed: str
    choices: tuple[str, ...]
    end: str = ""


def path_at(lines: Sequence[str], row: int) -> list[str]:
    """The keys that lead to the line, its own last (what is begun of it, "" for an empty line)."""
    match = _LINE.match(lines[row])
    assert match is not None, "anything matches"
    dashes = len(match["dashes"])
    path = [(match["key"] or match["rest"].strip()).strip('"')]
    limit = len(match["spaces"]) + dashes
    in_item = bool(dashes)
    if in_item:
        limit = len(match["spaces"])
    for above in reversed(lines[:row]):
        if above.startswith("---"):
            break
        found = _LINE.match(above)
        if found is None or not above.strip() or above.lstrip().startswith("#"):
            continue
        spaces, dashed = len(found["spaces"]), bool(found["dashes"])
        column = spaces + len(found["dashes"])
        if found["key"] and (column < limit or (in_item and column == limit and not dashed)):
            path.insert(0, found["key"].strip('"'))
            limit, in_item = (spaces, True) if dashed else (column, False)
        elif dashed and column == limit and not in_item:
            limit, in_item = spaces, True  # the first line of the item this one is in
        if limit == 0 and not in_item:
            break
    return path


def field_at(lines: Sequence[str], row: int, state: State) -> tuple[list[str], Field | None]:
    """The path, and the field it leads to; None where no schema knows it."""
    path = path_at(lines, row)
    fields, _ = _fields_in(lines, row, path[:-1], state)
    return path, next((each for each in fields if each.name == path[-1]), None)


def explained_at(lines: Sequence[str], row: int, state: State) -> str:
    """The field in one line: ``spec.replicas <integer>: what it is for``; "" where there is nothing to say."""
    path, field = field_at(lines, row, state)
    if field is None:
        return ""
    choices = f" {{{', '.join(field.enum)}}}" if field.enum else ""
    required = " -required-" if field.required else ""
    return f"{'.'.join(path)} <{field.type}>{required}{choices}: {field.text}"


def completion_at(lines: Sequence[str], row: int, column: int, state: State) -> Completion | None:
    """What the name or the value that is typed there can become; None where neither is."""
    line = lines[row]
    if column < len(line.rstrip()):
        return None
    if (value := _VALUE.match(line)) is not None:
        _, field = field_at(lines, row, state)
        known = () if field is None else field.enum or (("true", "false") if field.type == "boolean" else ())
        return Completion(typed=value[2], choices=tuple(each for each in known if each.startswith(value[2])))
    if (begun := _BEGUN.match(line)) is None or not begun[1]:
        return None
    fields, _ = _fields_in(lines, row, path_at(lines, row)[:-1], state)
    names = tuple(field.name for field in fields if field.name.startswith(begun[1]) and field.name != "status")
    return Completion(typed=begun[1], choices=names, end=": ")


def _fields_in(
    lines: Sequence[str], row: int, path: Sequence[str], state: State
) -> tuple[tuple[Field, ...], Types | None]:
    """The fields of what a path leads to."""
    kind = kind_of(state, _head(lines, row, "kind"), _head(lines, row, "apiVersion"))
    if kind is None:
        return (), None
    types = types_of(state, kind)
    fields = (types(kind.name) or type_of_kind(kind)).fields
    for name in path:
        field = next((each for each in fields if each.name == name), None)
        inner = types(field.inner) if field is not None and field.inner else None
        if inner is None or (field is not None and field.type.startswith("map[string]")):
            return (), types
        fields = inner.fields
    return fields, types


def _head(lines: Sequence[str], row: int, name: str) -> str:
    """``kind`` or ``apiVersion`` of the document a line is in."""
    start = next((at + 1 for at in range(row, -1, -1) if lines[at].startswith("---")), 0)
    for line in lines[start:]:
        if line.startswith("---"):
            break
        if line.startswith(f"{name}:"):
            return line.partition(":")[2].split("#")[0].strip().strip("\"'")
    return ""
