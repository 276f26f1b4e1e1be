"""HorizontalPodAutoscalers (rules 13): how many replicas what is measured asks for, and how fast they come."""

from collections.abc import Mapping
from typing import Any

import pytest

from engine.api.writes import Create, Delete, Update, UpdateStatus
from engine.cluster import Cluster
from engine.controllers.podautoscaler import horizontal_pod_autoscaler
from engine.controllers.podautoscaler.limits import bounded, with_change, with_recommendation
from engine.errors import Forbidden
from engine.kinds import Deployment, Pod, Ref, ReplicaSet, StatefulSet, condition, evolve, from_manifest, ref_of
from engine.kinds.autoscaling import HorizontalPodAutoscaler, HorizontalPodAutoscalerStatus, Recommendation
from engine.printers.health import health
from engine.reconcile import Change, Result
from engine.store.state import State
from tests.builders import cluster, deployment, node, pod_spec, service, settled, stateful_set
from tests.engine.given import NOW, messages, put, started, state_with

WEB = Ref("HorizontalPodAutoscaler", "default", "web")
LIVED = 600
"""Pods of these tests run for so long that their use of cpu counts."""


def autoscaler(kind: str = "Deployment", name: str = "web", **spec: Any) -> HorizontalPodAutoscaler:
    made = from_manifest({
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": "web"},
            "maxReplicas": 10,
            "metrics": [cpu(50)],
            **spec,
        },
    })
    assert isinstance(made, HorizontalPodAutoscaler)
    return made


def cpu(percent: int) -> dict[str, Any]:
    return {
        "type": "Resource",
        "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": percent}},
    }


def memory(amount: str) -> dict[str, Any]:
    return {
        "type": "Resource",
        "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": amount}},
    }


def pods(*used_milli: int | None, ready: tuple[bool, ...] = ()) -> tuple[State, Mapping[str, int]]:
    """A Deployment web with a pod for each use of cpu, of which each requests 100m; None is not measured."""
    template = pod_spec(resources={"requests": {"cpu": "100m", "memory": "100Mi"}})
    state = state_with(deployment(replicas=len(used_milli), template=template), autoscaler(), now=NOW - LIVED)
    measured: dict[str, int] = {}
    for place, used in enumerate(used_milli):
        made = from_manifest({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"web-{place}", "namespace": "default", "labels": {"app": "web"}},
            "spec": template,
        })
        assert isinstance(made, Pod)
        is_ready = ready[place] if ready else True
        state = put(state, started(made, ready=is_ready, now=NOW - LIVED), now=NOW)
        if used is not None:
            measured[f"web-{place}"] = used
    return state, measured


def look(state: State, measured: Mapping[str, int], now: int = NOW) -> Result:
    def measure(_state: State, pod: Pod, _now: int) -> Mapping[str, Mapping[str, int]] | None:
        used = measured.get(pod.metadata.name)
        return None if used is None else {"main": {"cpu": used, "memory": used * 1000 << 20}}

    return horizontal_pod_autoscaler(measure).reconcile(state, WEB, now)


def size(result: Result) -> int | None:
    """What the target is scaled to; None if it stays."""
    scaled = [write.object for write in result.writes if isinstance(write, Update)]
    assert all(isinstance(each, Deployment | ReplicaSet | StatefulSet) for each in scaled)
    return scaled[0].spec.replicas if scaled else None  # type: ignore[attr-defined]  # asserted above


def with_spec(state: State, **spec: Any) -> State:
    found = state.find(HorizontalPodAutoscaler, "web", "default")
    assert found is not None
    return put(state, evolve(found, spec=autoscaler(**spec).spec))


@pytest.mark.parametrize(
    ("used", "wanted"),
    [
        ((100,), 2),
        ((54, 54), None),  # 8 % above the target is within the tolerance
        ((56, 56), 3),
        ((46, 46), None),
        ((500,), 4),  # never more than four, or twice as many, at once
        ((90, 90, 90), 6),
    ],
)
def test_replicas_follow_the_ratio_of_usage_to_target(used: tuple[int, ...], wanted: int | None) -> None:
    assert size(look(*pods(*used))) == wanted


def test_a_rescale_says_which_metric_asked_for_it() -> None:
    result = look(*pods(500))
    reason = "cpu resource utilization (percentage of request) above target"
    assert messages(result) == [f"SuccessfulRescale: New size: 4; reason: {reason}"]


