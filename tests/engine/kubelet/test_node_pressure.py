"""Nodes whose memory or disk runs low (rules 9): conditions, taints, whom the kubelet evicts, whom the kernel kills."""

from typing import Any

from engine.api.writes import Create, Delete
from engine.cluster import Cluster
from engine.kinds import Condition, Event, Node, Object, Pod, Ref, condition, from_manifest
from engine.kubelet.memory import most_bytes
from engine.kubelet.most_memory import most_bytes_on
from engine.kubelet.usage import node_usage
from tests.builders import cluster, deployment, node, pod, pod_spec, settled

MI = 1 << 20


def stressed(name: str, size: str, *, request: str = "", limit: str = "", step: str = "", **spec: Any) -> Pod:
    """Takes ``size`` at once, or ``step`` every second; bound to w1 unless ``spec`` says otherwise."""
    resources = {key: {"memory": text} for key, text in (("limits", limit), ("requests", request)) if text}
    args = ["-mem-total", size, "-mem-alloc-size", step or "1Gi", "-mem-alloc-sleep", "1s"]
    main = {"name": "main", "image": "vish/stress", "args": args, "resources": resources}
    return pod(name, containers=[main], **spec)


def fault(name: str = "f", **spec: Any) -> Object:
    return from_manifest({"apiVersion": "k9lite.dev/v1", "kind": "Fault", "metadata": {"name": name}, "spec": spec})


def phases(made: Cluster) -> dict[str, str]:
    return {each.metadata.name: each.status.reason or each.status.phase for each in made.state.all(Pod, "default")}


def found(made: Cluster, name: str) -> Pod:
    pod_ = made.state.find(Pod, name, "default")
    assert pod_ is not None
    return pod_


def on_node(made: Cluster, type_: str, name: str = "w1") -> Condition:
    node_ = made.state.find(Node, name)
    assert node_ is not None
    known = condition(node_.status.conditions, type_)
    assert known is not None
    return known


def said(made: Cluster, name: str) -> list[str]:
    events = [each for each in made.state.all(Event) if each.involved_object.name == name]
    return [each.reason for each in sorted(events, key=lambda each: (each.first_timestamp or 0, each.metadata.name))]


def taints(made: Cluster) -> list[str]:
    node_ = made.state.find(Node, "w1")
    assert node_ is not None
    return [str(each) for each in node_.spec.taints]


def test_a_pod_without_requests_is_the_neighbour_that_suffers() -> None:
    made = settled(
        node(memory="4Gi"),
        stressed("careful", "1Gi", request="1200Mi", limit="1200Mi"),
        stressed("greedy", "2400Mi", step="20Mi"),
        stressed("modest", "100Mi"),
        seconds=150,
    )
    assert phases(made) == {"careful": "Running", "greedy": "Evicted", "modest": "Running"}
    status = found(made, "greedy").status
    assert status.phase == "Failed"
    assert status.message == (
        "The node was low on resource: memory. Threshold quantity: 100Mi, available: 95Mi. "
        "Container main was using 2361Mi, request is 0, has larger consumption of memory. "
    )
    target = condition(status.conditions, "DisruptionTarget")
    assert target is not None and target.reason == "TerminationByKubelet"
    assert {"EvictionThresholdMet", "NodeHasInsufficientMemory"} <= set(said(made, "w1"))
    assert {"Evicted", "Killing"} <= set(said(made, "greedy"))


def test_pressure_holds_for_five_minutes_after_it_was_last_seen() -> None:
    made = settled(node(memory="4Gi"), stressed("greedy", "3500Mi", step="40Mi"), seconds=120)
    low = on_node(made, "MemoryPressure")
    assert (low.status, low.reason) == ("True", "KubeletHasInsufficientMemory")
    assert taints(made) == ["node.kubernetes.io/memory-pressure:NoSchedule"]
    since = low.last_heartbeat_time or 0
    made.advance(since + 299)
    assert on_node(made, "MemoryPressure").status == "True"
    made.advance(since + 300)
    assert on_node(made, "MemoryPressure").reason == "KubeletHasSufficientMemory"
    assert taints(made) == []


def test_a_node_under_memory_pressure_takes_no_best_effort_pods() -> None:
    made = settled(node(memory="4Gi"), stressed("greedy", "3500Mi", step="40Mi"), seconds=120)
    tolerations = [{"key": "node.kubernetes.io/memory-pressure", "operator": "Exists"}]
    made.submit("user", [
        Create(pod("plain", nodeName="w1")),
        Create(pod("tolerant", nodeName="w1", tolerations=tolerations)),
        Create(stressed("burstable", "1Mi", request="1Mi", nodeName="w1")),
    ])  # fmt: skip
    made.advance(made.now + 10)
    refused = found(made, "plain").status
    assert (refused.phase, refused.reason) == ("Failed", "Evicted")
    assert refused.message == "Pod was rejected: The node had condition: [MemoryPressure]. "
    assert phases(made) == {"greedy": "Evicted", "plain": "Evicted", "tolerant": "Running", "burstable": "Running"}


def test_of_those_over_their_requests_the_lower_priority_goes_first_then_the_larger_excess() -> None:
    high = from_manifest({
        "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "high"}, "value": 1000,
    })  # fmt: skip
    made = settled(
        node(memory="8Gi"),
        high,
        stressed("within", "1Gi", request="2Gi"),
        stressed("important", "2Gi", priorityClassName="high"),
        stressed("small", "300Mi", request="200Mi"),
        stressed("large", "600Mi", request="100Mi"),
        seconds=60,
    )
    made.submit("user", [Create(fault(type="MemoryFull", node="w1"))])
    gone: list[str] = []
    for _ in range(5):
        made.advance(made.now + 10)
        gone += [name for name, phase in phases(made).items() if phase == "Evicted" and name not in gone]
    assert gone == ["large", "small", "important", "within"]


