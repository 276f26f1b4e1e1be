"""apply: makes the cluster match manifests, one object after the other. Follows kubectl's ``cmd/apply``.

An object that is refused does not stop the next one. The three-way merge is the API server's here.
"""

from engine.api.writes import Apply
from engine.errors import K9liteError, UsageError
from engine.kinds import KINDS, Object, Ref
from k9lite.arguments.documents import Document, documents_of
from k9lite.arguments.options import DRY_RUN, FILENAME, RECURSIVE, SELECTOR
from k9lite.arguments.targets import selector_of
from k9lite.verb import Args, Run, Say, Submit, Verb, View
from k9lite.wording import Failure, dry_run_suffix, quoted, slashed, tell

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def run(view: View, args: Args) -> Run:
    if args.words:
        raise UsageError(f"Unexpected args: [{' '.join(args.words)}]\nSee 'kubectl apply -h' for help and examples")
    if not args.files:
        raise UsageError("must specify one of -f and -k")
    documents, errors = documents_of(args)
    failures: list[Failure | K9liteError] = list(errors)
    wanted = selector_of(args)
    chosen = [each for each in documents if wanted.matches(each.labels)]
    if not chosen and not failures:
        raise UsageError("no objects passed to apply")
    for document in chosen:
        before = view.state.get(document.ref)
        try:
            if not document.ref.name:
                raise UsageError(_nameless(document))
            if before is not None and LAST_APPLIED not in before.metadata.annotations:
                view = yield Say(_unrecorded(document.ref), error=True)
            for warning in document.warnings:
                view = yield Say(warning, error=True)
            if not dry_run_suffix(args):
                view = yield Submit((Apply(document.data),))
        except K9liteError as error:
            failures.append(Failure(error, _doing(document, before)))
            continue
        if before is not None and before.metadata.deletion_timestamp is not None:
            view = yield Say(
                f"Warning: Detected changes to resource {document.ref.name} which is currently being deleted.",
                error=True,
            )
        view = yield Say(f"{slashed(document.ref)} {_word(view, document, before, args)}{dry_run_suffix(args)}")
    return (yield from tell(failures))


APPLY = Verb(
    name="apply",
    summary="Apply a configuration to objects by file or stdin",
    usage="apply -f FILENAME",
    run=run,
    options=(FILENAME, RECURSIVE, SELECTOR, DRY_RUN),
)


def _word(view: View, document: Document, before: Object | None, args: Args) -> str:
    """A dry run does not merge, so it cannot know that nothing would change."""
    if before is None:
        return "created"
    same = view.state.get(document.ref) is before
    return "unchanged" if same and not dry_run_suffix(args) else "configured"


def _doing(document: Document, before: Object | None) -> str:
    if not document.ref.name:
        return ""
    return f"error when {'applying' if before else 'creating'} {quoted(document.source)}: "


def _nameless(document: Document) -> str:
    if base := document.data["metadata"].get("generateName", ""):
        return f"from {base}: cannot use generate name with apply"
    kind = KINDS[document.ref.kind]
    version = kind.api_version if kind.group else f"/{kind.api_version}"
    return (
        f'error when retrieving current configuration of:\nResource: "{version}, Resource={kind.plural}", '
        f'GroupVersionKind: "{version}, Kind={kind.name}"\nName: "", Namespace: "{document.ref.namespace}"\n'
        f"from server for: {quoted(document.source)}: resource name may not be empty"
    )


def _unrecorded(ref: Ref) -> str:
    return (
        f"Warning: resource {slashed(ref)} is missing the {LAST_APPLIED} annotation which is required by kubectl "
        "apply. kubectl apply should only be used on resources created declaratively by either kubectl create "
        "--save-config or kubectl apply. The missing annotation will be patched automatically."
    )
