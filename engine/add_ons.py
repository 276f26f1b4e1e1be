"""Whether an add-on that acts as a controller is there to: ``running(state, "metallb-system", "metallb/controller")``.

A load balancer's controller or an ingress controller is a Deployment or DaemonSet like any other: scaled to
nothing, its work is left undone. Walks the workloads of one namespace and the pods they select.
"""

from collections.abc import Iterator

from engine.faults import is_down
from engine.kinds import DaemonSet, Deployment, Pod
from engine.readiness import is_ready
from engine.store.change import Change
from engine.store.state import State


def running(state: State, namespace: str, image: str) -> Iterator[Pod]:
    """Ready pods of the workloads in ``namespace`` that run ``image`` (a repository's last parts), by name."""
    for workload in workloads(state, namespace, image):
        if workload.spec.selector is None:
            continue
        for pod in state.select("Pod", namespace, workload.spec.selector):
            assert isinstance(pod, Pod)
            if is_ready(pod) and pod.metadata.deletion_timestamp is None and not is_down(state, pod.spec.node_name):
                yield pod


def workloads(state: State, namespace: str, image: str) -> Iterator[Deployment | DaemonSet]:
    for found in (state.all(Deployment, namespace), state.all(DaemonSet, namespace)):
        for each in found:
            if any(runs(container.image, image) for container in each.spec.template.spec.containers):
                yield each


def runs(reference: str, image: str) -> bool:
    """Whether an image reference is of the repository: ``quay.io/metallb/controller:v0.14.9``."""
    repository = reference.partition("@")[0]
    head, _, tail = repository.rpartition("/")
    name = f"{head}/{tail.partition(':')[0]}" if head else tail.partition(":")[0]
    return name == image or name.endswith(f"/{image}")


def comes_or_goes(change: Change, image: str) -> bool:
    """Whether a change of a pod is the coming or going of one that runs ``image``."""
    old, new = (each if isinstance(each, Pod) else None for each in (change.old, change.new))
    pod = new or old
    if pod is None or not any(runs(container.image, image) for container in pod.spec.containers):
        return False
    return _acts(old) != _acts(new)


def _acts(pod: Pod | None) -> bool:
    return pod is not None and is_ready(pod) and pod.metadata.deletion_timestamp is None