def test_a_rescale_to_what_was_wanted_lately_says_why_too() -> None:
    state, measured = pods(50, 50)
    found = state.find(HorizontalPodAutoscaler, "web", "default")
    assert found is not None
    lately = (Recommendation(replicas=4, since=NOW - 60), Recommendation(replicas=2, since=NOW - 30))
    state = put(state, evolve(found, status=evolve(found.status, recommendations=lately)))
    assert messages(look(state, measured)) == [
        "SuccessfulRescale: New size: 4; reason: cpu resource utilization (percentage of request) above target"
    ]


EXTERNAL = {"type": "External", "external": {
    "metric": {"name": "queue"}, "target": {"type": "Value", "value": "30"}}}  # fmt: skip
OF_OBJECT = {"type": "Object", "object": {
    "describedObject": {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "name": "main"},
    "metric": {"name": "requests"}, "target": {"type": "Value", "value": "2k"}}}  # fmt: skip
OF_PODS = {"type": "Pods", "pods": {
    "metric": {"name": "packets"}, "target": {"type": "AverageValue", "averageValue": "1k"}}}  # fmt: skip


@pytest.mark.parametrize(
    ("metric", "reason", "message"),
    [
        (EXTERNAL, "FailedGetExternalMetric", "unable to get external metric default/queue/nil: unable to fetch "
         "metrics from external metrics API: the server could not find the requested resource "
         "(get external.metrics.k8s.io)"),
        (OF_OBJECT, "FailedGetObjectMetric", "unable to get metric requests: Ingress default/main: unable to fetch "
         "metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered"),
        (OF_PODS, "FailedGetPodsMetric", "unable to get metric packets: unable to fetch metrics from custom metrics "
         "API: no custom metrics API (custom.metrics.k8s.io) registered"),
    ],
)  # fmt: skip
def test_a_metric_that_nobody_serves_is_told_as_one(metric: dict[str, Any], reason: str, message: str) -> None:
    state, measured = pods(50)
    result = look(with_spec(state, metrics=[metric]), measured)
    assert size(result) is None
    first, second = messages(result)
    assert first == f"{reason}: {message}"
    assert second.startswith("FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: ")
    status = next(write.object for write in result.writes if isinstance(write, UpdateStatus))
    assert isinstance(status, HorizontalPodAutoscaler)
    active = condition(status.status.conditions, "ScalingActive")
    assert active is not None and (active.status, active.reason) == ("False", reason)
    assert active.message == f"the HPA was unable to compute the replica count: {message}"


def test_a_pod_without_metrics_counts_as_idle_on_the_way_up() -> None:
    assert size(look(*pods(120, 120, None))) == 5  # 240 of 300 is 80 %, not 120
    assert size(look(*pods(60, None))) is None  # 30 % would turn the direction


def test_a_pod_without_metrics_counts_as_busy_on_the_way_down() -> None:
    state, measured = pods(10, 10, None)
    assert size(look(*(with_window(state, 0), measured))) is None
    state, measured = pods(10, 10, 10)
    assert size(look(with_window(state, 0), measured)) == 1


def with_window(state: State, seconds: int) -> State:
    return with_spec(state, behavior={
        "scaleDown": {
            "stabilizationWindowSeconds": seconds,
            "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}],
            "selectPolicy": "Max",
        },
        "scaleUp": {
            "stabilizationWindowSeconds": 0,
            "policies": [{"type": "Pods", "value": 4, "periodSeconds": 15}],
            "selectPolicy": "Max",
        },
    })  # fmt: skip


def test_an_unready_pod_counts_as_idle_on_the_way_up_and_not_at_all_on_the_way_down() -> None:
    state, measured = pods(100, 900, ready=(True, False))
    assert size(look(state, measured)) is None  # 100 of 200 is the target itself
    state, measured = pods(10, 900, ready=(True, False))
    assert size(look(with_window(state, 0), measured)) == 1


def test_of_several_metrics_the_one_that_asks_for_most_counts() -> None:
    state, measured = pods(60)
    assert size(look(with_spec(state, metrics=[cpu(50), memory("15Mi")]), measured)) == 4
    assert size(look(with_spec(state, metrics=[memory("15Mi"), cpu(50)]), measured)) == 4


def test_a_metric_that_fails_hinders_shrinking_but_not_growing() -> None:
    state, measured = pods(10, 10)
    source = {"metric": {"name": "rps"}, "target": {"type": "AverageValue", "averageValue": 1}}
    broken = {"type": "Pods", "pods": source}
    held = look(with_spec(with_window(state, 0), metrics=[cpu(50), broken]), measured)
    assert size(held) is None
    assert messages(held)[-1].startswith("FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 2)")
    state, measured = pods(100, 100)
    assert size(look(with_spec(state, metrics=[cpu(50), broken]), measured)) == 4


