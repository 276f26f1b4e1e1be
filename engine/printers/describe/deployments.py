"""``kubectl describe deployment``. Follows describeDeployment of kubectl's describe.go."""

from collections.abc import Iterable, Iterator

from engine.kinds import Deployment, PodTemplateSpec, ReplicaSet, evolve
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import conditions_lines, labels_and_annotations, name_lines, time_text
from engine.printers.describe.template_lines import template_lines
from engine.printers.durations import NONE
from engine.printers.parts.selectors import selector_text
from engine.printers.parts.tabs import tabbed
from engine.store.state import State

_HASH_LABEL = "pod-template-hash"


def describe_deployment(deployment: Deployment, state: State, now: int) -> list[str]:
    return tabbed(_lines(deployment, state, now))


def _lines(deployment: Deployment, state: State, now: int) -> Iterator[str]:
    spec, status = deployment.spec, deployment.status
    yield from name_lines(deployment)
    yield f"CreationTimestamp:\t{time_text(deployment.metadata.creation_timestamp)}"
    yield from labels_and_annotations(deployment)
    yield f"Selector:\t{selector_text(spec.selector)}"
    yield (
        f"Replicas:\t{spec.replicas or 0} desired | {status.updated_replicas} updated | "
        f"{status.replicas} total | {status.available_replicas} available | "
        f"{status.unavailable_replicas} unavailable"
    )
    yield f"StrategyType:\t{'' if spec.strategy is None else spec.strategy.type}"
    yield f"MinReadySeconds:\t{spec.min_ready_seconds}"
    if spec.strategy is not None and spec.strategy.rolling_update is not None:
        rolling = spec.strategy.rolling_update
        unavailable, surge = rolling.max_unavailable, rolling.max_surge
        yield f"RollingUpdateStrategy:\t{unavailable} max unavailable, {surge} max surge"
    yield from template_lines(spec.template)
    yield from conditions_lines(status.conditions)
    yield from _replica_sets(deployment, state)
    yield from events_lines(deployment, state, now)


def _replica_sets(deployment: Deployment, state: State) -> Iterator[str]:
    uid = deployment.metadata.uid
    owned = [
        each
        for each in state.owned_by(uid, "ReplicaSet")
        if isinstance(each, ReplicaSet) and each.metadata.controller is not None
        and each.metadata.controller.uid == uid
    ]  # fmt: skip
    if not owned:
        return
    owned.sort(key=lambda each: (each.metadata.creation_timestamp or 0, each.metadata.name))
    template = _without_hash(deployment.spec.template)
    new = next((each for each in owned if _without_hash(each.spec.template) == template), None)
    yield f"OldReplicaSets:\t{_created(each for each in owned if each is not new)}"
    yield f"NewReplicaSet:\t{_created([] if new is None else [new])}"


def _without_hash(template: PodTemplateSpec) -> PodTemplateSpec:
    labels = {key: value for key, value in template.metadata.labels.items() if key != _HASH_LABEL}
    return evolve(template, metadata=evolve(template.metadata, labels=labels))


def _created(replica_sets: Iterable[ReplicaSet]) -> str:
    texts = [
        f"{each.metadata.name} ({each.status.replicas}/{each.spec.replicas or 0} replicas created)"
        for each in replica_sets
    ]
    return ", ".join(texts) or NONE
