"""Custom kinds: what their definitions must be, which objects they let in and in what shape, and how they go."""

from typing import Any

import pytest

from engine.api.admit import admit
from engine.api.custom.structural import defaulted, pruned, unspecified
from engine.api.validation.openapi import schema_errors
from engine.api.writes import Create, Delete, Patch, Update, Write
from engine.cluster import Cluster
from engine.errors import ApiError, Invalid, NotFound
from engine.kinds import Object, Ref, from_manifest, ref_of, to_manifest
from engine.kinds.extensions import CLEANUP_FINALIZER, CustomResourceDefinition
from engine.printers.custom import json_path, printer_of
from engine.serving import custom_kinds, definition_of, kind_meant, served_versions
from engine.store.commit import Commit, decode_commit, encode_commit
from tests.builders import cluster

GROUP = "stable.example.com"
SPEC = {
    "type": "object",
    "required": ["cronSpec"],
    "properties": {
        "cronSpec": {"type": "string", "pattern": r"^\S+$"},
        "replicas": {"type": "integer", "minimum": 1, "maximum": 10, "default": 1},
        "mode": {"type": "string", "enum": ["Fast", "Slow"]},
        "port": {"x-kubernetes-int-or-string": True},
        "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
        "note": {"type": "string", "nullable": True},
    },
}


def version(name: str = "v1", **more: Any) -> dict[str, Any]:
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": SPEC, "status": {
        "type": "object", "properties": {"done": {"type": "integer"}}}}}}  # fmt: skip
    return {"name": name, "served": True, "storage": True, "schema": schema, **more}


def definition(kind: str = "CronTab", plural: str = "crontabs", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{GROUP}"},
        "spec": {
            "group": GROUP, "scope": "Namespaced", "versions": [version()],
            "names": {"plural": plural, "kind": kind, "shortNames": ["ct"] if kind == "CronTab" else []}, **spec,
        },
    }  # fmt: skip


def crontab(name: str = "a", *, api: str = f"{GROUP}/v1", **spec: Any) -> dict[str, Any]:
    return {"apiVersion": api, "kind": "CronTab", "metadata": {"name": name}, "spec": {"cronSpec": "x", **spec}}


def ref(name: str) -> Ref:
    return Ref(f"CronTab.{GROUP}", "default", name)


def defined(*manifests: dict[str, Any]) -> Cluster:
    """A cluster whose definitions are established."""
    made = cluster()
    for each in manifests or (definition(),):
        made.submit("user", [Create(from_manifest(each))])
        made.advance(made.now + 1)
    return made


def created(made: Cluster, manifest: dict[str, Any]) -> dict[str, Any]:
    obj = from_manifest(manifest)
    made.submit("user", [Create(obj)])
    return stored(made, manifest["metadata"]["name"])


def stored(made: Cluster, name: str = "a") -> dict[str, Any]:
    found = made.state.get(ref(name))
    assert found is not None
    return to_manifest(found)


def mistakes(made: Cluster, manifest: dict[str, Any]) -> list[str]:
    with pytest.raises(Invalid) as refusal:
        made.submit("user", [Create(from_manifest(manifest))])
    return [str(each) for each in refusal.value.errors]


def custom(made: Cluster) -> CustomResourceDefinition:
    found = made.state.find(CustomResourceDefinition, f"crontabs.{GROUP}")
    assert found is not None
    return found


def test_a_definition_is_established_and_its_names_accepted() -> None:
    found = custom(defined())
    assert [(each.type, each.status, each.reason) for each in found.status.conditions] == [
        ("NamesAccepted", "True", "NoConflicts"), ("Established", "True", "InitialNamesAccepted"),
    ]  # fmt: skip
    assert found.status.stored_versions == ("v1",)
    assert (found.spec.names.singular, found.spec.names.list_kind) == ("crontab", "CronTabList")


