"""How a verb writes one object and shows it: submitted, or in a dry run only admitted, or not even that.

Follows cli-runtime's ``resource.Helper`` with its dry-run strategies. A server dry run asks the API server on the
State in memory; nothing of it is kept.
"""

import json
from collections.abc import Generator, Mapping
from typing import Any

from engine.api.writes import Create, Write
from engine.errors import ApiError, UsageError
from engine.kinds import KINDS, Object, Ref, from_manifest, ref_of, to_manifest
from k9lite.arguments.options import DRY_RUN
from k9lite.output.formats import OUTPUT_OPTIONS, Printer, name_of, output_of
from k9lite.verb import Args, Option, Run, Say, Step, Submit, View
from k9lite.wording import dry_run_suffix

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
FIELD_MANAGER = Option(name="field-manager", value="string", summary="Taken and not used: nothing tracks field owners")
VALIDATE = Option(name="validate", value="string", default="strict", summary="Taken and not used: see the README")
SAVE_CONFIG = Option(name="save-config", summary="Keep the configuration in an annotation, for a later apply")
CREATE_OPTIONS = (*OUTPUT_OPTIONS, DRY_RUN, FIELD_MANAGER, SAVE_CONFIG, VALIDATE)

Written = Generator[Step, View, tuple[View, Object | None]]


def written(view: View, args: Args, write: Write, ref: Ref) -> Written:
    """The newest View, and the object as the API server has it then; None where it was not asked. Raises ApiError."""
    if args.flags.get("dry-run") == "client":
        return view, None
    if args.flags.get("dry-run") == "server":
        from engine.api.admit import admit  # brings the whole API server, which only a dry run asks here

        admitted = admit(view.server, (write,), now=view.now, seed="dry run", identity=view.identity)
        made = next((obj for obj in admitted.puts if _is_meant(obj, ref)), None)
        return view, made or view.server.get(ref)
    view = yield Submit((write,))
    return view, _found(view, ref)


def create_generated(view: View, args: Args, manifest: Mapping[str, Any], *, doing: str = "") -> Run:
    """Creates what a generator made, and shows it. ``doing`` goes before a refusal, which then is kubectl's own."""
    return (yield from create_all(view, args, [manifest], doing=doing))


def create_all(view: View, args: Args, manifests: list[Mapping[str, Any]], *, doing: str = "") -> Run:
    printer = Printer(output_of(args))
    for manifest in manifests:
        view, shown = yield from created(view, args, manifest, doing=doing)
        for line in result_lines(args, printer, shown, "created", ordered=True):
            view = yield Say(line)
    return 0


def created(
    view: View, args: Args, manifest: Mapping[str, Any], *, doing: str = ""
) -> Generator[Step, View, tuple[View, Mapping[str, Any]]]:
    """(the newest View, the manifest as it is now). Raises ApiError, or UsageError with ``doing`` before it."""
    wanted = _placed(args, manifest)
    if args.on("save-config"):
        wanted = with_last_applied(wanted)
    obj = from_manifest(_in_namespace(args, wanted))
    try:
        view, made = yield from written(view, args, Create(obj), ref_of(obj))
    except ApiError as error:
        if doing:
            raise UsageError(f"{doing}{error}") from None
        raise
    return view, wanted if made is None else to_manifest(made)


def result_lines(
    args: Args, printer: Printer, manifest: Mapping[str, Any], word: str, *, ordered: bool = False
) -> list[str]:
    """``pod/web created``, or the object in the format that was asked for."""
    if not printer.output.name:
        return [f"{name_of(manifest)} {word}{dry_run_suffix(args)}"]
    return printer.lines(manifest, ordered=ordered)


def with_last_applied(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """With the annotation that ``apply`` keeps its record in."""
    metadata = dict(manifest["metadata"])
    annotations = {key: value for key, value in (metadata.get("annotations") or {}).items() if key != LAST_APPLIED}
    head = {key: manifest[key] for key in ("kind", "apiVersion")}
    record = json.dumps({**head, **manifest}, separators=(",", ":"), ensure_ascii=False) + "\n"
    return {**manifest, "metadata": {**metadata, "annotations": {**annotations, LAST_APPLIED: record}}}


def _placed(args: Args, manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """With the namespace that was asked for by its flag; otherwise none is shown."""
    if "namespace" not in args.given or not KINDS[manifest["kind"]].namespaced:
        return manifest
    return {**manifest, "metadata": {**manifest["metadata"], "namespace": args.namespace}}


def _in_namespace(args: Args, manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    if not KINDS[manifest["kind"]].namespaced:
        return manifest
    namespace = manifest["metadata"].get("namespace") or args.namespace
    return {**manifest, "metadata": {**manifest["metadata"], "namespace": namespace}}


def _is_meant(obj: Object, ref: Ref) -> bool:
    found = ref_of(obj)
    return found == ref or (not ref.name and found.kind == ref.kind)


def _found(view: View, ref: Ref) -> Object | None:
    """One without a name came with the newest revision."""
    if ref.name:
        return view.server.get(ref)
    newest = str(view.state.revision)
    objects = view.server.objects(ref.kind, ref.namespace)
    return next((each for each in objects if each.metadata.resource_version == newest), None)
