"""``get --raw`` and ``get apiservices``: what is served, custom kinds and the metrics API included."""

import json
from typing import Any

import pytest

from engine.api.writes import Create, Delete
from engine.kinds import from_manifest
from k9lite.clients.embedded import EmbeddedClient
from tests.console.kubectl.test_describe_and_top import run
from tests.console.screens.test_custom_kinds import DEFINITION, GROUP, column, definition, octopus
from tests.console.showing import living


@pytest.fixture(scope="module")
def client() -> EmbeddedClient:
    made = living(seconds=120)
    manifest = definition(column("Arms", ".spec.arms"))
    first = manifest["spec"]["versions"][0]
    first["subresources"] = {"status": {}}
    older = {**first, "name": "v1beta1", "storage": False, "deprecated": True}
    manifest["spec"]["versions"] = [older, first]
    made.cluster.submit("user", [Create(from_manifest(manifest))])
    made.cluster.advance(made.now + 1)
    made.cluster.submit("user", [Create(from_manifest(octopus()))])
    made.cluster.advance(made.now + 40)
    return made


def raw(client: EmbeddedClient, path: str) -> Any:
    printed = run(client, f"get --raw {path}")
    assert printed.code == 0, printed.err
    return json.loads(printed.out)


def test_custom_kinds_are_found_with_all_their_versions(client: EmbeddedClient) -> None:
    groups = {each["name"]: each for each in raw(client, "/apis")["groups"]}
    assert list(groups) == sorted(groups) and "metrics.k8s.io" in groups and "apiregistration.k8s.io" in groups
    versions = [each["groupVersion"] for each in groups[GROUP]["versions"]]
    assert versions == [f"{GROUP}/v1", f"{GROUP}/v1beta1"]
    assert raw(client, f"/apis/{GROUP}")["preferredVersion"]["version"] == "v1"
    resources = raw(client, f"/apis/{GROUP}/v1beta1")["resources"]
    assert [each["name"] for each in resources] == ["octopi", "octopi/status"]
    assert resources[0]["kind"] == "Octopus" and resources[0]["shortNames"] == ["octo"]
    assert raw(client, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions")["items"][0]["metadata"]["name"] == (
        DEFINITION.name
    )


def test_objects_of_custom_kinds_come_in_the_version_that_was_asked_for(client: EmbeddedClient) -> None:
    for version in ("v1", "v1beta1"):
        listed = raw(client, f"/apis/{GROUP}/{version}/octopi")
        assert (listed["kind"], listed["items"][0]["apiVersion"]) == ("OctopusList", f"{GROUP}/{version}")
        found = raw(client, f"/apis/{GROUP}/{version}/namespaces/default/octopi/paul")
        assert (found["kind"], found["apiVersion"], found["spec"]["arms"]) == ("Octopus", f"{GROUP}/{version}", 8)
        assert raw(client, f"/apis/{GROUP}/{version}/namespaces/default/octopi/paul/status") == found
    assert raw(client, f"/apis/{GROUP}/v1/octopi?labelSelector=tank%3Dbig")["items"] == []
    for path in (f"/apis/{GROUP}/v2/octopi", f"/apis/{GROUP}/v1/namespaces/default/octopi/paul/scale", "/apis/none"):
        refused = run(client, f"get --raw {path}")
        assert refused.err == "Error from server (NotFound): the server could not find the requested resource\n"


def test_the_metrics_api_gives_usage_as_it_was_scraped(client: EmbeddedClient) -> None:
    nodes = raw(client, "/apis/metrics.k8s.io/v1beta1/nodes")
    assert (nodes["kind"], nodes["apiVersion"]) == ("NodeMetricsList", "metrics.k8s.io/v1beta1")
    assert [each["metadata"]["name"] for each in nodes["items"]] == ["w1", "w2"]
    usage = nodes["items"][0]["usage"]
    assert usage["cpu"].endswith("n") and usage["memory"].endswith("Ki")
    pods = raw(client, "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods?labelSelector=app=web")["items"]
    assert len(pods) == 3 and pods[0]["containers"][0]["name"] == "main" and pods[0]["window"] == "15s"
    name = pods[0]["metadata"]["name"]
    one = raw(client, f"/apis/metrics.k8s.io/v1beta1/namespaces/default/pods/{name}")
    assert one["kind"] == "PodMetrics" and one["containers"] == pods[0]["containers"]
    assert raw(client, "/apis/metrics.k8s.io/v1beta1/namespaces/kube-system/pods")["items"] == []
    assert [each["name"] for each in raw(client, "/apis/metrics.k8s.io/v1beta1")["resources"]] == ["nodes", "pods"]
    missing = run(client, "get --raw /apis/metrics.k8s.io/v1beta1/namespaces/default/pods/nope")
    assert missing.err == 'Error from server (NotFound): podmetrics.metrics.k8s.io "default/nope" not found\n'
    nobody = run(client, "get --raw /apis/metrics.k8s.io/v1beta1/nodes --as=somebody")
    assert 'cannot list resource "nodes" in API group "metrics.k8s.io" at the cluster scope' in nobody.err


def test_health_is_told_in_a_word_or_check_by_check(client: EmbeddedClient) -> None:
    for path in ("/healthz", "/livez", "/readyz", "/readyz/etcd"):
        assert run(client, f"get --raw {path}").out == "ok\n"
    lines = run(client, "get --raw /readyz?verbose").out.splitlines()
    assert lines[:2] == ["[+]ping ok", "[+]log ok"] and lines[-2:] == ["[+]shutdown ok", "readyz check passed"]
    live = run(client, "get --raw /livez?verbose").out.splitlines()
    assert live[-1] == "livez check passed" and "[+]informer-sync ok" not in live
    assert run(client, "get --raw /readyz/nothing").code == 1


def test_metrics_count_what_is_stored(client: EmbeddedClient) -> None:
    lines = run(client, "get --raw /metrics").out.splitlines()
    assert 'apiserver_storage_objects{resource="pods"} 4' in lines
    assert f'apiserver_storage_objects{{resource="octopi.{GROUP}"}} 1' in lines
    assert any(line.startswith('kubernetes_build_info{major="1"') for line in lines)


def test_apiservices_list_who_serves_each_version(client: EmbeddedClient) -> None:
    rows = [line.split() for line in run(client, "get apiservices").out.splitlines()]
    assert rows[0] == ["NAME", "SERVICE", "AVAILABLE", "AGE"]
    assert rows[1][:3] == ["v1.", "Local", "True"] and rows[2][:3] == ["v1.apiextensions.k8s.io", "Local", "True"]
    served = {row[0]: row[1:3] for row in rows[1:]}
    assert served["v1beta1.metrics.k8s.io"] == ["kube-system/metrics-server", "True"]
    assert served[f"v1.{GROUP}"] == served[f"v1beta1.{GROUP}"] == ["Local", "True"]
    condition = run(client, "get apiservice v1.apps -o jsonpath={.status.conditions[0].reason}")
    assert condition.out.strip() == "Local"


def test_a_definition_taken_away_takes_its_versions_along() -> None:
    made = living(seconds=5)
    made.cluster.submit("user", [Create(from_manifest(definition()))])
    made.cluster.advance(made.now + 1)
    assert f"v1.{GROUP}" in run(made, "get apiservices").out
    made.cluster.submit("user", [Delete(ref=DEFINITION)])
    made.cluster.advance(made.now + 2)
    assert f"v1.{GROUP}" not in run(made, "get apiservices").out
