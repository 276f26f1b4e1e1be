"""The facts' own ``frozen``: compared by value as attrs compares, though attrs makes a class when it is first used."""

import subprocess
import sys
from copy import copy
from typing import ClassVar

import attrs
import pytest
from attrs import evolve, field

from engine.kinds.frozen import frozen


@frozen
class Place:
    node: str
    port: int = 0
    note: str = field(default="", eq=False)


@frozen
class Elsewhere:
    node: str
    port: int = 0


@frozen
class Nothing:
    pass


@frozen
class Named(Place):
    name: str = ""


class Plain(Place):
    pass


def test_facts_are_equal_by_value_the_first_time_and_every_time() -> None:
    for _ in range(2):
        assert Place("w1", 80) == Place("w1", 80)
        assert Place("w1", 80) != Place("w1", 81)
        assert Place("w1", 80) != Place("w2", 80)
        assert Place("w1", 80, "seen") == Place("w1", 80, "not seen"), "a field that says so is not compared"
        assert len({Place("w1", 80, "seen"), Place("w1", 80, "not seen")}) == 1
        assert Nothing() == Nothing()


def test_only_the_very_same_class_is_equal() -> None:
    for _ in range(2):
        others: list[object] = [Elsewhere("w1"), "w1"]
        assert Place("w1") not in others
        assert Plain("w1") != Place("w1")
        assert Plain("w1") == Plain("w1")


def test_a_class_made_of_another_compares_its_own_fields_whichever_is_asked_first() -> None:
    assert Named("w1", name="a") != Named("w1", name="b")
    assert Place("w1") == Place("w1")
    assert Named("w1", name="a") == Named("w1", name="a")
    assert len({Named("w1", name="a"), Named("w1", name="a"), Named("w1", name="b")}) == 2


@frozen(kw_only=True)
class Ported:
    scheme: ClassVar[str] = "http"
    ports: tuple[int, ...] = field(factory=tuple)
    host: str = "localhost"


def test_a_class_is_finished_when_it_is_first_made_or_asked_for_its_fields() -> None:
    assert [each.name for each in attrs.fields(Ported)] == ["ports", "host"], "asked for before any is made"
    assert Ported() == Ported(ports=(), host="localhost")
    assert Ported.scheme == "http"
    assert evolve(Ported(), host="w1").host == "w1"
    with pytest.raises(TypeError, match="unexpected keyword argument 'name'"):
        Ported(name="w1")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'node'"):
        Elsewhere()  # type: ignore[call-arg]


def test_an_object_has_slots_can_be_copied_and_matched_by_place() -> None:
    place = copy(Place("w1", 80))
    assert place == Place("w1", 80)
    assert not hasattr(place, "__dict__")
    match place:
        case Place(node, port):
            assert (node, port) == ("w1", 80)
        case _:
            raise AssertionError("it is a Place")


def test_importing_the_kinds_has_attrs_make_only_those_that_are_used() -> None:
    script = (
        "import attr._make as make\n"
        "built, build = [], make._ClassBuilder.build_class\n"
        "make._ClassBuilder.build_class = lambda self: (built.append(self), build(self))[1]\n"
        "import engine.kinds\n"
        "print(len(built), len(engine.kinds.KINDS))\n"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    built, kinds = map(int, ran.stdout.split())
    assert built < 1.2 * kinds, "facts such as the defaults of fields; there are three times as many classes"
