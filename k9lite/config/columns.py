"""A table's columns as a user wants them: those the console has, ``label:KEY``, or a path into the manifest.

    [NAME, READY, label:app, .spec.nodeName, "IP:status.podIP", "{.spec.tier}"]

The glyph and the namespace stay where they are; of the others those named first are left out last. A custom kind is
written as its definition is called (``octopi.stable.example.com``); which columns that has, no file can know: one that
is not there says ``<none>``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import evolve

from engine.errors import UsageError
from engine.kinds import Object, to_manifest
from engine.kinds.registry import is_custom
from engine.serving import definition_of
from engine.store.state import State
from k9lite.arguments.jsonpath import find_all, relaxed
from k9lite.output.go_values import go_text
from k9lite.resource import Resource, ResourceOf
from k9lite.resources import RESOURCES, resource_of
from k9lite.widgets.columns import Cell, Column

_LABEL = "label:"
_LEAD = ("", "NAMESPACE")
_Take = Callable[[Object, tuple[Cell, ...]], Cell]


def trouble(kind: str, spec: str) -> str:
    """What is wrong with one column; "" where nothing is. Of a custom kind only paths can be judged."""
    try:
        _column(RESOURCES[kind].columns if kind in RESOURCES else None, spec)
    except UsageError as error:
        return str(error)
    return ""


def customised(wanted: Mapping[str, Sequence[str]]) -> ResourceOf:
    """As ``resource_of``, with the columns that are wanted of some kinds."""
    made: dict[str, Resource] = {}

    def of(kind: str, state: State) -> Resource:
        if is_custom(kind):
            specs = _of_custom(kind, state)
            return with_columns(resource_of(kind, state), specs) if specs else resource_of(kind, state)
        if kind not in wanted:
            return resource_of(kind, state)
        if kind not in made:
            made[kind] = with_columns(RESOURCES[kind], wanted[kind])
        return made[kind]

    def _of_custom(kind: str, state: State) -> Sequence[str]:
        """By the name of the definition, where it is served."""
        definition = definition_of(state, kind)
        return () if definition is None else wanted.get(definition.metadata.name) or wanted.get(kind, ())

    return of if wanted else resource_of


def with_columns(resource: Resource, specs: Sequence[str]) -> Resource:
    """Raises UsageError for columns there are not."""
    lead = [column for column in resource.columns if column.name in _LEAD]
    known = resource.columns
    specs = [spec for spec in specs if spec not in _LEAD]
    taken = [_column(known, spec) if resource.kind in RESOURCES else _custom_column(known, spec) for spec in specs]
    own = [evolve(column, priority=min(rank, 9)) for rank, (column, _) in enumerate(taken)]
    if not any(column.flexible for column in own) and own:
        own[0] = evolve(own[0], flexible=True)

    def cells(obj: Object, state: State, now: int) -> tuple[Cell, ...]:
        whole = resource.cells(obj, state, now)
        return (*whole[: len(lead)], *(take(obj, whole) for _, take in taken))

    def text(obj: Object, state: State, now: int) -> str:
        added = (take(obj, ()).text for (_, take), spec in zip(taken, specs, strict=False) if _is_added(spec))
        return " ".join((resource.text(obj, state, now), *added))

    return evolve(resource, columns=(*lead, *own), cells=cells, text=text, packed_text=lambda _packed: None)


def _is_added(spec: str) -> bool:
    return spec.startswith(_LABEL) or "." in spec or ":" in spec


def _column(columns: Sequence[Column] | None, spec: str) -> tuple[Column, _Take]:
    """Without ``columns``, as long as nobody knows them, any word may be one. Raises UsageError."""
    names = [column.name for column in columns or ()]
    if spec in names and columns is not None:
        at = names.index(spec)
        return columns[at], lambda _obj, whole: whole[at]
    if spec.startswith(_LABEL) and (key := spec.removeprefix(_LABEL)):
        name = key.rpartition("/")[2].upper()
        return Column(name), lambda obj, _whole: Cell(obj.metadata.labels.get(key, ""))
    header, colon, path = spec.partition(":")
    if not colon:
        header, path = "", spec
    if any(sign in path for sign in ".{[") or (header and path):
        path = relaxed(path)
        find_all({}, path)
        name = header or path.rstrip("]").replace("[", ".").rpartition(".")[2].upper()
        return Column(name, max_width=40), lambda obj, _whole: Cell(_found(to_manifest(obj), path))
    if columns is None and spec.strip():
        return Column(spec.upper()), lambda _obj, _whole: Cell("<none>", "dim")
    raise UsageError(f"there is no column {spec}: {', '.join(name for name in names if name)}, label:KEY or .spec.path")


def _custom_column(columns: Sequence[Column], spec: str) -> tuple[Column, _Take]:
    """Of a kind whose definition may have other columns than the file hopes for, and writes them in capitals."""
    named = spec.upper()
    return _column(columns, named) if any(each.name == named for each in columns) else _column(None, spec)


def _found(manifest: Mapping[str, Any], path: str) -> str:
    return ",".join(go_text(each) for each in find_all(manifest, path))
