"""Creation: identity, namespaces, defaults that need the cluster (rules 6, 9, 14)."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from attrs import evolve

from engine.api.admit import admit
from engine.api.writes import Create, Delete, Update
from engine.errors import AlreadyExists, BadRequest, Forbidden, Invalid, NotFound
from engine.kinds import (
    ConfigMap,
    Deployment,
    Namespace,
    Node,
    ObjectMeta,
    Pod,
    PodStatus,
    Ref,
    ReplicaSet,
    ReplicaSetSpec,
    owner_reference,
    with_metadata,
)
from engine.store.state import State
from tests.builders import deployment, namespace, node, pod, pod_spec
from tests.engine.admitting import NOW, holding, manifest, submitted


def test_a_created_object_gets_a_uid_a_time_a_version_and_generation_1() -> None:
    made = holding(deployment("web")).find(Deployment, "web", "default")
    assert made is not None
    meta = made.metadata
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", meta.uid)
    assert (meta.creation_timestamp, meta.resource_version, meta.generation) == (NOW, "2", 1)


def test_kinds_that_count_no_generations_have_none() -> None:
    made = holding(node("w1")).find(Node, "w1")
    assert made is not None
    assert made.metadata.generation == 0


def test_the_same_call_on_the_same_state_gives_the_same_objects() -> None:
    state = holding()
    named = with_metadata(pod("p"), name="", generate_name="web-")
    writes = [Create(named), Create(named)]
    first = admit(state, writes, now=NOW, seed="a")
    assert first == admit(state, writes, now=NOW, seed="a")
    assert first != admit(state, writes, now=NOW, seed="b")


def test_a_generated_name_ends_with_five_letters_that_spell_nothing() -> None:
    state = submitted(holding(), Create(with_metadata(pod(), name="", generate_name="web-")))
    (made,) = state.all(Pod)
    assert re.fullmatch("web-[bcdfghjklmnpqrstvwxz2456789]{5}", made.metadata.name)


def test_a_long_generated_name_is_cut_to_fit_63_letters() -> None:
    state = submitted(holding(), Create(with_metadata(pod(), name="", generate_name="w" * 80)))
    (made,) = state.all(Pod)
    assert len(made.metadata.name) == 63


def test_an_object_needs_a_name_or_a_base_for_one() -> None:
    with pytest.raises(Invalid, match=r"metadata.name: Required value: name or generateName is required"):
        submitted(holding(), Create(with_metadata(pod(), name="")))


def test_a_second_object_of_the_same_name_is_refused_with_its_resource() -> None:
    state = holding(pod("p"), deployment("web"))
    with pytest.raises(AlreadyExists, match=r'^pods "p" already exists$'):
        submitted(state, Create(pod("p")))
    with pytest.raises(AlreadyExists, match=r'^deployments.apps "web" already exists$'):
        submitted(state, Create(deployment("web")))


def test_an_object_without_a_namespace_goes_to_default() -> None:
    state = holding(pod("p", namespace=""))
    assert state.get(Ref("Pod", "default", "p")) is not None


def test_a_cluster_scoped_object_has_no_namespace() -> None:
    state = holding(with_metadata(node("w1"), namespace="default"))
    assert state.get(Ref("Node", "", "w1")) is not None


def test_a_missing_namespace_takes_nothing() -> None:
    with pytest.raises(NotFound, match=r'^namespaces "nowhere" not found$'):
        submitted(holding(), Create(pod("p", namespace="nowhere")))


def test_a_terminating_namespace_takes_nothing_new() -> None:
    state = submitted(holding(namespace("old")), Delete(ref=Ref("Namespace", "", "old")))
    why = 'pods "p" is forbidden: unable to create new content in namespace old because it is being terminated'
    with pytest.raises(Forbidden, match=f"^{why}$"):
        submitted(state, Create(pod("p", namespace="old")))


def test_a_namespace_starts_active_labelled_with_its_name_and_held_by_its_finalizer() -> None:
    made = holding(namespace("shop")).find(Namespace, "shop")
    assert made is not None
    assert made.status.phase == "Active"
    assert made.spec.finalizers == ("kubernetes",)
    assert made.metadata.labels == {"kubernetes.io/metadata.name": "shop"}


def test_writes_of_one_call_see_each_other() -> None:
    state = submitted(holding(), Create(namespace("shop")), Create(pod("p", namespace="shop")))
    assert state.get(Ref("Pod", "shop", "p")) is not None


def test_one_refused_write_refuses_the_whole_call() -> None:
    state = holding(pod("p"))
    with pytest.raises(AlreadyExists):
        submitted(state, Create(pod("q")), Create(pod("p")))
    assert state.get(Ref("Pod", "default", "q")) is None


def test_a_resource_version_has_no_place_in_a_new_object() -> None:
    with pytest.raises(BadRequest, match="resourceVersion should not be set on objects to be created"):
        submitted(holding(), Create(with_metadata(pod("p"), resource_version="7")))


def test_a_new_pod_is_pending_whatever_status_it_brings() -> None:
    brought = evolve(pod("p"), status=PodStatus(phase="Running", pod_ip="10.0.0.1"))
    made = holding(brought).find(Pod, "p", "default")
    assert made is not None
    assert made.status == PodStatus(phase="Pending", qos_class="BestEffort")


def test_a_node_registers_with_its_status() -> None:
    made = holding(node("w1", cpu="4")).find(Node, "w1")
    assert made is not None
    assert made.status.allocatable["cpu"] == "4"


@pytest.mark.parametrize(
    ("resources", "qos"),
    [
        ({}, "BestEffort"),
        ({"requests": {"cpu": "0"}}, "BestEffort"),
        ({"requests": {"cpu": "100m"}}, "Burstable"),
        ({"limits": {"cpu": "1"}}, "Burstable"),
        ({"limits": {"cpu": "1", "memory": "1Gi"}}, "Guaranteed"),
        ({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1000m"}}, "Guaranteed"),
        ({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "500m"}}, "Burstable"),
    ],
)
def test_the_qos_class_follows_from_requests_and_limits(resources: dict[str, dict[str, str]], qos: str) -> None:
    made = holding(pod("p", containers=[{"name": "c", "image": "x", "resources": resources}]))
    found = made.find(Pod, "p", "default")
    assert found is not None
    assert found.status.qos_class == qos


def test_a_pod_takes_its_priority_from_its_class() -> None:
    high = manifest("PriorityClass", "high", "scheduling.k8s.io/v1", value=1000)
    state = holding(high, pod("p", priorityClassName="high"), pod("q"))
    found = [each.spec.priority for each in state.all(Pod)]
    assert found == [1000, 0]


def test_the_default_class_serves_pods_that_name_none() -> None:
    usual = manifest("PriorityClass", "usual", "scheduling.k8s.io/v1", value=7, globalDefault=True)
    (made,) = holding(usual, pod("p")).all(Pod)
    assert (made.spec.priority_class_name, made.spec.priority) == ("usual", 7)


def test_there_is_one_default_class() -> None:
    version = "scheduling.k8s.io/v1"
    usual = manifest("PriorityClass", "usual", version, value=7, globalDefault=True)
    state = holding(usual, manifest("PriorityClass", "other", version, value=9))
    second = manifest("PriorityClass", "second", version, value=8, globalDefault=True)
    why = "is forbidden: PriorityClass usual is already marked as default. Only one default can exist"
    with pytest.raises(Forbidden, match=f'priorityclasses.scheduling.k8s.io "second" {why}'):
        submitted(state, Create(second))
    with pytest.raises(Forbidden, match=f'priorityclasses.scheduling.k8s.io "other" {why}'):
        submitted(state, Update(manifest("PriorityClass", "other", version, value=9, globalDefault=True)))
    again = manifest("PriorityClass", "usual", version, value=7, globalDefault=True, description="mine")
    assert submitted(state, Update(again)).revision > state.revision


def test_a_missing_priority_class_forbids_the_pod() -> None:
    with pytest.raises(Forbidden, match='pods "p" is forbidden: no PriorityClass with name gold was found'):
        holding(pod("p", priorityClassName="gold"))


def test_a_refusal_names_a_pod_without_a_name_by_its_base() -> None:
    nameless = with_metadata(pod("p", priorityClassName="gold"), name="", generate_name="web-")
    with pytest.raises(Forbidden, match=r'^pods "web-" is forbidden: '):
        submitted(holding(), Create(nameless))


def test_a_gated_pod_says_that_its_scheduling_is_blocked() -> None:
    (made,) = holding(pod("p", schedulingGates=[{"name": "example.com/wait"}])).all(Pod)
    (found,) = made.status.conditions
    assert (found.type, found.status, found.reason) == ("PodScheduled", "False", "SchedulingGated")


def with_replica_set(template: Mapping[str, Any] | None = None) -> State:
    state = holding(deployment("web", template=template))
    owner = state.find(Deployment, "web", "default")
    assert owner is not None
    spec = ReplicaSetSpec(selector=owner.spec.selector, template=owner.spec.template)
    return submitted(state, Create(ReplicaSet(metadata=ObjectMeta(name="web-1", namespace="default"), spec=spec)))


def of_replica_set(state: State) -> Pod:
    """A pod as the replica set's controller asks for it."""
    owner = state.find(ReplicaSet, "web-1", "default")
    assert owner is not None
    meta = ObjectMeta(
        generate_name="web-1-",
        namespace="default",
        labels=owner.spec.template.metadata.labels,
        owner_references=(owner_reference(owner),),
    )
    return Pod(metadata=meta, spec=owner.spec.template.spec)


