"""Publishes ``kube-root-ca.crt`` in a namespace anew when somebody deletes or changes it.

Follows kube-controller-manager's root-ca-certificate-publisher; a new namespace has it from the start here.
"""

from collections.abc import Iterable

from engine.accounts import has_access_control
from engine.api.writes import Create, Update
from engine.api_access import ROOT_CERTIFICATES, root_certificates
from engine.kinds import ConfigMap, Namespace, Ref, evolve
from engine.namespaces import is_terminating
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State


def _reconcile(state: State, ref: Ref, _now: int) -> Result:
    if state.get(ref) is None or is_terminating(state, ref.name) or not has_access_control(state):
        return NOTHING
    wanted = root_certificates(ref.name)
    known = state.find(ConfigMap, ROOT_CERTIFICATES, ref.name)
    if known is None:
        return Result(writes=(Create(wanted),))
    if known.data == wanted.data:
        return NOTHING
    return Result(writes=(Update(evolve(known, data=wanted.data)),))


def _wakes(change: Change, _state: State) -> Iterable[Ref]:
    ref = change.ref
    if ref.kind == Namespace.kind:
        return (ref,)
    return (Ref(Namespace.kind, "", ref.namespace),) if ref.name == ROOT_CERTIFICATES else ()


ROOT_CERTIFICATES_PUBLISHER = Controller(
    name="root-ca-certificate-publisher",
    watches=(Namespace.kind, ConfigMap.kind),
    wakes=_wakes,
    reconcile=_reconcile,
)
