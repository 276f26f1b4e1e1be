"""One object patched and shown, by all verbs that change a part of something: submitted, or in a dry run not.

Follows kubectl's ``cmd/set`` and ``cmd/patch``; ``--record`` keeps the line in the change-cause annotation.
"""

from collections.abc import Generator, Mapping
from typing import Any

from engine.api.answers import conflict
from engine.api.writes import Patch
from engine.kinds import Object, ref_of, to_manifest
from k9lite.arguments.options import DRY_RUN
from k9lite.output.formats import OUTPUT_OPTIONS, Printer
from k9lite.verb import Args, Option, Say, Step, View
from k9lite.writing import FIELD_MANAGER, result_lines, written

RECORD = Option(name="record", summary="Keep the command in the annotation kubernetes.io/change-cause")
RESOURCE_VERSION = Option(name="resource-version", value="string", summary="Only if this is the object's version")
LOCAL = Option(name="local", summary="Change the object of the file, not the one in the cluster")
PATCH_OPTIONS = (*OUTPUT_OPTIONS, DRY_RUN, FIELD_MANAGER, RECORD)
CHANGE_CAUSE = "kubernetes.io/change-cause"


def recorded(args: Args, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The patch with the command's line as its cause, where that was asked for."""
    if not args.on("record"):
        return body
    metadata = body.get("metadata", {})
    annotations = {**metadata.get("annotations", {}), CHANGE_CAUSE: args.line}
    return {**body, "metadata": {**metadata, "annotations": annotations}}


def of_version(args: Args, obj: Object, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The patch, if the object has the version that was asked for. Raises Conflict."""
    wanted = args.flags.get("resource-version", "")
    if wanted and wanted != obj.metadata.resource_version:
        raise conflict(ref_of(obj))
    return body


def patched(
    view: View, args: Args, obj: Object, body: Any, type_: str = "strategic", subresource: str = ""
) -> Generator[Step, View, tuple[View, Mapping[str, Any]]]:
    """The newest View, and the manifest as it is then. Raises ApiError."""
    if args.on("local") or args.flags.get("dry-run") == "client":
        from engine.api.patch import patched_manifest  # brings the whole API server, which a key's verb does not need

        return view, patched_manifest(to_manifest(obj), body, type_)
    view, found = yield from written(view, args, Patch(ref_of(obj), body, type_, subresource), ref_of(obj))
    return view, to_manifest(obj if found is None else found)


def patched_and_told(
    view: View, args: Args, printer: Printer, obj: Object, body: Mapping[str, Any], word: str
) -> Generator[Step, View, View]:
    """With a strategic patch; ``word`` is what was done to it. Raises ApiError."""
    view, manifest = yield from patched(view, args, obj, recorded(args, body))
    for line in result_lines(args, printer, manifest, word):
        view = yield Say(line)
    return view
