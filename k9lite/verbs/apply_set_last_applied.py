"""apply set-last-applied: the annotation apply keeps its record in, as a file says. Follows kubectl's ``cmd/apply``."""

import json

from engine.errors import K9liteError, UsageError
from engine.kinds import KINDS
from k9lite.arguments.documents import documents_of
from k9lite.arguments.options import DRY_RUN, FILENAME, RECURSIVE
from k9lite.arguments.targets import not_found
from k9lite.output.formats import OUTPUT_OPTIONS, Printer, output_files, output_of
from k9lite.verb import Args, Option, Run, Say, Verb, View
from k9lite.wording import tell
from k9lite.writing import LAST_APPLIED, result_lines
from k9lite.writing.patching import patched


def run(view: View, args: Args) -> Run:
    if not args.files:
        raise UsageError("must specify one of -f and -k")
    documents, errors = documents_of(args, view.state)
    failures: list[K9liteError] = list(errors)
    printer = Printer(output_of(args))
    for document in documents:
        record = json.dumps(document.data, sort_keys=True, separators=(",", ":"), ensure_ascii=False) + "\n"
        found = view.state.get(document.ref)
        try:
            if found is None:
                raise not_found(KINDS[document.ref.kind], document.ref.name)
            before = found.metadata.annotations.get(LAST_APPLIED)
            if before is None and not args.on("create-annotation"):
                raise UsageError(
                    f"no last-applied-configuration annotation found on resource: {document.ref.name}, to create the "
                    "annotation, run the command with --create-annotation"
                )
            if before == record:
                view = yield Say(f"set-last-applied {document.ref.name}: no changes required.")
                continue
            body = {"metadata": {"annotations": {LAST_APPLIED: record}}}
            view, manifest = yield from patched(view, args, found, body, "merge")
        except K9liteError as error:
            failures.append(error)
            continue
        for line in result_lines(args, printer, manifest, "configured"):
            view = yield Say(line)
    return (yield from tell(failures))


SET_LAST_APPLIED = Verb(
    name="apply set-last-applied",
    summary="Set the last-applied-configuration annotation on a live object to match the contents of a file",
    usage="apply set-last-applied -f FILENAME",
    run=run,
    options=(
        FILENAME, RECURSIVE, DRY_RUN,
        Option(name="create-annotation", summary="Make the annotation where there is none"),
        *OUTPUT_OPTIONS,
    ),
    reads=output_files,
)  # fmt: skip
