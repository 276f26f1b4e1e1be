"""What pods of a template go through together is worked out once, and one object in memory."""

from engine.api.writes import Bind, Create
from engine.cluster import Cluster
from engine.kinds import Pod, ref_of
from tests.builders import cluster, deployment, node, pod
from tests.engine.admitting import holding, submitted


def running(pods: int, nodes: int) -> Cluster:
    made = cluster(*(node(f"n{number}", cpu="64", memory="64Gi") for number in range(nodes)))
    made.submit("user", [Create(deployment("web", replicas=pods))])
    made.advance(made.now + 120)
    return made


def test_pods_that_wait_have_one_first_status_and_one_once_they_are_bound() -> None:
    state = holding(node("w1"), *map(pod, "abc"))
    assert len({id(each.status) for each in state.all(Pod)}) == 1
    bound = list(submitted(state, *(Bind(ref_of(each), "w1") for each in state.all(Pod))).all(Pod))
    assert len({id(each.status) for each in bound}) == 1
    assert {each.spec.node_name for each in bound} == {"w1"}


def test_pods_of_a_deployment_on_one_node_share_their_spec() -> None:
    pods = list(running(40, 2).state.all(Pod))
    assert len(pods) == 40 and {each.status.phase for each in pods} == {"Running"}
    assert len({id(each.spec) for each in pods}) <= 20, "seven bursts on two nodes"


def test_pods_that_became_ready_in_the_same_second_share_their_conditions() -> None:
    pods = list(running(40, 4).state.all(Pod))
    times = {tuple(each.last_transition_time for each in pod.status.conditions) for pod in pods}
    assert len({id(each.status.conditions) for each in pods}) == len(times)
