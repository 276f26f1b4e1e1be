"""Pods and pod templates; a pod's spec hardly changes once it is stored.

Follows ``ValidatePodSpec``, ``ValidatePodTemplateSpec`` and ``ValidatePodUpdate`` of
``pkg/apis/core/validation``. Differs in that an update that is refused does not print the two specs' difference.
"""


from engine.api.validation import names
from engine.api.validation.containers import container_errors, init_container_errors
from engine.api.validation.ephemeral_containers import ephemeral_container_errors
from engine.api.validation.fields import (
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    required,
)
from engine.api.validation.metadata import annotation_errors, label_errors
from engine.api.validation.pod_affinity import pod_affinity_errors, spread_errors
from engine.api.validation.scheduling import node_affinity_errors, toleration_errors
from engine.errors import FieldError
from engine.kinds import Container, Pod, PodSpec, PodTemplateSpec, Toleration, Volume, evolve

_RESTART_POLICIES = ("Always", "OnFailure", "Never")
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_PREEMPTION_POLICIES = ("Never", "PreemptLowerPriority")
_MOST_SECONDS = 2**31 - 1
IMMUTABLE = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)


def new_pod_errors(pod: Pod) -> list[FieldError]:
    errors = pod_errors(pod)
    if pod.spec.ephemeral_containers:
        errors.append(forbidden("spec.ephemeralContainers", "cannot be set on create"))
    return errors


def pod_errors(pod: Pod) -> list[FieldError]:
    errors = pod_spec_errors(pod.spec, "spec")
    if pod.spec.scheduling_gates and pod.spec.node_name:
        why = "cannot be set until all schedulingGates have been cleared"
        errors.append(forbidden("spec.nodeName", why))
    return errors


def template_errors(template: PodTemplateSpec, path: str) -> list[FieldError]:
    errors = label_errors(template.metadata.labels, f"{path}.labels")
    errors += annotation_errors(template.metadata.annotations, f"{path}.annotations")
    if template.spec.ephemeral_containers:
        why = "ephemeral containers not allowed in pod template"
        errors.append(forbidden(f"{path}.spec.ephemeralContainers", why))
    return errors + pod_spec_errors(template.spec, f"{path}.spec")


def pod_spec_errors(spec: PodSpec, path: str) -> list[FieldError]:
    volumes = {volume.name for volume in spec.volumes}
    errors = _volume_errors(spec.volumes, f"{path}.volumes")
    errors += container_errors(spec.containers, f"{path}.containers", volumes)
    errors += init_container_errors(spec.init_containers, f"{path}.initContainers", volumes, spec.containers)
    if spec.ephemeral_containers:
        errors += ephemeral_container_errors(spec, f"{path}.ephemeralContainers", volumes)
    errors += _host_network_errors(spec, path)
    if spec.restart_policy not in _RESTART_POLICIES:
        errors.append(not_supported(f"{path}.restartPolicy", spec.restart_policy, _RESTART_POLICIES))
    if spec.dns_policy not in _DNS_POLICIES:
        errors.append(not_supported(f"{path}.dnsPolicy", spec.dns_policy, _DNS_POLICIES))
    errors += label_errors(spec.node_selector, f"{path}.nodeSelector")
    if spec.affinity is not None and spec.affinity.node_affinity is not None:
        errors += node_affinity_errors(spec.affinity.node_affinity, f"{path}.affinity.nodeAffinity")
    if spec.affinity is not None and spec.affinity.pod_affinity is not None:
        errors += pod_affinity_errors(spec.affinity.pod_affinity, f"{path}.affinity.podAffinity")
    if spec.affinity is not None and spec.affinity.pod_anti_affinity is not None:
        errors += pod_affinity_errors(spec.affinity.pod_anti_affinity, f"{path}.affinity.podAntiAffinity")
    errors += _gate_errors(spec, path)
    for field, value in (("serviceAccountName", spec.service_account_name), ("nodeName", spec.node_name)):
        if value:
            errors += each_invalid(f"{path}.{field}", value, names.dns_subdomain(value))
    deadline = spec.active_deadline_seconds
    if deadline is not None and not 1 <= deadline <= _MOST_SECONDS:
        why = f"must be between 1 and {_MOST_SECONDS}, inclusive"
        errors.append(invalid(f"{path}.activeDeadlineSeconds", deadline, why))
    errors += toleration_errors(spec.tolerations, f"{path}.tolerations")
    if spec.priority_class_name:
        wrong = names.dns_subdomain(spec.priority_class_name)
        errors += each_invalid(f"{path}.priorityClassName", spec.priority_class_name, wrong)
    if spec.preemption_policy not in ("", *_PREEMPTION_POLICIES):
        errors.append(not_supported(f"{path}.preemptionPolicy", spec.preemption_policy, _PREEMPTION_POLICIES))
    errors += spread_errors(spec.topology_spread_constraints, f"{path}.topologySpreadConstraints")
    return errors


