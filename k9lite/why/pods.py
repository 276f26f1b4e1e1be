"""Why a pod waits or fails: each node's verdict, its containers' ends and last words, its node, its claims."""

from collections.abc import Iterator

from engine.errors import K9liteError
from engine.kinds import ContainerStatus, Node, Pod, Ref, is_true
from engine.kubelet.logs import log_lines
from engine.scheduler.explain import NodeVerdict, explain
from engine.scheduler.facts import pod_facts
from engine.store.state import State
from k9lite.why.cause import Cause
from k9lite.why.claims import claim_causes
from k9lite.why.verdicts import verdict_text

_LAST_WORDS = 3
_MOST_NODES = 200


def pod_causes(pod: Pod, state: State, now: int) -> Iterator[Cause]:
    yield from claim_causes(pod, state, now)
    if not pod.spec.node_name and pod.active:
        yield from _verdicts(pod, state)
        return
    node = state.find(Node, pod.spec.node_name)
    if pod.spec.node_name and (node is None or not is_true(node.status.conditions, "Ready")):
        text = f"its node {pod.spec.node_name} is {'gone' if node is None else 'not ready'}"
        yield Cause(text, "bad", Ref("Node", "", pod.spec.node_name))
    for container in (*pod.status.init_container_statuses, *pod.status.container_statuses):
        yield from _container(pod, container, state, now)


def _verdicts(pod: Pod, state: State) -> Iterator[Cause]:
    """Each node that comes into question with why not; nodes that would do come first, with their points."""
    if pod.spec.scheduling_gates:
        yield Cause("it is not scheduled as long as it has scheduling gates", "warn")
        return
    only = pod_facts(pod).only_on
    verdicts = [each for each in explain(state, pod) if only is None or each.node in only]
    if not verdicts:
        text = "there are no nodes" if only is None else f"it may go to {', '.join(sorted(only))} alone: not there"
        yield Cause(text, "bad")
    for verdict in sorted(verdicts, key=lambda each: (bool(each.reasons), each.node))[:_MOST_NODES]:
        yield _verdict(verdict, pod, state)
    if len(verdicts) > _MOST_NODES:
        yield Cause(f"and {len(verdicts) - _MOST_NODES} more nodes", "dim")


def _verdict(verdict: NodeVerdict, pod: Pod, state: State) -> Cause:
    ref = Ref("Node", "", verdict.node)
    if verdict.reasons:
        return Cause(f"{verdict.node}: {verdict_text(verdict, pod, state)}", "warn", ref)
    points = "  ".join(f"{name} {each}" for name, each in verdict.points.items() if each)
    return Cause(f"{verdict.node}: fits, {verdict.total} points ({points})", "ok", ref)


def _container(pod: Pod, container: ContainerStatus, state: State, now: int) -> Iterator[Cause]:
    waiting, ended = container.state.waiting, container.state.terminated or container.last_state.terminated
    starting = ("", "ContainerCreating", "PodInitializing")
    if waiting is not None and waiting.reason not in starting:
        said = f": {waiting.message}" if waiting.message else ""
        yield Cause(f"container {container.name} waits: {waiting.reason}{said}", "bad")
    elif container.state.running is not None and not container.ready:
        yield Cause(f"container {container.name} runs and is not ready", "warn")
    if ended is not None and ended.exit_code:
        yield Cause(
            f"container {container.name} ended with exit code {ended.exit_code} ({ended.reason}), "
            f"restarted {container.restart_count} times",
            "bad",
        )
        yield from _last_words(pod, container, state, now)


def _last_words(pod: Pod, container: ContainerStatus, state: State, now: int) -> Iterator[Cause]:
    """What it printed before it ended."""
    try:
        previous = container.state.terminated is None
        lines = log_lines(state, pod, container.name, now, previous=previous, since=0)
    except K9liteError:
        return
    for line in lines[-_LAST_WORDS:]:
        yield Cause(f"it printed: {line.text}", "dim", None, 1)
