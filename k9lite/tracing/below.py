"""What is below an object: what it owns, selects, runs or needs. A branch is looked at only when it is unfolded."""

from collections.abc import Iterator, Sequence
from itertools import islice

from engine.kinds import (
    KINDS,
    EndpointSlice,
    LabelSelector,
    Namespace,
    Node,
    Object,
    Pod,
    PodDisruptionBudget,
    Ref,
    Service,
    ref_of,
)
from engine.kinds.access import ClusterRoleBinding, RoleBinding
from engine.kinds.autoscaling import HorizontalPodAutoscaler
from engine.kinds.frozen import frozen
from engine.kinds.networking import Ingress, IngressBackend
from engine.kinds.storage import PersistentVolumeClaim, StorageClass
from engine.printers.health import health
from engine.printers.parts.levels import Level
from engine.store.state import State
from k9lite.containers.of_a_pod import parts_of, state_of_part
from k9lite.tracing.pod_parts import TEMPLATED, named_by, optional

MOST = 1000
"""Branches of one object, or of one kind: more are counted, not shown."""
_LEAVES = frozenset({
    "ConfigMap", "Secret", "ServiceAccount", "PersistentVolume", "PriorityClass", "Role", "ClusterRole", "IngressClass",
    "Event", "Lease", "Endpoints", "LimitRange", "ResourceQuota",
})  # fmt: skip
_NOT_SHOWN = frozenset({"Event", "Exec", "Lease", "ControllerRevision", "Endpoints"})


@frozen(kw_only=True)
class Branch:
    """``name`` tells it from its siblings. Without a ``ref`` it is a part of an object; ``of`` is that object's."""

    name: str
    label: str
    level: Level = "ok"
    reason: str = ""
    ref: Ref | None = None
    of: Ref | None = None
    leaf: bool = True
    """Nothing can be below it."""

    @property
    def troubled(self) -> bool:
        return self.level in ("warn", "bad")


def branch_of(obj: Object, state: State, now: int, note: str = "") -> Branch:
    found, ref = health(obj, state, now), ref_of(obj)
    return Branch(
        name=f"{ref.kind}/{ref.namespace}/{ref.name}",
        label=f"{KINDS[ref.kind].singular}/{ref.name}",
        level=found.level,
        reason=found.reason or note,
        ref=ref,
        of=ref,
        leaf=ref.kind in _LEAVES,
    )


def missing(ref: Ref, *, harmless: bool = False) -> Branch:
    return Branch(
        name=f"{ref.kind}/{ref.namespace}/{ref.name}",
        label=f"{KINDS[ref.kind].singular}/{ref.name}",
        level="dim" if harmless else "bad",
        reason="is not there, and need not be" if harmless else "is not there",
        ref=ref,
    )


def roots(state: State, now: int, kind: str, namespace: str) -> Iterator[Branch]:
    """All of a kind; a line that only counts stands for those beyond the first ``MOST``."""
    found = state.objects(kind, namespace if KINDS[kind].namespaced else "")
    yield from _bounded((branch_of(obj, state, now) for obj in found), "a namespace narrows it")


def below(obj: Object, state: State, now: int) -> Sequence[Branch]:
    return list(_bounded(_below(obj, state, now), f"{KINDS[obj.kind].singular}/{obj.metadata.name} has more"))


def _below(obj: Object, state: State, now: int) -> Iterator[Branch]:
    namespace = obj.metadata.namespace
    match obj:
        case Pod():
            yield from _of_pod(obj, state, now)
        case Node():
            yield from (branch_of(pod, state, now) for pod in state.pods_on(obj.metadata.name))
        case EndpointSlice():
            for endpoint in obj.endpoints:
                if endpoint.target_ref is not None and endpoint.target_ref.name:
                    yield _named(Ref("Pod", namespace, endpoint.target_ref.name), state, now)
        case Service():
            yield from _owned(obj, state, now)
        case Ingress():
            for name in services_of(obj):
                yield _named(Ref("Service", namespace, name), state, now)
            for tls in obj.spec.tls:
                if tls.secret_name:
                    yield _named(Ref("Secret", namespace, tls.secret_name), state, now)
        case HorizontalPodAutoscaler():
            target = obj.spec.scale_target_ref
            if target.kind in KINDS:
                yield _named(Ref(target.kind, namespace, target.name), state, now)
        case PodDisruptionBudget():
            selected = state.select("Pod", namespace, obj.spec.selector or LabelSelector())
            yield from (branch_of(pod, state, now) for pod in selected)
        case PersistentVolumeClaim():
            if obj.spec.volume_name:
                yield _named(Ref("PersistentVolume", "", obj.spec.volume_name), state, now)
        case StorageClass():
            name = obj.metadata.name
            claims = (each for each in state.all(PersistentVolumeClaim) if each.spec.storage_class_name == name)
            yield from (branch_of(claim, state, now) for claim in claims)
        case RoleBinding() | ClusterRoleBinding():
            role = obj.role_ref
            yield _named(Ref(role.kind, namespace if role.kind == "Role" else "", role.name), state, now)
        case Namespace():
            for kind in (*TEMPLATED, "Pod", "Service", "Ingress"):
                for each in state.objects(kind, obj.metadata.name):
                    if each.metadata.controller is None:
                        yield branch_of(each, state, now)
        case _:
            yield from _owned(obj, state, now)


def _owned(obj: Object, state: State, now: int) -> Iterator[Branch]:
    """What is scaled down to nothing comes last: an old ReplicaSet says least."""
    found = [each for each in state.owned_by(obj.metadata.uid) if each.kind not in _NOT_SHOWN]
    found.sort(key=_is_idle)
    yield from (branch_of(each, state, now, "idle" if _is_idle(each) else "") for each in found)


def _is_idle(obj: Object) -> bool:
    return obj.kind == "ReplicaSet" and getattr(getattr(obj, "spec", None), "replicas", None) == 0


def _of_pod(pod: Pod, state: State, now: int) -> Iterator[Branch]:
    """Its containers, then what it needs: what should be there and is not is the first thing to see."""
    for part in parts_of(pod):
        shown = state_of_part(part)
        role = "container" if part.role == "main" else f"{part.role} container"
        restarts = part.status.restart_count if part.status is not None else 0
        again = f", restarted {restarts} times" if restarts else ""
        yield Branch(
            name=f"container/{part.container.name}", label=f"{role}/{part.container.name}", level=shown.level,
            reason=f"{shown.words}{again}", of=ref_of(pod),
        )  # fmt: skip
    for ref in named_by(pod.spec, pod.metadata.namespace, pod.metadata.name):
        yield _named(ref, state, now, harmless=optional(pod.spec, ref))


def services_of(ingress: Ingress) -> list[str]:
    """The Services its paths lead to, each once."""
    backends: list[IngressBackend] = [] if ingress.spec.default_backend is None else [ingress.spec.default_backend]
    for rule in ingress.spec.rules:
        backends += [path.backend for path in (rule.http.paths if rule.http is not None else ())]
    return list(dict.fromkeys(each.service.name for each in backends if each.service is not None))


def _named(ref: Ref, state: State, now: int, *, harmless: bool = False) -> Branch:
    found = state.get(ref)
    return missing(ref, harmless=harmless) if found is None else branch_of(found, state, now)


def _bounded(branches: Iterator[Branch], what: str) -> Iterator[Branch]:
    yield from islice(branches, MOST)
    if (over := sum(1 for _ in islice(branches, 1))) > 0:
        yield Branch(name="more", label=f"… more than {MOST * over:,}: {what}", level="dim")
