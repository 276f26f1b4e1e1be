"""get: lists objects. Follows kubectl's ``cmd/get``; what it prints comes from the engine's printers.

Reads one State: what is listed is what was there at one revision. With ``-w`` it goes on with what changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import evolve

from engine.errors import NotFound, UsageError
from engine.kinds import KINDS, Kind, Object, Ref, to_manifest
from engine.printers import ListOptions, list_objects
from engine.printers.custom import printer_of
from engine.served import served
from k9lite.arguments.jsonpath import find_all, relaxed
from k9lite.arguments.options import (
    ALL_NAMESPACES,
    CHUNK_SIZE,
    FIELD_SELECTOR,
    FILENAME,
    KUSTOMIZE,
    RECURSIVE,
    SELECTOR,
)
from k9lite.arguments.selection import kind_and_names
from k9lite.arguments.targets import Targets, namespace_of, targets
from k9lite.output.formats import (
    ALLOW_MISSING,
    GET_FORMATS,
    MANAGED,
    TEMPLATE,
    Printer,
    offered,
    output_files,
    output_of,
)
from k9lite.verb import Args, Option, Run, Say, Verb, View
from k9lite.wording import tell
from k9lite.writing.subresources import SUBRESOURCE, scale_lines, scale_manifest, subresource_of

_UNNAMED = (
    'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported '
    "resources."
)


_OBJECT_FORMATS = ("json", "kyaml", "yaml")
_DEPRECATED = {"ComponentStatus": "v1 ComponentStatus is deprecated in v1.19+"}


def run(view: View, args: Args) -> Run:
    _check(args)
    if raw := args.flags.get("raw", ""):
        return (yield from _raw(view, raw))
    watches = args.on("watch") or args.on("watch-only")
    if not args.words and not args.files and not watches:
        yield Say(_UNNAMED, error=True)
        yield Say("", error=True)
        raise UsageError(
            'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that '
            "resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples"
        )
    if watches:
        return (yield from _watch(view, args))
    found = targets(view.state, args, everything=True)
    for kind in found.kinds:
        if kind.name in _DEPRECATED:
            yield Say(f"Warning: {_DEPRECATED[kind.name]}", error=True)
    if args.on("ignore-not-found"):
        found = evolve(found, errors=tuple(e for e in found.errors if not isinstance(e, NotFound)))
    if args.flags.get("sort-by"):
        found = evolve(found, objects=tuple(_sorted(found.objects, args.flags["sort-by"])))
    printer = Printer(output_of(args, GET_FORMATS), no_headers=args.on("no-headers"))
    is_table = printer.output.name in ("", "wide")
    lines = _table(view, args, found) if is_table else _objects(view, found, printer, args)
    for line in lines:
        yield Say(line)
    if not lines and not found.errors and not args.on("ignore-not-found") and is_table:
        yield Say(_nothing(found.kinds, args), error=True)
    return (yield from tell(found.errors))


def yaml_argv(refs: Sequence[Ref], _answers: Mapping[str, str]) -> list[str]:
    return ["get", *kind_and_names(refs), "-o", "yaml"]


GET = Verb(
    name="get",
    summary="Display one or many resources",
    usage="get (TYPE [NAME | -l label] | TYPE/NAME ...)",
    run=run,
    options=(
        ALL_NAMESPACES, SELECTOR, FIELD_SELECTOR, FILENAME, KUSTOMIZE, RECURSIVE,
        SUBRESOURCE, TEMPLATE, ALLOW_MISSING, MANAGED,
        Option(
            name="output",
            short="o",
            value="string",
            summary=f"Output format: one of {', '.join(GET_FORMATS)}",
            choices=offered(GET_FORMATS),
        ),
        Option(name="show-labels", summary="Show all labels in the last column"),
        Option(name="show-kind", summary="Put the kind before each name"),
        Option(name="label-columns", short="L", value="strings", repeats=True, summary="Labels as columns"),
        Option(name="no-headers", summary="Leave the headers out"),
        Option(name="sort-by", value="string", summary="Sort by this field, as in .metadata.creationTimestamp"),
        Option(name="ignore-not-found", summary="Exit with 0 for objects that are not there"),
        Option(name="watch", short="w", summary="After listing, go on with what changes"),
        Option(name="watch-only", summary="Only what changes"),
        Option(name="output-watch-events", summary="Say of each change whether it was added, modified or deleted"),
        Option(name="raw", value="string", summary="Ask for this path of the API, as in /apis/apps/v1"),
        CHUNK_SIZE,
        Option(name="server-print", default="true", summary="Taken and not used: columns are always the server's"),
    ),
    writes=False,
    reads=output_files,
)  # fmt: skip

YAML = evolve(GET, name="get -o yaml", summary="Show an object's manifest", key="y", argv=yaml_argv)
"""The key's form of ``get``; the grammar knows only ``get``."""


