"""get: lists objects. Follows kubectl's ``cmd/get``; what it prints comes from the engine's printers.

Reads one State: what is listed is what was there at one revision.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import evolve

from engine.errors import NotFound, UsageError
from engine.kinds import KINDS, Kind, Object, Ref, dump_yaml, to_manifest
from engine.printers import PRINTERS, ListOptions, list_objects
from k9lite.arguments.jsonpath import fill_template, find_all, relaxed
from k9lite.arguments.options import ALL_NAMESPACES, FIELD_SELECTOR, FILENAME, RECURSIVE, SELECTOR
from k9lite.arguments.selection import kind_and_names
from k9lite.arguments.targets import Targets, namespace_of, targets
from k9lite.verb import Args, Option, Run, Say, Verb, View
from k9lite.wording import slashed, tell

_UNNAMED = (
    'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported '
    "resources."
)
_FORMATS = ("json", "jsonpath", "name", "wide", "yaml")


def run(view: View, args: Args) -> Run:
    _check(args)
    if not args.words and not args.files:
        yield Say(_UNNAMED, error=True)
        yield Say("", error=True)
        raise UsageError("Required resource not specified.\nSee 'kubectl get -h' for help and examples")
    found = targets(view.state, args, everything=True)
    if args.on("ignore-not-found"):
        found = evolve(found, errors=tuple(e for e in found.errors if not isinstance(e, NotFound)))
    if args.flags.get("sort-by"):
        found = evolve(found, objects=tuple(_sorted(found.objects, args.flags["sort-by"])))
    output = args.flags.get("output", "")
    lines = _table(view, args, found) if output in ("", "wide") else _objects(found, output)
    for line in lines:
        yield Say(line)
    if not lines and not found.errors and not args.on("ignore-not-found") and output in ("", "wide"):
        yield Say(_nothing(found.kinds, args), error=True)
    return (yield from tell(found.errors))


def yaml_argv(refs: Sequence[Ref], _answers: Mapping[str, str]) -> list[str]:
    return ["get", *kind_and_names(refs), "-o", "yaml"]


GET = Verb(
    name="get",
    summary="Display one or many resources",
    usage="get [-o json|yaml|name|wide|jsonpath=TEMPLATE] (TYPE [NAME | -l label] | TYPE/NAME ...)",
    run=run,
    options=(
        ALL_NAMESPACES, SELECTOR, FIELD_SELECTOR, FILENAME, RECURSIVE,
        Option(name="output", short="o", value="string",
               summary="Output format: json, yaml, name, wide or jsonpath=TEMPLATE"),
        Option(name="show-labels", summary="Show all labels in the last column"),
        Option(name="label-columns", short="L", value="strings", repeats=True, summary="Labels as columns"),
        Option(name="no-headers", summary="Leave the headers out"),
        Option(name="sort-by", value="string", summary="Sort by this field, as in .metadata.creationTimestamp"),
        Option(name="ignore-not-found", summary="Exit with 0 for objects that are not there"),
    ),
    writes=False,
)  # fmt: skip

YAML = evolve(GET, name="get -o yaml", summary="Show an object's manifest", key="y", argv=yaml_argv)
"""The key's form of ``get``; the grammar knows only ``get``."""


def _check(args: Args) -> None:
    output = args.flags.get("output", "")
    if output and output.partition("=")[0] not in _FORMATS:
        raise UsageError(
            f'unable to match a printer suitable for the output format "{output}", allowed formats are: '
            + ",".join(_FORMATS)
        )
    if args.on("show-labels") and output not in ("", "wide"):
        raise UsageError(f"--show-labels option cannot be used with {output} printer")


def _table(view: View, args: Args, found: Targets) -> list[str]:
    """One table a kind; a blank line between them, names with their kind once several are asked for."""
    runs: list[list[Object]] = []
    for obj in found.objects:
        if not runs or runs[-1][0].kind != obj.kind:
            runs.append([])
        runs[-1].append(obj)
    several = len({obj.kind for obj in found.objects}) > 1 or (found.listed and len(found.kinds) > 1)
    labels = args.flags.get("label-columns", "")
    lines: list[str] = []
    for objects in runs:
        kind = KINDS[objects[0].kind]
        options = ListOptions(
            wide=args.flags.get("output") == "wide",
            with_namespace=args.all_namespaces and kind.namespaced,
            show_labels=args.on("show-labels"),
            label_columns=tuple(filter(None, labels.replace("\n", ",").split(","))),
            with_kind=several,
            no_headers=args.on("no-headers"),
        )
        if lines and not options.no_headers:
            lines.append("")
        lines += list_objects(PRINTERS[kind.name], objects, view.state, view.now, options)
    return lines


def _objects(found: Targets, output: str) -> list[str]:
    if output == "name":
        return [slashed(obj) for obj in found.objects]
    if found.single and not found.objects:
        return []
    manifests = [to_manifest(obj) for obj in found.objects]
    shown: Any = manifests[0] if found.single else _list_of(manifests)
    if output.startswith("jsonpath"):
        text = fill_template(shown, output.partition("=")[2])
        return text.removesuffix("\n").split("\n") if text else []
    if output == "json":
        return json.dumps(shown, indent=4, sort_keys=True, ensure_ascii=False).split("\n")
    return dump_yaml(shown).rstrip("\n").split("\n")


def _list_of(manifests: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"apiVersion": "v1", "items": list(manifests), "kind": "List", "metadata": {"resourceVersion": ""}}


def _nothing(kinds: Sequence[Kind], args: Args) -> str:
    everywhere = any(not namespace_of(kind, args) for kind in kinds)
    return "No resources found" if everywhere else f"No resources found in {args.namespace} namespace."


def _sorted(objects: Iterable[Object], field: str) -> list[Object]:
    """Numbers before text, what lacks the field first; equal ones stay in order."""
    path = relaxed(field)
    found = [(find_all(to_manifest(obj), path), obj) for obj in objects]
    if found and not any(values for values, _ in found):
        raise UsageError(f'couldn\'t find any field with path "{{{path}}}" in the list of objects')
    return [obj for _, obj in sorted(found, key=lambda pair: _sort_key(pair[0]))]


def _sort_key(values: Sequence[Any]) -> tuple[int, float, str]:
    if not values:
        return 0, 0.0, ""
    value = values[0]
    if isinstance(value, (int, float)):
        return 1, float(value), ""
    return 2, 0.0, str(value)
