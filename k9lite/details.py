"""What the detail pane says about the selected object: describe, YAML, events or logs, as lines. Follows a State."""

from collections.abc import Sequence

from engine.errors import K9liteError
from engine.kinds import Object, Pod, Ref, dump_yaml, ref_of
from engine.kubelet.output import LogLine
from engine.printers.durations import since
from engine.served import served
from k9lite.client import Client
from k9lite.highlights import describe_spans, yaml_spans
from k9lite.viewing import state_of
from k9lite.widgets.detail import Detail
from k9lite.workload_pods import pods_of

MODES = ("describe", "yaml", "events", "logs")
_LINES, _PODS = 200, 8
"""Of logs the newest are enough here, of so many pods; ``l`` has them all."""
_SPANS_SECONDS = (60, 3600)
"""How far back lines are made at first, and then: a container of last week has printed 100,000."""


def detail(client: Client, obj: Object, mode: str) -> Detail:
    """Asked for when another object is selected, and when time has passed: what does not exist is said in its words."""
    from engine.printers.describe import describe  # a file for each kind, and no detail is in the first frame

    ref = ref_of(obj)
    about = f"{ref.kind.lower()}/{ref.name}"
    try:
        match mode:
            case "yaml":
                return Detail(about, tuple(dump_yaml(served(state_of(client), obj)).splitlines()), yaml_spans)
            case "events":
                return Detail(about, tuple(_events(client, obj)), describe_spans)
            case "logs":
                return Detail(about, tuple(_logs(client, ref)), None)
            case _:
                return Detail(about, tuple(describe(obj, state_of(client), client.now)), describe_spans)
    except K9liteError as error:
        return Detail(about, (str(error),), None)


def _events(client: Client, obj: Object) -> Sequence[str]:
    events = client.state.events_of(obj)
    if not events:
        return ["no events about it within the last hour"]
    width = max(len(event.reason) for event in events)
    return [
        f"{since(event.last_timestamp, client.now):>6}  {event.reason:<{width}}  {event.message}"
        + (f" (x{event.count})" if event.count > 1 else "")
        for event in events
    ]


def _logs(client: Client, ref: Ref) -> Sequence[str]:
    pods = pods_of(client.state, [ref])
    if not pods:
        return [f"{ref.kind.lower()}/{ref.name} has no pods whose logs could be read"]
    found: list[tuple[int, str]] = []
    for pod in pods[:_PODS]:
        found += _newest(client, pod, labelled=len(pods) > 1)
    found.sort(key=lambda line: line[0])
    return [text for _, text in found[-_LINES:]] or ["nothing printed yet"]


def _newest(client: Client, pod: Pod, *, labelled: bool) -> Sequence[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    several = len(pod.spec.containers) > 1
    for container in pod.spec.containers:
        name = f"{pod.metadata.name}/{container.name}" if several else pod.metadata.name
        label = f"[{name}] " if labelled or several else ""
        try:
            printed = _last_printed(client, ref_of(pod), container.name)
        except K9liteError as error:
            lines.append((client.now, f"{label}{error}"))
            continue
        lines += [(line.time, f"{label}{line.text}") for line in printed]
    return lines


def _last_printed(client: Client, ref: Ref, container: str) -> Sequence[LogLine]:
    """As many as are enough, of as short a span as has them."""
    for span_seconds in _SPANS_SECONDS:
        if len(printed := client.logs(ref, container, since=client.now - span_seconds)) >= _LINES:
            return printed[-_LINES:]
    return client.logs(ref, container)[-_LINES:]
