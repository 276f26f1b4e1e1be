"""One object on its way through a kustomization, with the names it had: patches and references still go by those."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve, frozen

from engine.kinds import KINDS

Data = Mapping[str, Any]


@frozen(kw_only=True)
class Resource:
    data: Data
    past: tuple[tuple[str, str], ...] = ()
    """(name, namespace), oldest first, without what they are now."""
    affixes: tuple[tuple[str, str], ...] = ()
    """(prefix, suffix) of each folder it came through that set one."""
    hashed: bool = False
    """Its name is to end with a hash of what it holds."""
    behavior: str = ""
    """Of a generated one: create, merge or replace."""

    @property
    def kind(self) -> str:
        return str(self.data.get("kind", ""))

    @property
    def version(self) -> str:
        return str(self.data.get("apiVersion", "")).rpartition("/")[2]

    @property
    def group(self) -> str:
        return str(self.data.get("apiVersion", "")).rpartition("/")[0]

    @property
    def name(self) -> str:
        return str(self.metadata.get("name") or "")

    @property
    def namespace(self) -> str:
        return str(self.metadata.get("namespace") or "")

    @property
    def metadata(self) -> Data:
        found = self.data.get("metadata")
        return found if isinstance(found, Mapping) else {}

    @property
    def namespaced(self) -> bool:
        """What nobody knows is taken to be in a namespace."""
        kind = KINDS.get(self.kind)
        return kind is None or kind.namespaced

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        return *self.past, (self.name, self.namespace)

    @property
    def shown(self) -> str:
        """``Deployment.v1.apps/web.shop``, as kustomize names it in what it refuses."""
        return f"{self.kind}.{self.version}.{self.group or '[noGrp]'}/{self.name}.{self.namespace or '[noNs]'}"

    def is_called(self, other: "Resource") -> bool:
        """Whether ``other`` names this one, by what it is called or was called before."""
        same_kind = (self.kind, self.data.get("apiVersion")) == (other.kind, other.data.get("apiVersion"))
        return same_kind and any(
            name == other.name and (namespace or "default") == (other.namespace or "default")
            for name, namespace in self.names
        )


def with_data(resource: Resource, data: Data) -> Resource:
    """The same resource with another content; what it was called is remembered."""
    changed = evolve(resource, data=data)
    before = resource.name, resource.namespace
    if (changed.name, changed.namespace) == before:
        return changed
    return evolve(changed, past=(*resource.past, before))


def with_metadata(resource: Resource, **fields: Any) -> Resource:
    return with_data(resource, {**resource.data, "metadata": {**resource.metadata, **fields}})
