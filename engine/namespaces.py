"""What everything that creates objects must know of a namespace."""

from engine.kinds import Namespace
from engine.store.state import State


def is_terminating(state: State, namespace: str) -> bool:
    """Being deleted: the API server refuses new objects in it."""
    found = state.find(Namespace, namespace)
    return found is not None and found.metadata.deletion_timestamp is not None
