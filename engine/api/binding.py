"""The binding subresource: a pod gets its node, once.

Follows ``pkg/registry/core/pod/storage``; differs in that the node must exist.
"""


from functools import lru_cache

from engine.api.answers import kind_of, not_found
from engine.api.draft import Draft
from engine.api.writes import Bind
from engine.errors import Conflict
from engine.kinds import Condition, Pod, Ref, evolve, set_condition


def bind(draft: Draft, write: Bind) -> None:
    ref = write.ref
    pod = draft.find(Pod, ref.name, ref.namespace)
    if pod is None:
        raise not_found(ref)
    refusal = _refusal(pod)
    if refusal:
        raise Conflict(f'Operation cannot be fulfilled on {kind_of("Pod").plural}/binding "{ref.name}": {refusal}')
    node = Ref("Node", "", write.node)
    if draft.get(node) is None:
        raise not_found(node)
    scheduled = _scheduled(draft.now)
    draft.put(
        evolve(
            pod,
            metadata=draft.stamped(pod.metadata),
            spec=evolve(pod.spec, node_name=write.node),
            status=evolve(
                pod.status,
                conditions=set_condition(pod.status.conditions, scheduled),
                nominated_node_name="",
            ),
        )
    )


@lru_cache(maxsize=64)
def _scheduled(now: int) -> Condition:
    return Condition(type="PodScheduled", status="True", last_transition_time=now)


def _refusal(pod: Pod) -> str:
    name = pod.metadata.name
    if pod.metadata.deletion_timestamp is not None:
        return f"pod {name} is being deleted, cannot be assigned to a host"
    if pod.spec.node_name:
        return f'pod {name} is already assigned to node "{pod.spec.node_name}"'
    if pod.spec.scheduling_gates:
        return f"pod {name} has non-empty .spec.schedulingGates"
    return ""
