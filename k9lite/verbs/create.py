"""create: makes the objects of manifests. Follows kubectl's ``cmd/create`` with ``-f``."""

from engine.api.writes import Create
from engine.errors import K9liteError, UsageError
from engine.kinds import Ref, from_manifest
from k9lite.arguments.documents import Document, documents_of
from k9lite.arguments.options import DRY_RUN, FILENAME, RECURSIVE
from k9lite.verb import Args, Run, Say, Submit, Verb, View
from k9lite.wording import Failure, dry_run_suffix, quoted, slashed, tell


def run(view: View, args: Args) -> Run:
    if args.words:
        raise UsageError(f"unknown command \"{' '.join(args.words)}\"\nSee 'kubectl create -h' for help and examples")
    if not args.files:
        raise UsageError("must specify one of -f and -k")
    documents, errors = documents_of(args)
    failures: list[Failure | K9liteError] = list(errors)
    if not documents and not failures:
        raise UsageError("no objects passed to create")
    for document in documents:
        ref = document.ref
        try:
            for warning in document.warnings:
                view = yield Say(warning, error=True)
            if not dry_run_suffix(args):
                view = yield Submit((Create(from_manifest(document.data)),))
                ref = _created(view, document)
        except K9liteError as error:
            failures.append(Failure(error, f"error when creating {quoted(document.source)}: "))
            continue
        view = yield Say(f"{slashed(ref)} created{dry_run_suffix(args)}")
    return (yield from tell(failures))


CREATE = Verb(
    name="create",
    summary="Create objects from a file or stdin",
    usage="create -f FILENAME",
    run=run,
    options=(FILENAME, RECURSIVE, DRY_RUN),
)


def _created(view: View, document: Document) -> Ref:
    """Under the name the API server made of generateName: the one that came with the newest revision."""
    ref = document.ref
    if ref.name:
        return ref
    newest = str(view.state.revision)
    for obj in view.state.objects(ref.kind, ref.namespace):
        if obj.metadata.resource_version == newest:
            return Ref(ref.kind, ref.namespace, obj.metadata.name)
    return ref
