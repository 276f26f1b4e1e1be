"""``kubectl apply --server-side``: what a manager says of an object holds, unless another one says otherwise.

Follows the API server's apply patch (``apimachinery/pkg/util/managedfields``) and what kubectl does around it: what
client-side apply recorded becomes kubectl's own.
"""

from collections.abc import Mapping
from typing import Any

from engine.api.answers import kind_in
from engine.api.apply import record_of
from engine.api.creation import create
from engine.api.draft import Draft
from engine.api.field_owners import (
    APPLY,
    CLIENT_SIDE,
    KEY,
    LAST_APPLIED,
    Owned,
    Owner,
    is_keyed,
    last_applied,
    owned_in,
    said_in,
    written_down,
)
from engine.api.field_sets import Path, leaves, only, shown, tree_of
from engine.api.patching.three_way import three_way
from engine.api.update import update
from engine.api.writes import ServerSideApply
from engine.errors import BadRequest, Conflict
from engine.kinds import Object, Ref, evolve, format_time, from_manifest, to_manifest
from engine.kinds.conversion import converted


def server_side_apply(draft: Draft, write: ServerSideApply) -> Object:
    """Puts the object into the draft and returns it as stored. Raises Conflict where others own what it changes."""
    manifest = {key: value for key, value in converted(write.manifest).items() if key != "status"}
    wanted = from_manifest(manifest)
    kind = kind_in(draft, wanted.kind)
    if not wanted.metadata.name:
        raise BadRequest("name is required")
    if KEY in wanted.metadata.extra:
        raise BadRequest("metadata.managedFields must be nil")
    ref = Ref(kind.name, (wanted.metadata.namespace or "default") if kind.namespaced else "", wanted.metadata.name)
    keyed, me = is_keyed(kind.name), Owner(write.manager, APPLY, wanted.api_version)
    live = draft.get(ref)
    said = said_in(manifest, keyed=keyed)
    time = format_time(draft.now)
    if live is None:
        return create(draft, from_manifest(_with_owned(manifest, [Owned(me, frozenset(said), time)])))
    before = to_manifest(live)
    owned = owned_in(live, before, keyed=keyed, now=draft.now)
    lost = _conflicts(owned, said, leaves(before, keyed=keyed), me)
    if lost and not write.force:
        raise Conflict(_refusal(lost))
    owned = [evolve(each, paths=each.paths - {path for owner, path in lost if owner == each.owner}) for each in owned]
    mine: frozenset[Path] = next((each.paths for each in owned if each.owner == me), frozenset())
    recorded = last_applied(live) if write.manager == "kubectl" else {}
    if recorded:
        mine |= frozenset(leaves(recorded, keyed=keyed))
        owned = [each for each in owned if each.owner.manager != CLIENT_SIDE]
        manifest = _with_record(manifest, record_of(manifest, ref.namespace))
    others: frozenset[Path] = frozenset().union(*(each.paths for each in owned if each.owner != me))
    last = only(before, tree_of((mine - others) | frozenset(said)))
    merged = three_way(last, manifest, before, strategic=keyed)
    return update(draft, from_manifest(_with_owned(merged, _with_mine(owned, Owned(me, frozenset(said), time)))))


def _conflicts(
    owned: list[Owned], said: Mapping[Path, Any], values: Mapping[Path, Any], me: Owner
) -> list[tuple[Owner, Path]]:
    changed = [path for path, value in said.items() if path in values and values[path] != value]
    return [(each.owner, path) for each in owned if each.owner != me for path in changed if path in each.paths]


def _refusal(lost: list[tuple[Owner, Path]]) -> str:
    if len(lost) == 1:
        owner, path = lost[0]
        return f"Apply failed with 1 conflict: conflict with {owner}: {shown(path)}"
    by_owner: dict[str, list[str]] = {}
    for owner, path in lost:
        by_owner.setdefault(str(owner), []).append(shown(path))
    lines = [
        line
        for owner in sorted(by_owner)
        for line in (f"conflicts with {owner}:", *(f"- {each}" for each in by_owner[owner]))
    ]
    return f"Apply failed with {len(lost)} conflicts: " + "\n".join(lines)


def _with_mine(owned: list[Owned], mine: Owned) -> list[Owned]:
    """What says the same as before keeps its time, so that applying it again changes nothing."""
    if any(each.owner == mine.owner and each.paths == mine.paths for each in owned):
        return owned
    return [mine, *(each for each in owned if each.owner != mine.owner)]


def _with_owned(manifest: Mapping[str, Any], owned: list[Owned]) -> dict[str, Any]:
    return {**manifest, "metadata": {**manifest["metadata"], KEY: written_down(owned)}}


def _with_record(manifest: Mapping[str, Any], record: str) -> dict[str, Any]:
    metadata = manifest["metadata"]
    annotations = {**(metadata.get("annotations") or {}), LAST_APPLIED: record}
    return {**manifest, "metadata": {**metadata, "annotations": annotations}}
