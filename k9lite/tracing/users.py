"""Who uses an object: the other way round than what it names. Pods come from an index where there is one.

Pods that belong to a workload are found through its template; those that belong to nothing are looked through only
where there are not too many pods, and otherwise it is said that they were not.
"""

from collections.abc import Callable, Iterator
from typing import Any

from engine.kinds import KINDS, ConfigMap, LabelSelector, Namespace, Node, Object, Pod, PodSpec, Ref, Secret, Service
from engine.kinds import ref_of as ref
from engine.kinds.access import ClusterRole, ClusterRoleBinding, Role, RoleBinding, ServiceAccount
from engine.kinds.autoscaling import HorizontalPodAutoscaler
from engine.kinds.cluster_objects import PodDisruptionBudget
from engine.kinds.frozen import frozen
from engine.kinds.networking import Ingress, IngressClass
from engine.kinds.revisioned import StatefulSet
from engine.kinds.storage import PersistentVolume, PersistentVolumeClaim, StorageClass
from engine.store.state import State
from k9lite.narrowed import within
from k9lite.tracing.below import services_of
from k9lite.tracing.pod_parts import TEMPLATED, named_by, spec_of

MOST_WALKED = 20_000
"""Pods that are looked through for those of no workload."""


@frozen
class User:
    """``ref`` None stands for many, of ``kind``."""

    ref: Ref | None
    how: str
    kind: str = ""


def users(obj: Object, state: State) -> Iterator[User]:
    """Each with how it uses the object; an object that uses it in two ways comes twice."""
    name, namespace = obj.metadata.name, obj.metadata.namespace
    match obj:
        case ConfigMap() | Secret() | PersistentVolumeClaim():
            yield from (User(ref(pod), how(pod.spec, ref(obj))) for pod in state.users_of(ref(obj)))
            yield from _templates(state, namespace, lambda spec: ref(obj) in set(named_by(spec, namespace, "")))
            yield from _of_secret(obj, state)
        case PersistentVolume():
            claim = obj.spec.claim_ref
            if claim is not None:
                yield User(Ref("PersistentVolumeClaim", claim.namespace, claim.name), "has claimed it")
        case StorageClass():
            claims = (each for each in state.all(PersistentVolumeClaim) if each.spec.storage_class_name == name)
            yield from (User(ref(each), "asks for volumes of it") for each in claims)
            volumes = (each for each in state.all(PersistentVolume) if each.spec.storage_class_name == name)
            yield from (User(ref(each), "is of it") for each in volumes)
        case ServiceAccount():
            acts_as: Wanted = lambda spec: (spec.service_account_name or "default") == name  # noqa: E731  it is one word
            yield from _pods_and_templates(state, namespace, acts_as)
            yield from _bound(state, lambda each, home: any(
                subject.kind == "ServiceAccount" and (subject.namespace or home, subject.name) == (namespace, name)
                for subject in each.subjects
            ), "gives it rights")  # fmt: skip
        case Role() | ClusterRole():
            yield from _bound(state, lambda each, home: (
                each.role_ref.kind == obj.kind and each.role_ref.name == name and namespace in ("", home)
            ), "gives it to its subjects")  # fmt: skip
        case Service():
            yield from _of_service(obj, state)
        case Node():
            yield from (User(ref(pod), "runs on it") for pod in state.pods_on(name))
        case IngressClass():
            ingresses = (each for each in state.all(Ingress) if each.spec.ingress_class_name == name)
            yield from (User(ref(each), "is served by it") for each in ingresses)
        case Namespace():
            for kind in KINDS.values():
                if kind.namespaced and (count := len(within(state.table(kind.name), name))):
                    yield User(None, f"{count:,} in it", kind.name)
        case _ if obj.kind == "PriorityClass":
            yield from _pods_and_templates(state, "", lambda spec: spec.priority_class_name == name)
        case _:
            yield from _of_pods(obj, state)