def test_names_that_are_taken_are_refused_until_they_are_free() -> None:
    made = defined(definition(), definition("CronTable", "crontables", names={
        "plural": "crontables", "kind": "CronTable", "shortNames": ["ct"]}))  # fmt: skip
    later = made.state.find(CustomResourceDefinition, f"crontables.{GROUP}")
    assert later is not None
    assert [(each.reason, each.message) for each in later.status.conditions] == [
        ("ShortNamesConflict", '"ct" is already in use'), ("NotAccepted", "not all names are accepted"),
    ]  # fmt: skip
    made.submit("user", [Delete(ref=Ref("CustomResourceDefinition", "", f"crontabs.{GROUP}"))])
    made.advance(made.now + 1)
    assert [kind.plural for kind in custom_kinds(made.state)] == ["crontables"]


@pytest.mark.parametrize(
    ("changes", "mistake"),
    [
        ({"scope": "Wide"}, 'spec.scope: Unsupported value: "Wide": supported values: "Cluster", "Namespaced"'),
        ({"versions": []}, "spec.versions: Required value"),
        ({"versions": [version(storage=False)]}, "must have exactly one version marked as storage version"),
        ({"versions": [version(schema=None)]}, "schemas are required"),
        ({"versions": [version(), version(storage=False)]}, "must contain unique version names"),
        ({"preserveUnknownFields": True}, "spec.preserveUnknownFields: Invalid value: true"),
        ({"group": "example"}, "should be a domain with at least one dot"),
        (
            {"versions": [version(additionalPrinterColumns=[{"name": "A", "type": "time", "jsonPath": "a"}])]},
            'spec.versions[0].additionalPrinterColumns[0].type: Unsupported value: "time"',
        ),
    ],
)
def test_a_wrong_definition_is_refused(changes: dict[str, Any], mistake: str) -> None:
    assert any(mistake in each for each in mistakes(cluster(), definition(**changes)))


def test_the_name_of_a_definition_is_its_plural_and_group() -> None:
    manifest = definition()
    manifest["metadata"] = {"name": "crontabs"}
    assert mistakes(cluster(), manifest) == [
        'metadata.name: Invalid value: "crontabs": must be spec.names.plural+"."+spec.group'
    ]


def test_objects_are_pruned_and_defaulted() -> None:
    made = created(defined(), crontab(extra=1, free={"any": {"thing": 1}}, note=None))
    assert made["spec"] == {"cronSpec": "x", "replicas": 1, "free": {"any": {"thing": 1}}, "note": None}
    assert made["metadata"]["generation"] == 1
    assert (made["kind"], made["apiVersion"]) == ("CronTab", f"{GROUP}/v1")


def test_objects_are_refused_in_the_api_servers_words() -> None:
    wrong = crontab(cronSpec="a b", replicas=15, mode="Middle", port=1.5)
    assert mistakes(defined(), wrong) == [
        r"""spec.cronSpec: Invalid value: "a b": spec.cronSpec in body should match '^\S+$'""",
        'spec.mode: Unsupported value: "Middle": supported values: "Fast", "Slow"',
        'spec.port: Invalid value: 1.5: spec.port in body must be of type integer,string: "number"',
        "spec.replicas: Invalid value: 15: spec.replicas in body should be less than or equal to 10",
    ]
    missing = crontab()
    missing["spec"] = {"replicas": "many"}
    assert mistakes(defined(), missing) == [
        "spec.cronSpec: Required value",
        'spec.replicas: Invalid value: "many": spec.replicas in body must be of type integer: "string"',
    ]


def test_an_update_is_checked_and_counts_a_generation() -> None:
    made = defined()
    created(made, crontab())
    with pytest.raises(Invalid):
        made.submit("user", [Patch(ref("a"), {"spec": {"replicas": 11}}, "merge")])
    made.submit("user", [Patch(ref("a"), {"spec": {"replicas": 7}}, "merge")])
    made.submit("user", [Patch(ref("a"), {"metadata": {"labels": {"a": "b"}}}, "merge")])
    assert (stored(made)["spec"]["replicas"], stored(made)["metadata"]["generation"]) == (7, 2)


def test_a_status_is_written_only_through_its_subresource() -> None:
    made = defined(definition(versions=[version(subresources={"status": {}})]))
    assert "status" not in created(made, {**crontab(), "status": {"done": 1}})
    made.submit("user", [Patch(ref("a"), {"status": {"done": 2}}, "merge", "status")])
    made.submit("user", [Patch(ref("a"), {"status": {"done": 3}, "spec": {"mode": "Fast"}}, "merge")])
    assert (stored(made)["status"], stored(made)["spec"]["mode"]) == ({"done": 2}, "Fast")
    with pytest.raises(Invalid, match="must be of type integer"):
        made.submit("user", [Patch(ref("a"), {"status": {"done": "x"}}, "merge", "status")])