def test_pods_made_of_one_template_share_their_containers_in_memory() -> None:
    state = with_replica_set()
    owner = state.find(ReplicaSet, "web-1", "default")
    assert owner is not None
    made = Create(of_replica_set(state))
    first, second = submitted(state, made, made).all(Pod)
    assert first.spec is second.spec
    assert first.spec.containers is owner.spec.template.spec.containers
    assert first.metadata.name != second.metadata.name


def test_pods_of_one_owner_share_what_was_filled_in_also_over_many_calls() -> None:
    template = pod_spec(resources={"limits": {"cpu": "1", "memory": "1Gi"}})
    state = with_replica_set(template)
    for _ in range(3):
        state = submitted(state, Create(of_replica_set(state)))
    first, *others = state.all(Pod)
    assert all(each.spec.containers is first.spec.containers for each in others)
    assert all(each.spec.tolerations is first.spec.tolerations for each in others)


def test_a_stored_template_gets_no_defaults_of_a_pod() -> None:
    owner = with_replica_set().find(ReplicaSet, "web-1", "default")
    assert owner is not None
    spec = owner.spec.template.spec
    assert (spec.restart_policy, spec.priority, spec.tolerations, spec.service_account_name) == (
        "Always",
        None,
        (),
        "",
    )


def test_data_of_any_kind_is_kept_as_it_was_written() -> None:
    made = holding(manifest("ConfigMap", "c", data={"a": "1"}, weird={"x": [1]})).find(ConfigMap, "c", "default")
    assert made is not None
    assert made.extra == {"weird": {"x": [1]}}
