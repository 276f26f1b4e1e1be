"""Patches as functions over JSON, and as writes."""

from typing import Any

import pytest

from engine.api.patching.json_patch import json_patch
from engine.api.patching.merge import merge_patch
from engine.api.patching.strategic import strategic_patch
from engine.api.patching.three_way import three_way
from engine.api.writes import Patch
from engine.errors import BadRequest, Conflict, Invalid, NotFound
from engine.kinds import Deployment, Node, Ref
from tests.builders import deployment, node
from tests.engine.admitting import holding, submitted

WEB = Ref("Deployment", "default", "web")


def test_a_merge_patch_replaces_lists_and_removes_with_null() -> None:
    target = {"a": {"b": 1, "c": 2}, "list": [1, 2], "keep": "x"}
    patch = {"a": {"b": None, "d": 3}, "list": [9]}
    assert merge_patch(target, patch) == {"a": {"c": 2, "d": 3}, "list": [9], "keep": "x"}


def test_patches_leave_their_arguments_alone() -> None:
    target = {"spec": {"containers": [{"name": "a", "image": "1"}]}}
    before = repr(target)
    strategic_patch(target, {"spec": {"containers": [{"name": "a", "image": "2"}]}})
    json_patch(target, [{"op": "replace", "path": "/spec/containers/0/image", "value": "2"}])
    merge_patch(target, {"spec": None})
    assert repr(target) == before


def containers(*patch: dict[str, Any]) -> Any:
    target = {"spec": {"containers": [{"name": "a", "image": "1", "args": ["x"]}, {"name": "b", "image": "1"}]}}
    return strategic_patch(target, {"spec": {"containers": list(patch)}})["spec"]["containers"]


def test_containers_merge_by_name() -> None:
    assert containers({"name": "b", "image": "2"}) == [
        {"name": "a", "image": "1", "args": ["x"]},
        {"name": "b", "image": "2"},
    ]


def test_a_container_of_a_new_name_is_added() -> None:
    assert [each["name"] for each in containers({"name": "c", "image": "1"})] == ["a", "b", "c"]


def test_an_element_is_deleted_by_its_key() -> None:
    assert [each["name"] for each in containers({"name": "a", "$patch": "delete"})] == ["b"]


def test_a_list_is_replaced_on_request() -> None:
    assert containers({"$patch": "replace"}, {"name": "z"}) == [{"name": "z"}]


def test_an_element_without_its_key_is_refused() -> None:
    with pytest.raises(BadRequest, match="does not contain declared merge key: name"):
        containers({"image": "2"})


def test_arguments_replace_as_a_whole() -> None:
    assert containers({"name": "a", "args": ["y"]})[0]["args"] == ["y"]


def test_tolerations_replace_as_a_whole() -> None:
    target = {"spec": {"tolerations": [{"key": "a"}]}}
    assert strategic_patch(target, {"spec": {"tolerations": [{"key": "b"}]}}) == {
        "spec": {"tolerations": [{"key": "b"}]}
    }


def test_service_ports_merge_by_port_and_container_ports_by_container_port() -> None:
    assert strategic_patch(
        {"spec": {"ports": [{"port": 80, "name": "http"}]}}, {"spec": {"ports": [{"port": 80, "nodePort": 30080}]}}
    ) == {"spec": {"ports": [{"port": 80, "name": "http", "nodePort": 30080}]}}
    held = containers({"name": "a", "ports": [{"containerPort": 80}, {"containerPort": 81}]})
    assert held[0]["ports"] == [{"containerPort": 80}, {"containerPort": 81}]


def test_finalizers_merge_as_a_set_and_are_deleted_by_value() -> None:
    target = {"metadata": {"finalizers": ["a", "b"]}}
    assert strategic_patch(target, {"metadata": {"finalizers": ["b", "c"]}}) == {
        "metadata": {"finalizers": ["a", "b", "c"]}
    }
    assert strategic_patch(target, {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}}) == {
        "metadata": {"finalizers": ["b"]}
    }


