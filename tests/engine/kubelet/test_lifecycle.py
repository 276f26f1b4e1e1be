"""A pod's way on its node: accepted, pulled, started, ready, stopped, gone."""

from engine.api.writes import Create, Delete
from engine.kinds import Ref, condition, with_metadata
from tests.engine.kubelet_loop import Loop, loop, node_down, pod, script

P = Ref("Pod", "default", "p")


def conditions(made: Loop) -> dict[str, str]:
    return {each.type: each.status for each in made.pod().status.conditions}


def test_a_bound_pod_is_accepted_at_once_and_waits_for_its_image() -> None:
    made = loop(pod())
    status = made.pod().status
    assert status.phase == "Pending"
    assert status.start_time == made.now
    assert status.host_ip == made.node().internal_ip
    waiting = made.status().state.waiting
    assert waiting is not None and waiting.reason == "ContainerCreating"
    assert made.events() == ['Pulling: Pulling image "nginx:1.27"']
    assert conditions(made) == {
        "PodReadyToStartContainers": "False",
        "Initialized": "True",
        "Ready": "False",
        "ContainersReady": "False",
        "PodScheduled": "True",
    }


def test_a_pod_runs_once_its_image_is_pulled() -> None:
    made = loop(pod(), after_seconds=10)
    status = made.pod().status
    assert status.phase == "Running"
    assert status.pod_ip.startswith("10.244.0.")
    assert set(conditions(made).values()) == {"True"}
    container = made.status()
    assert container.ready and container.started and container.restart_count == 0
    assert container.image == "docker.io/library/nginx:1.27"
    assert container.image_id.startswith("docker.io/library/nginx@sha256:")
    assert container.container_id.startswith("containerd://") and len(container.container_id) == 77
    assert made.reasons() == ["Pulling", "Pulled", "Created", "Started"]


def test_the_whole_way_up_takes_two_commits() -> None:
    made = loop(pod("first"), after_seconds=10)
    before = made.state.revision
    made.submit(Create(pod()))
    made.advance(100)
    assert made.state.revision - before == 3, "the user's, the acceptance, and all of Running"
    assert made.queue.next_due() is None


def test_waking_everything_in_a_settled_cluster_writes_nothing() -> None:
    made = loop(pod(), pod("q", **script("exit 3")), after_seconds=50)
    before = made.state.revision
    made.wake_everything()
    assert made.state.revision == before


def test_a_deleted_pod_is_stopped_and_then_gone() -> None:
    made = loop(pod(), after_seconds=10)
    made.submit(Delete(ref=P))
    assert made.reasons()[-1] == "Killing"
    assert made.events()[-1] == "Killing: Stopping container main"
    assert made.ready(), "nothing is written before something ended"
    made.advance(1)
    assert made.gone()


def test_sleep_does_not_hear_sigterm_and_dies_with_its_grace() -> None:
    sleeper = pod(image="busybox:1.36", command=["sleep", "infinity"])
    made = loop(sleeper, after_seconds=10)
    made.submit(Delete(ref=P))
    made.advance(29)
    assert not made.gone()
    made.advance(1)
    assert made.gone()


def test_a_shorter_grace_given_later_counts() -> None:
    made = loop(pod(image="busybox:1.36", command=["sleep", "infinity"]), after_seconds=10)
    made.submit(Delete(ref=P))
    made.advance(5)
    made.submit(Delete(ref=P, grace_seconds=7))
    made.advance(2)
    assert made.gone()


def test_a_pre_stop_sleep_comes_before_sigterm() -> None:
    made = loop(pod(lifecycle={"preStop": {"sleep": {"seconds": 5}}}), after_seconds=10)
    made.submit(Delete(ref=P))
    made.advance(5)
    assert not made.gone()
    made.advance(1)
    assert made.gone()


def test_a_pod_that_never_started_goes_at_once() -> None:
    made = loop(pod(image="nginx:nosuch"), after_seconds=10)
    made.submit(Delete(ref=P))
    assert made.gone()


def test_a_silent_kubelet_leaves_a_terminating_pod_until_it_is_back() -> None:
    made = loop(pod(), after_seconds=10)
    made.submit(Create(node_down("w1")))
    made.submit(Delete(ref=P))
    made.advance(600)
    assert made.pod().metadata.deletion_timestamp is not None
    made.submit(Delete(ref=Ref("Fault", "", "w1-down")))
    assert made.gone()


def test_a_pod_past_its_active_deadline_fails() -> None:
    made = loop(pod(spec={"activeDeadlineSeconds": 30}), after_seconds=29)
    assert made.pod().status.phase == "Running"
    made.advance(1)
    status = made.pod().status
    assert (status.phase, status.reason) == ("Failed", "DeadlineExceeded")
    assert status.message == "Pod was active on the node longer than the specified deadline"
    assert made.status().state.terminated is not None
    ready = condition(status.conditions, "Ready")
    assert ready is not None and (ready.status, ready.reason) == ("False", "PodFailed")


def test_a_pod_recreated_under_its_name_has_another_address() -> None:
    made = loop(pod(), after_seconds=10)
    before = made.pod().status.pod_ip
    made.submit(Delete(ref=P, grace_seconds=0))
    made.submit(Create(pod()))
    made.advance(10)
    assert made.pod().status.pod_ip != before


def test_pods_of_a_node_have_distinct_addresses_of_its_range() -> None:
    made = loop(*(pod(f"p{number}") for number in range(60)), after_seconds=10)
    addresses = {made.pod(f"p{number}").status.pod_ip for number in range(60)}
    assert len(addresses) == 60
    assert all(address.startswith("10.244.0.") for address in addresses)


def test_a_host_network_pod_has_the_address_of_its_node() -> None:
    made = loop(pod(spec={"hostNetwork": True}), after_seconds=10)
    assert made.pod().status.pod_ip == made.node().internal_ip


def test_a_finalizer_keeps_a_stopped_pod_with_its_last_phase() -> None:
    made = loop(with_metadata(pod(), finalizers=("x.io/hold",)), after_seconds=10)
    made.submit(Delete(ref=P))
    made.advance(60)
    assert made.pod().status.phase == "Succeeded"
    assert made.pod().metadata.deletion_grace_period_seconds == 0
    before = made.state.revision
    made.wake_everything()
    assert made.state.revision == before


def test_events_of_containers_name_them_and_those_of_two_are_told_apart() -> None:
    containers = [{"name": "a", "image": "nginx:1.27"}, {"name": "b", "image": "redis:7"}]
    init = [{"name": "first", "image": "busybox:1.36", "command": ["true"]}]
    made = loop(pod(containers=containers, spec={"initContainers": init}), after_seconds=60)
    created = [event for event in made.state.events_of(made.pod()) if event.reason == "Created"]
    assert [event.count for event in created] == [1, 1, 1]
    assert {event.involved_object.field_path for event in created} == {
        "spec.containers{a}", "spec.containers{b}", "spec.initContainers{first}",
    }  # fmt: skip
    made.submit(Delete(ref=Ref("Pod", "default", "p")))
    stopped = [event for event in made.state.events_of(made.pod()) if event.reason == "Killing"]
    assert [event.involved_object.field_path for event in stopped] == ["spec.containers{a}", "spec.containers{b}"]
