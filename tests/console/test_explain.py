"""The schema behind explain: every kind has one, and what everybody asks about has a text."""

import attrs
import pytest

from engine.kinds import KINDS
from k9lite.explaining.layout import explained
from k9lite.explaining.schema import type_named, type_of_kind

ASKED = (
    "ObjectMeta", "LabelSelector", "PodSpec", "Container", "ContainerPort", "Probe", "PodStatus", "DeploymentSpec",
    "DeploymentStatus", "ReplicaSetSpec", "ServiceSpec", "ServicePort", "NodeSpec", "JobSpec", "CronJobSpec",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_can_be_explained_all_the_way_down(kind) -> None:  # type: ignore[no-untyped-def]  # a Kind
    lines = explained(kind, [], recursive=True, depth=0)
    assert f"KIND:       {kind.name}" in lines
    assert "  metadata\t<ObjectMeta>" in lines
    assert "    name\t<string>" in lines


@pytest.mark.parametrize("name", ASKED)
def test_what_everybody_asks_about_has_a_text(name: str) -> None:
    found = type_named(name)
    assert found is not None
    assert found.text
    assert [field.name for field in found.fields if not field.text] == []


def test_fields_have_the_types_of_their_classes() -> None:
    spec = type_named("PodSpec")
    assert spec is not None
    types = {field.name: field.type for field in spec.fields}
    assert types["containers"] == "[]Container"
    assert types["nodeSelector"] == "map[string]string"
    assert types["terminationGracePeriodSeconds"] == "integer"
    assert types["hostNetwork"] == "boolean"
    assert types["securityContext"] == "PodSecurityContext"
    assert [field.name for field in spec.fields if field.required] == ["containers"]


def test_a_kind_without_a_class_or_a_text_still_has_its_head() -> None:
    unheard_of = attrs.evolve(KINDS["Pod"], name="Unheard")
    assert [field.name for field in type_of_kind(unheard_of).fields] == ["apiVersion", "kind", "metadata"]
