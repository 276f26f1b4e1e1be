"""Default roles, what cluster roles gather from others, and the service account every namespace has."""

from typing import Any

import pytest

from engine.access.attributes import of_kind, of_object
from engine.access.authorize import authorize
from engine.access.identity import impersonated
from engine.api.writes import Apply, Create, Delete, Patch
from engine.bootstrap import bootstrap
from engine.cluster import Cluster
from engine.errors import Forbidden
from engine.kinds import Ref, from_manifest
from engine.kinds.access import ClusterRole, ClusterRoleBinding, ServiceAccount
from engine.store.frames import Header
from tests.builders import START, namespace, pod

RBAC = "rbac.authorization.k8s.io"


def cluster() -> Cluster:
    made = Cluster(Header(cluster="test", seed="test", created=START))
    made.submit("bootstrap", bootstrap())
    made.settle()
    return made


def rules(made: Cluster, name: str) -> list[tuple[str, ...]]:
    role = made.state.find(ClusterRole, name)
    assert role is not None
    return [rule.resources for rule in role.rules]


def role(name: str, resource: str, **labels: str) -> dict[str, Any]:
    metadata = {"name": name, "labels": {f"{RBAC}/aggregate-to-{to}": text for to, text in labels.items()}}
    rule = {"apiGroups": ["example.com"], "resources": [resource], "verbs": ["get"]}
    return {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": metadata, "rules": [rule]}


def bound(made: Cluster, role: str, *, in_shop: bool = True) -> None:
    kind, home = ("RoleBinding", {"namespace": "shop"}) if in_shop else ("ClusterRoleBinding", {})
    made.submit("user", [Apply({
        "apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": {"name": "b", **home},
        "roleRef": {"kind": "ClusterRole", "name": role}, "subjects": [{"kind": "User", "name": "eve"}],
    })])  # fmt: skip


def may(made: Cluster, verb: str, kind: str, where: str = "shop", subresource: str = "") -> bool:
    asked = of_object(verb, Ref(kind, where, "x"), subresource) if subresource else of_kind(verb, kind, where)
    return authorize(made.state, impersonated("eve"), asked).allowed


def test_a_new_cluster_has_nothing_left_to_gather() -> None:
    made = cluster()
    assert made.state.revision == 1
    assert {"cluster-admin", "admin", "edit", "view", "system:discovery"} <= {
        each.metadata.name for each in made.state.all(ClusterRole)
    }
    assert made.state.find(ClusterRoleBinding, "cluster-admin") is not None


def test_view_reads_all_but_secrets_and_changes_nothing() -> None:
    made = cluster()
    made.submit("user", [Create(namespace("shop"))])
    bound(made, "view")
    assert may(made, "list", "Pod") and may(made, "get", "Pod", "shop", "log") and may(made, "watch", "Deployment")
    assert not may(made, "list", "Secret") and not may(made, "delete", "Pod") and not may(made, "list", "Role")
    assert not may(made, "list", "Pod", "default") and not may(made, "get", "Pod", "shop", "exec")


def test_edit_changes_workloads_and_admin_gives_roles_away() -> None:
    made = cluster()
    made.submit("user", [Create(namespace("shop"))])
    bound(made, "edit")
    assert may(made, "delete", "Pod") and may(made, "list", "Secret") and may(made, "create", "Pod", "shop", "exec")
    assert not may(made, "create", "RoleBinding") and not may(made, "list", "Node")
    made.submit("user", [Delete(ref=Ref("RoleBinding", "shop", "b"))])
    bound(made, "admin")
    assert may(made, "create", "RoleBinding") and not may(made, "update", "ResourceQuota")


def test_cluster_admin_does_everything_where_it_is_bound() -> None:
    made = cluster()
    bound(made, "cluster-admin", in_shop=False)
    assert may(made, "delete", "Node", "") and may(made, "escalate", "ClusterRole", "")


def test_roles_gather_what_a_new_one_is_labelled_for_and_pass_it_on() -> None:
    made = cluster()
    made.submit("user", [Apply(role("crontab-viewer", "crontabs", view="true"))])
    made.settle()
    assert all(("crontabs",) in rules(made, name) for name in ("view", "edit", "admin"))
    made.submit("user", [Patch(Ref("ClusterRole", "", "crontab-viewer"), {"metadata": {"labels": {
        f"{RBAC}/aggregate-to-view": None}}}, "merge")])  # fmt: skip
    made.settle()
    assert not any(("crontabs",) in rules(made, name) for name in ("view", "edit", "admin"))


def test_what_gathers_keeps_no_rules_of_its_own() -> None:
    made = cluster()
    own = role("all-crontabs", "other")
    own["aggregationRule"] = {"clusterRoleSelectors": [{"matchLabels": {f"{RBAC}/aggregate-to-crontabs": "true"}}]}
    made.submit("user", [Apply(own), Apply(role("one", "crontabs", crontabs="true"))])
    made.settle()
    assert rules(made, "all-crontabs") == [("crontabs",)]
    made.submit("user", [Delete(ref=Ref("ClusterRole", "", "one"))])
    made.settle()
    assert rules(made, "all-crontabs") == []


def test_every_namespace_has_a_default_service_account_from_the_start() -> None:
    made = cluster()
    made.submit("user", [Create(namespace("shop"))])
    assert sorted(each.metadata.namespace for each in made.state.all(ServiceAccount)) == [
        "default", "kube-node-lease", "kube-public", "kube-system", "shop",
    ]  # fmt: skip
    before = made.state.revision
    made.settle()
    assert made.state.revision == before


def test_a_deleted_default_service_account_comes_back_but_for_a_namespace_that_goes() -> None:
    made = cluster()
    made.submit("user", [Create(namespace("shop"))])
    ref = Ref("ServiceAccount", "shop", "default")
    before = made.state.get(ref)
    made.submit("user", [Delete(ref=ref)])
    made.settle()
    after = made.state.get(ref)
    assert before is not None and after is not None
    assert after.metadata.uid != before.metadata.uid
    made.submit("user", [Delete(ref=Ref("Namespace", "", "shop"))])
    made.settle()
    assert made.state.get(ref) is None and made.state.get(Ref("Namespace", "", "shop")) is None


def test_a_pod_is_refused_for_a_service_account_that_is_not_there() -> None:
    made = cluster()
    with pytest.raises(Forbidden) as error:
        made.submit("user", [Create(pod("p", serviceAccountName="robot"))])
    assert str(error.value) == (
        'pods "p" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found'
    )
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot", "namespace": "default"}}
    assert made.submit("user", [Create(from_manifest(account)), Create(pod("p", serviceAccountName="robot"))])


def test_a_log_from_before_there_were_roles_gets_no_service_accounts() -> None:
    made = Cluster(Header(cluster="test", seed="test", created=START))
    made.submit("bootstrap", [Create(from_manifest({
        "apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "old"}}))])  # fmt: skip
    made.settle()
    assert made.state.count("ServiceAccount") == 0
