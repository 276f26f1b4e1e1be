"""rollout, scale, set image and delete on StatefulSets and DaemonSets that really run."""

from collections.abc import Callable

import pytest

from engine.cluster import Cluster
from engine.kinds import DaemonSet, DaemonSetStatus, Object, Pod, Ref, StatefulSet, StatefulSetStatus, evolve
from k9lite.verbs.rollout_undo import form
from tests.builders import daemon_set, node, settled, stateful_set
from tests.console.running import Outcome, Session, state_of

NODES = (node("w1"), node("w2"))


def run(made: Cluster, line: str) -> Outcome:
    """A line and the commits it asks for; controllers answer afterwards."""
    session = Session(made.state, now=made.now)
    done = session.run(line)
    for step in done.submitted:
        made.submit("user", step.writes)
    made.settle()
    return done


def after(made: Cluster, line: str, seconds: int = 120) -> Outcome:
    done = run(made, line)
    made.advance(made.now + seconds)
    return done


@pytest.fixture(params=["sts/web", "ds/agent"])
def workload(request: pytest.FixtureRequest) -> tuple[Cluster, str, str]:
    """(a cluster in which nginx:1.28 replaced nginx:1.27, how to name the workload, how kubectl does)."""
    word: str = request.param
    made = settled(*NODES, stateful_set(replicas=2) if word == "sts/web" else daemon_set())
    after(made, f"annotate {word} kubernetes.io/change-cause=first")
    assert after(made, f"set image {word} main=nginx:1.28").code == 0
    return made, word, "statefulset.apps/web" if word == "sts/web" else "daemonset.apps/agent"


Workload = tuple[Cluster, str, str]


def image(made: Cluster) -> set[str]:
    return {each.spec.containers[0].image for each in made.state.all(Pod)}


def test_history_lists_revisions_and_shows_one(workload: Workload) -> None:
    made, word, named = workload
    assert run(made, f"rollout history {word}").out == (
        f"{named} \nREVISION  CHANGE-CAUSE\n1         <none>\n2         first\n"
    )
    out = run(made, f"rollout history {word} --revision=1").out
    assert out.startswith(f"{named} with revision #1\nPod Template:\n  Labels:")
    assert "nginx:1.27" in out
    assert run(made, f"rollout history {word} --revision=9").err == "error: unable to find the specified revision"


def test_undo_goes_back_and_forth(workload: Workload) -> None:
    made, word, named = workload
    assert after(made, f"rollout undo {word}").out == f"{named} rolled back"
    assert image(made) == {"nginx:1.27"}
    assert run(made, f"rollout history {word}").out == (
        f"{named} \nREVISION  CHANGE-CAUSE\n2         first\n3         <none>\n"
    )
    assert after(made, f"rollout undo {word} --to-revision=2").out == f"{named} rolled back"
    assert image(made) == {"nginx:1.28"}


def test_undo_says_what_kubectl_says_where_there_is_nothing_to_undo(workload: Workload) -> None:
    made, word, named = workload
    assert run(made, f"rollout undo {word} --to-revision=2").out == (
        f"{named} skipped rollback (current template already matches revision 2)"
    )
    assert run(made, f"rollout undo {word} --to-revision=7").err == (
        "error: unable to find specified revision 7 in history"
    )
    fresh = settled(*NODES, stateful_set(), daemon_set())
    assert run(fresh, f"rollout undo {word}").err == "error: no last revision to roll back to"


def test_the_undo_dialog_offers_the_other_revisions(workload: Workload) -> None:
    made, word, _ = workload
    ref = Ref("StatefulSet", "default", "web") if word == "sts/web" else Ref("DaemonSet", "default", "agent")
    (field,) = form(made.state, [ref]).fields
    assert field.choices == (("1", "1  <none>  nginx:1.27"),)
    assert [line.replace(" ", "") for line in field.detail["1"].splitlines() if "nginx" in line] == [
        "--image:nginx:1.28", "+-image:nginx:1.27",
    ]  # fmt: skip


def test_restart_replaces_every_pod(workload: Workload) -> None:
    made, word, named = workload
    before = {each.metadata.uid for each in made.state.objects("Pod")}
    assert after(made, f"rollout restart {word}").out == f"{named} restarted"
    now = {each.metadata.uid for each in made.state.objects("Pod")}
    assert len(now) == len(before)
    assert not now & before


def test_pausing_is_for_deployments_alone(workload: Workload) -> None:
    made, word, _ = workload
    kind, name = ("statefulsets.apps", "web") if word == "sts/web" else ("daemonsets.apps", "agent")
    assert run(made, f"rollout pause {word}").err == f'error: {kind} "{name}" pausing is not supported'


