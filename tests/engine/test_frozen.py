"""The facts' own ``frozen``: compared by value as attrs compares, though ``==`` is compiled when it is first asked."""

from attrs import field

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
