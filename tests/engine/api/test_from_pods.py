"""Programs in pods ask the API server: as whom, and what they get."""

import base64
import json
from typing import Any

import pytest

from engine.api.writes import Apply, Create, Delete, RunLine
from engine.bootstrap import bootstrap
from engine.cluster import Cluster
from engine.kinds import Exec, Ref
from engine.kubelet.api_server import answer
from engine.store.frames import Header
from k9lite.verbs.create_token import token_of
from tests.builders import START, namespace, node, pod

RBAC = "rbac.authorization.k8s.io"
PODS = "/api/v1/namespaces/shop/pods"
TOKEN = "$(cat /var/run/secrets/kubernetes.io/serviceaccount/token)"


def cluster(*, role: str = "") -> Cluster:
    made = Cluster(Header(cluster="test", seed="test", created=START))
    made.submit("bootstrap", [*bootstrap(), Create(namespace("shop")), Create(node("w1"))])
    containers = [{"name": "main", "image": "curlimages/curl", "command": ["sleep", "1000"]}]
    made.submit("user", [Create(pod("box", namespace="shop", containers=containers))])
    if role:
        made.submit("user", [Apply({
            "apiVersion": f"{RBAC}/v1", "kind": "RoleBinding", "metadata": {"name": "b", "namespace": "shop"},
            "roleRef": {"kind": "ClusterRole", "name": role},
            "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": "shop"}],
        })])  # fmt: skip
    made.advance(START + 60)
    return made


def curl(made: Cluster, path: str, *flags: str, token: str = TOKEN) -> Any:
    header = f'-H "Authorization: Bearer {token}"' if token else ""
    line = f"curl -sk {header} {' '.join(flags)} 'https://kubernetes.default.svc{path}'"
    write = RunLine(ref=Ref("Pod", "shop", "box"), container="main", session="s", line=line)
    commit = made.submit("user", [write])
    assert commit is not None
    (done,) = [each for each in commit.puts if isinstance(each, Exec)]
    return json.loads(done.stdout)


def test_a_pod_asks_as_its_service_account() -> None:
    found = curl(cluster(), PODS)
    assert (found["kind"], found["code"], found["reason"], found["details"]) == (
        "Status", 403, "Forbidden", {"kind": "pods"},
    )  # fmt: skip
    assert found["message"] == (
        'pods is forbidden: User "system:serviceaccount:shop:default" cannot list resource "pods" in API group "" in '
        'the namespace "shop"'
    )


def test_a_pod_gets_what_its_service_account_may_read() -> None:
    made = cluster(role="view")
    found = curl(made, PODS)
    assert (found["kind"], [each["metadata"]["name"] for each in found["items"]]) == ("PodList", ["box"])
    assert curl(made, f"{PODS}/box")["status"]["phase"] == "Running"
    assert curl(made, f"{PODS}?labelSelector=app%3Dweb")["items"] == []
    assert curl(made, "/api/v1/namespaces/shop/secrets")["code"] == 403
    assert curl(made, "/api/v1/pods")["code"] == 403
    assert curl(made, f"{PODS}/gone")["message"] == 'pods "gone" not found'
    assert curl(made, "/apis/apps/v1/namespaces/shop/things")["code"] == 404


def test_a_list_is_cut_where_it_would_fill_the_log() -> None:
    made = cluster()
    named = [Create(namespace(f"n{number}")) for number in range(510)]
    made.submit("user", [*named, Apply({
        "apiVersion": f"{RBAC}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "b"},
        "roleRef": {"kind": "ClusterRole", "name": "view"},
        "subjects": [{"kind": "Group", "name": "system:serviceaccounts"}],
    })])  # fmt: skip
    assert len(curl(made, "/api/v1/namespaces?limit=3")["items"]) == 3
    found = curl(made, "/api/v1/namespaces")
    assert (len(found["items"]), found["metadata"]["remainingItemCount"]) == (500, 15)


def test_without_a_token_one_is_anonymous() -> None:
    made = cluster(role="view")
    assert '"system:anonymous" cannot list' in curl(made, PODS, token="")["message"]
    assert curl(made, "/version", token="")["gitVersion"] == "v1.36.0"
    assert curl(made, "/", token="")["message"] == 'forbidden: User "system:anonymous" cannot get path "/"'


@pytest.mark.parametrize("token", ["abc", "a.b.c", base64.b64encode(b"{}").decode()])
def test_a_token_that_is_none_is_unauthorized(token: str) -> None:
    assert curl(cluster(), "/version", token=token)["code"] == 401


def test_a_token_goes_with_its_service_account() -> None:
    made = cluster(role="view")
    made.submit("user", [Delete(ref=Ref("ServiceAccount", "shop", "default"))])
    assert curl(made, PODS)["code"] == 401
    made.settle()
    assert curl(made, PODS)["kind"] == "PodList"


def test_a_token_that_was_asked_for_opens_the_api_until_its_time_is_up() -> None:
    made = cluster(role="view")
    token = token_of("default", "shop", "uid", ["https://kubernetes.default.svc.cluster.local"], made.now, 600)
    assert answer(made.state, "GET", PODS, f"Bearer {token}", made.now + 599).status == 200
    assert answer(made.state, "GET", PODS, f"Bearer {token}", made.now + 600).status == 401


def test_what_changes_something_is_asked_for_rights_and_then_not_served() -> None:
    made = cluster(role="edit")
    assert curl(made, f"{PODS}/box", "-X", "DELETE")["code"] == 405
    found = curl(made, "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles", "-X", "POST")
    assert (found["code"], found["details"]) == (403, {"group": RBAC, "kind": "roles"})
