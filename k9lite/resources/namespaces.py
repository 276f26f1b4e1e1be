"""Namespaces: Enter leads to the pods of one."""

from engine.kinds import Namespace
from engine.store.state import State
from k9lite.resource import Query
from k9lite.resources.listed import listed


def _drill(namespace: Namespace, _state: State) -> Query:
    name = namespace.metadata.name
    return Query(kind="Pod", namespace=name, title=f"namespace/{name}")


RESOURCE = listed("Namespace", drill=_drill)
