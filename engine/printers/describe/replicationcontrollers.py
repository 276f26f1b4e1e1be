"""``kubectl describe replicationcontroller``. Follows describeReplicationController."""

from collections.abc import Iterator

from engine.kinds import LabelSelector, ReplicationController
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import conditions_lines, labels_and_annotations, name_lines
from engine.printers.describe.template_lines import pods_status_text, template_lines
from engine.printers.parts.selectors import labels_text
from engine.printers.parts.tabs import tabbed
from engine.store.state import State


def describe_replication_controller(controller: ReplicationController, state: State, now: int) -> list[str]:
    return tabbed(_lines(controller, state, now))


def _lines(controller: ReplicationController, state: State, now: int) -> Iterator[str]:
    spec, status = controller.spec, controller.status
    yield from name_lines(controller)
    yield f"Selector:\t{labels_text(spec.selector)}"
    yield from labels_and_annotations(controller)
    yield f"Replicas:\t{status.replicas} current / {spec.replicas or 0} desired"
    selector = LabelSelector(match_labels=spec.selector)
    yield f"Pods Status:\t{pods_status_text(controller, selector, state)}"
    yield from template_lines(spec.template)
    yield from conditions_lines(status.conditions)
    yield from events_lines(controller, state, now)