def pod_update_errors(pod: Pod, old: Pod) -> list[FieldError]:
    """Only images, the deadline and more tolerations may change, and gates may go."""
    spec, before = pod.spec, old.spec
    if spec is before or spec == before:
        return []
    for field in ("containers", "init_containers"):
        if len(getattr(spec, field)) != len(getattr(before, field)):
            path = "spec.containers" if field == "containers" else "spec.initContainers"
            return [forbidden(path, "pod updates may not add or remove containers")]
    errors = pod_errors(pod) + _deadline_errors(spec, before)
    errors += _kept_toleration_errors(spec.tolerations, before.tolerations)
    old_gates = [gate.get("name") for gate in before.scheduling_gates]
    for index, gate in enumerate(spec.scheduling_gates):
        if gate.get("name") not in old_gates:
            why = f"only deletion is allowed, but found new scheduling gate '{gate.get('name')}'"
            errors.append(forbidden(f"spec.schedulingGates[{index}].name", why))
    if _without_mutable(spec, before) != before:
        errors.append(forbidden("spec", IMMUTABLE))
    return errors


def _without_mutable(spec: PodSpec, before: PodSpec) -> PodSpec:
    """``spec`` with what may change as it was before; a gated pod's node selector may change as well."""
    gated = bool(before.scheduling_gates)
    return evolve(
        spec,
        containers=_with_images(spec.containers, before.containers),
        init_containers=_with_images(spec.init_containers, before.init_containers),
        active_deadline_seconds=before.active_deadline_seconds,
        scheduling_gates=before.scheduling_gates,
        tolerations=before.tolerations,
        node_selector=before.node_selector if gated else spec.node_selector,
        affinity=before.affinity if gated else spec.affinity,
    )


def _with_images(containers: tuple[Container, ...], before: tuple[Container, ...]) -> tuple[Container, ...]:
    return tuple(evolve(new, image=old.image) for new, old in zip(containers, before, strict=True))


def _deadline_errors(spec: PodSpec, before: PodSpec) -> list[FieldError]:
    new, old = spec.active_deadline_seconds, before.active_deadline_seconds
    path = "spec.activeDeadlineSeconds"
    if old is None:
        return []
    if new is None:
        return [invalid(path, new, "must not update from a positive integer to nil value")]
    return [invalid(path, new, "must be less than or equal to previous value")] if new > old else []


def _kept_toleration_errors(new: tuple[Toleration, ...], old: tuple[Toleration, ...]) -> list[FieldError]:
    kept = [evolve(each, toleration_seconds=None) for each in new]
    if all(evolve(each, toleration_seconds=None) in kept for each in old):
        return []
    why = "existing toleration can not be modified except its tolerationSeconds"
    return [forbidden("spec.tolerations", why)]


def _volume_errors(volumes: tuple[Volume, ...], path: str) -> list[FieldError]:
    errors = []
    seen: set[str] = set()
    for index, volume in enumerate(volumes):
        here = f"{path}[{index}]"
        sources = list(volume.extra)
        errors += [
            forbidden(f"{here}.{source}", "may not specify more than 1 volume type") for source in sources[1:]
        ]
        if not volume.name:
            errors.append(required(f"{here}.name"))
        else:
            errors += each_invalid(f"{here}.name", volume.name, names.dns_label(volume.name))
        if volume.name in seen:
            errors.append(duplicate(f"{here}.name", volume.name))
        seen.add(volume.name)
    return errors


def _host_network_errors(spec: PodSpec, path: str) -> list[FieldError]:
    if not spec.host_network:
        return []
    why = "must match `containerPort` when `hostNetwork` is true"
    return [
        invalid(f"{path}.containers[{index}].ports[{number}].hostPort", port.host_port, why)
        for index, container in enumerate(spec.containers)
        for number, port in enumerate(container.ports)
        if port.host_port not in (0, port.container_port)
    ]


def _gate_errors(spec: PodSpec, path: str) -> list[FieldError]:
    errors = []
    seen: set[str] = set()
    for index, gate in enumerate(spec.scheduling_gates):
        name = gate.get("name", "")
        here = f"{path}.schedulingGates[{index}]"
        errors += each_invalid(here, name, names.qualified_name(name))
        if name in seen:
            errors.append(duplicate(here, name))
        seen.add(name)
    return errors