def test_without_the_subresource_the_status_is_a_field_like_others() -> None:
    made = defined()
    assert created(made, {**crontab(), "status": {"done": 1, "else": 2}})["status"] == {"done": 1}
    with pytest.raises(NotFound, match="the server could not find the requested resource"):
        made.submit("user", [Patch(ref("a"), {"status": {"done": 2}}, "merge", "status")])


def test_of_several_versions_the_highest_stable_one_is_preferred_and_none_but_served_ones_taken() -> None:
    made = defined(
        definition(
            versions=[version("v1beta1", storage=False), version("v1"), version("v2", storage=False, served=False)]
        )
    )
    assert [each.name for each in served_versions(custom(made))] == ["v1", "v1beta1"]
    assert created(made, crontab(api=f"{GROUP}/v1beta1"))["apiVersion"] == f"{GROUP}/v1"
    with pytest.raises(NotFound):
        made.submit("user", [Create(from_manifest(crontab("b", api=f"{GROUP}/v2")))])


def test_what_nothing_defines_is_not_found() -> None:
    with pytest.raises(NotFound, match="the server could not find the requested resource"):
        cluster().submit("user", [Create(from_manifest(crontab()))])


def test_a_custom_kind_has_all_its_names() -> None:
    state = defined().state
    for word in ("ct", "crontab", "CronTab", "crontabs", f"crontabs.{GROUP}", f"crontabs.v1.{GROUP}"):
        kind = kind_meant(state, word)
        assert kind is not None and kind.resource == f"crontabs.{GROUP}", word
    assert kind_meant(state, "crontabs.example.com") is None


def test_a_deleted_definition_takes_its_objects_along_and_waits_for_those_that_are_held() -> None:
    made = defined()
    held = crontab("held")
    held["metadata"]["finalizers"] = ["example.com/hold"]
    created(made, crontab())
    created(made, held)
    made.submit("user", [Delete(ref=Ref("CustomResourceDefinition", "", f"crontabs.{GROUP}"))])
    assert custom(made).metadata.finalizers == (CLEANUP_FINALIZER,)
    made.advance(made.now + 1)
    assert [obj.metadata.name for obj in made.state.objects(f"CronTab.{GROUP}")] == ["held"]
    with pytest.raises(ApiError, match="while custom resource definition is terminating"):
        created(made, crontab("late"))
    made.submit("user", [Patch(ref("held"), {"metadata": {"finalizers": None}}, "merge")])
    made.advance(made.now + 1)
    assert made.state.count(f"CronTab.{GROUP}") == made.state.count("CustomResourceDefinition") == 0


def test_a_namespace_takes_its_custom_objects_along() -> None:
    made = defined()
    made.submit("user", [Create(from_manifest({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "lab"}}))])
    inside = crontab()
    inside["metadata"]["namespace"] = "lab"
    made.submit("user", [Create(from_manifest(inside))])
    made.submit("user", [Delete(ref=Ref("Namespace", "", "lab"))])
    made.advance(made.now + 60)
    assert made.state.count(f"CronTab.{GROUP}") == 0
    assert made.state.get(Ref("Namespace", "", "lab")) is None


def test_what_a_custom_object_owns_goes_with_it() -> None:
    made = defined()
    owner = created(made, crontab())
    owned: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mine", "ownerReferences": [
        {"apiVersion": f"{GROUP}/v1", "kind": "CronTab", "name": "a", "uid": owner["metadata"]["uid"]}]}}  # fmt: skip
    made.submit("user", [Create(from_manifest(owned))])
    made.advance(made.now + 1)
    assert made.state.count("ConfigMap") == 1
    made.submit("user", [Delete(ref=ref("a"))])
    made.advance(made.now + 1)
    assert made.state.get(Ref("ConfigMap", "default", "mine")) is None


def test_objects_of_custom_kinds_are_read_back_without_their_definition() -> None:
    obj = from_manifest(crontab())
    commit = Commit(revision=1, time=1, actor="user", puts=(obj,), removes=(ref_of(obj),))
    assert decode_commit(encode_commit(commit)) == commit


