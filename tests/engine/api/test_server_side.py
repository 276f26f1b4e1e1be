"""kubectl apply --server-side: who owns which field, and who may change it."""

import json
from typing import Any

import pytest

from engine.api.field_sets import leaves, paths_in, shown, tree_of
from engine.api.writes import Apply, Create, Patch, ServerSideApply, Update, from_request, to_request
from engine.errors import BadRequest, Conflict
from engine.kinds import ConfigMap, Deployment, Ref, from_manifest, to_manifest
from engine.store.state import State
from tests.engine.admitting import holding, submitted

WEB = Ref("Deployment", "default", "web")


def manifest(replicas: int | None = 2, image: str = "nginx", **more: Any) -> dict[str, Any]:
    container = {"name": "c", "image": image, "resources": {"limits": {"cpu": 1}}}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": template, **more}
    if replicas is not None:
        spec["replicas"] = replicas
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


def by(manager: str, *, force: bool = False, **changes: Any) -> ServerSideApply:
    return ServerSideApply(manifest=manifest(**changes), manager=manager, force=force)


def web(state: State) -> Deployment:
    found = state.find(Deployment, "web", "default")
    assert found is not None
    return found


def managers(state: State) -> list[tuple[str, str]]:
    return [(each["manager"], each["operation"]) for each in web(state).metadata.extra["managedFields"]]


def scaled(state: State, replicas: int) -> State:
    return submitted(state, Patch(WEB, {"spec": {"replicas": replicas}}, subresource="scale"))


def test_the_first_apply_creates_and_writes_down_what_it_said() -> None:
    state = submitted(holding(), by("kubectl"))
    (entry,) = web(state).metadata.extra["managedFields"]
    assert (entry["manager"], entry["operation"], entry["apiVersion"]) == ("kubectl", "Apply", "apps/v1")
    spec = entry["fieldsV1"]["f:spec"]
    assert set(spec) == {"f:replicas", "f:selector", "f:template"}
    containers = spec["f:template"]["f:spec"]["f:containers"]
    assert containers == {
        'k:{"name":"c"}': {".": {}, "f:image": {}, "f:name": {}, "f:resources": {"f:limits": {"f:cpu": {}}}}
    }


def test_applying_the_same_again_changes_nothing() -> None:
    state = submitted(holding(), by("kubectl"))
    assert submitted(state, by("kubectl")) is state


def test_what_leaves_the_manifest_leaves_the_object_unless_another_one_says_it_too() -> None:
    state = submitted(holding(), by("kubectl", minReadySeconds=5, revisionHistoryLimit=3))
    state = submitted(state, by("other", revisionHistoryLimit=3))
    state = submitted(state, by("kubectl"))
    assert (web(state).spec.min_ready_seconds, web(state).spec.revision_history_limit) == (0, 3)


def test_a_field_of_another_manager_is_a_conflict_until_it_is_forced() -> None:
    state = submitted(holding(), by("kubectl"))
    with pytest.raises(Conflict) as caught:
        submitted(state, by("other", replicas=3))
    assert str(caught.value) == 'Apply failed with 1 conflict: conflict with "kubectl": .spec.replicas'
    state = submitted(state, by("other", replicas=3, force=True))
    assert web(state).spec.replicas == 3
    with pytest.raises(Conflict, match=r'conflict with "other": .spec.replicas'):
        submitted(state, by("kubectl"))


def test_several_conflicts_are_listed_manager_by_manager() -> None:
    state = scaled(submitted(holding(), by("kubectl")), 5)
    with pytest.raises(Conflict) as caught:
        submitted(state, by("other", replicas=3, image="redis"))
    assert str(caught.value) == (
        'Apply failed with 2 conflicts: conflicts with "kubectl":\n'
        '- .spec.template.spec.containers[name="c"].image\n'
        'conflicts with "kubectl" with subresource "scale" using apps/v1:\n'
        "- .spec.replicas"
    )


def test_saying_the_same_as_another_manager_is_no_conflict_and_both_own_it() -> None:
    state = submitted(submitted(holding(), by("kubectl")), by("other"))
    assert managers(state) == [("other", "Apply"), ("kubectl", "Apply")]
    state = submitted(state, by("other", replicas=None))
    assert web(state).spec.replicas == 2


def test_who_scales_owns_the_count_from_then_on() -> None:
    state = scaled(submitted(holding(), by("kubectl")), 5)
    with pytest.raises(Conflict) as caught:
        submitted(state, by("kubectl"))
    assert str(caught.value) == (
        'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas'
    )
    assert web(submitted(state, by("kubectl", force=True))).spec.replicas == 2
    assert web(submitted(state, by("kubectl", replicas=None))).spec.replicas == 5


def test_a_replace_keeps_the_account() -> None:
    state = submitted(holding(), by("kubectl"))
    put = to_manifest(web(state))
    del put["metadata"]["managedFields"], put["metadata"]["resourceVersion"]
    put["spec"]["minReadySeconds"] = 4
    state = submitted(state, Update(from_manifest(put)))
    assert managers(state) == [("kubectl", "Apply"), ("kubectl", "Update")]


def test_what_was_made_otherwise_belongs_to_who_made_it() -> None:
    state = submitted(holding(), Create(from_manifest(manifest())))
    with pytest.raises(Conflict, match=r'conflict with "kubectl-create" using apps/v1: .spec.replicas'):
        submitted(state, by("kubectl", replicas=3))


def test_what_client_side_apply_recorded_becomes_kubectls_own() -> None:
    state = submitted(holding(), Apply(manifest(minReadySeconds=5)))
    with pytest.raises(Conflict, match=r'conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas'):
        submitted(state, by("kubectl", replicas=3, minReadySeconds=5))
    state = submitted(state, by("kubectl"))
    assert web(state).spec.min_ready_seconds == 0
    assert managers(state) == [("kubectl", "Apply")]
    record = json.loads(web(state).metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"])
    assert "minReadySeconds" not in record["spec"]


def test_keys_of_a_config_map_have_owners_of_their_own() -> None:
    def settings(manager: str, **data: str) -> ServerSideApply:
        made = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "s"}, "data": data}
        return ServerSideApply(manifest=made, manager=manager)

    state = submitted(submitted(holding(), settings("a", color="blue")), settings("b", size="small"))
    state = submitted(state, settings("a", shape="round"))
    found = state.find(ConfigMap, "s", "default")
    assert found is not None
    assert found.data == {"size": "small", "shape": "round"}


def test_a_manifest_with_managed_fields_is_refused() -> None:
    made = manifest()
    made["metadata"]["managedFields"] = []
    with pytest.raises(BadRequest, match=r"metadata.managedFields must be nil"):
        submitted(holding(), ServerSideApply(manifest=made, manager="kubectl"))


def test_the_write_comes_back_from_its_request_form() -> None:
    write = by("kubectl", force=True)
    assert from_request(to_request(write)) == write


def test_paths_are_shown_as_kubectl_shows_them_and_come_back_from_their_tree() -> None:
    pod = {"metadata": {"finalizers": ["a/b"]}, "spec": {"containers": [{"name": "c", "args": ["x"]}]}}
    paths = leaves(pod, keyed=True)
    assert [shown(path) for path in paths] == [
        '.metadata.finalizers[="a/b"]', '.spec.containers[name="c"]', '.spec.containers[name="c"].name',
        '.spec.containers[name="c"].args',
    ]  # fmt: skip
    assert set(paths_in(tree_of(paths))) == set(paths)
