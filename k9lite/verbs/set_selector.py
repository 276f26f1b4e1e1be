"""set selector: which pods a Service stands for. Follows kubectl's ``cmd/set``."""

from typing import Any

from engine.errors import K9liteError, UsageError
from engine.kinds import Object, Service
from k9lite.arguments.options import ALL, FILENAME, RECURSIVE
from k9lite.arguments.selectors import selector_manifest
from k9lite.arguments.targets import targets
from k9lite.output.formats import Printer, output_files, output_of
from k9lite.verb import Args, Option, Run, Verb, View
from k9lite.wording import tell
from k9lite.writing.patching import LOCAL, PATCH_OPTIONS, patched_and_told


def run(view: View, args: Args) -> Run:
    if not args.words:
        raise UsageError("one selector is required")
    selector = selector_manifest(args.words[-1])
    found, printer = targets(view.state, args, args.words[:-1]), Printer(output_of(args))
    failures: list[K9liteError] = list(found.errors)
    for obj in found.objects:
        try:
            body = _patch(obj, selector)
            view = yield from patched_and_told(view, args, printer, obj, body, "selector updated")
        except K9liteError as error:
            failures.append(error)
    return (yield from tell(failures))


SET_SELECTOR = Verb(
    name="set selector",
    summary="Set the selector on a resource",
    usage="set selector (-f FILENAME | TYPE NAME) EXPRESSIONS",
    run=run,
    kinds=("Service",),
    options=(
        ALL, FILENAME, RECURSIVE, LOCAL,
        Option(name="resource-version", value="string", summary="Only if this is the object's version"),
        *PATCH_OPTIONS,
    ),
    reads=output_files,
)  # fmt: skip


def _patch(obj: Object, selector: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(obj, Service):
        raise UsageError("setting a selector is only supported for Services")
    if expressions := selector.get("matchExpressions"):
        raise UsageError(f"match expression {expressions} not supported on this object")
    return {"spec": {"selector": {"$patch": "replace", **selector.get("matchLabels", {})}}}
