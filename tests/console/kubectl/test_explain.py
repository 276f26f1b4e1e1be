"""The schema behind explain: every kind has one, and what everybody asks about has a text."""

from collections.abc import Iterator

import attrs
import pytest

from engine.kinds import KINDS, Kind
from k9lite.explaining.layout import explained
from k9lite.explaining.schema import TEXTS, Type, type_named, type_of_kind

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


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_no_field_of_any_kind_is_without_a_type_and_a_text(kind: Kind) -> None:
    assert list(_unsaid(kind.name, type_of_kind(kind), set())) == []


def _unsaid(where: str, found: Type, seen: set[str]) -> Iterator[str]:
    """Types are walked through once, under the first field that has them."""
    if not found.text:
        yield f"{where}: no text"
    for field in found.fields:
        here = f"{where}.{field.name}"
        if not field.type or not field.text:
            yield f"{here} <{field.type}>: {field.text}"
        if field.inner and field.inner not in seen:
            seen.add(field.inner)
            inner = type_named(field.inner)
            if inner is None:
                yield f"{here}: nothing is known of {field.inner}"
            else:
                yield from _unsaid(here, inner, seen)


def test_no_text_is_written_that_nothing_leads_to() -> None:
    reached: set[str] = {"Kind", *KINDS}
    for kind in KINDS.values():
        list(_unsaid(kind.name, type_of_kind(kind), reached))
    assert [name for name in TEXTS if name not in reached] == []


def test_parts_are_called_as_kubernetes_calls_them() -> None:
    def lines(path: str) -> list[str]:
        kind, *rest = path.split(".")
        return explained(KINDS[kind], rest, recursive=False, depth=0)

    assert "FIELD: versions <[]CustomResourceDefinitionVersion>" in lines("CustomResourceDefinition.spec.versions")
    assert "FIELD: ordinals <StatefulSetOrdinals>" in lines("StatefulSet.spec.ordinals")
    path = "Pod.spec.containers.env.valueFrom.fieldRef.fieldPath"
    assert "FIELD: fieldPath <string>" in lines(path)
    assert any("metadata.name" in line for line in lines(path))


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
