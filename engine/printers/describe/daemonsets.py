"""``kubectl describe daemonset``. Follows describeDaemonSet of kubectl's describe.go."""

from collections.abc import Iterator

from engine.kinds import DaemonSet, LabelSelector
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import labels_and_annotations
from engine.printers.describe.template_lines import pods_status_text, template_lines
from engine.printers.parts.selectors import labels_text, selector_text
from engine.printers.parts.tabs import tabbed
from engine.store.state import State


def describe_daemon_set(daemon_set: DaemonSet, state: State, now: int) -> list[str]:
    return tabbed(_lines(daemon_set, state, now))


def _lines(daemon_set: DaemonSet, state: State, now: int) -> Iterator[str]:
    meta, spec, status = daemon_set.metadata, daemon_set.spec, daemon_set.status
    yield f"Name:\t{meta.name}"
    yield f"Namespace:\t{meta.namespace}"
    yield f"Selector:\t{selector_text(spec.selector)}"
    yield f"Node-Selector:\t{labels_text(spec.template.spec.node_selector)}"
    yield from labels_and_annotations(daemon_set)
    yield f"Desired Number of Nodes Scheduled: {status.desired_number_scheduled}"
    yield f"Current Number of Nodes Scheduled: {status.current_number_scheduled}"
    yield f"Number of Nodes Scheduled with Up-to-date Pods: {status.updated_number_scheduled}"
    yield f"Number of Nodes Scheduled with Available Pods: {status.number_available}"
    yield f"Number of Nodes Misscheduled: {status.number_misscheduled}"
    yield f"Pods Status:\t{pods_status_text(daemon_set, spec.selector or LabelSelector.empty, state)}"
    yield from template_lines(spec.template)
    yield from events_lines(daemon_set, state, now)
