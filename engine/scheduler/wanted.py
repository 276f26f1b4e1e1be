"""A pod to be placed, as the rules see it: its own facts, its neighbours, and the room it must leave to others."""

from collections.abc import Mapping

from attrs import frozen

from engine.kinds import EMPTY, Pod
from engine.scheduler.facts import PodFacts, pod_facts
from engine.scheduler.filters import Rejection
from engine.scheduler.neighbours import (
    Neighbours,
    default_constraints,
    selector_of_owner,
    spread_around,
    with_affinity,
)
from engine.scheduler.population import Population
from engine.scheduler.reach import out_of_reach
from engine.store.requested import NOTHING_REQUESTED, Requested, requested_by
from engine.store.state import State
from engine.volumes import NO_VOLUMES, PodVolumes, pod_volumes

_MOST_TEMPLATES = 4096


@frozen(eq=False, kw_only=True)
class Wanted:
    pod: PodFacts
    neighbours: Neighbours | None
    reserved: Mapping[str, Requested]
    """Node -> what pods at least as important request that wait there for others to leave."""
    nominated: str = ""
    """The node where the pod itself waits for others to leave."""
    volumes: PodVolumes = NO_VOLUMES
    out_of_reach: Mapping[str, Rejection] = EMPTY
    """Node -> why the pod's volumes keep it off."""

    @property
    def is_like_its_template(self) -> bool:
        """Where it can go follows from the pod's own facts, the nodes and what their pods request."""
        own = self.reserved or self.nominated or self.out_of_reach or self.volumes.problem
        return not own and (self.neighbours is None or not self.neighbours.may_keep_off)

    def held(self, node: str, held: Requested) -> Requested:
        """With what is reserved."""
        more = self.reserved.get(node)
        return held if more is None else held.plus(more)


@frozen(eq=False)
class Template:
    """What pods have in common that share all that is looked at of them: ``wanted`` unless something is their own."""

    shared: tuple[object, ...]
    wanted: Wanted


def wanted(state: State, pod: Pod, population: Population) -> Wanted:
    """The very same object for pods of a template as long as nothing tells them apart."""
    like_others = _template(state, pod, population).wanted
    neighbours = with_affinity(like_others.neighbours, state, pod, population)
    reserved, nominated = _reserved(pod, population), pod.status.nominated_node_name
    volumes = pod_volumes(state, pod)
    if neighbours is like_others.neighbours and not reserved and not nominated and volumes is NO_VOLUMES:
        return like_others
    return Wanted(
        pod=like_others.pod,
        neighbours=neighbours,
        reserved=reserved,
        nominated=nominated,
        volumes=volumes,
        out_of_reach={} if volumes is NO_VOLUMES else out_of_reach(state, volumes),
    )


def _template(state: State, pod: Pod, population: Population) -> Template:
    """Found by identity: pods of a template share their spec and labels in memory; what is found holds them."""
    meta, spec, templates = pod.metadata, pod.spec, population.templates
    owner = selector_of_owner(state, pod)
    shared = (spec, meta.labels, owner, state.table("Service"))
    key = (*map(id, shared), meta.namespace)
    found = templates.get(key)
    if found is None:
        if len(templates) >= _MOST_TEMPLATES:
            templates.clear()
        defaults = default_constraints(state, pod, owner)
        common = Wanted(pod=pod_facts(pod), neighbours=spread_around(pod, defaults, population), reserved=EMPTY)
        found = templates[key] = Template(shared, common)
    return found


def _reserved(pod: Pod, population: Population) -> Mapping[str, Requested]:
    priority, uid = pod.spec.priority or 0, pod.metadata.uid
    reserved: dict[str, Requested] = {}
    for each in population.nominated():
        if (each.spec.priority or 0) >= priority and each.metadata.uid != uid:
            node = each.status.nominated_node_name
            reserved[node] = reserved.get(node, NOTHING_REQUESTED).plus(requested_by(each))
    return reserved
