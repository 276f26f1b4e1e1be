"""kube-node-lease may be deleted, and comes back: nodes need it. The other system namespaces cannot be deleted.

Follows ``pkg/controlplane/controller/systemnamespaces``. Differs in: it comes back at once, not within a minute.
"""

from collections.abc import Iterable

from engine.api.writes import Create
from engine.control_plane import NODE_LEASES
from engine.kinds import Namespace, ObjectMeta, Ref
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State


def _reconcile(state: State, ref: Ref, now: int) -> Result:  # noqa: ARG001  # every reconcile takes the time
    if state.get(ref) is not None:
        return NOTHING
    return Result(writes=(Create(Namespace(metadata=ObjectMeta(name=ref.name))),), actor="system-namespaces-controller")


def _wakes(change: Change, _state: State) -> Iterable[Ref]:
    return (change.ref,) if change.ref.name == NODE_LEASES and change.new is None else ()


SYSTEM_NAMESPACES = Controller(
    name="system-namespaces-controller", watches=("Namespace",), wakes=_wakes, reconcile=_reconcile
)
