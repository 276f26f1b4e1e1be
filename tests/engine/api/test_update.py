"""Updates: what changes, what the server keeps, what conflicts (rules 14)."""

from typing import Any

import pytest
from attrs import evolve

from engine.api.admit import Admitted, admit
from engine.api.writes import Bind, Create, Delete, Patch, Update, UpdateStatus
from engine.errors import BadRequest, Conflict, Invalid, NotFound
from engine.kinds import (
    EMPTY,
    Condition,
    Deployment,
    DeploymentStatus,
    Namespace,
    Node,
    Pod,
    PodStatus,
    Ref,
    Unmodelled,
    condition,
    from_manifest,
    to_manifest,
    with_metadata,
)
from engine.store.state import State
from tests.builders import deployment, namespace, node, pod, pod_spec
from tests.engine.admitting import NOW, holding, manifest, submitted

WEB = Ref("Deployment", "default", "web")


def web(state: State) -> Deployment:
    found = state.find(Deployment, "web", "default")
    assert found is not None
    return found


def scaled(obj: Deployment, replicas: int) -> Deployment:
    return evolve(obj, spec=evolve(obj.spec, replicas=replicas))


def test_a_change_of_the_spec_counts_a_generation() -> None:
    state = holding(deployment("web"))
    after = submitted(state, Update(scaled(web(state), 3)))
    assert (web(after).metadata.generation, web(after).metadata.resource_version) == (2, "3")


def test_a_change_of_a_label_counts_no_generation() -> None:
    state = holding(deployment("web"))
    after = submitted(state, Update(with_metadata(web(state), labels={"a": "b"})))
    assert (web(after).metadata.generation, web(after).metadata.labels) == (1, {"a": "b"})


def test_a_change_of_the_status_counts_no_generation_and_changes_nothing_else() -> None:
    state = holding(deployment("web"))
    wanted = evolve(scaled(web(state), 9), status=DeploymentStatus(replicas=1))
    after = submitted(state, UpdateStatus(wanted))
    assert web(after).status.replicas == 1
    assert web(after).spec is web(state).spec
    assert web(after).metadata.generation == 1


def test_an_update_leaves_the_status_alone() -> None:
    state = holding(deployment("web"))
    wanted = evolve(scaled(web(state), 2), status=DeploymentStatus(replicas=7))
    assert web(submitted(state, Update(wanted))).status == DeploymentStatus()


def test_a_write_that_changes_nothing_leaves_no_trace() -> None:
    state = holding(deployment("web"))
    writes = (Update(web(state)), UpdateStatus(web(state)), Update(from_manifest(to_manifest(web(state)))))
    assert admit(state, writes, now=NOW + 9, seed="test") == Admitted()


def test_there_and_back_in_one_call_leaves_no_trace() -> None:
    state = holding(node("w1"))
    stored = state.find(Node, "w1")
    assert stored is not None
    cordoned = evolve(stored, spec=evolve(stored.spec, unschedulable=True))
    assert submitted(state, Update(cordoned), Update(stored)) is state


def test_a_stale_version_conflicts() -> None:
    state = holding(deployment("web"))
    old = web(state)
    state = submitted(state, Update(scaled(old, 2)))
    why = (
        'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; '
        "please apply your changes to the latest version and try again"
    )
    with pytest.raises(Conflict, match=why):
        submitted(state, Update(scaled(old, 3)))
    with pytest.raises(Conflict, match=why):
        submitted(state, UpdateStatus(evolve(old, status=DeploymentStatus(replicas=1))))


def test_two_updates_of_one_call_may_start_from_the_same_version() -> None:
    state = holding(deployment("web"))
    labelled = with_metadata(web(state), labels={"a": "b"})
    after = submitted(
        state, Update(labelled), UpdateStatus(evolve(web(state), status=DeploymentStatus(replicas=1)))
    )
    assert (web(after).metadata.labels, web(after).status.replicas) == ({"a": "b"}, 1)


def test_an_update_without_a_version_replaces_whatever_is_there() -> None:
    state = submitted(holding(deployment("web")), Update(deployment("web", replicas=5)))
    assert web(state).spec.replicas == 5


def test_an_object_with_another_uid_is_another_object() -> None:
    state = holding(deployment("web"))
    with pytest.raises(Conflict, match="Precondition failed: UID in precondition: other, UID in object meta: "):
        submitted(state, Update(with_metadata(web(state), uid="other", resource_version="")))


