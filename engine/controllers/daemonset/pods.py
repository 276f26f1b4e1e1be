"""The pods of a DaemonSet: on which nodes they may be, what they tolerate by themselves, how each names its node.

Follows ``NodeShouldRunDaemonPod`` and ``daemonset_util.go``.
"""

from functools import lru_cache
from typing import NamedTuple

from engine.api.defaults.revisioned import TEMPLATE_GENERATION
from engine.kinds import (
    Affinity,
    DaemonSet,
    Node,
    NodeAffinity,
    NodeSelector,
    NodeSelectorTerm,
    ObjectMeta,
    Pod,
    PodSpec,
    PodTemplateSpec,
    Requirement,
    Same,
    Toleration,
    evolve,
    owner_reference,
    same,
)
from engine.node_terms import is_allowed, named_node
from engine.revisions import REVISION_LABEL
from engine.tolerations import first_that_tolerates

GENERATION_LABEL = "pod-template-generation"
_NO_EXECUTE = ("not-ready", "unreachable")
_NO_SCHEDULE = ("disk-pressure", "memory-pressure", "pid-pressure", "unschedulable")


class Verdict(NamedTuple):
    """``runs``: the node is to have a pod. ``stays``: it may keep the one it has."""

    runs: bool
    stays: bool


ELIGIBLE, TOLERATED, NOWHERE = Verdict(True, True), Verdict(False, True), Verdict(False, False)


def verdict(template: PodTemplateSpec, node: Node | None) -> Verdict:
    """A taint NoSchedule that is not tolerated keeps new pods off, NoExecute takes the old one as well."""
    spec = template.spec
    if node is None or spec.node_name not in ("", node.metadata.name) or not is_allowed(spec, node):
        return NOWHERE
    tolerations = daemon_tolerations(spec)
    effects = {taint.effect for taint in node.spec.taints if first_that_tolerates(tolerations, taint) is None}
    if "NoExecute" in effects:
        return NOWHERE
    return TOLERATED if "NoSchedule" in effects else ELIGIBLE


def daemon_tolerations(spec: PodSpec) -> tuple[Toleration, ...]:
    """Those of the template, and what lets a daemon stay on a node in trouble."""
    return _tolerations(same(spec))


def target_of(pod: Pod) -> str:
    """The node the pod is on, or is meant for; "" for none."""
    return pod.spec.node_name or named_node(pod.spec)


def is_updated(pod: Pod, hash_: str, generation: str) -> bool:
    labels = pod.metadata.labels
    return labels.get(REVISION_LABEL) == hash_ or (generation != "" and labels.get(GENERATION_LABEL) == generation)


def generation_of(daemon_set: DaemonSet) -> str:
    return daemon_set.metadata.annotations.get(TEMPLATE_GENERATION, "")


def new_pods(daemon_set: DaemonSet, hash_: str, names: list[str], nodes: list[str]) -> list[Pod]:
    template = daemon_set.spec.template
    meta, spec = template.metadata, template.spec
    shared = ObjectMeta(
        generate_name=f"{daemon_set.metadata.name}-",
        namespace=daemon_set.metadata.namespace,
        labels={**meta.labels, REVISION_LABEL: hash_, GENERATION_LABEL: generation_of(daemon_set)},
        annotations=meta.annotations,
        finalizers=meta.finalizers,
        owner_references=(owner_reference(daemon_set),),
    )
    pinned = evolve(spec, tolerations=daemon_tolerations(spec))
    return [
        Pod(metadata=evolve(shared, name=name), spec=evolve(pinned, affinity=_pinned(spec.affinity, node)))
        for name, node in zip(names, nodes, strict=True)
    ]


def _pinned(affinity: Affinity | None, node: str) -> Affinity:
    """What is required of nodes is replaced by the name of one; it was looked at when the node was chosen."""
    named = Requirement(key="metadata.name", operator="In", values=(node,))
    required = NodeSelector(node_selector_terms=(NodeSelectorTerm(match_fields=(named,)),))
    before = affinity or Affinity()
    pinned = evolve(
        before.node_affinity or NodeAffinity(), required_during_scheduling_ignored_during_execution=required
    )
    return evolve(before, node_affinity=pinned)


@lru_cache(maxsize=256)
def _tolerations(same: Same[PodSpec]) -> tuple[Toleration, ...]:
    spec = same()
    own = [Toleration(key=f"node.kubernetes.io/{key}", operator="Exists", effect="NoExecute") for key in _NO_EXECUTE]
    keys = (*_NO_SCHEDULE, "network-unavailable") if spec.host_network else _NO_SCHEDULE
    own += [Toleration(key=f"node.kubernetes.io/{key}", operator="Exists", effect="NoSchedule") for key in keys]
    named = {_identity(each): each for each in own}
    kept = [named.pop(_identity(each), each) for each in spec.tolerations]
    return (*kept, *named.values())


def _identity(toleration: Toleration) -> tuple[str, ...]:
    """What makes a toleration replace another."""
    return toleration.key, toleration.effect, toleration.operator, toleration.value
