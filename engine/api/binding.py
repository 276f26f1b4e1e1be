"""The binding subresource: a pod gets its node, once.

Follows ``pkg/registry/core/pod/storage``; differs in that the node must exist.
"""


from functools import lru_cache

from engine.api.answers import kind_of, not_found
from engine.api.draft import Draft
from engine.api.writes import Bind
from engine.errors import Conflict
from engine.kinds import Condition, Pod, PodSpec, PodStatus, Ref, Same, evolve, same, set_condition


def bind(draft: Draft, write: Bind) -> None:
    ref = write.ref
    pod = draft.get(ref)
    if not isinstance(pod, Pod):
        raise not_found(ref)
    refusal = _refusal(pod)
    if refusal:
        raise Conflict(f'Operation cannot be fulfilled on {kind_of("Pod").plural}/binding "{ref.name}": {refusal}')
    node = Ref("Node", "", write.node)
    if draft.get(node) is None:
        raise not_found(node)
    draft.put_at(
        ref,
        evolve(
            pod,
            metadata=draft.stamped(pod.metadata),
            spec=_on_node(same(pod.spec), write.node),
            status=_scheduled(same(pod.status), draft.now),
        ),
    )


@lru_cache(maxsize=1024)
def _on_node(spec: Same[PodSpec], node: str) -> PodSpec:
    """Pods of a template that go to the same node share one."""
    return evolve(spec(), node_name=node)


@lru_cache(maxsize=64)
def _scheduled(status: Same[PodStatus], now: int) -> PodStatus:
    """Pods of a template that were made together and are bound in the same second share one."""
    old = status()
    scheduled = Condition(type="PodScheduled", status="True", last_transition_time=now)
    return evolve(old, conditions=set_condition(old.conditions, scheduled), nominated_node_name="")


def _refusal(pod: Pod) -> str:
    name = pod.metadata.name
    if pod.metadata.deletion_timestamp is not None:
        return f"pod {name} is being deleted, cannot be assigned to a host"
    if pod.spec.node_name:
        return f'pod {name} is already assigned to node "{pod.spec.node_name}"'
    if pod.spec.scheduling_gates:
        return f"pod {name} has non-empty .spec.schedulingGates"
    return ""
