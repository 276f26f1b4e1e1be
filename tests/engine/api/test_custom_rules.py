"""x-kubernetes-validations of custom kinds: when they are asked, and in which words an object is refused."""

from typing import Any

import pytest

from engine.api.writes import Create, Patch
from engine.cluster import Cluster
from engine.errors import Invalid
from engine.kinds import Ref, from_manifest
from tests.builders import cluster
from tests.engine.api.test_custom_resources import GROUP, crontab, definition, ref, stored, version

RULE = {"rule": "self.minReplicas <= self.replicas", "message": "replicas should be no less than minReplicas."}


def whole(name: str = "integer", **more: Any) -> dict[str, Any]:
    return {"type": name, **more}


def ruled(schema: dict[str, Any], rule: str, message: str) -> dict[str, Any]:
    return {**schema, "x-kubernetes-validations": [{"rule": rule, "message": message}]}


def with_rules(*rules: dict[str, Any], root: list[dict[str, Any]] | None = None, **properties: Any) -> Cluster:
    """A cluster with a CronTab whose spec has ``properties`` and ``rules``."""
    spec = whole("object", properties={
        "cronSpec": whole("string"), "replicas": whole(), "minReplicas": whole(), **properties,
    }) | {"x-kubernetes-validations": list(rules)}  # fmt: skip
    schema = whole("object", properties={"spec": spec, "status": whole("object", properties={"done": whole()})})
    if root:
        schema["x-kubernetes-validations"] = root
    wanted = version(schema={"openAPIV3Schema": schema}, subresources={"status": {}})
    return served(definition(versions=[wanted]))


def served(manifest: dict[str, Any]) -> Cluster:
    made = cluster()
    made.submit("user", [Create(from_manifest(manifest))])
    made.advance(made.now + 1)
    return made


def create(made: Cluster, **spec: Any) -> None:
    made.submit("user", [Create(from_manifest(crontab(**spec)))])


def patch(made: Cluster, subresource: str = "", **body: Any) -> None:
    made.submit("user", [Patch(ref("a"), body, "merge", subresource)])


def refused(made: Cluster, **spec: Any) -> list[str]:
    with pytest.raises(Invalid) as raised:
        create(made, **spec)
    return [str(each) for each in raised.value.errors]


def test_an_object_that_breaks_a_rule_is_refused_in_its_message() -> None:
    made = with_rules(RULE)
    assert refused(made, replicas=1, minReplicas=2) == [
        'spec: Invalid value: "object": replicas should be no less than minReplicas.'
    ]
    create(made, replicas=2, minReplicas=2)
    assert stored(made)["spec"]["replicas"] == 2


def test_a_rule_without_a_message_is_told_itself_and_an_error_with_it() -> None:
    made = with_rules({"rule": "self.minReplicas <= self.replicas "})
    assert refused(made, replicas=1, minReplicas=2) == [
        'spec: Invalid value: "object": failed rule: self.minReplicas <= self.replicas'
    ]
    assert refused(made, replicas=1) == [
        'spec: Invalid value: "object": no such key: minReplicas evaluating rule: self.minReplicas <= self.replicas'
    ]


def test_a_message_can_be_worked_out_and_the_field_and_reason_chosen() -> None:
    made = with_rules(
        {"rule": "self.replicas < 5", "messageExpression": "'no ' + string(self.replicas) + ' of them'",
         "fieldPath": ".replicas", "reason": "FieldValueForbidden"},
        {"rule": "has(self.minReplicas)", "message": "say it", "reason": "FieldValueRequired",
         "fieldPath": ".minReplicas"},
        {"rule": "self.replicas != 7", "messageExpression": "self.minReplicas", "message": "not seven"},
    )  # fmt: skip
    assert refused(made, replicas=7) == [
        "spec.replicas: Forbidden: no 7 of them",
        "spec.minReplicas: Required value: say it",
        'spec: Invalid value: "object": not seven',
    ]


def test_rules_stand_at_any_depth() -> None:
    made = with_rules(
        ports=whole("array", items=ruled(whole(), "self > 0", "positive")),
        limits=whole("object", additionalProperties=ruled(whole("string"), "self.endsWith('Mi')", "in Mi")),
        root=[{"rule": "self.metadata.name.startsWith(self.spec.cronSpec)", "message": "named by its spec"}],
    )
    assert refused(made, cronSpec="b", ports=[1, -1], limits={"memory": "1Gi"}) == [
        '<nil>: Invalid value: "object": named by its spec',
        'spec.limits[memory]: Invalid value: "string": in Mi',
        'spec.ports[1]: Invalid value: "integer": positive',
    ]
    create(made, cronSpec="a", ports=[1], limits={"memory": "1Mi"})