def test_what_does_not_exist_cannot_be_updated() -> None:
    with pytest.raises(NotFound, match=r'^deployments.apps "web" not found$'):
        submitted(holding(), Update(deployment("web")))


def test_the_server_keeps_its_own_metadata() -> None:
    state = holding(deployment("web"))
    before = web(state).metadata
    wanted = with_metadata(scaled(web(state), 2), creation_timestamp=1, generation=99, deletion_timestamp=5)
    after = web(submitted(state, Update(wanted))).metadata
    assert (after.creation_timestamp, after.generation) == (before.creation_timestamp, 2)
    assert after.deletion_timestamp is None


def test_equal_parts_stay_one_object_in_memory() -> None:
    state = holding(deployment("web"))
    read = with_metadata(from_manifest(to_manifest(web(state))), labels={"a": "b"})
    after = submitted(state, Update(read))
    assert web(after).spec is web(state).spec


@pytest.mark.parametrize("status", [{"phase": "Bound"}, {}])
def test_a_kind_without_a_model_has_a_status_too(status: dict[str, Any]) -> None:
    state = holding(manifest("PriorityClass", "data", "scheduling.k8s.io/v1", spec={"x": 1}))
    ref = Ref("PriorityClass", "", "data")
    stored = state.get(ref)
    assert isinstance(stored, Unmodelled)
    after = submitted(state, UpdateStatus(evolve(stored, body={"spec": {"x": 2}, "status": status}))).get(ref)
    assert isinstance(after, Unmodelled)
    assert after.body == {**stored.body, "status": status} and stored.body["spec"] == {"x": 1}


def test_what_has_no_status_cannot_get_one() -> None:
    state = holding(manifest("ConfigMap", "c"))
    with pytest.raises(BadRequest, match="a ConfigMap has no status"):
        submitted(state, UpdateStatus(manifest("ConfigMap", "c", metadata={"namespace": "default"})))


def test_a_selector_never_changes() -> None:
    state = holding(deployment("web"))
    wanted = deployment("web", selector={"matchLabels": {"app": "web", "x": "y"}})
    with pytest.raises(Invalid, match=r"spec.selector: Invalid value: .*: field is immutable"):
        submitted(state, Update(wanted))


def patched_pod(state: State, **spec: Any) -> State:
    return submitted(state, Patch(Ref("Pod", "default", "p"), {"spec": spec}))


def test_the_image_of_a_pod_may_change_and_counts_a_generation() -> None:
    state = patched_pod(holding(pod("p")), containers=[{"name": "main", "image": "nginx:1.28"}])
    found = state.find(Pod, "p", "default")
    assert found is not None
    assert (found.spec.containers[0].image, found.metadata.generation) == ("nginx:1.28", 2)


def test_nothing_else_of_a_pods_spec_may_change() -> None:
    why = r"spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`,"
    with pytest.raises(Invalid, match=why):
        patched_pod(holding(pod("p")), nodeSelector={"disk": "ssd"})


def test_a_pod_gets_no_second_container() -> None:
    with pytest.raises(Invalid, match=r"spec.containers: Forbidden: pod updates may not add or remove containers"):
        patched_pod(holding(pod("p")), containers=[{"name": "second", "image": "x"}])


def test_a_pod_may_tolerate_more_but_not_less() -> None:
    state = holding(pod("p"))
    stored = state.find(Pod, "p", "default")
    assert stored is not None
    less = evolve(stored, spec=evolve(stored.spec, tolerations=stored.spec.tolerations[1:]))
    more = to_manifest(stored)["spec"]["tolerations"]
    state = patched_pod(state, tolerations=[*more, {"key": "x", "operator": "Exists"}])
    found = state.find(Pod, "p", "default")
    assert found is not None
    assert len(found.spec.tolerations) == 3
    taken = evolve(less, metadata=found.metadata, spec=evolve(less.spec, tolerations=found.spec.tolerations[:2]))
    with pytest.raises(Invalid, match="existing toleration can not be modified except its tolerationSeconds"):
        submitted(state, Update(taken))


def test_gates_go_but_do_not_come() -> None:
    state = holding(pod("p", schedulingGates=[{"name": "a.b/one"}, {"name": "a.b/two"}]))
    ref = Ref("Pod", "default", "p")
    state = submitted(state, Patch(ref, {"spec": {"schedulingGates": [{"name": "a.b/one", "$patch": "delete"}]}}))
    found = state.find(Pod, "p", "default")
    assert found is not None
    assert found.spec.scheduling_gates == ({"name": "a.b/two"},)
    with pytest.raises(Invalid, match=r"only deletion is allowed, but found new scheduling gate 'a.b/three'"):
        patched_pod(state, schedulingGates=[{"name": "a.b/three"}])


