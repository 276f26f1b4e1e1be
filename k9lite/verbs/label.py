"""label: sets and removes labels. Follows kubectl's ``cmd/label``."""

import re
from collections.abc import Generator, Mapping, Sequence
from typing import Any

from engine.errors import K9liteError, UsageError
from engine.kinds import Object, Ref, to_manifest
from engine.store.state import State
from k9lite.arguments.options import ALL, ALL_NAMESPACES, FIELD_SELECTOR, FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR
from k9lite.arguments.pairs import listing, merge_patch, split_pairs
from k9lite.arguments.selection import kind_and_names, naming
from k9lite.arguments.targets import targets
from k9lite.output.formats import Printer, output_files, output_of
from k9lite.verb import Args, Field, Form, Option, Run, Say, Step, Verb, View
from k9lite.wording import tell
from k9lite.writing import result_lines
from k9lite.writing.patching import LOCAL, PATCH_OPTIONS, RESOURCE_VERSION, of_version, patched, recorded

_VALUE = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
    "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
    "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


def run(view: View, args: Args) -> Run:
    words, changes = split_pairs(args.words, "label")
    new, removed = _parse(changes)
    _check(args, words, changes)
    found, printer = targets(view.state, args, words, everything=False), Printer(output_of(args))
    failures: list[K9liteError] = list(found.errors)
    for obj in found.objects:
        labels = obj.metadata.labels
        if args.on("list"):
            for line in listing(obj, "labels", labels, single=found.single):
                yield Say(line)
            continue
        refused = [] if args.on("overwrite") else _overwrites(labels, new)
        failures += refused
        if refused:
            continue
        for key in removed:
            if key not in labels:
                yield Say(f'label "{key}" not found.')
        try:
            gone = [key for key in removed if key in labels]
            view = yield from _change(view, printer, obj, new, gone, args)
        except K9liteError as error:
            failures.append(error)
    return (yield from tell(failures))


def form(state: State, refs: Sequence[Ref]) -> Form:
    labels = {ref: found.metadata.labels for ref in refs if (found := state.get(ref)) is not None}
    message = f"Labels of {naming(refs)}:"
    for ref, each in labels.items():
        shown = " ".join(f"{key}={each[key]}" for key in sorted(each)) or "<none>"
        message += f"\n  {shown}" if len(refs) == 1 else f"\n  {ref.name}: {shown}"
    return Form(
        title="Label",
        message=message,
        fields=(
            Field(name="changes", label="key=value to set, key- to remove"),
            Field(name="overwrite", label="Overwrite labels that are there", kind="switch", default="true"),
        ),
    )


def argv(refs: Sequence[Ref], answers: Mapping[str, str]) -> list[str]:
    overwrite = ["--overwrite"] if answers.get("overwrite") == "true" else []
    return ["label", *kind_and_names(refs), *answers.get("changes", "").split(), *overwrite]


LABEL = Verb(
    name="label",
    summary="Set or remove labels",
    usage="label TYPE NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
    run=run,
    options=(
        Option(name="overwrite", summary="Let a label that has another value be changed"),
        Option(name="list", summary="Print the labels"),
        ALL, ALL_NAMESPACES, SELECTOR, FIELD_SELECTOR, FILENAME, KUSTOMIZE, RECURSIVE, RESOURCE_VERSION, LOCAL,
        *PATCH_OPTIONS,
    ),
    reads=output_files,
    key="L",
    form=form,
    argv=argv,
)  # fmt: skip


def _change(
    view: View, printer: Printer, obj: Object, new: Mapping[str, str], removed: Sequence[str], args: Args
) -> Generator[Step, View, View]:
    added = {key: value for key, value in new.items() if obj.metadata.labels.get(key) != value}
    word = "modified" if added and removed else "labeled" if added else "unlabeled" if removed else "not labeled"
    manifest: Mapping[str, Any] = to_manifest(obj)
    if added or removed:
        body = of_version(args, obj, recorded(args, merge_patch("labels", added, removed)))
        view, manifest = yield from patched(view, args, obj, body, "merge")
    for line in result_lines(args, printer, manifest, word):
        view = yield Say(line)
    return view


def _parse(changes: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    new: dict[str, str] = {}
    removed: list[str] = []
    for change in changes:
        key, equals, value = change.partition("=")
        if not equals:
            removed.append(change[:-1])
        elif "=" in value:
            raise UsageError(f"invalid label spec: {change}")
        elif wrong := _value_mistakes(value):
            raise UsageError(f'invalid label value: "{change}": {wrong}')
        else:
            new[key] = value
    if any(key in new for key in removed):
        raise UsageError("can not both modify and remove a label in the same command")
    return new, removed


def _value_mistakes(value: str) -> str:
    mistakes = ["must be no more than 63 bytes"] if len(value.encode()) > 63 else []
    if not _VALUE.fullmatch(value):
        mistakes.append(_VALUE_RULE)
    return ";".join(mistakes)


def _check(args: Args, words: Sequence[str], changes: Sequence[str]) -> None:
    if args.on("all") and args.flags.get("selector"):
        raise UsageError("cannot set --all and --selector at the same time")
    if args.on("all") and args.flags.get("field-selector"):
        raise UsageError("cannot set --all and --field-selector at the same time")
    if not words and not args.files:
        raise UsageError("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if not changes and not args.on("list"):
        raise UsageError("at least one label update is required")


def _overwrites(labels: Mapping[str, str], new: Mapping[str, str]) -> list[K9liteError]:
    return [
        UsageError(f"'{key}' already has a value ({labels[key]}), and --overwrite is false")
        for key, value in new.items()
        if labels.get(key, value) != value
    ]
