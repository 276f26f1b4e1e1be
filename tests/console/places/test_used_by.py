"""Used by: who uses an object, and how; Enter on what others name leads there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from engine.kinds import Object, Ref, from_manifest
from k9lite.client import Client
from k9lite.screens.main import MainScreen
from k9lite.tracing.users import users
from tests.builders import deployment, node, pod, pod_spec, service, stateful_set
from tests.console.showing import WIDE, living, recorded, show, shown, type_line


def made(kind: str, name: str, api_version: str = "v1", *, namespace: str = "default", **rest: Any) -> Object:
    meta: Mapping[str, str] = {"name": name, **({"namespace": namespace} if namespace else {})}
    return from_manifest({"apiVersion": api_version, "kind": kind, "metadata": meta, **rest})


def things() -> tuple[Object, ...]:
    reads = pod_spec(envFrom=[{"configMapRef": {"name": "settings"}}])
    volumes = [{"name": "key", "secret": {"secretName": "login"}}]
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    rule = {"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    binding: dict[str, Any] = {
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        "subjects": [{"kind": "ServiceAccount", "name": "cart", "namespace": "default"}],
    }
    scaled = {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}, "maxReplicas": 3}
    return (
        node("w1"),
        made("ConfigMap", "settings", data={"a": "b"}),
        made("Secret", "login", data={"a": "Yg=="}),
        made("ServiceAccount", "cart"),
        deployment("web", template=reads),
        pod("keeper", volumes=volumes, serviceAccountName="cart"),
        service("web"),
        stateful_set("db"),
        made("Ingress", "front", "networking.k8s.io/v1",
             spec={"rules": [rule], "tls": [{"hosts": ["a"], "secretName": "login"}]}),
        made("ClusterRole", "view", "rbac.authorization.k8s.io/v1", namespace="", rules=[]),
        made("RoleBinding", "cart-views", "rbac.authorization.k8s.io/v1", **binding),
        made("HorizontalPodAutoscaler", "web", "autoscaling/v2", spec=scaled),
    )  # fmt: skip


@pytest.fixture(params=["living", "recorded"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Client:
    return living(*things()) if request.param == "living" else recorded(tmp_path, *things())


def found(client: Client, kind: str, name: str, namespace: str = "default") -> set[tuple[str, str]]:
    """(kind/name without a generated end, how)."""
    obj = client.state.get(Ref(kind, namespace, name))
    assert obj is not None
    said = [(each.ref, each.how) for each in users(obj, client.state)]
    return {(f"{ref.kind}/{ref.name.partition('-')[0]}", how) for ref, how in said if ref is not None}


def test_each_kind_says_who_uses_it_and_how(client: Client) -> None:
    config_map = found(client, "ConfigMap", "settings")
    assert {("Pod/web", "variables of main"), ("Deployment/web", "its template names it")} <= config_map
    secret = found(client, "Secret", "login")
    assert {("Pod/keeper", "volume key"), ("Ingress/front", "shows its certificate")} <= secret
    account = found(client, "ServiceAccount", "cart")
    assert {("Pod/keeper", "names it"), ("RoleBinding/cart", "gives it rights")} <= account
    assert ("RoleBinding/cart", "gives it to its subjects") in found(client, "ClusterRole", "view", "")
    assert {("Ingress/front", "leads to it")} <= found(client, "Service", "web")
    assert ("StatefulSet/db", "names its pods by it") not in found(client, "Service", "web")
    assert ("Pod/keeper", "runs on it") in found(client, "Node", "w1", "")
    workload = found(client, "Deployment", "web")
    assert {("HorizontalPodAutoscaler/web", "scales it"), ("Service/web", "leads to its pods")} == workload
    client.close()


def test_enter_on_a_config_map_leads_to_its_users_and_on_from_there(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "cm default /settings")
        await pilot.press("enter")
        assert "used-by configmap/settings [2]" in shown(pilot), shown(pilot)
        assert "variables of main" in shown(pilot) and "deployment/web" in shown(pilot)
        await pilot.press("slash", *"deployment", "enter", "enter")
        assert isinstance(pilot.app.screen, MainScreen) and "deployments(default) [1]" in shown(pilot)

    show(client, story, WIDE)


def test_a_namespace_is_used_by_what_is_in_it(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "used-by ns default")
        assert "used-by namespace/default" in shown(pilot)
        await pilot.press("slash", *"services", "enter", "enter")
        assert "services(default)" in shown(pilot)

    show(client, story, WIDE)


def test_what_nothing_uses_says_so() -> None:
    client = living(node("w1"), made("ConfigMap", "lonely"))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "used-by cm/lonely")
        assert "nothing uses it, as far as is known" in shown(pilot)

    show(client, story, WIDE)