def test_one_container_can_be_the_measure() -> None:
    source = {"name": "cpu", "container": "main", "target": {"type": "Utilization", "averageUtilization": 50}}
    state, measured = pods(100)
    result = look(with_spec(state, metrics=[{"type": "ContainerResource", "containerResource": source}]), measured)
    assert size(result) == 2
    assert "cpu container resource utilization (percentage of request) above target" in messages(result)[0]


def test_a_container_without_a_request_cannot_be_measured_in_percent() -> None:
    state, measured = pods(100)
    state = with_spec(state, metrics=[{
        "type": "Resource",
        "resource": {"name": "ephemeral-storage", "target": {"type": "Utilization", "averageUtilization": 50}},
    }])  # fmt: skip
    why = "missing request for ephemeral-storage in container main of Pod web-0"
    (said, *_) = messages(look(state, measured))
    assert said == f"FailedGetResourceMetric: failed to get ephemeral-storage utilization: {why}"


def test_bounds_are_kept_before_anything_is_measured() -> None:
    state, measured = pods(100, 100)
    too_many = look(with_spec(state, maxReplicas=1), measured)
    assert (size(too_many), messages(too_many)[0].partition("reason: ")[2]) == (
        1,
        "Current number of replicas above Spec.MaxReplicas",
    )
    assert size(look(with_spec(state, minReplicas=3), measured)) == 3


def test_a_target_scaled_to_nothing_is_left_alone() -> None:
    state, measured = pods(100)
    web = state.find(Deployment, "web", "default")
    assert web is not None
    result = look(put(state, evolve(web, spec=evolve(web.spec, replicas=0))), measured)
    (status,) = [write.object.status for write in result.writes if hasattr(write.object, "status")]  # type: ignore[union-attr]
    found = condition(status.conditions, "ScalingActive")
    assert found is not None
    assert (found.reason, size(result)) == ("ScalingDisabled", None)


def test_it_looks_every_15_seconds_and_not_between() -> None:
    state, measured = pods(500)
    for second in range(1, 15):
        result = look(state, measured, NOW + second)
        assert (result.writes, result.again_at) == ((), NOW + 15)
    assert look(state, measured, NOW + 15).writes


def spec_of(**spec: Any) -> Any:
    made = autoscaler(**spec)
    return cluster(deployment(), made).state.find(HorizontalPodAutoscaler, "web", "default").spec  # type: ignore[union-attr]


def status_of(*recommended: tuple[int, int]) -> HorizontalPodAutoscalerStatus:
    known = tuple(Recommendation(replicas=replicas, since=NOW + since) for replicas, since in recommended)
    return HorizontalPodAutoscalerStatus(desired_replicas=0, recommendations=known)


def test_shrinking_waits_for_five_minutes_without_a_higher_wish() -> None:
    spec = spec_of()
    status = status_of((7, 0), (1, 30))
    assert bounded(spec, status, 7, 1, NOW + 300).able[0] == "ScaleDownStabilized"
    assert bounded(spec, status, 7, 1, NOW + 315).replicas == 7  # the last wish for 7 was at 15
    assert bounded(spec, status, 7, 1, NOW + 330).replicas == 1


def test_policies_bound_what_changes_in_a_period() -> None:
    policies = [{"type": type_, "value": value, "periodSeconds": 60} for type_, value in (("Pods", 2), ("Percent", 10))]
    spec = spec_of(maxReplicas=100, behavior={"scaleUp": {"policies": policies}})
    assert bounded(spec, status_of(), 10, 50, NOW).replicas == 12
    assert bounded(spec, status_of(), 50, 90, NOW).replicas == 55
    least = spec_of(maxReplicas=100, behavior={"scaleUp": {"policies": policies, "selectPolicy": "Min"}})
    assert bounded(least, status_of(), 10, 50, NOW).replicas == 11
    changed = evolve(status_of(), scale_changes=with_change(spec, (), 2, NOW - 30))
    held = bounded(spec, changed, 12, 50, NOW)
    assert (held.replicas, held.limited[0], held.is_limited) == (12, "ScaleUpLimit", True)
    assert bounded(spec, changed, 12, 50, NOW + 31).replicas == 14


def test_a_disabled_direction_is_not_taken() -> None:
    spec = spec_of(behavior={"scaleDown": {"selectPolicy": "Disabled"}})
    assert bounded(spec, status_of(), 5, 1, NOW + 1000).replicas == 5