def stateful(**changes: int | str) -> StatefulSet:
    made = stateful_set(replicas=3, updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": 1}})
    counted = {"observed_generation": 1, "current_revision": "web-a", "update_revision": "web-b", **changes}
    status = evolve(StatefulSetStatus(replicas=3, available_replicas=3), **counted)  # type: ignore[arg-type]
    return evolve(made, metadata=evolve(made.metadata, generation=1), status=status)


def daemon(**changes: int) -> DaemonSet:
    made = daemon_set(updateStrategy={"type": "RollingUpdate"})
    none = DaemonSetStatus(
        current_number_scheduled=3, number_misscheduled=0, desired_number_scheduled=3, number_ready=3
    )
    counted = {"observed_generation": 1, **changes}
    return evolve(made, metadata=evolve(made.metadata, generation=1), status=evolve(none, **counted))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("obj", "line"),
    [
        (stateful(observed_generation=0), "Waiting for statefulset spec update to be observed..."),
        (stateful(ready_replicas=2), "Waiting for 1 pods to be ready..."),
        (
            stateful(ready_replicas=3, updated_replicas=1),
            "Waiting for partitioned roll out to finish: 1 out of 2 new pods have been updated...",
        ),
        (
            stateful(ready_replicas=3, updated_replicas=2),
            "partitioned roll out complete: 2 new pods have been updated...",
        ),
        (daemon(observed_generation=0), "Waiting for daemon set spec update to be observed..."),
        (
            daemon(updated_number_scheduled=1),
            'Waiting for daemon set "agent" rollout to finish: 1 out of 3 new pods have been updated...',
        ),
        (
            daemon(updated_number_scheduled=3, number_available=2),
            'Waiting for daemon set "agent" rollout to finish: 2 of 3 updated pods are available...',
        ),
        (daemon(updated_number_scheduled=3, number_available=3), 'daemon set "agent" successfully rolled out'),
    ],
)
def test_status_tells_where_the_rollout_stands(obj: Object, line: str) -> None:
    session = Session(state_of(obj))
    done = session.run(f"rollout status {obj.kind.lower()}/{obj.metadata.name} --watch=false")
    assert (done.out, done.err, done.code) == (line, "", 0)


@pytest.mark.parametrize(
    ("strategy", "counts", "line"),
    [
        (
            {"type": "RollingUpdate"},
            {"updated_replicas": 1},
            "waiting for statefulset rolling update to complete 1 pods at revision web-b...",
        ),
        (
            {"type": "RollingUpdate"},
            {"updated_replicas": 3, "current_replicas": 3, "current_revision": "web-b"},
            "statefulset rolling update complete 3 pods at revision web-b...",
        ),
    ],
)
def test_status_of_a_set_that_does_not_say_how_it_rolls(
    strategy: dict[str, str], counts: dict[str, int | str], line: str
) -> None:
    given = stateful(ready_replicas=3, **counts)
    plain = stateful_set(replicas=3, updateStrategy=strategy)
    session = Session(state_of(evolve(given, spec=plain.spec)))
    assert session.run("rollout status sts/web --watch=false").out == line


@pytest.mark.parametrize("made", [stateful_set, daemon_set])
def test_status_is_told_of_rolling_updates_only(made: Callable[..., Object]) -> None:
    obj = made(updateStrategy={"type": "OnDelete"})
    done = Session(state_of(obj)).run(f"rollout status {obj.kind.lower()}/{obj.metadata.name}")
    assert (done.err, done.code) == ("error: rollout status is only available for RollingUpdate strategy type", 1)


def test_a_stateful_set_scales_and_a_daemon_set_does_not() -> None:
    made = settled(*NODES, stateful_set(replicas=1), daemon_set())
    assert after(made, "scale sts/web --replicas=3 --current-replicas=1").out == "statefulset.apps/web scaled"
    assert [each.metadata.name for each in made.state.objects("Pod")][-3:] == ["web-0", "web-1", "web-2"]
    assert run(made, "scale sts web --replicas=1 --current-replicas=2").err == (
        "error: Expected replicas to be 2, was 3"
    )
    assert run(made, "scale ds/agent --replicas=3").err == (
        "Error from server (NotFound): the server could not find the requested resource"
    )


def test_pods_left_alone_by_an_orphaning_delete_stay() -> None:
    made = settled(*NODES, stateful_set(replicas=2), daemon_set())
    assert after(made, "delete sts web --cascade=orphan --wait=false").out == (
        'statefulset.apps "web" deleted from default namespace'
    )
    after(made, "delete ds agent --wait=false")
    assert [each.metadata.name for each in made.state.objects("Pod")] == ["web-0", "web-1"]


def test_a_drain_leaves_the_pods_of_daemon_sets_where_they_are() -> None:
    made = settled(node("w1"), daemon_set(), stateful_set(replicas=1))
    (agent,) = (each.metadata.name for each in made.state.objects("Pod") if each.metadata.name != "web-0")
    refused = run(made, "drain w1")
    assert (
        f"cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/{agent}" in refused.err
    )
    done = run(made, "drain w1 --ignore-daemonsets --timeout=1s")
    assert done.err.splitlines()[0] == f"Warning: ignoring DaemonSet-managed Pods: default/{agent}"
    made.advance(made.now + 120)
    assert {each.metadata.name: each.spec.node_name for each in made.state.all(Pod)} == {agent: "w1", "web-0": ""}
