"""A node's registration and its kubelet's word about it."""

from attrs import evolve

from engine.api.writes import Create, Delete, UpdateStatus
from engine.kinds import Condition, Ref, condition, is_true, set_condition
from engine.kubelet.addresses import pod_address
from tests.engine.kubelet_loop import loop, node, node_down, pod


def test_a_node_registers_with_labels_address_and_conditions() -> None:
    made = loop()
    found = made.node()
    assert found.metadata.labels["kubernetes.io/hostname"] == "w1"
    assert found.metadata.labels["kubernetes.io/os"] == "linux"
    assert found.metadata.labels["kubernetes.io/arch"] == "amd64"
    assert {each.type: each.status for each in found.status.conditions} == {
        "MemoryPressure": "False",
        "DiskPressure": "False",
        "PIDPressure": "False",
        "Ready": "True",
    }
    ready = condition(found.status.conditions, "Ready")
    assert ready is not None
    assert (ready.reason, ready.message) == ("KubeletReady", "kubelet is posting ready status")
    assert found.status.node_info["kubeletVersion"] == "v1.36.0"
    assert found.status.allocatable["cpu"] == "4"
    assert found.status.capacity["ephemeral-storage"]


def test_each_node_has_its_own_address_and_pod_range() -> None:
    made = loop()
    made.submit(*(Create(node(f"n{number}")) for number in range(20)))
    nodes = [made.node(name) for name in ("w1", "w2", *(f"n{number}" for number in range(20)))]
    assert len({each.internal_ip for each in nodes}) == 22
    assert len({each.spec.pod_cidr for each in nodes}) == 22
    assert nodes[0].internal_ip == "192.168.1.10"
    assert nodes[0].spec.pod_cidr == "10.244.0.0/24"


def test_an_address_that_was_given_is_kept() -> None:
    made = loop()
    made.submit(Create(node("given", addresses=[{"type": "InternalIP", "address": "10.0.0.9"}])))
    assert made.node("given").internal_ip == "10.0.0.9"


def test_a_kubelet_that_is_back_says_ready_again() -> None:
    made = loop()
    made.submit(Create(node_down("w1")))
    unknown = Condition(type="Ready", status="Unknown", reason="NodeStatusUnknown", last_transition_time=made.now)
    found = made.node()
    status = evolve(found.status, conditions=set_condition(found.status.conditions, unknown))
    made.submit(UpdateStatus(evolve(found, status=status)))
    assert not is_true(made.node().status.conditions, "Ready"), "a silent kubelet says nothing"
    made.advance(100)
    made.submit(Delete(ref=Ref("Fault", "", "w1-down")))
    ready = condition(made.node().status.conditions, "Ready")
    assert ready is not None and (ready.status, ready.last_transition_time) == ("True", made.now)


def test_a_silent_kubelet_starts_nothing_until_it_is_back() -> None:
    made = loop()
    made.submit(Create(node_down("w1")))
    made.submit(Create(pod()))
    made.advance(100)
    assert made.pod().status.start_time is None
    made.submit(Delete(ref=Ref("Fault", "", "w1-down")))
    made.advance(10)
    assert made.ready()


def test_pods_that_were_called_unready_are_ready_when_their_kubelet_is_back() -> None:
    made = loop(pod(), after_seconds=10)
    made.submit(Create(node_down("w1")))
    found = made.pod()
    unready = Condition(type="Ready", status="False", last_transition_time=made.now)
    status = evolve(found.status, conditions=set_condition(found.status.conditions, unready))
    made.submit(UpdateStatus(evolve(found, status=status)))
    assert not made.ready()
    made.submit(Delete(ref=Ref("Fault", "", "w1-down")))
    assert made.ready()


def test_a_pod_on_a_node_that_comes_later_waits_for_it() -> None:
    early = pod()
    early = evolve(early, spec=evolve(early.spec, node_name="w9"))
    made = loop(early, after_seconds=10)
    assert made.pod().status.start_time is None
    made.submit(Create(node("w9")))
    made.advance(10)
    assert made.ready()


def test_an_address_is_taken_as_long_as_its_pod_is_unfinished() -> None:
    brief = pod(spec={"restartPolicy": "Never"}, image="busybox:1.36", command=["sleep", "5"])
    made = loop(brief, after_seconds=4)
    address = made.pod().status.pod_ip
    assert made.state.is_taken(address)
    made.advance(10)
    assert made.pod().status.phase == "Succeeded"
    assert not made.state.is_taken(address)


def test_a_full_range_gives_no_address() -> None:
    made = loop()
    tiny = evolve(made.node(), spec=evolve(made.node().spec, pod_cidr="10.9.9.0/30"))
    assert pod_address(made.state, tiny, pod("a")) == "10.9.9.2"
    assert pod_address(made.state, evolve(tiny, spec=evolve(tiny.spec, pod_cidr="nonsense")), pod("a")) == ""
