"""The service account ``default`` that pods of a namespace act as unless they name another.

A cluster whose log began before there were roles has no service accounts either, so that the log stays what it was.
"""

from typing import Protocol

from engine.kinds import Object, Ref

DEFAULT_ACCOUNT = "default"
FIRST_ROLE = Ref("ClusterRole", "", "cluster-admin")


class Holder(Protocol):
    """A State, or a draft over one."""

    def get(self, ref: Ref) -> Object | None: ...


def has_access_control(holder: Holder) -> bool:
    return holder.get(FIRST_ROLE) is not None
