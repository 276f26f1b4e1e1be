"""Whoever comes with whatever priority: only the less important leave, for someone who then gets the room."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kinds import Namespace, ObjectMeta, Pod, condition, ref_of, with_metadata
from tests.engine.scheduling import Scheduling, bound, node, pod

ANTI = {
    "podAntiAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": [
            {"labelSelector": {"matchLabels": {"app": "a"}}, "topologyKey": "host"}
        ]
    }
}
SPREAD = [
    {
        "maxSkew": 1,
        "topologyKey": "host",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": {"app": "a"}},
    }
]
pods = st.tuples(
    st.integers(0, 3),
    st.sampled_from(["1", "2", "3", "4"]),
    st.sampled_from(["a", "b"]),
    st.sampled_from([{}, {}, {"affinity": ANTI}, {"topologySpreadConstraints": SPREAD}, {"preemptionPolicy": "Never"}]),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(pods, max_size=6), st.lists(st.lists(pods, min_size=1, max_size=3), min_size=1, max_size=3))
def test_only_less_important_pods_leave_and_for_someone_who_takes_the_room(
    first: list[Any], waves: list[list[Any]]
) -> None:
    assert history(first, waves) == history(first, waves)


def history(first: list[Any], waves: list[list[Any]]) -> list[Any]:
    nodes = [node(f"w{number}", labels={"host": f"w{number}"}) for number in range(3)]
    there = [bound(made(f"f{number}", *each), f"w{number % 3}") for number, each in enumerate(first)]
    run = Scheduling(Namespace(metadata=ObjectMeta(name="default")), *nodes, *there)
    for number, wave in enumerate(waves):
        run.change("user", tuple(made(f"p{number}-{n}", *each) for n, each in enumerate(wave)))
        for _ in range(20):
            run.settle()
            run.wake_everything()
            assert run.settle() == 0
            leaving = [each for each in run.state.all(Pod) if each.metadata.deletion_timestamp is not None]
            assert_for_someone(run, leaving)
            if not leaving:
                break
            run.change("kubelet", removes=tuple(map(ref_of, leaving)))
        else:
            raise AssertionError("they never stop leaving")
        assert not any(each.status.nominated_node_name for each in run.state.all(Pod))
    return [(commit.actor, commit.puts, commit.removes) for commit in run.commits]


def made(name: str, priority: int, cpu: str, app: str, spec: Any) -> Pod:
    return with_metadata(pod(name, requests={"cpu": cpu}, priority=priority, **spec), labels={"app": app})


def assert_for_someone(run: Scheduling, leaving: list[Pod]) -> None:
    """Who waits for the node, or is on one already: pods that are leaving count no more for spread."""
    came = [each for each in run.state.all(Pod) if each.metadata.name.startswith("p")]
    for each in leaving:
        said = condition(each.status.conditions, "DisruptionTarget")
        assert said is not None and said.reason == "PreemptionByScheduler"
        assert any(
            (other.spec.node_name or other.status.nominated_node_name == each.spec.node_name)
            and (other.spec.priority or 0) > (each.spec.priority or 0)
            and other.spec.preemption_policy != "Never"
            for other in came
        ), each.metadata.name
