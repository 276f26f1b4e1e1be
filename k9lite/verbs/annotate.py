"""annotate: sets and removes annotations. Follows kubectl's ``cmd/annotate``."""

from collections.abc import Generator, Mapping, Sequence

from engine.errors import K9liteError, UsageError
from engine.kinds import Object, Ref
from engine.store.state import State
from k9lite.arguments.options import ALL, ALL_NAMESPACES, FIELD_SELECTOR, FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR
from k9lite.arguments.pairs import listing, merge_patch, split_pairs
from k9lite.arguments.selection import kind_and_names, naming
from k9lite.arguments.targets import targets
from k9lite.output.formats import Printer, output_files, output_of
from k9lite.verb import Args, Field, Form, Option, Run, Say, Step, Verb, View
from k9lite.wording import tell
from k9lite.writing import result_lines
from k9lite.writing.patching import CHANGE_CAUSE, LOCAL, PATCH_OPTIONS, RESOURCE_VERSION, of_version, patched, recorded


def run(view: View, args: Args) -> Run:
    words, changes = split_pairs(args.words, "annotation")
    _check(args, words, changes)
    new = dict(change.split("=", 1) for change in changes if "=" in change)
    removed = [change[:-1] for change in changes if "=" not in change]
    if both := [key for key in removed if key in new]:
        raise UsageError(
            f"can not both modify and remove the following annotation(s) in the same command: {', '.join(both)}"
        )
    found, printer = targets(view.state, args, words), Printer(output_of(args))
    failures: list[K9liteError] = list(found.errors)
    for obj in found.objects:
        try:
            if args.on("list"):
                for line in listing(obj, "annotations", obj.metadata.annotations, single=found.single):
                    yield Say(line)
            else:
                view = yield from _change(view, printer, obj, new, removed, args)
        except K9liteError as error:
            failures.append(error)
    return (yield from tell(failures))


def form(state: State, refs: Sequence[Ref]) -> Form:
    held = {key for ref in refs if (found := state.get(ref)) is not None for key in found.metadata.annotations}
    shown = "\n  ".join(sorted(held)) or "<none>"
    return Form(
        title="Annotate",
        message=f"Annotations of {naming(refs)}:\n  {shown}",
        fields=(
            Field(name="key", label="Key"),
            Field(name="value", label="Value (none removes it)"),
        ),
    )


def argv(refs: Sequence[Ref], answers: Mapping[str, str]) -> list[str]:
    key, value = answers.get("key", ""), answers.get("value", "")
    return ["annotate", *kind_and_names(refs), *([f"{key}={value}", "--overwrite"] if value else [f"{key}-"])]


ANNOTATE = Verb(
    name="annotate",
    summary="Set or remove annotations",
    usage="annotate TYPE NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
    run=run,
    options=(
        Option(name="overwrite", summary="Let an annotation that has another value be changed"),
        Option(name="list", summary="Print the annotations"),
        ALL, ALL_NAMESPACES, SELECTOR, FIELD_SELECTOR, FILENAME, KUSTOMIZE, RECURSIVE, RESOURCE_VERSION, LOCAL,
        *PATCH_OPTIONS,
    ),
    reads=output_files,
    form=form,
    argv=argv,
)  # fmt: skip


def _change(
    view: View, printer: Printer, obj: Object, new: Mapping[str, str], removed: Sequence[str], args: Args
) -> Generator[Step, View, View]:
    annotations = obj.metadata.annotations
    if not args.on("overwrite"):
        held = [
            f"'{key}' already has a value ({annotations[key]})"
            for key, value in new.items()
            if key != CHANGE_CAUSE and annotations.get(key, value) != value
        ]
        if held:
            raise UsageError(f"--overwrite is false but found the following declared annotation(s): {'; '.join(held)}")
    present = [key for key in removed if key in annotations]
    body = of_version(args, obj, recorded(args, merge_patch("annotations", new, present)))
    view, manifest = yield from patched(view, args, obj, body, "merge")
    for line in result_lines(args, printer, manifest, "annotated"):
        view = yield Say(line)
    return view


def _check(args: Args, words: Sequence[str], changes: Sequence[str]) -> None:
    for flag in ("selector", "field-selector"):
        if args.on("all") and args.flags.get(flag):
            raise UsageError(f"cannot set --all and --{flag} at the same time")
    if not words and not args.files:
        raise UsageError("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    if not changes and not args.on("list"):
        raise UsageError("at least one annotation update is required")
