"""Who runs a controller: with its component down, it does nothing; when that is over, it looks at everything again.

As kube-scheduler and kube-controller-manager do that start anew: they list all there is before they watch.
"""

from collections.abc import Iterable, Iterator

from engine.faults import component_down_since, stops
from engine.kinds import Fault, Ref, evolve, ref_of
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State


def run_by(component: str, controller: Controller) -> Controller:
    """The controller as a part of the component. Asks the faults, of which there are few."""
    own_wakes, own_reconcile = controller.wakes, controller.reconcile
    minds_faults = Fault.kind in controller.watches

    def reconcile(state: State, key: Ref, now: int) -> Result:
        if state.count(Fault.kind) and component_down_since(state, component) is not None:
            return NOTHING
        return own_reconcile(state, key, now)

    def wakes(change: Change, state: State) -> Iterable[Ref]:
        if change.ref.kind != Fault.kind:
            return own_wakes(change, state)
        woken = list(own_wakes(change, state)) if minds_faults else []
        if change.new is None and isinstance(change.old, Fault) and stops(change.old) == component:
            woken += _everything(controller, state)
        return dict.fromkeys(woken)

    watches = controller.watches if minds_faults else (*controller.watches, Fault.kind)
    return evolve(controller, watches=watches, wakes=wakes, reconcile=reconcile)


def _everything(controller: Controller, state: State) -> Iterator[Ref]:
    """The keys of all that the controller watches, as if it had just been created."""
    for kind in controller.watches:
        for obj in state.objects(kind):
            yield from controller.wakes(Change(ref_of(obj), None, obj), state)