def test_a_mapping_is_replaced_deleted_or_stripped_on_request() -> None:
    target = {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}}
    replaced = strategic_patch(target, {"spec": {"strategy": {"$patch": "replace", "type": "Recreate"}}})
    assert replaced == {"spec": {"strategy": {"type": "Recreate"}}}
    assert strategic_patch(target, {"spec": {"strategy": {"$patch": "delete"}}}) == {"spec": {"strategy": {}}}
    stripped = strategic_patch(target, {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}})
    assert stripped == {"spec": {"strategy": {"type": "Recreate"}}}


def test_an_order_is_kept_and_the_unnamed_stay_behind_their_neighbour() -> None:
    patch = {
        "spec": {
            "$setElementOrder/containers": [{"name": "c"}, {"name": "a"}],
            "containers": [{"name": "c"}],
        }
    }
    target = {"spec": {"containers": [{"name": "a"}, {"name": "b"}]}}
    assert [each["name"] for each in strategic_patch(target, patch)["spec"]["containers"]] == ["c", "a", "b"]


def test_an_unknown_directive_is_refused() -> None:
    with pytest.raises(BadRequest, match="Unknown patch type found: twist"):
        strategic_patch({}, {"a": {"$patch": "twist"}})


DOCUMENT = {"a": {"b": [1, 2]}, "m~/n": 0}


