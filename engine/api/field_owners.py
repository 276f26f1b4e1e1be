"""Who set which field of an object, as far as a server-side apply has to know. Pure, over manifests.

Nobody keeps account of an object before it was first applied on the server; who owned its fields until then follows
from what client-side apply recorded. From then on every change is noted. Follows ``apimachinery``'s managedfields;
differs in that who changes a field without applying it is told by the field: mostly it is "kubectl".
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from engine.api.field_sets import Path, leaves, paths_in, tree_of
from engine.errors import K9liteError
from engine.kinds import KINDS, Object, evolve, format_time, from_manifest, to_manifest, with_metadata
from engine.kinds.frozen import frozen
from engine.kinds.registry import is_custom

KEY = "managedFields"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
CLIENT_SIDE = "kubectl-client-side-apply"
APPLY, UPDATE = "Apply", "Update"


@frozen
class Owner:
    manager: str
    operation: str
    api_version: str
    subresource: str = ""

    def __str__(self) -> str:
        text = f'"{self.manager}"'
        if self.subresource:
            text += f' with subresource "{self.subresource}"'
        return text if self.operation == APPLY else f"{text} using {self.api_version}"


@frozen
class Owned:
    """The fields of one owner; ``time`` as it is written down."""

    owner: Owner
    paths: frozenset[Path]
    time: str


def is_keyed(kind: str) -> bool:
    """Whether lists of the kind merge by keys."""
    known = KINDS.get(kind)
    return known is not None and known.group not in ("metallb.io", "k9lite.dev") and not is_custom(kind)


def owned_in(live: Object, manifest: Mapping[str, Any], *, keyed: bool, now: int) -> list[Owned]:
    """By whom each field of ``live`` was set; ``manifest`` is its own."""
    entries = _entries(live)
    if any(each.owner.operation == APPLY for each in entries):
        return entries
    values = leaves(manifest, keyed=keyed)
    time = format_time(live.metadata.creation_timestamp or now)
    recorded = last_applied(live)
    said = said_in(recorded, keyed=keyed) if recorded else {}
    changed = frozenset(path for path, value in said.items() if path in values and values[path] != value)
    creator = CLIENT_SIDE if recorded else "kubectl-create"
    found = [Owned(Owner(creator, UPDATE, live.api_version), frozenset(values) - changed, time)]
    if changed:
        found.append(Owned(_changer(changed, live.api_version), changed, format_time(now)))
    known = [each for each in entries if each.owner not in [made.owner for made in found]]
    return [*known, *found]


def last_applied(live: Object) -> Mapping[str, Any]:
    """What client-side apply keeps; empty where it keeps nothing."""
    try:
        found = json.loads(live.metadata.annotations.get(LAST_APPLIED, "null"))
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, Mapping) else {}


def said_in(manifest: Mapping[str, Any], *, keyed: bool) -> dict[Path, Any]:
    """What a manifest sets, as the server writes the values: a cpu of 1 is "1"."""
    try:
        written = leaves(to_manifest(from_manifest(manifest)), keyed=keyed)
    except K9liteError:
        written = {}  # somebody spoilt a record; what is applied has been read before
    return {path: written.get(path, value) for path, value in leaves(manifest, keyed=keyed).items()}


def written_down(owned: Iterable[Owned]) -> list[dict[str, Any]]:
    """As ``metadata.managedFields``."""
    return [
        {
            "apiVersion": each.owner.api_version,
            "fieldsType": "FieldsV1",
            "fieldsV1": tree_of(each.paths),
            "manager": each.owner.manager,
            "operation": each.owner.operation,
            **({"subresource": each.owner.subresource} if each.owner.subresource else {}),
            "time": each.time,
        }
        for each in owned
        if each.paths
    ]


def with_change_noted(obj: Object, stored: Object, now: int) -> Object:
    """``obj`` with what it changes of ``stored`` taken from its owners; only where somebody applied on the server."""
    entries = stored.metadata.extra.get(KEY)
    given = obj.metadata.extra.get(KEY)
    if entries is None or given not in (None, entries):
        return obj
    owned = _entries(stored)
    if not any(each.owner.operation == APPLY for each in owned):
        return obj
    keyed = is_keyed(obj.kind)
    before, after = leaves(to_manifest(stored), keyed=keyed), leaves(to_manifest(obj), keyed=keyed)
    changed = frozenset(path for path, value in after.items() if path not in before or before[path] != value)
    gone = frozenset(path for path in before if path not in after)
    if changed or gone:
        owned = _taken(owned, changed, gone, _changer(changed, obj.api_version), format_time(now))
        entries = written_down(owned)
    return with_metadata(obj, extra={**obj.metadata.extra, KEY: entries})


def _changer(changed: frozenset[Path], api_version: str) -> Owner:
    """A count alone is changed by scaling, what a Deployment is annotated with by its controller."""
    if changed == {("f:spec", "f:replicas")}:
        return Owner("kubectl", UPDATE, api_version, "scale")
    controllers = changed and all(path[-1].startswith("f:deployment.kubernetes.io/") for path in changed)
    return Owner("kube-controller-manager" if controllers else "kubectl", UPDATE, api_version)


def _taken(
    owned: Iterable[Owned], changed: frozenset[Path], gone: frozenset[Path], owner: Owner, time: str
) -> list[Owned]:
    left = [evolve(each, paths=each.paths - changed - gone) for each in owned]
    mine = next((each for each in left if each.owner == owner), Owned(owner, frozenset(), time))
    now_mine = Owned(owner, mine.paths | changed, time if changed else mine.time)
    return [*(each for each in left if each.owner != owner), now_mine]


def _entries(obj: Object) -> list[Owned]:
    found = obj.metadata.extra.get(KEY)
    return [
        Owned(
            Owner(
                str(each.get("manager", "")),
                str(each.get("operation", "")),
                str(each.get("apiVersion", "")),
                str(each.get("subresource", "")),
            ),
            frozenset(paths_in(each.get("fieldsV1"))),
            str(each.get("time", "")),
        )
        for each in (found if isinstance(found, list | tuple) else ())
        if isinstance(each, Mapping)
    ]
