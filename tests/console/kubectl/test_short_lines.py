"""Lines that kubectl would not take, and what the console makes of them; and where a line did not look."""

import pytest
from textual.pilot import Pilot

from engine.errors import UsageError
from engine.kinds import Object
from k9lite.bare_words import completed, verb_alone
from k9lite.commands import Kubectl, Press, completions, understand
from k9lite.elsewhere import elsewhere
from k9lite.screens.form import FormScreen
from k9lite.widgets.command_line import CommandLine
from tests.builders import deployment, namespace, node
from tests.console.running import state_of
from tests.console.showing import living, show, shown, told, type_line

OBJECTS: tuple[Object, ...] = (
    namespace("shop"), namespace("test"), node("w1"), deployment("web", namespace="shop"),
    deployment("cart", namespace="shop"), deployment("cart", namespace="test"),
)  # fmt: skip
STATE = state_of(namespace("default"), *OBJECTS)


@pytest.mark.parametrize(
    ("line", "verb"),
    [
        ("undo", "rollout undo"), ("rollout undo", "rollout undo"), ("restart", "rollout restart"),
        ("drain", "drain"), ("delete", "delete"), ("image", "set image"),
        ("shell", "exec"), ("kubectl cordon", "cordon"),
    ],
)  # fmt: skip
def test_a_verb_alone_is_its_key_on_the_selection(line: str, verb: str) -> None:
    assert understand(line, STATE) == Press(verb)


@pytest.mark.parametrize("line", ["get", "top pods", "top pod", "version", "cordon w1", "apply", "rollout"])
def test_what_means_something_by_itself_stays_as_it_is(line: str) -> None:
    assert verb_alone(line.split()) == "" and understand(line, STATE) == Kubectl(tuple(line.split()))


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("restart web", "rollout restart deployment/web -n shop"),
        ("undo web --to-revision=2", "rollout undo deployment/web --to-revision=2 -n shop"),
        ("restart cart -n test", "rollout restart deployment/cart -n test"),
        ("scale web --replicas=2", "scale deployment/web --replicas=2 -n shop"),
        ("history web", "rollout history deployment/web -n shop"),
        ("undo deploy web", "rollout undo deploy web"),
        ("rm pod web-1", "delete pod web-1"),
        ("rollout pause web", "rollout pause deployment/web -n shop"),
        ("log web-1 -f", "logs web-1 -f"),
        ("drain w1 --force", "drain w1 --force"),
    ],
)
def test_a_name_that_can_only_mean_one_object_is_enough(line: str, whole: str) -> None:
    assert understand(line, STATE) == Kubectl(tuple(whole.split()))


def test_of_several_of_a_name_the_lines_to_type_are_told() -> None:
    with pytest.raises(UsageError) as raised:
        completed(["restart", "cart"], STATE)
    assert "rollout restart deployment/cart -n shop, or rollout restart deployment/cart -n test" in str(raised.value)
    with pytest.raises(UsageError) as raised:
        completed(["undo", "nothing"], STATE)
    assert str(raised.value).startswith("nothing that rollout undo is for is called nothing (")


def test_a_bare_word_asks_about_the_selection_or_says_what_it_is_for() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "undo")
        assert told(pilot)[-1].startswith("rollout undo is for deployments")
        await pilot.press("1")
        await type_line(pilot, "drain")
        assert isinstance(pilot.app.screen, FormScreen) and "w1" in shown(pilot)

    show(living(*OBJECTS), story)


def test_what_is_in_another_namespace_is_told_with_the_flag_that_finds_it() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "scale deploy web --replicas=2")
        assert told(pilot)[-1].split("\n") == [
            'Error from server (NotFound): deployments.apps "web" not found', "it is in namespace shop: add -n shop"
        ]
        await type_line(pilot, "describe deploy web")
        assert told(pilot)[-1].endswith("it is in namespace shop: add -n shop")
        await type_line(pilot, "delete deploy nothing")
        assert told(pilot)[-1].endswith('"nothing" not found')

    show(living(*OBJECTS), story)


def test_several_namespaces_are_named_and_kinds_of_no_namespace_have_none() -> None:
    assert elsewhere('deployments.apps "cart" not found', STATE) == "it is in namespaces shop, test: add -n shop"
    assert elsewhere('nodes "w1" not found', STATE) == elsewhere("cart not found", STATE) == ""


def test_names_of_all_namespaces_are_completed_with_theirs_where_all_are_shown() -> None:
    assert completions(STATE, "scale deploy w", "default", everywhere=True) == ["scale deploy web -n shop"]
    assert completions(STATE, "scale deploy w", "default") == []
    assert completions(STATE, "scale deploy w", "shop", everywhere=True) == ["scale deploy web"]
    assert completions(STATE, "scale deploy c", "test", everywhere=True) == [
        "scale deploy cart", "scale deploy cart -n shop"
    ]  # fmt: skip
    assert completions(STATE, "scale -n test deploy ", "default", everywhere=True) == ["scale -n test deploy cart"]
    assert completions(STATE, "drain ", "default", everywhere=True) == ["drain w1"]

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("colon", *"scale deploy w")
        assert "web -n shop" in shown(pilot).split("\n")[-2]
        await pilot.press("tab")
        assert pilot.app.screen.query_one(CommandLine).value == "scale deploy web -n shop "

    show(living(*OBJECTS), story)