def test_rules_about_the_old_value_are_asked_of_changes_alone() -> None:
    made = with_rules(cronSpec=ruled(whole("string"), "self == oldSelf", "Value is immutable"))
    create(made, cronSpec="x")
    patch(made, spec={"replicas": 3})
    with pytest.raises(Invalid) as raised:
        patch(made, spec={"cronSpec": "y"})
    assert [str(each) for each in raised.value.errors] == ['spec.cronSpec: Invalid value: "string": Value is immutable']
    patch(made, spec={"cronSpec": None})
    patch(made, spec={"cronSpec": "z"})
    assert stored(made)["spec"]["cronSpec"] == "z", "there was no old value to compare with"


def test_an_old_value_that_may_be_missing_is_asked_for() -> None:
    made = with_rules(
        {"rule": "!oldSelf.hasValue() || self.replicas >= oldSelf.value().replicas", "optionalOldSelf": True,
         "message": "may only grow"},
    )  # fmt: skip
    create(made, replicas=3)
    patch(made, spec={"replicas": 4})
    with pytest.raises(Invalid, match="may only grow"):
        patch(made, spec={"replicas": 2})


def test_what_stays_as_it_was_is_not_held_against_an_object() -> None:
    made = with_rules()
    create(made, replicas=1, minReplicas=2)
    rules = [{"op": "add", "path": "/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations",
              "value": [RULE]}]  # fmt: skip
    made.submit("user", [Patch(Ref("CustomResourceDefinition", "", f"crontabs.{GROUP}"), rules, "json")])
    patch(made, metadata={"labels": {"a": "b"}})
    patch(made, "status", status={"done": 1})
    with pytest.raises(Invalid, match="no less than minReplicas"):
        patch(made, spec={"cronSpec": "other"})


def test_items_are_compared_with_those_of_the_same_key() -> None:
    rule = {"rule": "self.port == oldSelf.port", "message": "ports stay"}
    item = whole("object", properties={"name": whole("string"), "port": whole()}) | {"x-kubernetes-validations": [rule]}
    keyed = {"x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"]}
    made = with_rules(ports=whole("array", items=item, **keyed))
    create(made, ports=[{"name": "a", "port": 1}, {"name": "b", "port": 2}])
    patch(made, spec={"ports": [{"name": "c", "port": 9}, {"name": "b", "port": 2}, {"name": "a", "port": 1}]})
    with pytest.raises(Invalid) as raised:
        patch(made, spec={"ports": [{"name": "b", "port": 3}]})
    assert [str(each) for each in raised.value.errors] == ['spec.ports[0]: Invalid value: "object": ports stay']


def test_an_object_that_is_wrong_otherwise_is_told_that_rules_were_not_asked() -> None:
    unchecked = (
        "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; "
        "correct the existing errors to complete validation"
    )
    wrong = 'spec.replicas: Invalid value: "string": spec.replicas in body must be of type integer: "string"'
    assert refused(with_rules(RULE), replicas="two")[-1] == unchecked
    assert len(refused(with_rules(), replicas="two")) == 1, wrong


def test_the_status_has_rules_of_its_own() -> None:
    made = with_rules(root=[{"rule": "!has(self.status) || self.status.done < 5", "message": "too much"}])
    create(made)
    patch(made, "status", status={"done": 4})
    with pytest.raises(Invalid, match="too much"):
        patch(made, "status", status={"done": 5})


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        ({"rule": "self.replica > 0"}, "compilation failed: ERROR: <input>:1:5: undefined field 'replica'"),
        ({"rule": "self.replicas >"}, "<input>:1:16: Syntax error: mismatched input '<EOF>'"),
        ({"rule": ""}, "x-kubernetes-validations[0].rule: Required value: rule is not specified"),
        ({"rule": "true", "message": "two\nlines"}, "message must not contain line breaks"),
        ({"rule": "true", "reason": "Because"}, 'Unsupported value: "Because"'),
        ({"rule": "true", "messageExpression": "size("}, "messageExpression: Invalid value"),
    ],
)
def test_a_definition_with_a_rule_that_cannot_be_asked_is_refused(rule: dict[str, Any], error: str) -> None:
    with pytest.raises(Invalid) as raised:
        with_rules(rule)
    assert error in str(raised.value)
    assert "spec.versions[0].schema.openAPIV3Schema.properties[spec].x-kubernetes-validations[0]" in str(raised.value)
