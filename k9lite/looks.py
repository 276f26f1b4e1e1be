"""Verbs that only look have a screen of their own in the console, live instead of printed once."""

from collections.abc import Callable, Sequence

from textual.screen import Screen

from engine.errors import NotFound
from engine.kinds import Deployment, LabelSelector, Object, Pod, Ref, ReplicaSet, Service, to_yaml
from engine.printers.describe import DESCRIBERS
from k9lite.client import Client
from k9lite.highlights import describe_spans, yaml_spans
from k9lite.screens.logs import LogsScreen
from k9lite.screens.shell import ShellScreen
from k9lite.screens.text import TextScreen


def look_of(name: str, client: Client, refs: Sequence[Ref]) -> Screen[None] | None:
    """The screen a verb's key opens on the selection; None for verbs that are deeds. Raises K9liteError."""
    if not refs:
        return None
    match name:
        case "describe":
            return TextScreen(f"Describe {refs[0]}", _describer(client, refs[0]), highlight=describe_spans)
        case "get -o yaml":
            return TextScreen(f"YAML {refs[0]}", _yaml(client, refs[0]), highlight=yaml_spans)
        case "logs" | "logs --previous":
            title = f"{refs[0].kind.lower()}/{refs[0].name}"
            return LogsScreen(client, title, lambda: pods_of(client, refs), previous=name != "logs")
        case "exec":
            pods = pods_of(client, refs[:1])
            if not pods:
                raise NotFound(f"{refs[0]} has no pod to open a shell in")
            pod = pods[0]
            ref = Ref("Pod", pod.metadata.namespace, pod.metadata.name)
            session = f"shell-{client.state.revision}"
            return ShellScreen(client, ref, pod.spec.containers[0].name, session)
        case _:
            return None


def pods_of(client: Client, refs: Sequence[Ref]) -> list[Pod]:
    """The pods themselves, or those that a workload or a Service selects; each once, by name."""
    found: dict[str, Pod] = {}
    for ref in refs:
        obj = client.state.get(ref)
        if isinstance(obj, Pod):
            found[obj.metadata.uid] = obj
        elif obj is not None and (selector := _selector(obj)) is not None:
            for pod in client.state.select("Pod", ref.namespace, selector):
                assert isinstance(pod, Pod)
                found[pod.metadata.uid] = pod
    return sorted(found.values(), key=lambda pod: (pod.metadata.namespace, pod.metadata.name))


def _selector(obj: Object) -> LabelSelector | None:
    match obj:
        case Deployment() | ReplicaSet():
            return obj.spec.selector
        case Service():
            return LabelSelector(match_labels=obj.spec.selector) if obj.spec.selector else None
        case _:
            return None


def _describer(client: Client, ref: Ref) -> Callable[[], Sequence[str]]:
    return lambda: DESCRIBERS[ref.kind](_found(client, ref), client.state, client.now)


def _yaml(client: Client, ref: Ref) -> Callable[[], Sequence[str]]:
    return lambda: to_yaml(_found(client, ref)).splitlines()


def _found(client: Client, ref: Ref) -> Object:
    obj = client.state.get(ref)
    if obj is None:
        raise NotFound(f"{ref} is gone; this is how it last was")
    return obj
