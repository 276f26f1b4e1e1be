"""Which container of which pod a command line means: ``web-1``, ``pod/web-1``, ``deploy/web``, ``-c app``.

Follows kubectl's ``polymorphichelpers`` and ``cmd/util/podcmd``. Of a workload's pods the one is taken that is
most likely to answer: running, ready, not leaving, longest ready, most restarted, oldest.
"""

from collections.abc import Mapping
from typing import Any

from engine.errors import NotFound, UsageError
from engine.kinds import KINDS, Container, LabelSelector, Object, Pod, Ref, condition, from_manifest, to_manifest
from engine.store.state import State
from k9lite.arguments.jsonpath import mapping_at
from k9lite.arguments.targets import not_found, split_pair

_DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
_PHASES = {"Running": 0, "Unknown": 1, "Pending": 2}


def pods_meant(state: State, word: str, namespace: str) -> list[Pod]:
    """The pod a word names, or those of the workload or service it names, best first. Raises K9liteError."""
    kind, name = split_pair(word, state) if "/" in word else (KINDS["Pod"], word)
    found = state.get(Ref(kind.name, namespace if kind.namespaced else "", name))
    if found is None:
        raise not_found(kind, name)
    if isinstance(found, Pod):
        return [found]
    pods = [pod for pod in state.select("Pod", namespace, _selector_of(found)) if isinstance(pod, Pod)]
    return sorted(pods, key=_by_usefulness)


def pod_meant(state: State, word: str, namespace: str) -> Pod:
    """The best of them, without a word about the others, which only logs has."""
    pods = pods_meant(state, word, namespace)
    if not pods:
        raise UsageError("timed out waiting for the condition: there is no such pod yet")
    return pods[0]


def container_meant(pod: Pod, name: str) -> tuple[Container, str]:
    """The container and kubectl's remark about a default. Raises UsageError where the pod has no such one."""
    wanted = name or pod.metadata.annotations.get(_DEFAULT_CONTAINER, "")
    if wanted:
        for container in (*pod.spec.containers, *pod.spec.init_containers, *pod.spec.ephemeral_containers):
            if container.name == wanted:
                return container, ""
        raise UsageError(f"container {wanted} is not valid for pod {pod.metadata.name} out of: {container_names(pod)}")
    first = pod.spec.containers[0]
    several = len(pod.spec.containers) > 1 or pod.spec.init_containers or pod.spec.ephemeral_containers
    return first, f'Defaulted container "{first.name}" out of: {container_names(pod)}' if several else ""


def container_names(pod: Pod) -> str:
    names = [each.name for each in pod.spec.containers]
    names += [f"{each.name} (ephem)" for each in pod.spec.ephemeral_containers]
    return ", ".join([*names, *(f"{each.name} (init)" for each in pod.spec.init_containers)])


def _selector_of(obj: Object) -> LabelSelector:
    selector = mapping_at(to_manifest(obj), "spec", "selector")
    if obj.kind in ("Service", "ReplicationController"):
        if not selector:
            raise UsageError(f"invalid service '{obj.metadata.name}': Service is defined without a selector")
        return LabelSelector(match_labels=selector)
    if not selector:
        raise UsageError(f"selector for {KINDS[obj.kind].shown} not implemented")
    return _label_selector(selector)


def _label_selector(selector: Mapping[str, Any]) -> LabelSelector:
    """Through the codec of a kind that has one: kinds without a model keep theirs as it was written."""
    budget: Any = from_manifest(
        {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "spec": {"selector": selector}}
    )
    found: LabelSelector = budget.spec.selector
    return found


def _by_usefulness(pod: Pod) -> tuple[bool, int, bool, bool, int, int, int, str]:
    ready = condition(pod.status.conditions, "Ready")
    is_ready = ready is not None and ready.status == "True"
    since = ready.last_transition_time if ready is not None and is_ready else None
    restarts = max((status.restart_count for status in pod.status.container_statuses), default=0)
    return (
        not pod.spec.node_name,
        _PHASES.get(pod.status.phase, 0),
        not is_ready,
        pod.metadata.deletion_timestamp is not None,
        since or 0,
        -restarts,
        pod.metadata.creation_timestamp or 0,
        pod.metadata.name,
    )


def in_namespace(error: NotFound, namespace: str) -> UsageError:
    """logs words a missing object in its own way."""
    return UsageError(f'error from server (NotFound): {error} in namespace "{namespace}"')
