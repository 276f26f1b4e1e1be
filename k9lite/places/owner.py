"""The owner of the selected object, and from there its owner: what is behind what one sees."""

from engine.errors import UsageError
from engine.kinds import KINDS
from engine.serving import kind_meant
from k9lite.at_hand import object_meant
from k9lite.place import Here
from k9lite.resource import Query


def opened(here: Here, rest: str) -> Query:
    ref = object_meant(here, rest)
    state = here.client.state
    obj = state.get(ref)
    owner = None if obj is None else obj.metadata.controller or next(iter(obj.metadata.owner_references), None)
    about = f"{KINDS[ref.kind].singular}/{ref.name}"
    if owner is None:
        raise UsageError(f"{about} belongs to nothing")
    group = owner.api_version.rpartition("/")[0]
    kind = kind_meant(state, f"{owner.kind}.{group}" if group else owner.kind)
    if kind is None:
        raise UsageError(f"{about} belongs to {owner.kind} {owner.name}, of a kind that is not served here")
    namespace = ref.namespace if kind.namespaced else ""
    return Query(kind=kind.name, namespace=namespace, name=owner.name, title=f"owner of {about}")
