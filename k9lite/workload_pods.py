"""The pods behind objects: themselves, or those a workload, a Service or a Node has. Pure."""

from collections.abc import Iterator, Sequence

from engine.kinds import DaemonSet, Deployment, LabelSelector, Node, Object, Pod, Ref, ReplicaSet, Service, StatefulSet
from engine.kinds.batch import CronJob, Job
from engine.kinds.workload import ReplicationController
from engine.store.state import State


def pods_of(state: State, refs: Sequence[Ref]) -> list[Pod]:
    """Each once, by name."""
    found: dict[str, Pod] = {}
    for ref in refs:
        obj = state.get(ref)
        if obj is not None:
            found.update((pod.metadata.uid, pod) for pod in _behind(state, obj) if isinstance(pod, Pod))
    return sorted(found.values(), key=lambda pod: (pod.metadata.namespace, pod.metadata.name))


def _behind(state: State, obj: Object) -> Iterator[Object]:
    selector: LabelSelector | None = None
    match obj:
        case Pod():
            yield obj
        case Node():
            yield from state.pods_on(obj.metadata.name)
        case CronJob():
            for job in state.owned_by(obj.metadata.uid, "Job"):
                yield from state.owned_by(job.metadata.uid, "Pod")
        case Deployment() | ReplicaSet() | StatefulSet() | DaemonSet() | Job():
            selector = obj.spec.selector
        case Service() | ReplicationController() if obj.spec.selector:
            selector = LabelSelector(match_labels=obj.spec.selector)
    if selector is not None:
        yield from state.select("Pod", obj.metadata.namespace, selector)
