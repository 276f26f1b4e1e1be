"""edit: objects in the operator's editor, and back to the API server. Follows kubectl's ``cmd/util/editor``.

What is refused as invalid is opened again with the reasons above it, until it is taken, or nothing more is changed.
"""

from collections.abc import Generator, Mapping, Sequence
from typing import Any

from attrs import define, field

from engine.errors import ApiError, Invalid, K9liteError, ManifestError, NotFound, UsageError
from engine.kinds import KINDS, Object, Ref, dump_yaml, load_yaml, ref_of
from engine.kinds.registry import custom_name
from engine.served import served
from engine.store.state import State
from k9lite.arguments.options import FILENAME, KUSTOMIZE, RECURSIVE
from k9lite.arguments.selection import slashed_names
from k9lite.arguments.targets import targets
from k9lite.editing.merging import merge_difference
from k9lite.output.formats import OUTPUT_OPTIONS, Printer, json_text, output_files, output_of
from k9lite.verb import Args, Edit, Option, Run, Save, Say, Step, Verb, View
from k9lite.writing import FIELD_MANAGER, SAVE_CONFIG, VALIDATE, result_lines, with_last_applied
from k9lite.writing.patching import RECORD, patched, recorded
from k9lite.writing.subresources import SUBRESOURCE, subresource_of

_HEADER = """# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
"""


def run(view: View, args: Args) -> Run:
    if not args.words and not args.files:
        raise UsageError("must specify one of -f and -k")
    found = targets(view.state, args, everything=True)
    if found.errors:
        raise found.errors[0]
    if not found.objects:
        raise UsageError("edit cancelled, no objects found")
    as_json = args.flags.get("output") == "json"
    editing = _Editing(view.server, {ref_of(obj): obj for obj in found.objects}, as_json=as_json)
    while True:
        text = editing.text()
        view = yield Edit(text, ".json" if as_json else ".yaml")
        left = view.text
        if editing.failed and _bare(left) == _bare(editing.left):
            view = yield Save(editing.copy, left.encode())
            yield Say(f'A copy of your changes has been stored to "{editing.copy}"', error=True)
            raise UsageError("Edit cancelled, no valid changes were saved.")
        if _bare(left) == _bare(editing.original()):
            yield Say("Edit cancelled, no changes made.", error=True)
            return 0
        if not _bare(left).strip():
            yield Say("Edit cancelled, saved file was empty.", error=True)
            return 0
        editing.left = left
        code = yield from _submitted(view, args, editing)
        if code is not None:
            return code


def argv(refs: Sequence[Ref], _answers: Mapping[str, str]) -> list[str]:
    return ["edit", *slashed_names(refs[:1])]


EDIT = Verb(
    name="edit",
    summary="Edit a resource in the editor",
    usage="edit (RESOURCE/NAME | -f FILENAME)",
    run=run,
    options=(
        FILENAME, KUSTOMIZE, RECURSIVE, SUBRESOURCE, FIELD_MANAGER, VALIDATE, SAVE_CONFIG, RECORD,
        Option(name="output-patch", summary="Print the patch that was made"),
        *OUTPUT_OPTIONS,
    ),
    key="e",
    argv=argv,
    reads=output_files,
)  # fmt: skip


@define
class _Editing:
    """One edit and its repetitions: what is edited, what was left the last time, and why it was refused."""

    state: State
    objects: Mapping[Ref, Object]
    as_json: bool
    left: str = ""
    failed: list[str] = field(factory=list)

    def original(self) -> str:
        manifests = [_shown(self.state, obj) for obj in self.objects.values()]
        whole = manifests[0] if len(manifests) == 1 else _list_of(manifests)
        return json_text(whole, ordered=False) + "\n" if self.as_json else dump_yaml(whole)

    def text(self) -> str:
        body = _bare(self.left) if self.failed else self.original()
        if self.as_json:
            return body
        return _HEADER + "".join(f"{line}\n" for line in self.failed) + body

    @property
    def copy(self) -> str:
        """The file that keeps what could not be taken."""
        ref = next(iter(self.objects))
        return f"kubectl-edit-{KINDS[ref.kind].singular}-{ref.name}.{'json' if self.as_json else 'yaml'}"