def _check(args: Args) -> None:
    output = args.flags.get("output", "")
    if args.flags.get("raw"):
        if args.words:
            raise UsageError("arguments may not be passed when --raw is specified")
        if args.on("watch") or args.on("watch-only") or args.flags.get("selector"):
            raise UsageError(
                "--raw may not be specified with other flags that filter the server request or alter the output"
            )
        if output:
            raise UsageError("--raw and --output are mutually exclusive")
    output_of(args, GET_FORMATS)
    if args.on("show-labels") and output not in ("", "wide"):
        raise UsageError(f"--show-labels option cannot be used with {output} printer")
    if args.flags.get("label-columns") and output.startswith("custom-columns"):
        raise UsageError(f"--label-columns option cannot be used with {output} printer")
    if args.on("output-watch-events") and not (args.on("watch") or args.on("watch-only")):
        raise UsageError("--output-watch-events option can only be used with --watch or --watch-only")


def _raw(view: View, path: str) -> Run:
    from k9lite.raw_paths import answer  # it brings what pods use; what is listed comes without

    for line in answer(view.state, path, view.now):
        yield Say(line)
    return 0


def _watch(view: View, args: Args) -> Run:
    from k9lite.watching import watched

    if args.flags.get("sort-by"):
        flag, more = ("watch", " for watch events received") if args.on("watch") else ("watch-only", "")
        view = yield Say(f"warning: --{flag} requested, --sort-by will be ignored{more}", error=True)
    found = targets(view.state, args, everything=True)
    if found.errors:
        missing = all(isinstance(error, NotFound) for error in found.errors)
        return 0 if missing and args.on("ignore-not-found") else (yield from tell(found.errors))
    if len(found.kinds) > 1:
        raise UsageError("you may only specify a single resource type")
    return (yield from watched(view, args, found, _options(args, found.kinds[0], several=False)))


def _options(args: Args, kind: Kind, *, several: bool) -> ListOptions:
    labels = args.flags.get("label-columns", "")
    return ListOptions(
        wide=args.flags.get("output") == "wide",
        with_namespace=args.all_namespaces and kind.namespaced,
        show_labels=args.on("show-labels"),
        label_columns=tuple(filter(None, labels.replace("\n", ",").split(","))),
        with_kind=several or args.on("show-kind"),
        no_headers=args.on("no-headers"),
    )


def _table(view: View, args: Args, found: Targets) -> list[str]:
    """One table a kind; a blank line between them, names with their kind once several are asked for."""
    if subresource_of(args) == "scale":
        return scale_lines(found.objects, view.server, view.now)
    runs: list[list[Object]] = []
    for obj in found.objects:
        if not runs or runs[-1][0].kind != obj.kind:
            runs.append([])
        runs[-1].append(obj)
    several = len({obj.kind for obj in found.objects}) > 1 or (found.listed and len(found.kinds) > 1)
    lines: list[str] = []
    for objects in runs:
        kind = KINDS[objects[0].kind]
        options = _options(args, kind, several=several)
        if lines and not options.no_headers:
            lines.append("")
        lines += list_objects(printer_of(view.server, kind.name), objects, view.server, view.now, options)
    return lines


def _objects(view: View, found: Targets, printer: Printer, args: Args) -> list[str]:
    if found.single and not found.objects:
        return []
    if not found.objects and args.on("ignore-not-found"):
        return []
    of_scale = subresource_of(args) == "scale"
    manifests = [
        scale_manifest(obj, view.server) if of_scale else served(view.server, obj)
        for obj in found.objects
    ]
    if not args.on("show-managed-fields") and args.flags.get("output") in _OBJECT_FORMATS:
        manifests = [_without_managed_fields(each) for each in manifests]
    return printer.lines(manifests[0] if found.single else _list_of(manifests))


def _without_managed_fields(manifest: dict[str, Any]) -> dict[str, Any]:
    meta = manifest.get("metadata") or {}
    if "managedFields" not in meta:
        return manifest
    return {**manifest, "metadata": {key: value for key, value in meta.items() if key != "managedFields"}}


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
