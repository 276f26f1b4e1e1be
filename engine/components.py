"""Who runs a controller: while its component is down it does nothing, and does what was due once that is over.

What wakes a key meanwhile is not forgotten: the key is looked at again every few seconds, as it would be when
kube-scheduler or kube-controller-manager started anew and listed all there is.
"""

from engine.faults import component_down_since
from engine.kinds import Fault, Ref, evolve
from engine.reconcile import Controller, Result
from engine.store.state import State

_RETRY_SECONDS = 5


def run_by(component: str, controller: Controller) -> Controller:
    """The controller as a part of the component."""
    own = controller.reconcile

    def reconcile(state: State, key: Ref, now: int) -> Result:
        if state.count(Fault.kind) and component_down_since(state, component) is not None:
            return Result(again_at=now + _RETRY_SECONDS)
        return own(state, key, now)

    return evolve(controller, reconcile=reconcile)
