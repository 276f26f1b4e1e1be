"""replace: puts manifests in the place of the objects they name. Follows kubectl's ``cmd/replace`` with ``-f``."""

from engine.api.writes import Update
from engine.errors import K9liteError, UsageError
from engine.kinds import KINDS, from_manifest
from k9lite.arguments.documents import documents_of
from k9lite.arguments.options import DRY_RUN, FILENAME, RECURSIVE
from k9lite.arguments.targets import not_found
from k9lite.verb import Args, Run, Say, Submit, Verb, View
from k9lite.wording import Failure, dry_run_suffix, quoted, slashed, tell


def run(view: View, args: Args) -> Run:
    if args.words or not args.files:
        raise UsageError("must specify --filename to replace\nSee 'kubectl replace -h' for help and examples")
    documents, errors = documents_of(args)
    failures: list[Failure | K9liteError] = list(errors)
    if not documents and not failures:
        raise UsageError("no objects passed to replace")
    for document in documents:
        try:
            if view.state.get(document.ref) is None:
                raise not_found(KINDS[document.ref.kind], document.ref.name)
            for warning in document.warnings:
                view = yield Say(warning, error=True)
            if not dry_run_suffix(args):
                view = yield Submit((Update(from_manifest(document.data)),))
        except K9liteError as error:
            failures.append(Failure(error, f"error when replacing {quoted(document.source)}: "))
            continue
        view = yield Say(f"{slashed(document.ref)} replaced{dry_run_suffix(args)}")
    return (yield from tell(failures))


REPLACE = Verb(
    name="replace",
    summary="Replace objects by file or stdin",
    usage="replace -f FILENAME",
    run=run,
    options=(FILENAME, RECURSIVE, DRY_RUN),
)
