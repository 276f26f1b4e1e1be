"""What a pod's spec names besides its containers, and where workloads of each kind have one."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.kinds import Object, PodSpec, Ref
from engine.store.uses import CLAIM, uses_of

TEMPLATED = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob")
"""Kinds whose objects make pods."""


def spec_of(obj: Object) -> PodSpec | None:
    """A pod's own, or that of the pods it makes."""
    spec: Any = getattr(obj, "spec", None)
    if (job := getattr(spec, "job_template", None)) is not None:
        spec = job.spec
    if (template := getattr(spec, "template", None)) is not None:
        spec = getattr(template, "spec", None)
    return spec if isinstance(spec, PodSpec) else None


def named_by(spec: PodSpec, namespace: str, name: str) -> Iterator[Ref]:
    """Claims, ConfigMaps, Secrets, its account and class; ``name`` is the pod's, for claims made for it alone."""
    yield Ref("ServiceAccount", namespace, spec.service_account_name or "default")
    for kind, used in uses_of(spec):
        yield Ref(kind, namespace, f"{name}{used}" if kind == CLAIM and used.startswith("-") else used)
    for secret in pull_secrets(spec):
        yield Ref("Secret", namespace, secret)
    if spec.priority_class_name:
        yield Ref("PriorityClass", "", spec.priority_class_name)


def pull_secrets(spec: PodSpec) -> Iterator[str]:
    for each in spec.extra.get("imagePullSecrets") or ():
        if isinstance(each, Mapping) and each.get("name"):
            yield str(each["name"])


def optional(spec: PodSpec, ref: Ref) -> bool:
    """Whether the pod starts without that ConfigMap or Secret: then its lack is no trouble."""
    fields = {"ConfigMap": ("configMap", "configMapRef", "configMapKeyRef"),
              "Secret": ("secret", "secretRef", "secretKeyRef")}.get(ref.kind, ())  # fmt: skip
    sources: list[Any] = [volume.extra for volume in spec.volumes]
    sources += [part for volume in spec.volumes for part in (volume.extra.get("projected") or {}).get("sources", ())]
    for container in (*spec.init_containers, *spec.containers):
        sources += [*container.env_from, *(each.value_from for each in container.env)]
    asked = [source[field] for source in sources for field in fields if isinstance(source.get(field), Mapping)]
    named = [each for each in asked if ref.name in (each.get("name"), each.get("secretName"))]
    return bool(named) and all(each.get("optional") for each in named)