def test_columns_come_from_the_definition() -> None:
    columns = [
        {"name": "Spec", "type": "string", "jsonPath": ".spec.cronSpec"},
        {"name": "Replicas", "type": "integer", "jsonPath": ".spec.replicas", "priority": 1},
        {"name": "Missing", "type": "string", "jsonPath": ".status.phase"},
        {"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"},
    ]
    made = defined(definition(versions=[version(additionalPrinterColumns=columns)]))
    created(made, crontab())
    printer = printer_of(made.state, f"CronTab.{GROUP}")
    obj: Object = next(made.state.objects(f"CronTab.{GROUP}"))
    assert printer.headers(wide=True) == ("NAME", "SPEC", "REPLICAS", "MISSING", "AGE")
    assert printer.row(obj, made.state, made.now + 5, wide=False) == ("a", "x", "", "5s")
    assert printer_of(defined().state, f"CronTab.{GROUP}").headers(wide=False) == ("NAME", "AGE")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (".a.b", [1]), (".c[0].d", [2]), (".c[*].d", [2, 3]), ('.c[?(@.type=="y")].d', [3]), (".e['x.y']", [4]),
        (r".e.x\.y", [4]), (".none.b", []), (".c[9]", []), ("???", []),
    ],
)  # fmt: skip
def test_simple_json_paths_are_followed(path: str, found: list[Any]) -> None:
    value = {"a": {"b": 1}, "c": [{"type": "x", "d": 2}, {"type": "y", "d": 3}], "e": {"x.y": 4}}
    assert json_path(value, path) == found


def test_pruning_and_defaulting_reach_into_lists_and_maps() -> None:
    inner = {"type": "object", "properties": {"n": {"type": "integer", "default": 3}}}
    schema = {"type": "object", "properties": {"l": {"type": "array", "items": inner},
              "m": {"type": "object", "additionalProperties": inner}}}  # fmt: skip
    value = {"l": [{"x": 1}], "m": {"k": {"n": 5, "y": 2}}, "z": 1}
    assert defaulted(pruned(value, schema), schema) == {"l": [{"n": 3}], "m": {"k": {"n": 5}}}


@pytest.mark.parametrize(
    ("value", "schema", "mistake"),
    [
        ([1, 1], {"type": "array", "items": {"type": "integer"}, "uniqueItems": True}, "a[1]: Duplicate value: 1"),
        ("abc", {"type": "string", "maxLength": 2}, "a: Too long: may not be more than 2 bytes"),
        (3, {"type": "integer", "multipleOf": 2}, "a: Invalid value: 3: a in body should be a multiple of 2"),
        (None, {"type": "string"}, 'a: Invalid value: null: a in body must be of type string: "null"'),
        (True, {"type": "integer"}, 'a: Invalid value: true: a in body must be of type integer: "boolean"'),
        ("x", {"oneOf": [{"type": "integer"}]}, "must validate one and only one schema (oneOf)"),
    ],
)
def test_each_rule_of_a_schema_has_its_words(value: Any, schema: dict[str, Any], mistake: str) -> None:
    assert any(mistake in str(each) for each in schema_errors(value, schema, "a"))


def test_a_definition_that_is_not_established_defines_nothing_yet() -> None:
    made = cluster()
    writes: list[Write] = [Create(from_manifest(definition()))]
    admitted = admit(made.state, writes, now=made.now, seed="x")
    assert [obj.kind for obj in admitted.puts] == ["CustomResourceDefinition"]
    made.submit("user", writes)
    assert definition_of(made.state, f"CronTab.{GROUP}") is None


def test_what_makes_a_kind_another_is_not_changed() -> None:
    made = defined()
    other = to_manifest(custom(made))
    other["spec"] = {**other["spec"], "scope": "Cluster"}
    with pytest.raises(Invalid, match="field is immutable"):
        made.submit("user", [Update(from_manifest(other))])


def test_what_will_be_pruned_is_known_before() -> None:
    schema = {"type": "object", "properties": {"spec": SPEC}}
    manifest = {**crontab(extra=1, free={"x": 1}), "more": 2}
    assert list(unspecified(manifest, schema)) == ["more", "spec.extra"]
