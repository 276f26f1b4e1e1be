"""replace: puts manifests in the place of the objects they name. Follows kubectl's ``cmd/replace`` with ``-f``.

With ``--force`` the old objects are deleted first, and new ones made when they are gone.
"""

from collections.abc import Generator, Mapping
from typing import Any

from engine.api.writes import Create, Update
from engine.errors import K9liteError, UsageError
from engine.kinds import KINDS, from_manifest, to_manifest
from k9lite.arguments.documents import Document, documents_of
from k9lite.arguments.flags import number, seconds
from k9lite.arguments.options import FILENAME, KUSTOMIZE, RECURSIVE
from k9lite.arguments.targets import not_found
from k9lite.output.formats import Printer, output_files, output_of
from k9lite.verb import Args, Run, Say, Step, Verb, View
from k9lite.wording import Failure, quoted, tell
from k9lite.writing import CREATE_OPTIONS, result_lines, with_last_applied, written
from k9lite.writing.deleting import GONE_OPTIONS, gone


def run(view: View, args: Args) -> Run:
    if args.words or not args.files:
        raise UsageError("must specify --filename to replace\nSee 'kubectl replace -h' for help and examples")
    _check(args)
    printer = Printer(output_of(args))
    documents, errors = documents_of(args, view.state)
    failures: list[Failure | K9liteError] = list(errors)
    if not documents and not failures:
        raise UsageError("no objects passed to replace")
    if args.on("force"):
        refs = [document.ref for document in documents if view.state.get(document.ref) is not None]
        view = yield from gone(view, args, refs, told=True)
    for document in documents:
        data = with_last_applied(document.data) if args.on("save-config") else document.data
        try:
            view, shown = yield from _replaced(view, args, document, data)
        except K9liteError as error:
            doing = "" if args.on("force") else f"error when replacing {quoted(document.source)}: "
            failures.append(Failure(error, doing))
            continue
        for line in result_lines(args, printer, shown, "replaced"):
            view = yield Say(line)
    return (yield from tell(failures))


REPLACE = Verb(
    name="replace",
    summary="Replace objects by file or stdin",
    usage="replace -f FILENAME",
    run=run,
    options=(
        FILENAME, KUSTOMIZE, RECURSIVE,
        *GONE_OPTIONS,
        *CREATE_OPTIONS,
    ),
    reads=output_files,
)  # fmt: skip


def _check(args: Args) -> None:
    if not args.on("force"):
        if number(args, "grace-period") >= 0:
            raise UsageError("--grace-period must have --force specified")
        if seconds(args, "timeout"):
            raise UsageError("--timeout must have --force specified")
    elif args.flags.get("dry-run") != "none":
        raise UsageError("--dry-run can not be used when --force is set")


def _replaced(
    view: View, args: Args, document: Document, data: Mapping[str, Any]
) -> Generator[Step, View, tuple[View, Mapping[str, Any]]]:
    if not args.on("force") and view.state.get(document.ref) is None:
        raise not_found(KINDS[document.ref.kind], document.ref.name)
    for warning in document.warnings:
        view = yield Say(warning, error=True)
    obj = from_manifest(data)
    view, after = yield from written(view, args, Create(obj) if args.on("force") else Update(obj), document.ref)
    return view, data if after is None else to_manifest(after)
