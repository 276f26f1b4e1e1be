"""Environment variables: where they come from and what is missing."""

from typing import Any

import pytest

from engine.api.writes import Create
from engine.kinds import from_manifest
from engine.kubelet.environment import environment, expanded
from tests.engine.kubelet_loop import config_map, loop, pod


def variables(env: list[dict[str, Any]], env_from: list[dict[str, Any]] | None = None) -> dict[str, str]:
    made = loop()
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "default"}}
    made.submit(
        Create(config_map("settings", colour="blue", size="3")),
        Create(from_manifest({**secret, "data": {"password": "aHVudGVyMg=="}})),
        Create(pod(env=env, envFrom=env_from or [], resources={"limits": {"cpu": "500m", "memory": "64Mi"}})),
    )
    made.advance(10)
    found = environment(made.state, made.pod(), made.pod().spec.containers[0])
    assert not found.problem
    return dict(found.variables)


def test_values_refer_to_earlier_ones() -> None:
    found = variables([{"name": "A", "value": "1"}, {"name": "B", "value": "$(A)2 $$(A) $(NONE)"}])
    assert found["B"] == "12 $(A) $(NONE)"


def test_config_maps_and_secrets_become_variables() -> None:
    env = [{"name": "P", "valueFrom": {"secretKeyRef": {"name": "s", "key": "password"}}}]
    found = variables(env, [{"configMapRef": {"name": "settings"}, "prefix": "APP_"}])
    assert (found["P"], found["APP_colour"], found["APP_size"]) == ("hunter2", "blue", "3")


def test_the_downward_api_tells_a_pod_about_itself() -> None:
    paths = {"NAME": "metadata.name", "NODE": "spec.nodeName", "IP": "status.podIP", "NS": "metadata.namespace"}
    env: list[dict[str, Any]] = [
        {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}} for name, path in paths.items()
    ]
    env.append({"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "1m"}}})
    found = variables(env)
    assert (found["NAME"], found["NODE"], found["NS"], found["CPU"]) == ("p", "w1", "default", "500")
    assert found["IP"].startswith("10.244.0.")


def test_every_container_knows_its_name_and_the_api_server() -> None:
    found = variables([])
    assert found["HOSTNAME"] == "p"
    assert found["KUBERNETES_SERVICE_HOST"] == "10.96.0.1"


@pytest.mark.parametrize(("text", "value"), [("$(A)", "1"), ("$$(A)", "$(A)"), ("$(B)", "$(B)"), ("100$", "100$")])
def test_references_are_expanded_as_kubernetes_does(text: str, value: str) -> None:
    assert expanded(text, {"A": "1"}) == value
