"""A pod to be placed, as the rules see it: its own facts, its neighbours, and the room it must leave to others."""

from collections.abc import Mapping

from attrs import frozen

from engine.kinds import EMPTY, Pod
from engine.scheduler.facts import PodFacts, pod_facts
from engine.scheduler.filters import Rejection
from engine.scheduler.neighbours import Neighbours, neighbours
from engine.scheduler.population import Population
from engine.scheduler.reach import out_of_reach
from engine.store.requested import NOTHING_REQUESTED, Requested, requested_by
from engine.store.state import State
from engine.volumes import NO_VOLUMES, PodVolumes, pod_volumes


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


def wanted(state: State, pod: Pod, population: Population) -> Wanted:
    volumes = pod_volumes(state, pod)
    return Wanted(
        pod=pod_facts(pod),
        neighbours=neighbours(state, pod, population),
        reserved=_reserved(pod, population),
        nominated=pod.status.nominated_node_name,
        volumes=volumes,
        out_of_reach={} if volumes is NO_VOLUMES else out_of_reach(state, volumes),
    )


def _reserved(pod: Pod, population: Population) -> Mapping[str, Requested]:
    priority, uid = pod.spec.priority or 0, pod.metadata.uid
    reserved: dict[str, Requested] = {}
    for each in population.nominated():
        if (each.spec.priority or 0) >= priority and each.metadata.uid != uid:
            node = each.status.nominated_node_name
            reserved[node] = reserved.get(node, NOTHING_REQUESTED).plus(requested_by(each))
    return reserved
