"""A pod template, as the descriptions of workloads show it, and how the pods of a workload are doing."""

from collections.abc import Iterator

from engine.kinds import LabelSelector, Object, Pod, PodSpec, PodTemplateSpec
from engine.printers.describe.container_lines import containers_lines
from engine.printers.describe.metadata import annotations_lines, labels_lines, tolerations_lines
from engine.printers.describe.volume_lines import volumes_lines
from engine.printers.durations import NONE
from engine.printers.parts.selectors import selector_text
from engine.store.state import State

_SPACE = "  "


def template_lines(template: PodTemplateSpec) -> Iterator[str]:
    spec = template.spec
    yield "Pod Template:"
    yield from labels_lines("  Labels", template.metadata.labels)
    if template.metadata.annotations:
        yield from annotations_lines("  Annotations", template.metadata.annotations)
    if spec.service_account_name:
        yield f"  Service Account:\t{spec.service_account_name}"
    if spec.init_containers:
        yield from containers_lines("Init Containers", spec.init_containers, (), None, _SPACE)
    yield from containers_lines("Containers", spec.containers, (), None, _SPACE)
    yield from volumes_lines(spec.volumes, _SPACE)
    yield from spread_lines(spec, _SPACE)
    if spec.priority_class_name:
        yield f"  Priority Class Name:\t{spec.priority_class_name}"
    yield from labels_lines("  Node-Selectors", spec.node_selector)
    yield from tolerations_lines("  Tolerations", spec.tolerations)


def spread_lines(spec: PodSpec, space: str = "") -> Iterator[str]:
    """The topology spread constraints."""
    constraints = spec.topology_spread_constraints
    for index, each in enumerate(sorted(constraints, key=lambda each: each.topology_key)):
        head = f"{space}\t" if index else f"{space}Topology Spread Constraints:\t"
        line = f"{each.topology_key}:{each.when_unsatisfiable} when max skew {each.max_skew} is exceeded"
        if each.label_selector is not None:
            line += f" for selector {selector_text(each.label_selector) or NONE}"
        yield head + line


def pods_status_text(owner: Object, selects: LabelSelector, state: State) -> str:
    """``2 Running / 1 Waiting / 0 Succeeded / 0 Failed``, of the pods ``owner`` controls and selects."""
    phases = [
        pod.status.phase
        for pod in state.owned_by(owner.metadata.uid, "Pod")
        if isinstance(pod, Pod) and selects.matches(pod.metadata.labels)
        and pod.metadata.controller is not None and pod.metadata.controller.uid == owner.metadata.uid
    ]  # fmt: skip
    named = (("Running", "Running"), ("Pending", "Waiting"), ("Succeeded", "Succeeded"), ("Failed", "Failed"))
    return " / ".join(f"{phases.count(phase)} {word}" for phase, word in named)
