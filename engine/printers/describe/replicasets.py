"""``kubectl describe replicaset``. Follows describeReplicaSet of kubectl's describe.go."""

from collections.abc import Iterator

from engine.kinds import LabelSelector, ReplicaSet
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import (
    conditions_lines,
    controller_line,
    labels_and_annotations,
    name_lines,
)
from engine.printers.describe.template_lines import pods_status_text, template_lines
from engine.printers.durations import NONE
from engine.printers.parts.selectors import selector_text
from engine.printers.parts.tabs import tabbed
from engine.store.state import State


def describe_replica_set(replica_set: ReplicaSet, state: State, now: int) -> list[str]:
    return tabbed(_lines(replica_set, state, now))


def _lines(replica_set: ReplicaSet, state: State, now: int) -> Iterator[str]:
    spec, status = replica_set.spec, replica_set.status
    yield from name_lines(replica_set)
    yield f"Selector:\t{selector_text(spec.selector) or NONE}"
    yield from labels_and_annotations(replica_set)
    yield from controller_line(replica_set)
    yield f"Replicas:\t{status.replicas} current / {spec.replicas or 0} desired"
    yield f"Pods Status:\t{pods_status_text(replica_set, spec.selector or LabelSelector.empty, state)}"
    yield from template_lines(spec.template)
    yield from conditions_lines(status.conditions)
    yield from events_lines(replica_set, state, now)
