"""Who runs a controller: while its component is down it does nothing, and does what was due once that is over.

What wakes a key meanwhile is not forgotten: the key is looked at again every few seconds, as it would be when
kube-scheduler or kube-controller-manager started anew and listed all there is.
"""

from collections.abc import Iterator, Sequence

from engine.faults import component_down_since
from engine.kinds import Fault, Ref, evolve
from engine.reconcile import Controller, Result, until_one_writes
from engine.store.state import State

_RETRY_SECONDS = 5


def run_by(component: str, controller: Controller) -> Controller:
    """The controller as a part of the component."""
    own, own_burst = controller.reconcile, controller.burst

    def is_down(state: State) -> bool:
        return bool(state.count(Fault.kind)) and component_down_since(state, component) is not None

    def reconcile(state: State, key: Ref, now: int) -> Result:
        return Result(again_at=now + _RETRY_SECONDS) if is_down(state) else own(state, key, now)

    def burst(state: State, keys: Iterator[Ref], now: int) -> Sequence[tuple[Ref, Result]]:
        if own_burst is None or is_down(state):
            return until_one_writes(reconcile, state, keys, now)
        return own_burst(state, keys, now)

    return evolve(controller, reconcile=reconcile, burst=burst)
