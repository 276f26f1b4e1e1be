"""Whatever pods there are and whatever is done to them, kubelets come to rest and keep their word."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.api.writes import Create, Delete
from engine.kinds import TERMINAL_PHASES, Pod, Ref
from tests.engine.kubelet_loop import Loop, loop, node_down, pod

PROBES = st.sampled_from([
    {},
    {"readinessProbe": {"httpGet": {"port": 80}, "periodSeconds": 3}},
    {"readinessProbe": {"tcpSocket": {"port": 81}}},
    {"livenessProbe": {"tcpSocket": {"port": 81}, "periodSeconds": 7, "failureThreshold": 2}},
    {"startupProbe": {"httpGet": {"port": 80}, "periodSeconds": 2}, "livenessProbe": {"tcpSocket": {"port": 80}}},
])  # fmt: skip
MAINS = st.sampled_from([
    {"image": "nginx:1.27"},
    {"image": "redis:7"},
    {"image": "nginx:9.9.9"},
    {"image": "mysql:8.0"},
    {"image": "busybox:1.36", "command": ["false"]},
    {"image": "busybox:1.36", "command": ["nosuch"]},
    {"image": "busybox:1.36", "command": ["sleep", "7"]},
    {"image": "busybox:1.36", "command": ["sleep", "infinity"]},
])  # fmt: skip
CONTAINERS = st.builds(lambda main, probes: {**main, **probes}, MAINS, PROBES)


@st.composite
def specs(draw: st.DrawFn) -> dict[str, Any]:
    """The containers and init containers of a pod, named and with a restart policy."""
    main = draw(st.lists(CONTAINERS, min_size=1, max_size=2))
    init = draw(st.lists(st.builds(lambda each, extra: {**each, **extra}, MAINS, SIDECAR), max_size=2))
    return {
        "containers": [{"name": f"c{place}", **each} for place, each in enumerate(main)],
        "initContainers": [{"name": f"i{place}", **each} for place, each in enumerate(init)],
        "restartPolicy": draw(st.sampled_from(["Always", "OnFailure", "Never"])),
        "nodeName": draw(st.sampled_from(["w1", "w2"])),
    }


SIDECAR: st.SearchStrategy[dict[str, str]] = st.sampled_from([{}, {"restartPolicy": "Always"}])
DEEDS = st.sampled_from(["wait", "wait long", "delete p0", "delete p1", "fault", "lift"])


def act(made: Loop, deed: str) -> None:
    if deed.startswith("wait"):
        made.advance(400 if deed == "wait long" else 11)
    elif deed.startswith("delete"):
        name = deed.removeprefix("delete ")
        if not made.gone(name):
            made.submit(Delete(ref=Ref("Pod", "default", name)))
    elif deed == "fault" and not made.state.count("Fault"):
        made.submit(Create(node_down("w1")))
    elif deed == "lift" and made.state.count("Fault"):
        made.submit(Delete(ref=Ref("Fault", "", "w1-down")))


@settings(max_examples=60, deadline=None)
@given(st.lists(specs(), min_size=1, max_size=3), st.lists(DEEDS, max_size=8))
def test_kubelets_come_to_rest_whatever_happens(found: list[dict[str, Any]], deeds: list[str]) -> None:
    made = loop(*(pod(f"p{place}", spec=spec) for place, spec in enumerate(found)))
    for deed in deeds:
        act(made, deed)
        due = made.queue.next_due()
        assert due is None or due > made.now
        revision = made.state.revision
        made.wake_everything()
        assert made.state.revision == revision, "a second look finds nothing to do"
        check(made)


@settings(max_examples=25, deadline=None)
@given(st.lists(specs(), min_size=1, max_size=3), st.integers(1, 300))
def test_looking_in_between_changes_nothing(found: list[dict[str, Any]], second: int) -> None:
    pods = [pod(f"p{place}", spec=spec) for place, spec in enumerate(found)]
    straight = loop(*pods, after_seconds=300)
    halting = loop(*pods, after_seconds=second)
    halting.wake_everything()
    halting.advance(300 - second)
    assert straight.commits == halting.commits


def check(made: Loop) -> None:
    """What holds of every pod at every moment."""
    seen: set[str] = set()
    for each in made.state.all(Pod):
        status = each.status
        if status.pod_ip and status.phase not in TERMINAL_PHASES:
            assert status.pod_ip not in seen, "two pods with one address"
            seen.add(status.pod_ip)
        for container in status.container_statuses:
            state = container.state
            assert sum(part is not None for part in (state.waiting, state.running, state.terminated)) == 1
            assert not container.ready or state.running is not None
            if status.phase in TERMINAL_PHASES:
                assert state.running is None