@pytest.mark.parametrize(
    ("operation", "after"),
    [
        ({"op": "add", "path": "/a/c", "value": 3}, {"a": {"b": [1, 2], "c": 3}, "m~/n": 0}),
        ({"op": "add", "path": "/a/b/-", "value": 3}, {"a": {"b": [1, 2, 3]}, "m~/n": 0}),
        ({"op": "add", "path": "/a/b/0", "value": 0}, {"a": {"b": [0, 1, 2]}, "m~/n": 0}),
        ({"op": "replace", "path": "/a/b/1", "value": 9}, {"a": {"b": [1, 9]}, "m~/n": 0}),
        ({"op": "replace", "path": "/m~0~1n", "value": 9}, {"a": {"b": [1, 2]}, "m~/n": 9}),
        ({"op": "remove", "path": "/a/b/0"}, {"a": {"b": [2]}, "m~/n": 0}),
        ({"op": "move", "from": "/a/b", "path": "/b"}, {"a": {}, "b": [1, 2], "m~/n": 0}),
        ({"op": "copy", "from": "/a/b/0", "path": "/c"}, {"a": {"b": [1, 2]}, "c": 1, "m~/n": 0}),
        ({"op": "test", "path": "/a/b/0", "value": 1}, DOCUMENT),
    ],
)
def test_json_patch_operations(operation: dict[str, Any], after: Any) -> None:
    assert json_patch(DOCUMENT, [operation]) == after


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        ({"op": "replace", "path": "/x", "value": 1}, "replace operation does not apply: doc is missing path: /x"),
        ({"op": "remove", "path": "/a/b/7"}, "remove operation does not apply"),
        ({"op": "add", "path": "/x/y", "value": 1}, "add operation does not apply"),
        ({"op": "add", "path": "/a/b/9", "value": 1}, "add operation does not apply"),
        ({"op": "add", "path": "/a/b/0/c", "value": 1}, "add operation does not apply"),
        ({"op": "test", "path": "/a/b/0", "value": 2}, "testing path /a/b/0 value failed"),
        ({"op": "move", "from": "/x", "path": "/y"}, "move operation does not apply"),
        ({"op": "add", "path": "/y"}, "missing value"),
        ({"op": "twist", "path": "/y"}, "Unexpected kind: twist"),
        ("add", "an operation is a mapping"),
    ],
)
def test_json_patch_refusals(operation: Any, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        json_patch(DOCUMENT, [operation])


def test_a_json_patch_is_a_list() -> None:
    with pytest.raises(BadRequest, match="a JSON patch is a list of operations"):
        json_patch({}, {"op": "add"})


def test_an_apply_drops_what_left_the_manifest_and_keeps_what_others_wrote() -> None:
    last = {"spec": {"a": 1, "b": 2}}
    live = {"spec": {"a": 1, "b": 2, "theirs": 3}}
    assert three_way(last, {"spec": {"a": 5}}, live, strategic=True) == {"spec": {"a": 5, "theirs": 3}}


def test_an_apply_merges_lists_by_key_and_keeps_the_others_elements() -> None:
    last = {"spec": {"containers": [{"name": "a", "image": "1"}, {"name": "b"}]}}
    live = {"spec": {"containers": [{"name": "a", "image": "1", "pull": "x"}, {"name": "b"}, {"name": "side"}]}}
    new = {"spec": {"containers": [{"name": "a", "image": "2"}]}}
    assert three_way(last, new, live, strategic=True) == {
        "spec": {"containers": [{"name": "a", "image": "2", "pull": "x"}, {"name": "side"}]}
    }


def test_without_merge_keys_lists_replace() -> None:
    live = {"spec": {"containers": [{"name": "a"}, {"name": "b"}]}}
    new = {"spec": {"containers": [{"name": "c"}]}}
    assert three_way({}, new, live, strategic=False) == new


def test_an_apply_takes_finalizers_back_that_it_gave() -> None:
    merged = three_way(
        {"metadata": {"finalizers": ["mine", "old"]}},
        {"metadata": {"finalizers": ["mine"]}},
        {"metadata": {"finalizers": ["theirs", "old", "mine"]}},
        strategic=True,
    )
    assert merged == {"metadata": {"finalizers": ["theirs", "mine"]}}


def test_a_patch_changes_the_stored_object() -> None:
    state = holding(deployment("web"))
    state = submitted(state, Patch(WEB, {"spec": {"replicas": 4}}))
    found = state.find(Deployment, "web", "default")
    assert found is not None
    assert (found.spec.replicas, found.metadata.generation) == (4, 2)


def test_a_patch_of_the_status_changes_only_that() -> None:
    state = holding(node("w1"))
    body = {"spec": {"unschedulable": True}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    state = submitted(state, Patch(Ref("Node", "", "w1"), body, "strategic", "status"))
    found = state.find(Node, "w1")
    assert found is not None
    assert (found.spec.unschedulable, found.status.conditions[0].type) == (False, "Ready")


def test_a_patch_that_changes_nothing_leaves_no_trace() -> None:
    state = holding(deployment("web"))
    assert submitted(state, Patch(WEB, {"spec": {"replicas": 1}})) is state


@pytest.mark.parametrize(
    ("body", "kind", "error", "why"),
    [
        ({"metadata": {"name": "x"}}, "merge", BadRequest, r"the name of the object \(x\) does not match"),
        ({"metadata": {"namespace": "x"}}, "merge", BadRequest, r"the namespace of the object \(x\)"),
        ({"spec": {"replicas": "many"}}, "merge", BadRequest, "cannot unmarshal string"),
        ({"spec": {"replicas": -1}}, "merge", Invalid, "must be greater than or equal to 0"),
        ([], "merge", BadRequest, "error decoding patch"),
        ({}, "twist", BadRequest, "--type must be one of"),
    ],
)
def test_a_patch_that_makes_no_sense_is_refused(body: Any, kind: str, error: type[Exception], why: str) -> None:
    with pytest.raises(error, match=why):
        submitted(holding(deployment("web")), Patch(WEB, body, kind))


def test_what_is_not_there_cannot_be_patched() -> None:
    with pytest.raises(NotFound, match=r'deployments.apps "web" not found'):
        submitted(holding(), Patch(WEB, {}))


def test_a_stale_version_in_a_patch_conflicts() -> None:
    with pytest.raises(Conflict, match="the object has been modified"):
        submitted(holding(deployment("web")), Patch(WEB, {"metadata": {"resourceVersion": "1"}}))
