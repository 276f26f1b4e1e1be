"""Which of the pods that kubelets look at are written by one commit: those that have nothing to do with each other.

Two of one node have not if all that is written of each is its own status, neither runs a script (which might ask the
other), and they do not get the same address. Where nodes are few a commit holds one pod of each: it can be watched.
"""

from engine.api.writes import Emit, UpdateStatus
from engine.kinds import Node, Pod
from engine.kubelet.disks import has_lasting
from engine.kubelet.life import is_foreseen
from engine.reconcile import Result
from engine.store.state import State

_FEW = 32
_MOST_AT_ONCE = 64
"""Pods of one commit: a session with a console is not held up by it."""


class Together:
    """What one commit holds so far."""

    def __init__(self, state: State) -> None:
        self._are_few = state.count(Node.kind) <= _FEW
        self._addresses: dict[str, set[str]] = {}
        """Kubelet -> those that its pods get by now."""
        self._done: set[str] = set()
        """Kubelets that are to see what they have written before they go on."""
        self._count = 0
        self.is_full = False

    def takes(self, pod: Pod, result: Result) -> bool:
        """Whether what is written of a pod, by the kubelet of its node, can go with what there is."""
        if has_lasting(pod):
            self.is_full = True
            return not self._count
        node, address = result.actor, None if self._are_few else _address(pod, result)
        known = self._addresses.setdefault(node, set())
        if node in self._done or (address is None and known) or (address and address in known):
            return False
        if address is None:
            self._done.add(node)
        else:
            known.add(address)
        self._count += 1
        self.is_full = self._count == _MOST_AT_ONCE
        return True


def _address(pod: Pod, result: Result) -> str | None:
    """That the pod gets, or "" for none; None if more is written than its status, or what it does may follow others."""
    spec, address = pod.spec, ""
    for write in result.writes:
        if isinstance(write, Emit):
            continue
        if not isinstance(write, UpdateStatus) or not isinstance(write.object, Pod):
            return None
        address = write.object.status.pod_ip
    for each in spec.containers:
        if not is_foreseen(each):
            return None
    if spec.ephemeral_containers or not all(map(is_foreseen, spec.init_containers)):
        return None
    return "" if address == pod.status.pod_ip else address
