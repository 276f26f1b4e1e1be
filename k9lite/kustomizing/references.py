"""Names inside resources that mean another one of the same build follow it when it is renamed.

Follows kustomize's ``api/filters/nameref``: what is meant is sought by the names it had, among what shares the
namespace, then among what came through the same prefixes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from engine.errors import UsageError
from k9lite.kustomizing.field_specs import REFERENCES
from k9lite.kustomizing.fields import changed, steps
from k9lite.kustomizing.resource import Resource, with_data


def with_references(resources: Sequence[Resource]) -> list[Resource]:
    """Raises UsageError where a name may mean several."""
    moved = [each for each in resources if each.past]
    return [_followed(each, moved) for each in resources]


def _followed(referrer: Resource, moved: Sequence[Resource]) -> Resource:
    data: Any = referrer.data
    for named, kind, path in REFERENCES:
        if kind != referrer.kind:
            continue
        candidates = [each for each in moved if each.kind == named]
        if candidates and _fits(path, referrer, named):
            data = changed(data, steps(path), _Follower(referrer, candidates).follow)
    return with_data(referrer, data)


def _fits(path: str, referrer: Resource, named: str) -> bool:
    """Of a binding's role only the kind it says is meant."""
    role = referrer.data.get("roleRef")
    return path != "roleRef/name" or not isinstance(role, Mapping) or role.get("kind") == named


@frozen
class _Follower:
    _referrer: Resource
    _candidates: Sequence[Resource]

    def follow(self, found: Any) -> Any:
        """A name, several of them, or mappings with a name and perhaps a namespace."""
        if isinstance(found, list):
            return [self.follow(each) for each in found]
        if isinstance(found, Mapping):
            return self._follow_mapping(found)
        meant = self._meant(str(found), self._candidates)
        return found if meant is None else meant.name

    def _follow_mapping(self, found: Mapping[str, Any]) -> Any:
        kind, namespace = found.get("kind"), found.get("namespace")
        candidates = [
            each
            for each in self._candidates
            if kind in (None, each.kind)
            and (namespace is None or namespace in [space or "default" for _, space in each.names])
        ]
        meant = self._meant(str(found.get("name")), candidates)
        if meant is None:
            return found
        return {**found, "name": meant.name, **({"namespace": meant.namespace} if meant.namespace else {})}

    def _meant(self, name: str, candidates: Sequence[Resource]) -> Resource | None:
        referrer = self._referrer
        candidates = [each for each in candidates if name in [past for past, _ in each.names]]
        if referrer.namespaced:
            candidates = [
                each
                for each in candidates
                if not each.namespaced
                or each.kind == "ServiceAccount"
                or (each.namespace or "default") == (referrer.namespace or "default")
            ]
        if len(candidates) > 1:
            candidates = [each for each in candidates if each.affixes == referrer.affixes] or candidates
        if len({(each.name, each.namespace) for each in candidates}) > 1:
            shown = ", ".join(each.shown for each in candidates)
            raise UsageError(f"updating name reference in {referrer.shown}: found multiple possible referrals: {shown}")
        return candidates[0] if candidates else None
