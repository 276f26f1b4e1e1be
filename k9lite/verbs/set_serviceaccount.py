"""set serviceaccount: as whom pods run. Follows kubectl's ``cmd/set``."""

from engine.errors import ApiError, K9liteError, UsageError
from k9lite.arguments.options import ALL, FILENAME, KUSTOMIZE, RECURSIVE
from k9lite.arguments.targets import targets
from k9lite.output.formats import Printer, output_files, output_of
from k9lite.verb import Args, Run, Verb, View
from k9lite.wording import slashed, tell
from k9lite.writing.patching import LOCAL, PATCH_OPTIONS, patched_and_told
from k9lite.writing.pod_templates import TEMPLATED, spec_patch


def run(view: View, args: Args) -> Run:
    if not args.words:
        raise UsageError("serviceaccount is required")
    found, printer = targets(view.state, args, args.words[:-1]), Printer(output_of(args))
    failures: list[K9liteError] = list(found.errors)
    for obj in found.objects:
        try:
            body = spec_patch(obj.kind, {"serviceAccountName": args.words[-1]})
            view = yield from patched_and_told(view, args, printer, obj, body, "serviceaccount updated")
        except ApiError as error:
            failures.append(UsageError(f"failed to patch ServiceAccountName {error}"))
        except UsageError as error:
            failures.append(UsageError(f"error: {slashed(obj)} {error}"))
    return (yield from tell(failures))


SET_SERVICEACCOUNT = Verb(
    name="set serviceaccount",
    summary="Update the service account of a resource",
    usage="set serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
    run=run,
    kinds=("Pod", *TEMPLATED),
    options=(ALL, FILENAME, KUSTOMIZE, RECURSIVE, LOCAL, *PATCH_OPTIONS),
    reads=output_files,
)
