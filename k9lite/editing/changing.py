"""What an edit changes, and what of it somebody else changed meanwhile: three manifests, compared field by field. Pure.

    base (as it was opened) --mine--> edited          base --theirs--> as it is on the server now
"""

from collections.abc import Mapping, Sequence
from difflib import unified_diff
from typing import Any

from engine.api.admit import admit
from engine.api.patch import patched_manifest
from engine.api.writes import Apply, Create, Patch, Write
from engine.errors import ManifestError, UsageError
from engine.kinds import Object, Ref, dump_yaml, from_manifest, load_yaml, ref_of
from engine.kinds.frozen import frozen
from engine.kinds.registry import KINDS, custom_name
from engine.served import served
from engine.store.state import State
from k9lite.editing.merging import merge_difference
from k9lite.writing import with_last_applied

Manifest = Mapping[str, Any]
_NOBODYS = ("managedFields", "resourceVersion", "generation")
"""Of metadata: what no operator edits."""


@frozen(kw_only=True)
class Change:
    """One object that a text would change: how it is, how it would be, and the write that does it."""

    ref: Ref
    before: Manifest | None
    after: Manifest
    write: Write


def shown(state: State, obj: Object) -> dict[str, Any]:
    """What is edited, with its defaults as kubectl edit shows it: nobody edits the status, or who set what."""
    manifest = {key: value for key, value in served(state, obj).items() if key != "status"}
    metadata = {key: value for key, value in manifest["metadata"].items() if key not in _NOBODYS}
    return {**manifest, "metadata": metadata}


def text_of(manifest: Manifest) -> str:
    return dump_yaml(dict(manifest))


def mine(base: Manifest, text: str) -> dict[str, Any]:
    """The merge patch that makes of ``base`` what the text says. Raises K9liteError in one line."""
    manifests = list(load_yaml(text, "the text"))
    if len(manifests) != 1:
        raise UsageError(f"one object was opened, and {len(manifests)} are in the text")
    edited = manifests[0]
    for name in ("apiVersion", "kind"):
        if edited.get(name) != base[name]:
            raise UsageError(f"{name} was changed: an object keeps its own")
    metadata = edited.get("metadata")
    if not isinstance(metadata, Mapping):
        raise UsageError("metadata is missing")
    for name in ("name", "namespace"):
        if metadata.get(name) != base["metadata"].get(name):
            raise UsageError(f"metadata.{name} was changed: an object keeps its own (:new makes another)")
    return merge_difference(base, edited)


def merged(manifest: Manifest, patch: Manifest) -> dict[str, Any]:
    return dict(patched_manifest(dict(manifest), patch, "merge"))


def overlaps(mine: Manifest, theirs: Manifest, path: str = "") -> list[str]:
    """The fields that both patches set, and not to the same."""
    found: list[str] = []
    for name in mine.keys() & theirs.keys():
        inner = f"{path}.{name}" if path else name
        one, other = mine[name], theirs[name]
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            found += overlaps(one, other, inner)
        elif one != other:
            found.append(inner)
    return sorted(found)


def edit_of(state: State, ref: Ref, patch: Manifest, now: int) -> Change:
    """A dry run of the API server on the object as it is. Raises ApiError: Invalid with the field, for example."""
    write = Patch(ref, patch, "merge")
    before = state.get(ref)
    after = _meant(admit(state, (write,), now=now, seed="dry run").puts, ref) or before
    assert after is not None, "what was patched is there"
    was = None if before is None else shown(state, before)
    return Change(ref=ref, before=was, after=shown(state, after), write=write)


def changes_of(state: State, text: str, namespace: str, now: int) -> list[Change]:
    """What applying a text of manifests would do, object by object. Raises K9liteError."""
    refs: list[Ref] = []
    writes: list[Write] = []
    for manifest in load_yaml(text, "the text"):
        data = _placed(manifest, namespace)
        obj = from_manifest(data)
        is_named = data["metadata"].get("name") or not data["metadata"].get("generateName")
        write: Write = Apply(with_last_applied(data)) if is_named else Create(obj)
        refs.append(ref_of(obj))
        writes.append(write)
    if not writes:
        raise UsageError("there is no manifest in the text")
    puts = admit(state, writes, now=now, seed="dry run").puts  # together: one may need another
    found = []
    for ref, write in zip(refs, writes, strict=True):
        before = state.get(ref) if ref.name else None
        made = _meant(puts, ref) or before
        assert made is not None, "what was applied is there"
        old = None if before is None else shown(state, before)
        found.append(Change(ref=ref_of(made), before=old, after=shown(state, made), write=write))
    return found


def difference(change: Change) -> list[str]:
    """Before -> after, as ``diff -u`` shows it with the whole object around where little is."""
    name = f"{change.ref.kind.lower()}/{change.ref.name}"
    old = "" if change.before is None else text_of(change.before)
    lines = list(unified_diff(old.splitlines(), text_of(change.after).splitlines(), lineterm="", n=3))[2:]
    head = f"{name} ({'new' if change.before is None else 'changed' if lines else 'unchanged'})"
    return [head, *lines, ""]


def differing(before: Manifest, after: Manifest) -> list[str]:
    lines = unified_diff(text_of(before).splitlines(), text_of(after).splitlines(), lineterm="", n=2)
    return list(lines)[2:]


def _placed(manifest: Manifest, namespace: str) -> dict[str, Any]:
    """In the namespace of where one is, where its kind has one and it says none. Raises ManifestError."""
    metadata = manifest.get("metadata")
    if not isinstance(metadata, Mapping):
        raise ManifestError("metadata is missing: a manifest has a name")
    shown_kind = str(manifest.get("kind"))
    kind = KINDS.get(custom_name(shown_kind, str(manifest.get("apiVersion"))) or shown_kind)
    if (kind is not None and not kind.namespaced) or metadata.get("namespace"):
        return dict(manifest)
    return {**manifest, "metadata": {**metadata, "namespace": namespace}}


def _meant(puts: Sequence[Object], ref: Ref) -> Object | None:
    """One without a name was given one."""
    alike = [obj for obj in puts if obj.kind == ref.kind and obj.metadata.namespace == ref.namespace]
    return next((obj for obj in alike if not ref.name or obj.metadata.name == ref.name), None)