def test_at_most_one_pod_goes_in_ten_seconds() -> None:
    made = settled(node(), *(pod(f"p{number}") for number in range(5)), seconds=65)
    made.submit("user", [Create(fault(type="MemoryFull", node="w1"))])
    counts = []
    for _ in range(4):
        made.advance(made.now + 10)
        counts.append(list(phases(made).values()).count("Evicted"))
    assert counts == [1, 2, 3, 4]
    made.submit("user", [Delete(ref=Ref("Fault", "", "f"))])
    made.advance(made.now + 60)
    assert list(phases(made).values()).count("Evicted") == 4


def test_a_full_disk_evicts_and_keeps_everything_out() -> None:
    made = settled(node(), pod("a"), seconds=60)
    made.submit("user", [Create(fault(type="DiskFull", node="w1"))])
    made.advance(made.now + 20)
    message = found(made, "a").status.message
    assert message == (
        "The node was low on resource: ephemeral-storage. Threshold quantity: 4Gi, available: 2Gi. "
        "Container main was using 24Ki, request is 0, has larger consumption of ephemeral-storage. "
    )
    assert on_node(made, "DiskPressure").reason == "KubeletHasDiskPressure"
    made.submit("user", [Create(stressed("b", "1Mi", request="1Mi", nodeName="w1"))])
    made.advance(made.now + 5)
    assert found(made, "b").status.message == "Pod was rejected: The node had condition: [DiskPressure]. "


def test_critical_pods_are_spared() -> None:
    critical = pod("critical", namespace="kube-system", priorityClassName="system-node-critical")
    made = settled(node(), critical, seconds=60)
    made.submit("user", [Create(fault(type="MemoryFull", node="w1"))])
    made.advance(made.now + 60)
    kept = made.state.find(Pod, "critical", "kube-system")
    assert kept is not None and kept.status.phase == "Running"
    assert on_node(made, "MemoryPressure").status == "True"


def test_the_kernel_kills_when_memory_is_gone_at_once() -> None:
    made = settled(
        node(memory="4Gi"),
        stressed("guaranteed", "1Gi", request="1200Mi", limit="1200Mi"),
        stressed("hog", "64Gi"),
        seconds=40,
    )
    last = found(made, "hog").status.container_statuses[0].last_state.terminated
    assert last is not None and (last.reason, last.exit_code) == ("OOMKilled", 137)
    assert found(made, "guaranteed").status.container_statuses[0].restart_count == 0
    assert "SystemOOM" in said(made, "w1")


def test_what_is_evicted_comes_up_elsewhere() -> None:
    made = settled(node("w1"), node("w2"), deployment(replicas=4, template=pod_spec()), seconds=60)
    made.submit("user", [Create(fault(type="MemoryFull", node="w1"))])
    made.advance(made.now + 120)
    running = [each for each in made.state.all(Pod, "default") if each.status.phase == "Running"]
    assert [each.spec.node_name for each in running] == ["w2"] * 4


def test_what_a_fault_takes_shows_in_what_the_node_uses() -> None:
    made = settled(node(memory="4Gi"), pod("a"), seconds=60)
    before = node_usage(made.state, "w1", made.now).memory_bytes
    made.submit("user", [Create(fault("some", type="MemoryFull", node="w1", memory="1Gi"))])
    assert node_usage(made.state, "w1", made.now).memory_bytes == before + (1 << 30)
    made.submit("user", [Create(fault("all", type="MemoryFull", node="w1"))])
    assert node_usage(made.state, "w1", made.now).memory_bytes == (4 << 30) - 50 * MI


def test_a_runaway_process_of_a_known_size_leaves_room_for_the_rest() -> None:
    made = settled(node(memory="4Gi"), pod("a"), stressed("b", "1Gi"), seconds=60)
    made.submit("user", [Create(fault(type="MemoryFull", node="w1", memory="2480Mi"))])
    made.advance(made.now + 60)
    assert phases(made) == {"a": "Running", "b": "Evicted"}


def test_a_settled_cluster_under_pressure_writes_nothing_and_waking_it_changes_nothing() -> None:
    made = settled(node(), pod("a"), seconds=60)
    made.submit("user", [Create(fault(type="MemoryFull", node="w1"))])
    made.advance(made.now + 100)
    before = made.state.revision
    made.advance(made.now + 1000)
    assert made.state.revision == before
    made.jump(made.now)
    made.settle()
    assert made.state.revision == before + 1


def test_a_node_that_was_never_short_is_never_looked_at_again() -> None:
    made = cluster(node(), pod("a"))
    made.advance(made.now + 60)
    assert made.next_timer is None or made.next_timer > made.now + 600


def test_the_most_that_pods_hold_follows_pods_that_come_and_go() -> None:
    made = settled(node("n1"), node("n2"), pod("a", nodeName="n1"), pod("b", nodeName="n1"))
    asked = [made.state]
    assert most_bytes_on(made.state, "n1") == sum(map(most_bytes, made.state.pods_on("n1"))) > 0
    made.submit("user", [Create(pod("c", nodeName="n1")), Create(pod("d", nodeName="n2"))])
    asked.append(made.state)
    made.submit("user", [Delete(ref=Ref("Pod", "default", "a"), grace_seconds=0)])
    made.advance(made.now + 60)
    asked.append(made.state)
    for state in (*asked[::-1], *asked):
        for name in ("n1", "n2"):
            assert most_bytes_on(state, name) == sum(map(most_bytes, state.pods_on(name)))
