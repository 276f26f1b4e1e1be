"""What the API server adds to a new Pod: defaults, priority, QoS class and its first status.

A pod made from its owner's stored template (the very object) was validated and defaulted with it: only what a
Pod gets on its own is added, once for all pods of one call. Follows the pod strategy of
``pkg/registry/core/pod`` and the admission plugins Priority and ServiceAccount.
"""

from functools import lru_cache

from engine.accounts import DEFAULT_ACCOUNT
from engine.api.accounts import check_account, with_pull_secrets
from engine.api.answers import forbidden
from engine.api.defaults.pod import default_own_spec, default_pod_spec
from engine.api.draft import Draft
from engine.api.limits import ANNOTATION, limited, ranges_of
from engine.api.pod_security import check_security
from engine.api.sharing import shared
from engine.kinds import (
    Condition,
    Container,
    Pod,
    PodSpec,
    PodStatus,
    Ref,
    ReplicaSet,
    ReplicationController,
    Unmodelled,
    evolve,
    with_metadata,
)
from engine.kinds.batch import Job
from engine.kinds.quantity import parse_quantity

SYSTEM_PRIORITIES = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
_PREEMPTS = "PreemptLowerPriority"


def comes_from_template(draft: Draft, pod: Pod) -> bool:
    """True if the pod's spec is the very spec of its controller's stored template."""
    owner = pod.metadata.controller
    if owner is None:
        return False
    found = draft.get(Ref(owner.kind, pod.metadata.namespace, owner.name))
    return isinstance(found, ReplicaSet | ReplicationController | Job) and found.spec.template.spec is pod.spec


def prepared_pod(draft: Draft, asked: Ref, pod: Pod) -> Pod:
    """The pod as it will be stored, all but its metadata.

    A refusal names the pod as it was ``asked`` for, its generateName where it had no name yet: so the same
    refusal is the same text, and one Event that counts up.
    """
    known = draft.pod_specs.get(id(pod.spec))
    if known is None or known[0] is not pod.spec:
        check_account(draft, asked, pod.spec.service_account_name or DEFAULT_ACCOUNT)
        spec = with_pull_secrets(draft, asked.namespace, default_own_spec(default_pod_spec(pod.spec)))
        spec, note = limited(ranges_of(draft, asked.namespace), asked, spec)
        check_security(draft, asked, spec)
        spec = _shared_with_sibling(draft, pod, _with_priority(draft, asked, spec))
        known = draft.pod_specs[id(pod.spec)] = (pod.spec, spec, _first_status(draft.now, spec), note)
    _, spec, status, note = known
    if note:
        pod = with_metadata(pod, annotations={**pod.metadata.annotations, ANNOTATION: note})
    return evolve(pod, spec=spec, status=status)


def updated_pod_spec(spec: PodSpec, stored: PodSpec) -> PodSpec:
    """A Pod's spec in an update, with what it leaves open; the priority it was given stays."""
    if spec.priority is None:
        spec = evolve(spec, priority=stored.priority)
    return default_own_spec(default_pod_spec(spec))


def qos_class(spec: PodSpec) -> str:
    """Guaranteed, Burstable or BestEffort (rules 9): only cpu and memory count, init containers too."""
    containers = (*spec.init_containers, *spec.containers)
    if not any(_amounts(container, "requests") or _amounts(container, "limits") for container in containers):
        return "BestEffort"
    return "Guaranteed" if all(map(_is_guaranteed, containers)) else "Burstable"


def _is_guaranteed(container: Container) -> bool:
    limits, requests = _amounts(container, "limits"), _amounts(container, "requests")
    return set(limits) == {"cpu", "memory"} and all(
        parse_quantity(requests.get(name, value)) == parse_quantity(value) for name, value in limits.items()
    )


def _amounts(container: Container, side: str) -> dict[str, str]:
    """The cpu and memory of ``requests`` or ``limits`` that are more than 0."""
    if container.resources is None:
        return {}
    values = container.resources.requests if side == "requests" else container.resources.limits
    return {name: values[name] for name in ("cpu", "memory") if name in values and parse_quantity(values[name])}


def _first_status(now: int, spec: PodSpec) -> PodStatus:
    status = _pending(qos_class(spec))
    if not spec.scheduling_gates:
        return status
    gated = Condition(
        type="PodScheduled",
        status="False",
        last_transition_time=now,
        reason="SchedulingGated",
        message="Scheduling is blocked due to non-empty scheduling gates",
    )
    return evolve(status, conditions=(gated,))


@lru_cache(maxsize=8)
def _pending(qos: str) -> PodStatus:
    """All pods that wait share it, and what is made of it in the same second."""
    return PodStatus(phase="Pending", qos_class=qos)


def _shared_with_sibling(draft: Draft, pod: Pod, spec: PodSpec) -> PodSpec:
    """``spec`` with the containers, tolerations... of a pod of the same owner, where they are equal."""
    owner = pod.metadata.controller
    sibling = None if owner is None else next(draft.state.owned_by(owner.uid, "Pod"), None)
    return shared(spec, sibling.spec) if isinstance(sibling, Pod) else spec


def _with_priority(draft: Draft, asked: Ref, spec: PodSpec) -> PodSpec:
    """Follows the Priority admission plugin, but leaves the usual preemptionPolicy unsaid."""
    wanted = spec.priority_class_name
    if not wanted:
        found = _default_class(draft)
    elif wanted in SYSTEM_PRIORITIES:
        found = (SYSTEM_PRIORITIES[wanted], wanted, _PREEMPTS)
    else:
        stored = draft.get(Ref("PriorityClass", "", wanted))
        if not isinstance(stored, Unmodelled):
            raise forbidden(asked, f"no PriorityClass with name {wanted} was found")
        found = _class_of(stored)
    priority, name, policy = found
    if spec.priority not in (None, priority):
        given, computed = f"integer value of priority ({spec.priority})", str(priority)
    elif spec.preemption_policy not in ("", policy):
        given, computed = f"string value of PreemptionPolicy ({spec.preemption_policy})", policy
    else:
        policy = spec.preemption_policy if policy == _PREEMPTS else policy
        return evolve(spec, priority_class_name=name, priority=priority, preemption_policy=policy)
    why = f"priority admission controller computed {computed} from the given PriorityClass name"
    raise forbidden(asked, f"the {given} must not be provided in pod spec; {why}")


def check_default_class(draft: Draft, made: Unmodelled) -> None:
    """Raises Forbidden for a second PriorityClass that would be the default."""
    name = made.metadata.name
    others = [each.metadata.name for each in _marked(draft) if each.metadata.name != name]
    if others and made.body.get("globalDefault") is True:
        why = f"PriorityClass {min(others)} is already marked as default. Only one default can exist"
        raise forbidden(Ref(made.kind, "", name), why)


def _default_class(draft: Draft) -> tuple[int, str, str]:
    """That marked globalDefault, the lowest if a log has several; priority 0 without one."""
    return min(map(_class_of, _marked(draft)), default=(0, "", _PREEMPTS))


def _marked(draft: Draft) -> list[Unmodelled]:
    return [
        each
        for each in draft.objects("PriorityClass")
        if isinstance(each, Unmodelled) and each.body.get("globalDefault") is True
    ]


def _class_of(stored: Unmodelled) -> tuple[int, str, str]:
    """Value, name and preemption policy."""
    policy = stored.body.get("preemptionPolicy")
    return int(stored.body.get("value") or 0), stored.metadata.name, str(policy or _PREEMPTS)
