"""create: makes the objects of manifests. Follows kubectl's ``cmd/create`` with ``-f``."""

from collections.abc import Mapping
from typing import Any

from engine.api.writes import Create
from engine.errors import K9liteError, UsageError
from engine.kinds import from_manifest, to_manifest
from k9lite.arguments.documents import documents_of
from k9lite.arguments.options import FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR
from k9lite.arguments.targets import selector_of
from k9lite.output.formats import Printer, output_files, output_of
from k9lite.verb import Args, Run, Say, Verb, View
from k9lite.wording import Failure, quoted, tell
from k9lite.writing import CREATE_OPTIONS, result_lines, with_last_applied, written


def run(view: View, args: Args) -> Run:
    if args.words:
        raise UsageError(f"Unexpected args: [{' '.join(args.words)}]\nSee 'kubectl create -h' for help and examples")
    if not args.files:
        raise UsageError("must specify one of -f and -k")
    printer, wanted = Printer(output_of(args)), selector_of(args)
    documents, errors = documents_of(args, view.state)
    documents = [each for each in documents if wanted.matches(each.labels)]
    failures: list[Failure | K9liteError] = list(errors)
    if not documents and not failures:
        raise UsageError("no objects passed to create")
    for document in documents:
        data: Mapping[str, Any] = with_last_applied(document.data) if args.on("save-config") else document.data
        try:
            for warning in document.warnings:
                view = yield Say(warning, error=True)
            view, made = yield from written(view, args, Create(from_manifest(data)), document.ref)
        except K9liteError as error:
            failures.append(Failure(error, f"error when creating {quoted(document.source)}: "))
            continue
        for line in result_lines(args, printer, data if made is None else to_manifest(made), "created"):
            view = yield Say(line)
    return (yield from tell(failures))


CREATE = Verb(
    name="create",
    summary="Create objects from a file or stdin",
    usage="create -f FILENAME",
    run=run,
    options=(FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR, *CREATE_OPTIONS),
    reads=output_files,
)
