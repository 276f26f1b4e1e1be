"""The most memory that all pods of a node will ever hold, kept from one look to the next.

Follows a State by the pods that differ, for the nodes that were asked about. What is kept changes the price of an
answer, never the answer.
"""

from functools import lru_cache
from typing import cast

from engine.kinds import Pod
from engine.kubelet.memory import most_bytes
from engine.store.state import State, Table


def most_bytes_on(state: State, node: str) -> int:
    """By its finished pods too."""
    kept = _kept()
    known = kept.pop() if kept else _Sums(state.table(Pod.kind))
    found = known.on(state, node)
    kept[:] = [known]
    return found


@lru_cache(maxsize=1)
def _kept() -> "list[_Sums]":
    """Those used last, if nobody has taken them."""
    return []


class _Sums:
    """Not for two at a time."""

    def __init__(self, pods: Table) -> None:
        self._pods = pods
        self._bytes: dict[str, int] = {}

    def on(self, state: State, node: str) -> int:
        self._follow(state.table(Pod.kind))
        found = self._bytes.get(node)
        if found is None:
            found = self._bytes[node] = sum([most_bytes(pod) for pod in state.pods_on(node)])
        return found

    def _follow(self, pods: Table) -> None:
        before, self._pods = self._pods, pods
        if pods is before:
            return
        for key, new in pods.changed_since(before):
            self._change(cast("Pod | None", before.get(key)), cast("Pod | None", new))

    def _change(self, old: Pod | None, new: Pod | None) -> None:
        if old is not None and new is not None and old.spec is new.spec:
            return
        for pod, sign in ((old, -1), (new, 1)):
            node = "" if pod is None else pod.spec.node_name
            if pod is not None and node in self._bytes:
                self._bytes[node] += sign * most_bytes(pod)
