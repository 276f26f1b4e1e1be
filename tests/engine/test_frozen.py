"""Facts compare, hash and show themselves by value, whichever decorator made their class."""

import attrs

from engine.kinds.evolution import evolve
from engine.kinds.frozen import frozen


@frozen(kw_only=True)
class Port:
    number: int
    name: str = "http"
    secret: str = attrs.field(default="", repr=False)


@attrs.frozen(kw_only=True)
class AttrsPort:
    number: int
    name: str = "http"
    secret: str = attrs.field(default="", repr=False)


@frozen
class Closed:
    """No field at all."""


@frozen
class Named:
    name: str

    def __hash__(self) -> int:
        return 7

    def __repr__(self) -> str:
        return self.name


def test_the_same_values_are_equal_and_hash_alike() -> None:
    assert Port(number=80) == Port(number=80) != Port(number=81)
    assert {Port(number=80), Port(number=80), Closed(), Closed()} == {Port(number=80), Closed()}


def test_a_fact_shows_its_fields_as_attrs_does() -> None:
    assert repr(Port(number=80, secret="hidden")) == repr(AttrsPort(number=80)).replace("AttrsPort", "Port")
    assert repr(Closed()) == "Closed()"


def test_methods_of_a_class_of_its_own_stay() -> None:
    assert (hash(Named("web")), repr(Named("web"))) == (7, "web")
    assert Named("web") == Named("web")


def test_the_type_checker_refuses_to_change_a_fact() -> None:
    Port(number=80).number = 81  # type: ignore[misc]  # and would say so if it had nothing to ignore here


def test_a_copy_differs_in_what_was_asked_for_and_shares_the_rest() -> None:
    port = Port(number=80, name="web")
    assert evolve(port, number=81) == Port(number=81, name="web")
    assert port == Port(number=80, name="web")
    assert evolve(Closed()) == Closed()


def test_a_fact_of_attrs_own_decorator_is_copied_as_well() -> None:
    assert evolve(AttrsPort(number=80, secret="hidden"), number=81) == AttrsPort(number=81, secret="hidden")
