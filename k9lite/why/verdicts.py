"""What the scheduler says of one node for a pod, with what it is about: how much is free, which taint, which label."""

from collections.abc import Iterator, Mapping

from engine.kinds import LabelSelector, Node, Pod
from engine.printers.parts.selectors import selector_text
from engine.scheduler.explain import NodeVerdict
from engine.scheduler.facts import NodeFacts, PodFacts, node_facts, pod_facts
from engine.scheduler.filters import AFFINITY, INSUFFICIENT, STATIC_FILTERS, TAINTS, node_affinity, tolerated
from engine.scheduler.neighbour_rules import FAR, NEAR
from engine.store.requested import Requested
from engine.store.state import State


def verdict_text(verdict: NodeVerdict, pod: Pod, state: State) -> str:
    """Its reasons in Kubernetes' words, each with its figures in brackets."""
    node = state.find(Node, verdict.node)
    if node is None:
        return ", ".join(verdict.reasons)
    held = state.requested_on(verdict.node)
    return ", ".join(_with_facts(reason, pod, node_facts(node), held) for reason in verdict.reasons)


def kept_off(pod: Pod, node: Node, state: State) -> str:
    """The first rule about the node itself that keeps the pod off it, "" where none does."""
    facts = pod_facts(pod)
    for rule in STATIC_FILTERS:
        if not rule.passes(facts, node_facts(node)):
            return _with_facts(rule.reason, pod, node_facts(node), state.requested_on(node.metadata.name))
    return ""


def _with_facts(reason: str, pod: Pod, node: NodeFacts, held: Requested) -> str:
    wanted = pod_facts(pod)
    if reason.startswith(f"{INSUFFICIENT} "):
        facts = _room(reason.removeprefix(f"{INSUFFICIENT} "), wanted, node, held)
    elif reason == TAINTS:
        facts = ", ".join(
            f"{taint.key}{f'={taint.value}' if taint.value else ''}:{taint.effect}"
            for taint in node.hard_taints
            if not tolerated(wanted.tolerations, taint)
        )
    elif reason == AFFINITY and not node_affinity(wanted, node):
        facts = "; ".join(_mismatches(wanted, node.labels))
    elif reason in (NEAR, FAR):
        facts = "; ".join(_neighbours(pod, reason))
    else:
        return reason
    return f"{reason} ({facts})" if facts else reason


def _room(resource: str, pod: PodFacts, node: NodeFacts, held: Requested) -> str:
    if resource == "cpu":
        wants, has, taken = (_cores(each) for each in (pod.cpu_milli, node.cpu_milli, held.cpu_milli))
    elif resource == "memory":
        wants, has, taken = (_bytes(each) for each in (pod.memory_bytes, node.memory_bytes, held.memory_bytes))
    else:
        counts = (dict(pod.others).get(resource, 0), node.others.get(resource, 0), held.others.get(resource, 0))
        is_large = max(counts) >= 1 << 20
        wants, has, taken = (_bytes(each) if is_large else str(each) for each in counts)
    return f"wants {wants}; of {has}, {taken} are requested"


def _cores(milli: int) -> str:
    return f"{milli}m" if milli % 1000 else f"{milli // 1000}"


def _bytes(count: int) -> str:
    return f"{count >> 20}Mi" if count < 1 << 30 else f"{count / 2**30:.1f}".removesuffix(".0") + "Gi"


def _mismatches(pod: PodFacts, labels: Mapping[str, str]) -> Iterator[str]:
    """Each label that is wanted, and what the node has; of several terms one would do."""
    for key, value in pod.node_selector.items():
        if labels.get(key) != value:
            yield f"wants {key}={value}, it has {_has(labels, key)}"
    for term in () if pod.required is None else pod.required.node_selector_terms:
        for each in term.match_expressions:
            if not each.matches(labels):
                wish = selector_text(LabelSelector(match_expressions=(each,)))
                yield f"wants {wish}, it has {_has(labels, each.key)}"


def _neighbours(pod: Pod, reason: str) -> Iterator[str]:
    """Whom it must be with, or must not be with, and what counts as one place."""
    affinity = pod.spec.affinity
    found = None if affinity is None else affinity.pod_affinity if reason == NEAR else affinity.pod_anti_affinity
    for term in () if found is None else found.required_during_scheduling_ignored_during_execution:
        word = "wants to be" if reason == NEAR else "must not be"
        yield f"{word} with a pod of {selector_text(term.label_selector)} in one {term.topology_key}"


def _has(labels: Mapping[str, str], key: str) -> str:
    return f"{key}={labels[key]}" if key in labels else f"no {key}"