def test_a_pods_priority_stays_when_a_manifest_leaves_it_out() -> None:
    state = holding(pod("p"))
    assert submitted(state, Update(pod("p"))) is state


def test_the_last_finalizer_takes_a_deleted_object_with_it() -> None:
    state = holding(with_metadata(deployment("web"), finalizers=("example.com/hold",)))
    state = submitted(state, Delete(ref=WEB))
    assert web(state).metadata.deletion_timestamp == NOW
    state = submitted(state, Update(with_metadata(web(state), finalizers=())))
    assert state.get(WEB) is None


def test_a_deleted_object_gets_no_new_finalizer() -> None:
    state = holding(with_metadata(deployment("web"), finalizers=("example.com/hold",)))
    state = submitted(state, Delete(ref=WEB))
    wanted = with_metadata(web(state), finalizers=("example.com/hold", "example.com/more"))
    why = r'found new finalizers \[\]string\{"example.com/more"\}'
    with pytest.raises(Invalid, match=why):
        submitted(state, Update(wanted))


def test_a_namespace_goes_once_its_content_is_finalized() -> None:
    state = submitted(holding(namespace("old")), Delete(ref=Ref("Namespace", "", "old")))
    stored = state.find(Namespace, "old")
    assert stored is not None
    assert stored.status.phase == "Terminating"
    state = submitted(state, Update(evolve(stored, spec=evolve(stored.spec, finalizers=()))))
    assert state.find(Namespace, "old") is None


def test_an_active_namespace_keeps_its_finalizer() -> None:
    state = holding(namespace("shop"))
    stored = state.find(Namespace, "shop")
    assert stored is not None
    assert submitted(state, Update(evolve(stored, spec=evolve(stored.spec, finalizers=())))) is state


def bound(state: State) -> Pod:
    found = state.find(Pod, "p", "default")
    assert found is not None
    return found


def test_a_bound_pod_has_its_node_and_is_scheduled() -> None:
    state = holding(node("w1"), pod("p"))
    nominated = evolve(bound(state), status=evolve(bound(state).status, nominated_node_name="w2"))
    state = submitted(state, UpdateStatus(nominated))
    after = bound(submitted(state, Bind(Ref("Pod", "default", "p"), "w1")))
    assert after.spec.node_name == "w1"
    assert after.status.nominated_node_name == ""
    assert condition(after.status.conditions, "PodScheduled") == Condition(
        type="PodScheduled", status="True", last_transition_time=NOW
    )
    assert after.metadata.generation == 1
    assert after.spec.containers is bound(state).spec.containers


def test_a_pod_is_bound_once() -> None:
    state = submitted(holding(node("w1"), pod("p")), Bind(Ref("Pod", "default", "p"), "w1"))
    why = 'on pods/binding "p": pod p is already assigned to node "w1"'
    with pytest.raises(Conflict, match=why):
        submitted(state, Bind(Ref("Pod", "default", "p"), "w1"))


def test_a_pod_is_not_bound_to_a_node_that_is_not_there() -> None:
    with pytest.raises(NotFound, match='nodes "w1" not found'):
        submitted(holding(pod("p")), Bind(Ref("Pod", "default", "p"), "w1"))


def test_a_gated_pod_is_not_bound() -> None:
    state = holding(node("w1"), pod("p", schedulingGates=[{"name": "a.b/c"}]))
    with pytest.raises(Conflict, match=r"non-empty .spec.schedulingGates"):
        submitted(state, Bind(Ref("Pod", "default", "p"), "w1"))


def test_a_quantity_that_is_none_makes_the_manifest_unreadable() -> None:
    broken = deployment("web", template=pod_spec(resources={"requests": {"cpu": "lots"}}))
    why = r'^Deployment in version "v1" cannot be handled as a Deployment: quantities must match the regular'
    with pytest.raises(BadRequest, match=why):
        submitted(holding(), Create(broken))
    with pytest.raises(BadRequest, match=why):
        submitted(holding(deployment("web")), Update(broken))


def test_a_status_is_taken_as_it_is() -> None:
    state = holding(pod("p"))
    after = submitted(state, UpdateStatus(evolve(bound(state), status=PodStatus(phase="Odd"))))
    assert bound(after).status.phase == "Odd"
    assert bound(after).metadata.labels == EMPTY
