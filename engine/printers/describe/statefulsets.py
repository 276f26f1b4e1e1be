"""``kubectl describe statefulset``. Follows describeStatefulSet of kubectl's describe.go."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.kinds import LabelSelector, StatefulSet, StatefulSetSpec
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import labels_and_annotations, labels_lines, time_text
from engine.printers.describe.template_lines import pods_status_text, template_lines
from engine.printers.durations import NONE
from engine.printers.parts.body import items, mapping, text
from engine.printers.parts.selectors import selector_text
from engine.printers.parts.tabs import tabbed
from engine.store.state import State


def describe_stateful_set(stateful_set: StatefulSet, state: State, now: int) -> list[str]:
    return tabbed(_lines(stateful_set, state, now))


def _lines(stateful_set: StatefulSet, state: State, now: int) -> Iterator[str]:
    meta, spec = stateful_set.metadata, stateful_set.spec
    yield f"Name:\t{meta.name}"
    yield f"Namespace:\t{meta.namespace}"
    yield f"CreationTimestamp:\t{time_text(meta.creation_timestamp)}"
    yield f"Selector:\t{selector_text(spec.selector)}"
    yield from labels_and_annotations(stateful_set)
    if spec.service_name:
        yield f"Service Name:\t{spec.service_name}"
    if spec.pod_management_policy:
        yield f"Pod Management Policy:\t{spec.pod_management_policy}"
    yield f"Replicas:\t{spec.wanted} desired | {stateful_set.status.replicas} total"
    yield from _strategy(spec)
    policy = spec.persistent_volume_claim_retention_policy
    if policy is not None:
        yield "Persistent Volume Claim Retention Policy:"
        yield f"  WhenDeleted:\t{policy.when_deleted}"
        yield f"  WhenScaled:\t{policy.when_scaled}"
    yield f"Pods Status:\t{pods_status_text(stateful_set, spec.selector or LabelSelector.empty, state)}"
    yield from template_lines(spec.template)
    yield from _claims(spec.volume_claim_templates)
    yield from events_lines(stateful_set, state, now)


def _strategy(spec: StatefulSetSpec) -> Iterator[str]:
    yield f"Update Strategy:\t{spec.update_strategy.type}"
    rolling = spec.update_strategy.rolling_update
    if rolling is not None and rolling.partition is not None:
        yield f"  Partition:\t{rolling.partition}"
        if rolling.max_unavailable is not None:
            yield f"  MaxUnavailable:\t{rolling.max_unavailable}"


def _claims(templates: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not templates:
        yield f"Volume Claims:\t{NONE}"
        return
    yield "Volume Claims:"
    for claim in templates:
        meta = mapping(claim, "metadata")
        annotations = _texts(mapping(meta, "annotations"))
        class_name = annotations.get("volume.beta.kubernetes.io/storage-class")
        yield f"  Name:\t{text(meta, 'name')}"
        yield f"  StorageClass:\t{text(claim, 'spec', 'storageClassName') if class_name is None else class_name}"
        yield from labels_lines("  Labels", _texts(mapping(meta, "labels")))
        yield from labels_lines("  Annotations", annotations)
        yield f"  Capacity:\t{text(claim, 'spec', 'resources', 'requests', 'storage', default='<default>')}"
        yield f"  Access Modes:\t[{' '.join(map(str, items(claim, 'spec', 'accessModes')))}]"


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in values.items()}
