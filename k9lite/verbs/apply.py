"""apply: makes the cluster match manifests, one object after the other. Follows kubectl's ``cmd/apply``.

An object that is refused does not stop the next one. The three-way merge is the API server's here.
"""

from collections.abc import Mapping
from typing import Any

from engine.api.writes import Apply, Create, ServerSideApply
from engine.errors import Conflict, Invalid, K9liteError, UsageError
from engine.kinds import KINDS, Object, Ref, from_manifest, to_manifest
from k9lite.arguments.documents import Document, documents_of
from k9lite.arguments.options import DRY_RUN, FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR
from k9lite.arguments.targets import selector_of
from k9lite.output.formats import OUTPUT_OPTIONS, Printer, output_files, output_of
from k9lite.verb import Args, Option, Run, Say, Submit, Verb, View
from k9lite.wording import Failure, quoted, slashed, tell
from k9lite.writing import LAST_APPLIED, VALIDATE, Written, result_lines, written
from k9lite.writing.deleting import GONE_OPTIONS, gone
from k9lite.writing.patching import CHANGE_CAUSE, RECORD
from k9lite.writing.pruning import PRUNE_OPTIONS, check_prune, pruned


def run(view: View, args: Args) -> Run:
    if args.words:
        raise UsageError(f"Unexpected args: [{' '.join(args.words)}]\nSee 'kubectl apply -h' for help and examples")
    if not args.files:
        raise UsageError("must specify one of -f and -k")
    _check_flags(args)
    printer, wanted = Printer(output_of(args)), selector_of(args)
    documents, errors = documents_of(args, view.state)
    failures: list[Failure | K9liteError] = list(errors)
    chosen = [each for each in documents if wanted.matches(each.labels)]
    if not chosen and not failures:
        raise UsageError("no objects passed to apply")
    server_side = args.on("server-side")
    for document in chosen:
        before = view.state.get(document.ref)
        data = _recorded(args, document.data)
        try:
            if not document.ref.name:
                raise UsageError(_nameless(document))
            if before is not None and not server_side and LAST_APPLIED not in before.metadata.annotations:
                view = yield Say(_unrecorded(document.ref), error=True)
            for warning in document.warnings:
                view = yield Say(warning, error=True)
            apply = _applied_on_server if server_side else _applied
            view, after = yield from apply(view, args, document.ref, data)
        except K9liteError as error:
            failures.append(Failure(error, "" if server_side else _doing(document, before)))
            continue
        if before is not None and before.metadata.deletion_timestamp is not None:
            view = yield Say(
                f"Warning: Detected changes to resource {document.ref.name} which is currently being deleted.",
                error=True,
            )
        word = "serverside-applied" if server_side else _word(before, after, args)
        for line in result_lines(args, printer, _shown(data, before, after), word):
            view = yield Say(line)
    if args.on("prune") and not failures:
        return (yield from pruned(view, args, printer, [each.ref for each in chosen]))
    return (yield from tell(failures))


APPLY = Verb(
    name="apply",
    summary="Apply a configuration to objects by file or stdin",
    usage="apply -f FILENAME",
    run=run,
    options=(
        FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR, DRY_RUN, VALIDATE, RECORD, *PRUNE_OPTIONS,
        Option(name="server-side", summary="Let the API server merge, and keep account of who set which field"),
        Option(name="force-conflicts", summary="With --server-side: take fields from their other managers"),
        Option(name="field-manager", value="string", summary="Who sets the fields of a --server-side apply"),
        Option(name="overwrite", default="true", summary="Taken and not used: what is applied always holds"),
        Option(name="openapi-patch", default="true", summary="Taken and not used: lists merge as the API says"),
        *GONE_OPTIONS,
        Option(name="wait", summary="Taken and not used: only what is pruned is waited for"),
        *OUTPUT_OPTIONS,
    ),
    reads=output_files,
)  # fmt: skip


def _applied(view: View, args: Args, ref: Ref, data: Mapping[str, Any]) -> Written:
    """With ``--force`` what cannot be changed is made anew; the old one comes back if the new one is refused."""
    before = view.state.get(ref)
    try:
        return (yield from written(view, args, Apply(data), ref))
    except (Conflict, Invalid):
        if before is None or not args.on("force"):
            raise
    view = yield from gone(view, args, [ref], told=False)
    try:
        return (yield from written(view, args, Apply(data), ref))
    except K9liteError:
        yield Submit((Create(from_manifest(_as_new(before))),))
        raise


def _applied_on_server(view: View, args: Args, ref: Ref, data: Mapping[str, Any]) -> Written:
    manager = args.flags.get("field-manager") or "kubectl"
    write = ServerSideApply(manifest=data, manager=manager, force=args.on("force-conflicts"))
    try:
        return (yield from written(view, args, write, ref))
    except Conflict as error:
        raise UsageError(f"{error}\n{_WAYS_OUT}") from None


_WAYS_OUT = """\
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"""


def _check_flags(args: Args) -> None:
    """Raises UsageError for flags that do not go together."""
    server_side, dry_run = args.on("server-side"), args.flags.get("dry-run")
    if args.on("force-conflicts") and not server_side:
        raise UsageError("--force-conflicts only works with --server-side")
    if dry_run == "client" and server_side:
        raise UsageError(
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)"
        )
    if args.on("force") and server_side:
        raise UsageError("--force cannot be used with --server-side")
    if args.on("force") and dry_run == "server":
        raise UsageError("--dry-run=server cannot be used with --force")
    check_prune(args)


def _as_new(obj: Object) -> Mapping[str, Any]:
    manifest = to_manifest(obj)
    metadata = {key: value for key, value in manifest["metadata"].items() if key not in ("uid", "resourceVersion")}
    return {**manifest, "metadata": metadata}


def _recorded(args: Args, data: Mapping[str, Any]) -> Mapping[str, Any]:
    if not args.on("record"):
        return data
    metadata = data["metadata"]
    annotations = {**(metadata.get("annotations") or {}), CHANGE_CAUSE: args.line}
    return {**data, "metadata": {**metadata, "annotations": annotations}}


def _shown(data: Mapping[str, Any], before: Object | None, after: Object | None) -> Mapping[str, Any]:
    """A dry run of the client shows the object there is, or the one that would be made."""
    found = after or before
    return data if found is None else to_manifest(found)


def _word(before: Object | None, after: Object | None, args: Args) -> str:
    """A dry run of the client does not merge, so it cannot know that nothing would change."""
    if before is None:
        return "created"
    return "unchanged" if after is before and args.flags.get("dry-run") != "client" else "configured"


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