def test_growing_can_be_stabilised_too() -> None:
    spec = spec_of(behavior={"scaleUp": {"stabilizationWindowSeconds": 60}})
    status = status_of((2, 0), (6, 45))
    assert bounded(spec, status, 2, 6, NOW + 60).able[0] == "ScaleUpStabilized"
    assert bounded(spec, status, 2, 6, NOW + 90).replicas == 6


def test_a_steady_wish_is_remembered_once() -> None:
    spec = spec_of()
    known = with_recommendation(spec, (), 3, NOW)
    assert with_recommendation(spec, known, 3, NOW + 15) == known
    more = with_recommendation(spec, known, 4, NOW + 1000)
    assert [each.replicas for each in with_recommendation(spec, more, 5, NOW + 2000)] == [4, 5]


def under_load(*objects: Any) -> Cluster:
    """hpa-example behind a Service, asked by a loop."""
    loop = "while sleep 0.01; do wget -q -O- http://web; done"
    caller = {"image": "busybox:1.28", "command": ["/bin/sh", "-c", loop], "name": "main"}
    generator = from_manifest({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "load"}, "spec": {"containers": [caller]},
    })  # fmt: skip
    made = settled(node("w1"), node("w2"), *objects, service(), seconds=60)
    made.submit("user", [Create(generator)])
    return made


def server() -> dict[str, Any]:
    resources = {"requests": {"cpu": "200m"}, "limits": {"cpu": "500m"}}
    return pod_spec("registry.k8s.io/hpa-example", resources=resources)


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
def test_whatever_has_replicas_grows_with_its_load_and_shrinks_after(kind: str) -> None:
    make = deployment if kind == "Deployment" else stateful_set
    made = under_load(make(template=server()), autoscaler(kind))
    made.advance(made.now + 200)
    grown = made.state.get(Ref(kind, "default", "web"))
    assert grown.spec.replicas == 7  # type: ignore[union-attr]
    before = made.state.revision
    made.advance(made.now + 300)
    assert made.state.revision == before
    made.submit("user", [Delete(ref=Ref("Pod", "default", "load"), grace_seconds=0)])
    made.advance(made.now + 360)
    assert made.state.get(Ref(kind, "default", "web")).spec.replicas == 1  # type: ignore[union-attr]


def test_waking_everything_changes_nothing_between_two_looks() -> None:
    made = under_load(deployment(template=server()), autoscaler())
    made.advance(made.now + 203)
    before = made.state.revision
    made.jump(made.now)
    made.settle()
    assert made.state.revision == before + 1  # the leap itself


def test_its_health_is_what_keeps_it_from_scaling() -> None:
    def shown(*objects: Any, wait: int = 20) -> tuple[str, str]:
        made = settled(node(), *objects, seconds=wait)
        found = health(made.state.get(WEB), made.state, made.now)  # type: ignore[arg-type]
        return found.level, found.reason

    missing = 'the HPA controller was unable to get the target\'s current scale: deployments.apps "web" not found'
    assert shown(autoscaler()) == ("bad", missing)
    assert shown(autoscaler(), wait=1) == ("warn", "has not looked yet")
    assert shown(autoscaler(), deployment(template=server()), wait=100) == ("ok", "")
    assert shown(autoscaler(), deployment(template=server(), replicas=0), wait=100)[0] == "dim"


def test_a_rescale_that_is_refused_is_told_and_tried_again() -> None:
    state, measured = pods(500)
    refused = look(state, measured).refused
    assert refused is not None
    instead = refused(Forbidden("no"))
    assert messages(instead)[0].startswith("FailedRescale: New size: 4; reason: cpu resource utilization")
    assert instead.again_at == NOW + 15


def test_what_its_measure_follows_from_wakes_it_in_the_second_of_its_look_only() -> None:
    made = cluster(node(), deployment(template=server()), autoscaler(), service())
    look_at = horizontal_pod_autoscaler(lambda _state, _pod, _now: None)

    def woken_by(obj: Any, second: int) -> list[Ref]:
        state = evolve(made.state, time=made.now + second)
        return list(look_at.wakes(Change(ref_of(obj), None, obj), state))

    (pod,) = made.state.all(Pod, "default")
    assert woken_by(pod, 30) == [WEB]
    assert woken_by(pod, 31) == []
    assert woken_by(evolve(pod, metadata=evolve(pod.metadata, namespace="elsewhere")), 30) == []
