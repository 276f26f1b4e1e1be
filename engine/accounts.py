"""The service account ``default`` that pods of a namespace act as unless they name another.

A cluster whose log began before there were roles has no service accounts either, so that the log stays what it was.
"""

from engine.kinds import Ref
from engine.store.state import State

DEFAULT_ACCOUNT = "default"
FIRST_ROLE = Ref("ClusterRole", "", "cluster-admin")


def has_access_control(state: State) -> bool:
    return state.get(FIRST_ROLE) is not None
