"""Makes the service account ``default`` of a namespace anew when somebody deletes it.

Follows kube-controller-manager's service-account controller; a new namespace has it from the start here.
"""

from collections.abc import Iterable

from engine.accounts import DEFAULT_ACCOUNT, has_access_control
from engine.api.writes import Create
from engine.kinds import Namespace, ObjectMeta, Ref
from engine.kinds.access import ServiceAccount
from engine.namespaces import is_terminating
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State


def _reconcile(state: State, ref: Ref, _now: int) -> Result:
    if state.get(ref) is None or is_terminating(state, ref.name) or not has_access_control(state):
        return NOTHING
    if state.find(ServiceAccount, DEFAULT_ACCOUNT, ref.name) is not None:
        return NOTHING
    meta = ObjectMeta(name=DEFAULT_ACCOUNT, namespace=ref.name)
    return Result(writes=(Create(ServiceAccount(metadata=meta)),))


def _wakes(change: Change, _state: State) -> Iterable[Ref]:
    ref = change.ref
    if ref.kind == Namespace.kind:
        return (ref,)
    return (Ref(Namespace.kind, "", ref.namespace),) if change.new is None and ref.name == DEFAULT_ACCOUNT else ()


SERVICE_ACCOUNT = Controller(
    name="service-account-controller",
    watches=(Namespace.kind, ServiceAccount.kind),
    wakes=_wakes,
    reconcile=_reconcile,
)
