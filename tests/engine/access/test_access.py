"""Who may do what: rules and bindings, refusals in Kubernetes' words, and what a log keeps of who asked."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engine.access.attributes import Attributes, of_kind, of_object
from engine.access.authorize import authorize, check, rules_of
from engine.access.identity import ADMIN, Identity, impersonated
from engine.access.seen import behind, quietly, seen_by
from engine.api.writes import Apply, Create, Delete, Evict, Patch, RunLine, Write
from engine.cluster import Cluster
from engine.errors import ApiError, Forbidden
from engine.kinds import KINDS, Pod, Ref, from_manifest, to_manifest
from engine.kinds.access import PolicyRule
from engine.store.frames import Header
from engine.store.history import History
from engine.store.log import Log
from engine.verify import verify
from tests.builders import START, deployment, namespace, node, pod

RBAC = "rbac.authorization.k8s.io/v1"
EVE = impersonated("eve")
WEB = Ref("Deployment", "shop", "web")


def rule(verbs: str, resources: str, groups: str = "", **rest: Any) -> dict[str, Any]:
    return {
        "verbs": verbs.split(","), "resources": resources.split(","), "apiGroups": groups.split(","), **rest,
    }  # fmt: skip


def role(name: str, *rules: dict[str, Any], namespace: str = "shop") -> Write:
    kind, home = ("Role", {"namespace": namespace}) if namespace else ("ClusterRole", {})
    return Apply({"apiVersion": RBAC, "kind": kind, "metadata": {"name": name, **home}, "rules": list(rules)})


def binding(
    name: str, *subjects: dict[str, str], role: str = "", cluster_role: str = "", namespace: str = "shop"
) -> Write:
    kind, home = ("RoleBinding", {"namespace": namespace}) if namespace else ("ClusterRoleBinding", {})
    ref = {"kind": "ClusterRole" if cluster_role else "Role", "name": cluster_role or role}
    return Apply({
        "apiVersion": RBAC, "kind": kind, "metadata": {"name": name, **home}, "roleRef": ref,
        "subjects": list(subjects),
    })  # fmt: skip


USER = {"kind": "User", "name": "eve"}


def cluster(*writes: Write, log: Log | None = None) -> Cluster:
    header = Header(cluster="test", seed="test", created=START)
    made = Cluster(header if log is None else log.header, log)
    spaces = [Create(namespace(name)) for name in ("default", "shop")]
    made.submit("bootstrap", [*spaces, Create(node("w1")), Create(deployment("web", namespace="shop"))])
    made.settle()
    if writes:
        made.submit("user", writes)
    made.settle()
    return made


def refused(made: Cluster, write: Write, actor: str = "user/eve") -> str:
    before = made.state
    with pytest.raises(Forbidden) as error:
        made.submit(actor, [write])
    assert made.state is before
    return str(error.value)


def may(made: Cluster, verb: str, kind: str, namespace: str = "", identity: Identity = EVE) -> bool:
    return authorize(made.state, identity, of_kind(verb, kind, namespace)).allowed


def test_nobody_may_do_what_no_role_gives() -> None:
    made = cluster()
    assert refused(made, Delete(ref=WEB)) == (
        'deployments.apps "web" is forbidden: User "eve" cannot delete resource "deployments" in API group "apps" in '
        'the namespace "shop"'
    )
    assert refused(made, Create(pod("p"))) == (
        'pods is forbidden: User "eve" cannot create resource "pods" in API group "" in the namespace "default"'
    )
    assert refused(made, Delete(ref=Ref("Node", "", "w1"))) == (
        'nodes "w1" is forbidden: User "eve" cannot delete resource "nodes" in API group "" at the cluster scope'
    )


def test_who_may_not_ask_does_not_learn_whether_there_is_such_an_object() -> None:
    made = cluster()
    assert "forbidden" in refused(made, Delete(ref=Ref("Pod", "shop", "nothing-of-that-name")))


def test_the_operator_and_masters_are_asked_nothing() -> None:
    made = cluster()
    assert made.submit("user", [Patch(WEB, {"spec": {"replicas": 2}})]) is not None
    assert made.submit("user/root", [Patch(WEB, {"spec": {"replicas": 3}})], "", ["system:masters"]) is not None


def test_a_role_counts_in_its_namespace_only() -> None:
    made = cluster(role("reader", rule("list", "pods")), binding("read", USER, role="reader"))
    assert may(made, "list", "Pod", "shop")
    assert not may(made, "list", "Pod", "default")
    assert not may(made, "list", "Pod")
    assert not may(made, "watch", "Pod", "shop")


def test_a_cluster_role_counts_where_its_binding_is() -> None:
    given = role("reader", rule("list", "pods,nodes"), namespace="")
    here = cluster(given, binding("read", USER, cluster_role="reader"))
    assert (may(here, "list", "Pod", "shop"), may(here, "list", "Pod"), may(here, "list", "Node")) == (
        True, False, False,
    )  # fmt: skip
    everywhere = cluster(given, binding("read", USER, cluster_role="reader", namespace=""))
    assert (may(everywhere, "list", "Pod", "shop"), may(everywhere, "list", "Pod")) == (True, True)
    assert may(everywhere, "list", "Node")


def test_a_rule_for_one_name_gives_no_list_and_no_create() -> None:
    made = cluster(
        role("one", rule("get,list,create,delete", "pods", resourceNames=["web"])), binding("b", USER, role="one")
    )
    assert authorize(made.state, EVE, of_object("get", Ref("Pod", "shop", "web"))).allowed
    assert not authorize(made.state, EVE, of_object("get", Ref("Pod", "shop", "db"))).allowed
    assert not may(made, "list", "Pod", "shop")
    assert not authorize(made.state, EVE, of_object("create", Ref("Pod", "shop", "web"))).allowed


@pytest.mark.parametrize(
    ("resources", "subresource", "allowed"),
    [
        ("pods", "log", False), ("pods/log", "log", True), ("pods/log", "", False), ("*/log", "log", True),
        ("*", "log", True), ("pods/*", "log", False),
    ],
)  # fmt: skip
def test_a_subresource_is_a_resource_of_its_own(resources: str, subresource: str, allowed: bool) -> None:
    made = cluster(role("r", rule("get", resources)), binding("b", USER, role="r"))
    asked = of_object("get", Ref("Pod", "shop", "web"), subresource)
    assert authorize(made.state, EVE, asked).allowed is allowed


def test_groups_and_service_accounts_are_given_roles_too() -> None:
    made = cluster(
        role("r", rule("list", "pods")),
        binding("g", {"kind": "Group", "name": "ops"}, role="r"),
        binding("s", {"kind": "ServiceAccount", "name": "bot", "namespace": "default"}, role="r"),
    )
    assert may(made, "list", "Pod", "shop", impersonated("ann", ["ops"]))
    assert may(made, "list", "Pod", "shop", impersonated("system:serviceaccount:default:bot"))
    assert not may(made, "list", "Pod", "shop", impersonated("system:serviceaccount:shop:bot"))
    assert not may(made, "list", "Pod", "shop", impersonated("ann"))


def test_everybody_is_authenticated_and_a_service_account_is_among_its_namespaces() -> None:
    assert impersonated("eve").groups == ("system:authenticated",)
    assert impersonated("eve", ["ops"]).groups == ("ops", "system:authenticated")
    assert impersonated("system:serviceaccount:shop:bot").groups == (
        "system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated",
    )  # fmt: skip


def test_a_path_is_allowed_by_its_beginning() -> None:
    rules = [{"nonResourceURLs": ["/logs/*", "/healthz"], "verbs": ["get"]}]
    made = cluster(
        Apply({"apiVersion": RBAC, "kind": "ClusterRole", "metadata": {"name": "paths"}, "rules": rules}),
        binding("b", USER, cluster_role="paths", namespace=""),
    )
    allowed = [path for path in ("/logs/a", "/logs", "/healthz", "/healthz/x") if authorize(
        made.state, EVE, Attributes(verb="get", path=path)).allowed]  # fmt: skip
    assert allowed == ["/logs/a", "/healthz"]
    with pytest.raises(Forbidden, match='forbidden: User "eve" cannot get path "/metrics"'):
        check(made.state, EVE, Attributes(verb="get", path="/metrics"))


def test_a_binding_to_a_role_that_is_not_there_says_so() -> None:
    made = cluster(binding("b", USER, cluster_role="gone"))
    assert refused(made, Create(pod("p", namespace="shop"))).endswith(
        'in the namespace "shop": RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found'
    )


@pytest.mark.parametrize(
    ("write", "verb", "resource"),
    [
        (Evict(ref=Ref("Pod", "shop", "p")), "create", "pods/eviction"),
        (Patch(WEB, {"spec": {"replicas": 2}}, "merge", "scale"), "patch", "deployments/scale"),
        (Patch(WEB, {"spec": {"replicas": 2}}), "patch", "deployments"),
        (Create(deployment("new", namespace="shop")), "create", "deployments"),
        (RunLine(ref=Ref("Pod", "shop", "p"), container="", session="s", line="ls"), "create", "pods/exec"),
        (
            RunLine(ref=Ref("Pod", "shop", "p"), container="", session="port-forward-1", line="80\n"),
            "create", "pods/portforward",
        ),
        (RunLine(ref=Ref("Pod", "shop", "p"), container="", session="attach-1", line="ls"), "create", "pods/attach"),
        (Apply(to_manifest(deployment("web", namespace="shop"))), "patch", "deployments"),
        (Apply(to_manifest(deployment("new", namespace="shop"))), "create", "deployments"),
    ],
)  # fmt: skip
def test_a_write_asks_for_what_it_does(write: Write, verb: str, resource: str) -> None:
    made = cluster()
    assert f'cannot {verb} resource "{resource}"' in refused(made, write)
    made.submit("user", [role("r", rule(verb, resource, ",apps")), binding("b", USER, role="r")])
    try:
        made.submit("user/eve", [write])
    except ApiError as error:
        assert "is forbidden" not in str(error)


def test_who_may_only_scale_changes_nothing_but_the_number_of_replicas() -> None:
    made = cluster(role("r", rule("patch", "deployments/scale", "apps")), binding("b", USER, role="r"))
    made.submit("user/eve", [Patch(WEB, {"spec": {"replicas": 4, "paused": True}}, "merge", "scale")])
    found = made.state.get(WEB)
    assert found is not None
    spec = to_manifest(found)["spec"]
    assert (spec["replicas"], spec.get("paused")) == (4, None)


def test_nobody_gives_away_rights_that_he_does_not_hold() -> None:
    rights = rule("create,update,patch", "roles,rolebindings", "rbac.authorization.k8s.io")
    made = cluster(role("r", rights, rule("get", "pods")), binding("b", USER, role="r"))
    assert refused(made, role("big", rule("get,list", "pods"), rule("get", "secrets"))) == (
        'roles.rbac.authorization.k8s.io "big" is forbidden: user "eve" (groups=["system:authenticated"]) is '
        "attempting to grant RBAC permissions not currently held:\n"
        '{APIGroups:[""], Resources:["pods"], Verbs:["list"]}\n'
        '{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}'
    )
    assert made.submit("user/eve", [role("small", rule("get", "pods"))]) is not None
    assert made.submit("user/eve", [binding("give", {"kind": "User", "name": "bob"}, role="small")]) is not None
    made.submit("user", [role("big", rule("get", "secrets"))])
    assert "is attempting to grant RBAC permissions not currently held" in refused(
        made, binding("more", {"kind": "User", "name": "bob"}, role="big")
    )


def test_a_role_with_a_generated_name_gives_no_more_than_another() -> None:
    made = cluster(role("r", rule("create", "roles", "rbac.authorization.k8s.io")), binding("b", USER, role="r"))
    metadata = {"generateName": "big-", "namespace": "shop"}
    big = from_manifest({"apiVersion": RBAC, "kind": "Role", "metadata": metadata, "rules": [rule("*", "*", "*")]})
    assert "not currently held" in refused(made, Create(big))


def test_who_may_escalate_or_bind_gives_away_what_he_likes() -> None:
    made = cluster(
        role("r", rule("create,escalate", "roles", "rbac.authorization.k8s.io"),
             rule("create,bind", "rolebindings,roles", "rbac.authorization.k8s.io")),
        binding("b", USER, role="r"),
    )  # fmt: skip
    assert made.submit("user/eve", [role("big", rule("*", "secrets"))]) is not None
    assert made.submit("user/eve", [binding("give", {"kind": "User", "name": "bob"}, role="big")]) is not None


def test_rules_of_somebody_are_those_of_the_cluster_and_of_the_namespace() -> None:
    made = cluster(
        role("here", rule("get", "pods")), binding("b", USER, role="here"),
        role("all", rule("get", "nodes"), namespace=""), binding("c", USER, cluster_role="all", namespace=""),
    )  # fmt: skip

    def shown(where: str) -> list[tuple[str, ...]]:
        return [each.resources for each in rules_of(made.state, EVE, where)]

    assert shown("shop") == [("nodes",), ("pods",)]
    assert shown("default") == [("nodes",)]
    assert rules_of(made.state, ADMIN, "shop")[0] == PolicyRule(api_groups=("*",), resources=("*",), verbs=("*",))


def test_what_somebody_sees_is_what_he_may_read() -> None:
    made = cluster(role("r", rule("list", "pods"), rule("get", "deployments", "apps")), binding("b", USER, role="r"))
    made.advance(START + 60)
    seen = seen_by(made.state, EVE)
    assert [each.metadata.namespace for each in seen.all(Pod, "shop")] == ["shop"]
    assert seen.get(WEB) is not None
    for look in (
        lambda: seen.all(Pod), lambda: seen.get(Ref("Pod", "shop", "p")), lambda: seen.count("Node"),
        lambda: seen.table("Secret"), lambda: list(seen.pods_on("w1")),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            look()
    (one,) = seen.all(Pod, "shop")
    assert seen.events_of(one) == []
    assert list(quietly(seen).all(Pod)) == []
    assert behind(seen) is made.state


@pytest.mark.parametrize("kind", list(KINDS))
def test_who_may_nothing_sees_nothing_of_any_kind(kind: str) -> None:
    seen = quietly(seen_by(cluster().state, EVE))
    assert list(seen.objects(kind)) == []
    assert seen.count(kind) == 0
    assert len(seen.table(kind)) == 0


def test_a_custom_kind_is_asked_for_by_the_plural_of_its_definition() -> None:
    made = cluster(role("r", rule("get,create", "oxen", "farm.example.com")), binding("b", USER, role="r"))
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": "oxen.farm.example.com"},
        "spec": {
            "group": "farm.example.com", "scope": "Namespaced", "names": {"plural": "oxen", "kind": "Ox"},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
        },
    }  # fmt: skip
    made.submit("user", [Create(from_manifest(definition))])
    made.settle()
    ox = {"apiVersion": "farm.example.com/v1", "kind": "Ox", "metadata": {"name": "paul", "namespace": "shop"}}
    assert made.submit("user/eve", [Create(from_manifest(ox))]) is not None
    ref = Ref("Ox.farm.example.com", "shop", "paul")
    assert refused(made, Delete(ref=ref)).startswith(
        'oxen.farm.example.com "paul" is forbidden: User "eve" cannot delete resource "oxen" in API group "farm'
    )
    seen = seen_by(made.state, EVE)
    assert seen.get(ref) is not None
    with pytest.raises(Forbidden, match='cannot list resource "oxen"'):
        seen.objects("Ox.farm.example.com", "shop")


def test_a_log_knows_who_asked_so_that_it_can_be_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "a.k9log"
    header = Header(cluster="test", seed="test", created=START)
    made = cluster(
        role("r", rule("patch", "deployments", "apps")), binding("b", USER, role="r"),
        binding("g", {"kind": "Group", "name": "ops"}, role="r"), log=Log.create(path, header),
    )  # fmt: skip
    made.submit("user/eve", [Patch(WEB, {"spec": {"replicas": 2}})], "as eve")
    made.submit("user/ann", [Patch(WEB, {"spec": {"replicas": 3}})], "as ann", ["ops", "system:authenticated"])
    made.settle()
    made.close()
    with closing(History.open(path)) as history:
        assert [each.actor for each in history.inputs()][2:4] == ["user/eve", "user/ann"]
        assert verify(history) is None
