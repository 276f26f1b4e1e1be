"""Where Enter leads from an autoscaler: to the pods of what it scales."""

from typing import Any

from engine.cluster import Cluster
from engine.kinds import Object, Ref, from_manifest
from k9lite.resource import Query
from k9lite.resources import RESOURCES
from tests.builders import deployment, node, settled


def autoscaler(kind: str, name: str) -> Object:
    target: dict[str, Any] = {"apiVersion": "apps/v1", "kind": kind, "name": name}
    spec = {"scaleTargetRef": target, "maxReplicas": 3}
    manifest = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "h"}}
    return from_manifest({**manifest, "spec": spec})


def led_to(made: Cluster) -> Query | None:
    found = made.state.get(Ref("HorizontalPodAutoscaler", "default", "h"))
    assert found is not None
    return RESOURCES["HorizontalPodAutoscaler"].drill(found, made.state)


def test_enter_on_an_autoscaler_shows_the_pods_it_scales() -> None:
    web = deployment()
    query = led_to(settled(node(), web, autoscaler("Deployment", "web"), seconds=5))
    assert query is not None
    assert (query.kind, query.namespace, query.selector, query.title) == (
        "Pod", "default", web.spec.selector, "hpa/h",
    )  # fmt: skip


def test_enter_leads_nowhere_where_nothing_is_scaled() -> None:
    assert led_to(settled(node(), autoscaler("Deployment", "gone"), seconds=5)) is None
    assert led_to(settled(node(), autoscaler("Wind", "mill"), seconds=5)) is None
