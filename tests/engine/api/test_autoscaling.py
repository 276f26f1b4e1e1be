"""HorizontalPodAutoscalers at the API server: what is filled in, what is refused, what version 1 becomes."""

from typing import Any

import pytest

from engine.api.writes import Apply
from engine.errors import BadRequest, Invalid
from engine.kinds import from_manifest
from engine.kinds.autoscaling import HorizontalPodAutoscaler
from tests.builders import cluster
from tests.engine.controllers.test_horizontal_pod_autoscaler import autoscaler, cpu, memory, spec_of


def test_defaults_are_one_replica_and_80_percent_of_cpu() -> None:
    spec = spec_of(metrics=[])
    assert spec.min_replicas == 1
    assert spec.metrics[0].resource.target.average_utilization == 80
    assert spec.behavior is None
    filled = spec_of(behavior={"scaleUp": {"stabilizationWindowSeconds": 3}}).behavior
    assert [(each.type, each.value) for each in filled.scale_up.policies] == [("Pods", 4), ("Percent", 100)]
    assert (filled.scale_up.stabilization_window_seconds, filled.scale_down.stabilization_window_seconds) == (3, None)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"minReplicas": 0}, "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1"),
        ({"minReplicas": 11}, "spec.maxReplicas: Invalid value: 10: must be greater than or equal to `minReplicas`"),
        ({"scaleTargetRef": {"kind": "Deployment"}}, "spec.scaleTargetRef.name: Required value"),
        ({"metrics": [{"type": "Resource"}]},
         "spec.metrics[0].resource: Required value: must populate information for the given metric source"),
        ({"metrics": [{"type": "Wind"}]}, 'spec.metrics[0].type: Unsupported value: "Wind": supported values: '
         '"ContainerResource", "External", "Object", "Pods", "Resource"'),
        ({"behavior": {"scaleUp": {"stabilizationWindowSeconds": 3601}}},
         "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600"),
    ],
)  # fmt: skip
def test_mistakes_are_refused_in_kubernetes_words(spec: dict[str, Any], message: str) -> None:
    with pytest.raises(Invalid) as caught:
        cluster(autoscaler(**spec))
    assert message in str(caught.value)


def test_an_amount_that_is_none_is_refused_before_anything_else() -> None:
    with pytest.raises(BadRequest, match="quantities must match"):
        cluster(autoscaler(metrics=[memory("plenty")]))


def test_version_1_is_taken_in_as_version_2() -> None:
    made = from_manifest({
        "apiVersion": "autoscaling/v1",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web"},
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
            "maxReplicas": 3,
            "targetCPUUtilizationPercentage": 70,
        },
    })
    assert isinstance(made, HorizontalPodAutoscaler)
    assert made.spec.metrics == autoscaler(metrics=[cpu(70)]).spec.metrics


def test_version_1_can_be_applied_again_and_again() -> None:
    def manifest(percent: int) -> dict[str, Any]:
        target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
        spec = {"scaleTargetRef": target, "maxReplicas": 3, "targetCPUUtilizationPercentage": percent}
        metadata = {"name": "web", "namespace": "default"}
        return {"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler", "metadata": metadata, "spec": spec}

    made = cluster()
    for percent in (70, 60):
        made.submit("user", [Apply(manifest(percent))])
    found = made.state.find(HorizontalPodAutoscaler, "web", "default")
    assert found is not None
    assert found.spec.metrics == autoscaler(metrics=[cpu(60)]).spec.metrics
    assert not found.spec.extra