def how(spec: PodSpec, used: Ref) -> str:
    """``volume config``, ``variables of main``."""
    found = [f"volume {each.name}" for each in spec.volumes if used.name in _words(each.extra)]
    for container in (*spec.init_containers, *spec.containers):
        sources = [*container.env_from, *(each.value_from for each in container.env)]
        if used.kind in ("ConfigMap", "Secret") and any(used.name in _words(source) for source in sources):
            found.append(f"variables of {container.name}")
    return ", ".join(found) or "names it"


def _words(value: Any) -> set[str]:
    """All the texts in a source, whose fields differ from kind to kind."""
    if isinstance(value, str):
        return {value}
    parts = value.values() if hasattr(value, "values") else value if isinstance(value, list | tuple) else ()
    return {word for part in parts for word in _words(part)}


def _of_secret(obj: Object, state: State) -> Iterator[User]:
    if not isinstance(obj, Secret):
        return
    name, namespace = obj.metadata.name, obj.metadata.namespace
    for account in state.all(ServiceAccount, namespace):
        if any(each.name == name for each in account.image_pull_secrets):
            yield User(ref(account), "its pods pull images with it")
    for ingress in state.all(Ingress, namespace):
        if any(tls.secret_name == name for tls in ingress.spec.tls):
            yield User(ref(ingress), "shows its certificate")


def _of_service(service: Service, state: State) -> Iterator[User]:
    name, namespace = service.metadata.name, service.metadata.namespace
    for ingress in state.all(Ingress, namespace):
        if name in services_of(ingress):
            yield User(ref(ingress), "leads to it")
    for each in state.all(StatefulSet, namespace):
        if each.spec.service_name == name:
            yield User(ref(each), "names its pods by it")
    yield from (User(ref(each), "says who is behind it") for each in state.owned_by(service.metadata.uid))


def _of_pods(obj: Object, state: State) -> Iterator[User]:
    """A workload or a pod: what scales it, leads to its pods, or protects them."""
    namespace = obj.metadata.namespace
    for scaler in state.all(HorizontalPodAutoscaler, namespace):
        target = scaler.spec.scale_target_ref
        if (target.kind, target.name) == (obj.kind, obj.metadata.name):
            yield User(ref(scaler), "scales it")
    labels = obj.metadata.labels if isinstance(obj, Pod) else _template_labels(obj)
    if labels:
        for service in state.all(Service, namespace):
            if service.spec.selector and LabelSelector(match_labels=service.spec.selector).matches(labels):
                yield User(ref(service), "leads to its pods")
        for budget in state.all(PodDisruptionBudget, namespace):
            if budget.spec.selector is not None and budget.spec.selector.matches(labels):
                yield User(ref(budget), "keeps enough of its pods")


def _template_labels(obj: Object) -> Any:
    template = getattr(getattr(obj, "spec", None), "template", None)
    return {} if template is None or obj.kind not in TEMPLATED else template.metadata.labels


Wanted = Callable[[PodSpec], bool]


def _templates(state: State, namespace: str, wanted: Wanted) -> Iterator[User]:
    """Workloads that belong to no other; a ReplicaSet's template is its Deployment's."""
    for kind in TEMPLATED:
        for each in state.objects(kind, namespace):
            spec = None if each.metadata.controller is not None else spec_of(each)
            if spec is not None and wanted(spec):
                yield User(ref(each), "its template names it")


def _pods_and_templates(state: State, namespace: str, wanted: Wanted) -> Iterator[User]:
    yield from _templates(state, namespace, wanted)
    table = state.table(Pod.kind)
    if len(within(table, namespace) if namespace else table) > MOST_WALKED:
        yield User(None, "those that belong to nothing were not looked through: there are too many", Pod.kind)
        return
    for pod in state.all(Pod, namespace):
        if pod.metadata.controller is None and wanted(pod.spec):
            yield User(ref(pod), "names it")


def _bound(
    state: State, wanted: Callable[[RoleBinding | ClusterRoleBinding, str], bool], how: str
) -> Iterator[User]:
    yield from (User(ref(each), how) for each in state.all(RoleBinding) if wanted(each, each.metadata.namespace))
    yield from (User(ref(each), how) for each in state.all(ClusterRoleBinding) if wanted(each, ""))