def _shown(state: State, obj: Object) -> dict[str, Any]:
    """Nobody edits the account of who set what."""
    manifest = served(state, obj)
    metadata = {key: value for key, value in manifest["metadata"].items() if key != "managedFields"}
    return {**manifest, "metadata": metadata}


def _list_of(manifests: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "List", "metadata": {}, "items": list(manifests)}


def _bare(text: str) -> str:
    """Without comments; two texts that mean the same may still differ in spaces."""
    return "\n".join(line.rstrip() for line in text.splitlines() if not line.lstrip().startswith("#")) + "\n"


def _submitted(view: View, args: Args, editing: _Editing) -> Generator[Step, View, int | None]:
    """The exit code, or None where the text must be opened again."""
    try:
        manifests = list(load_yaml(editing.left, "edited-file"))
    except ManifestError as error:
        editing.failed = [f"# The edited file had a syntax error: {error}", "#"]
        return None
    editing.failed = []
    printer = Printer(output_of(args))
    for manifest in manifests:
        obj = _edited_object(editing, manifest)
        ref = ref_of(obj)
        before = _shown(editing.state, obj)
        body = merge_difference(before, with_last_applied(manifest) if args.on("save-config") else manifest)
        if not body:
            view = yield from _told(view, args, printer, before, "skipped")
            continue
        if args.on("output-patch"):
            view = yield Say(f"Patch: {json_text(body, ordered=False)}")
        subresource = "status" if subresource_of(args) == "status" else ""
        try:
            view, after = yield from patched(view, args, obj, recorded(args, body), "merge", subresource)
        except Invalid as error:
            resource = KINDS[ref.kind].resource
            yield Say(f'error: {resource} "{ref.name}" is invalid', error=True)
            causes = [f"# * {cause}".replace("\n", "\n# ") for cause in error.errors]
            editing.failed += [f'# {resource} "{ref.name}" was not valid:', *causes, "#"]
            continue
        except ApiError as error:
            return (yield from _lost(editing, ref, error))
        view = yield from _told(view, args, printer, after, "edited")
    return None if editing.failed else 0


def _edited_object(editing: _Editing, manifest: Mapping[str, Any]) -> Object:
    """The object a manifest was made from. Raises UsageError where its identity was changed."""
    metadata = manifest.get("metadata") or {}
    shown = str(manifest.get("kind"))
    kind = custom_name(shown, str(manifest.get("apiVersion"))) or shown
    namespace = str(metadata.get("namespace", "")) if isinstance(metadata, Mapping) else ""
    name = str(metadata.get("name", "")) if isinstance(metadata, Mapping) else ""
    found = editing.objects.get(Ref(kind, namespace, name))
    if found is None or manifest.get("apiVersion") != found.api_version:
        raise UsageError("At least one of apiVersion, kind and name was changed")
    return found


def _told(
    view: View, args: Args, printer: Printer, manifest: Mapping[str, Any], word: str
) -> Generator[Step, View, View]:
    shows = printer if args.flags.get("output") != "json" else Printer(output_of(args))
    for line in result_lines(args, shows, manifest, word):
        view = yield Say(line)
    return view


def _lost(editing: _Editing, ref: Ref, error: K9liteError) -> Generator[Step, View, int]:
    """What was left is kept in a file of the operator's."""
    resource = KINDS[ref.kind].resource
    yield Save(editing.copy, editing.left.encode())
    if isinstance(error, NotFound):
        yield Say(f'error: {resource} "{ref.name}" could not be found on the server', error=True)
        yield Say(f'The edits you made on deleted resources have been saved to "{editing.copy}"', error=True)
    else:
        yield Say(f'error: {resource} "{ref.name}" could not be patched: {error}', error=True)
        yield Say(f"You can run `kubectl replace -f {editing.copy}` to try this update again.", error=True)
    return 1
