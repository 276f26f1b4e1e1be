"""ResourceQuota and LimitRange: rule 10, spent at admission and given back by the controller."""

from typing import Any

import pytest

from engine.api.writes import Create, Delete, Patch, Update
from engine.cluster import Cluster
from engine.errors import Forbidden, Invalid
from engine.kinds import Event, Pod, Ref, evolve, from_manifest, to_manifest
from engine.kinds.quota import LimitRange, ResourceQuota
from engine.printers import PRINTERS
from engine.printers.describe import DESCRIBERS
from tests.builders import cluster, deployment, node, pod_spec, service


def quota(name: str = "q", scopes: tuple[str, ...] = (), **hard: str) -> ResourceQuota:
    spec: dict[str, Any] = {"hard": {key.replace("__", "/").replace("_", "."): text for key, text in hard.items()}}
    if scopes:
        spec["scopes"] = list(scopes)
    made = from_manifest({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name}, "spec": spec})
    assert isinstance(made, ResourceQuota)
    return made


def limits(*items: dict[str, Any]) -> LimitRange:
    manifest = {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l"}, "spec": {"limits": list(items)}}
    made = from_manifest(manifest)
    assert isinstance(made, LimitRange)
    return made


def pod(name: str = "p", **resources: dict[str, str]) -> Pod:
    container = {"name": "c1", "image": "nginx", "resources": resources}
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": {"containers": [container]}}
    made = from_manifest(manifest)
    assert isinstance(made, Pod)
    return made


def with_one_node() -> Cluster:
    return cluster(node("w1"))


def used(made: Cluster, name: str = "q") -> dict[str, str]:
    found = made.state.find(ResourceQuota, name, "default")
    assert found is not None
    return dict(found.status.used)


def create(made: Cluster, *objects: Any) -> None:
    made.submit("user", [Create(each) for each in objects])


def test_a_quota_is_spent_in_the_commit_that_spends_it_and_refuses_what_exceeds_it() -> None:
    made = with_one_node()
    create(made, quota(cpu="3", pods="4"))
    create(made, pod("a", requests={"cpu": "2"}), pod("b", requests={"cpu": "1"}))
    assert used(made) == {"cpu": "3", "pods": "2"}
    with pytest.raises(Forbidden) as refused:
        create(made, pod("c", requests={"cpu": "1"}))
    assert str(refused.value) == (
        'pods "c" is forbidden: exceeded quota: q, requested: cpu=1, used: cpu=3, limited: cpu=3'
    )


def test_only_what_is_exceeded_is_named_in_the_order_of_names() -> None:
    made = with_one_node()
    create(made, quota(requests_memory="1Gi", pods="1", cpu="8"))
    create(made, pod("a", requests={"cpu": "1", "memory": "1Gi"}))
    with pytest.raises(Forbidden, match=r"requested: pods=1,requests\.memory=512Mi, used: pods=1,"):
        create(made, pod("b", requests={"cpu": "1", "memory": "512Mi"}))


def test_a_pod_under_a_quota_of_cpu_has_to_say_how_much_each_container_takes() -> None:
    made = with_one_node()
    create(made, quota(cpu="3", limits_memory="1Gi"))
    with pytest.raises(Forbidden) as refused:
        create(made, pod("p"))
    told = 'pods "p" is forbidden: failed quota: q: must specify cpu for: c1; limits.memory for: c1'
    assert str(refused.value) == told


def test_what_goes_or_finishes_is_given_back() -> None:
    made = with_one_node()
    create(made, quota(pods="2"))
    create(made, pod("a"), pod("b"))
    made.settle()
    made.submit("user", [Delete(ref=Ref("Pod", "default", "a"), grace_seconds=0)])
    made.settle()
    assert used(made) == {"pods": "1"}


def test_a_quota_made_after_its_pods_counts_them_before_anybody_has() -> None:
    made = with_one_node()
    create(made, pod("a"))
    create(made, quota(pods="1"))
    with pytest.raises(Forbidden, match="used: pods=1, limited: pods=1"):
        create(made, pod("b"))
    made.settle()
    assert used(made) == {"pods": "1"}


def test_counts_of_kinds_and_kinds_of_services_are_held() -> None:
    made = with_one_node()
    create(made, quota(count__deployments_apps="1", services="2", services_nodeports="1"))
    create(made, deployment("web"), service("s", type="NodePort"))
    assert used(made) == {"count/deployments.apps": "1", "services": "1", "services.nodeports": "1"}
    with pytest.raises(Forbidden, match=r"exceeded quota: q, requested: count/deployments.apps=1"):
        create(made, deployment("more"))
    with pytest.raises(Forbidden, match=r"requested: services.nodeports=1"):
        create(made, service("t", type="NodePort"))


def test_a_service_that_becomes_a_node_port_is_charged_for_it() -> None:
    made = with_one_node()
    create(made, quota(services_nodeports="0"))
    create(made, service("s"))
    with pytest.raises(Forbidden, match=r"services\.nodeports"):
        made.submit("user", [Patch(Ref("Service", "default", "s"), {"spec": {"type": "NodePort"}})])


def test_a_quota_of_a_scope_counts_its_pods_only() -> None:
    made = with_one_node()
    create(made, quota(pods="0", scopes=("BestEffort",)))
    create(made, pod("guaranteed", requests={"cpu": "1"}))
    with pytest.raises(Forbidden, match="exceeded quota"):
        create(made, pod("effortless"))


def test_a_replica_set_says_what_its_quota_refused_and_goes_on_once_there_is_room() -> None:
    made = with_one_node()
    create(made, quota(pods="2"))
    create(made, deployment("web", replicas=3))
    made.advance(made.now + 30)
    said = [event.message for event in made.state.all(Event, "default") if event.reason == "FailedCreate"]
    assert said and all("is forbidden: exceeded quota: q, requested: pods=1, used: pods=2" in each for each in said)
    found = made.state.find(ResourceQuota, "q", "default")
    assert found is not None
    made.submit("user", [Update(evolve(found, spec=evolve(found.spec, hard={"pods": "5"})))])
    made.advance(made.now + 600)
    assert len(list(made.state.all(Pod, "default"))) == 3


def test_a_settled_cluster_with_quotas_is_left_alone_when_everything_is_woken() -> None:
    made = with_one_node()
    create(made, quota(pods="5", requests_memory="4Gi", count__pods="9"))
    create(made, pod("a", requests={"memory": "1Gi"}))
    made.advance(made.now + 60)
    revision = made.state.revision
    made.jump(made.now)
    made.settle()
    assert made.state.revision == revision + 1, "the leap itself, and nothing else"


def test_quotas_are_listed_and_described_as_kubectl_does() -> None:
    made = with_one_node()
    create(made, quota(requests_cpu="2", limits_memory="2Gi", pods="4", scopes=("NotBestEffort",)))
    create(made, pod("a", requests={"cpu": "500m"}, limits={"memory": "1Gi"}))
    found = made.state.find(ResourceQuota, "q", "default")
    assert PRINTERS["ResourceQuota"].cells(found, made.state, made.now) == (
        "q", "pods: 1/4, requests.cpu: 500m/2", "limits.memory: 1Gi/2Gi", "0s",
    )  # fmt: skip
    assert DESCRIBERS["ResourceQuota"](found, made.state, made.now) == [
        "Name:       q",
        "Namespace:  default",
        "Scopes:     NotBestEffort",
        " * Matches all pods that have at least one resource requirement set. "
        "These pods have a burstable or guaranteed quality of service.",
        "Resource       Used  Hard",
        "--------       ----  ----",
        "limits.memory  1Gi   2Gi",
        "pods           1     4",
        "requests.cpu   500m  2",
    ]


def test_quotas_with_mistakes_are_refused() -> None:
    made = with_one_node()
    with pytest.raises(Invalid, match="must be a standard resource for quota"):
        create(made, quota(potatoes="1"))
    with pytest.raises(Invalid, match="conflicting scopes"):
        create(made, quota(pods="1", scopes=("BestEffort", "NotBestEffort")))


CONTAINER = {"type": "Container", "max": {"cpu": "800m"}, "min": {"cpu": "200m"}}


def test_a_limit_range_fills_in_what_a_container_leaves_open_and_notes_it() -> None:
    made = with_one_node()
    create(made, limits({"type": "Container", "default": {"memory": "512Mi"}, "defaultRequest": {"memory": "256Mi"}}))
    create(made, pod("open"), pod("given", requests={"memory": "1Gi"}, limits={"memory": "2Gi"}))
    stored = made.state.find(Pod, "open", "default")
    assert stored is not None
    manifest = to_manifest(stored)
    assert manifest["spec"]["containers"][0]["resources"] == {
        "limits": {"memory": "512Mi"}, "requests": {"memory": "256Mi"},
    }  # fmt: skip
    note = "LimitRanger plugin set: memory request for container c1; memory limit for container c1"
    assert stored.metadata.annotations == {"kubernetes.io/limit-ranger": note}
    given = made.state.find(Pod, "given", "default")
    assert given is not None
    assert not given.metadata.annotations


def test_defaults_of_a_limit_range_follow_from_its_bounds() -> None:
    made = with_one_node()
    create(made, limits(CONTAINER))
    found = made.state.find(LimitRange, "l", "default")
    assert found is not None
    assert found.spec.limits[0].default == {"cpu": "800m"}
    assert found.spec.limits[0].default_request == {"cpu": "800m"}
    assert DESCRIBERS["LimitRange"](found, made.state, made.now)[2:] == [
        "Type        Resource  Min   Max   Default Request  Default Limit  Max Limit/Request Ratio",
        "----        --------  ---   ---   ---------------  -------------  -----------------------",
        "Container   cpu       200m  800m  800m             800m           -",
    ]


def test_every_bound_a_pod_breaks_is_told_at_once() -> None:
    made = with_one_node()
    create(made, limits(CONTAINER, {"type": "Pod", "max": {"cpu": "1"}, "maxLimitRequestRatio": {"cpu": "2"}}))
    with pytest.raises(Forbidden) as refused:
        create(made, pod("p", requests={"cpu": "100m"}, limits={"cpu": "1500m"}))
    assert str(refused.value) == (
        'pods "p" is forbidden: [minimum cpu usage per Container is 200m, but request is 100m, '
        "maximum cpu usage per Container is 800m, but limit is 1500m, "
        "maximum cpu usage per Pod is 1, but limit is 1500m, "
        "cpu max limit to request ratio per Pod is 2, but provided ratio is 15.000000]"
    )


def test_pods_of_a_template_get_the_defaults_of_their_namespace() -> None:
    made = with_one_node()
    create(made, limits({"type": "Container", "default": {"cpu": "1"}}))
    create(made, deployment("web", replicas=2, template=pod_spec()))
    made.advance(made.now + 30)
    pods = list(made.state.all(Pod, "default"))
    assert len(pods) == 2
    for each in pods:
        assert each.spec.containers[0].resources is not None
        assert each.spec.containers[0].resources.limits == {"cpu": "1"}
        assert "limit-ranger" in next(iter(each.metadata.annotations))


def test_a_limit_range_that_contradicts_itself_is_refused() -> None:
    made = with_one_node()
    with pytest.raises(Invalid, match="min value 2 is greater than max value 1"):
        create(made, limits({"type": "Container", "min": {"cpu": "2"}, "max": {"cpu": "1"}}))
