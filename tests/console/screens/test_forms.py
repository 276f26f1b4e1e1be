"""Dialogs on a pilot: they name what they act on, start where it is safe, and do what the prompt would do."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from engine.api.writes import Create, Delete
from engine.kinds import Deployment, Node, Pod, Ref
from k9lite.screens.choose import ChooseScreen
from k9lite.screens.form import FormScreen
from k9lite.verb import Field, Form
from k9lite.widgets.deed_panel import DeedPanel
from k9lite.widgets.tick import Tick
from tests.builders import deployment, node, pod
from tests.console.pressing import hit
from tests.console.showing import NARROW, WIDE, living, pass_time, show, shown, told, type_line

FORM = Form(
    title="Move",
    message="Move pod default/[bold]a[/bold]?",
    fields=(
        Field(name="where", label="Where to"),
        Field(name="count", label="How many", kind="number", default="2"),
        Field(name="fast", label="Fast", kind="switch", default="true"),
        Field(
            name="how", label="How", kind="choice", default="b", choices=(("a", "by air"), ("b", "by boat")),
            detail={"a": "- slow\n+ fast", "b": "+ slow"},
        ),
    ),
)  # fmt: skip


def ask(form: Form, keys: list[str]) -> object:
    """What the dialog answers to these keys; "nothing" while it is still open."""
    answers: list[object] = ["nothing"]

    async def story(pilot: Pilot[int]) -> None:
        pilot.app.push_screen(FormScreen(form), answers.append)
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()

    show(living(node("w1")), story)
    return answers[-1]


def test_a_dialog_shows_what_it_is_about_and_answers_with_texts() -> None:
    async def story(pilot: Pilot[int]) -> None:
        pilot.app.push_screen(FormScreen(FORM))
        await pilot.pause()
        text = shown(pilot)
        for expected in ("Move pod default/[bold]a[/bold]?", "Where to", "[x] Fast", "by boat", "+ slow"):
            assert expected in text

    show(living(node("w1")), story)
    assert ask(FORM, [*"w2", "enter"]) == {"where": "w2", "count": "2", "fast": "true", "how": "b"}
    assert ask(FORM, ["tab", "tab", "space", "tab", "up", "enter"]) == {
        "where": "", "count": "2", "fast": "false", "how": "a",
    }  # fmt: skip


def test_escape_and_cancel_answer_nothing() -> None:
    assert ask(FORM, ["escape"]) is None
    assert ask(FORM, ["shift+tab", "shift+tab", "enter"]) is None


def test_a_dangerous_dialog_starts_on_cancel() -> None:
    form = Form(title="Delete", message="Delete pod default/a?", dangerous=True)
    assert ask(form, ["enter"]) is None
    assert ask(form, ["tab", "enter"]) == {}
    assert ask(form, ["ctrl+s"]) == {}


def test_a_dangerous_dialog_does_not_promise_that_enter_does_it() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("x")
        await pilot.pause()
        assert "Ctrl+S do it" in shown(pilot) and "Enter do it" not in shown(pilot)

    show(living(node("w1"), pod("a")), story)


def test_a_deployment_without_a_history_is_refused_in_kubectls_words() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("3", "U")
        await pilot.pause()
        assert told(pilot) == ['no rollout history found for deployment "web"']
        assert not isinstance(pilot.app.screen, FormScreen)

    show(living(node("w1"), deployment("web")), story)


def test_a_warning_is_no_failure() -> None:
    client = living(node("w1"), node("w2"), deployment("web"), pod("bare"))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "drain w1 w2 --force")
        for _ in range(6):
            await pass_time(pilot, client, 20)
        panel = pilot.app.screen.query_one(DeedPanel)
        assert panel.deed is not None and any(line.startswith("Warning: ") for line in panel.deed.lines)
        assert panel.deed.code == 0 and "(done, Esc closes)" in shown(pilot)

    show(client, story, WIDE)


def test_a_refusal_of_several_lines_is_shown_in_full() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "drain w1")
        text = " ".join(line.strip("│▌ ") for line in shown(pilot).split("\n"))
        assert "use --force to override" in text and "default/bare" in text

    show(living(node("w1"), pod("bare")), story)


def test_a_tick_says_in_text_whether_it_is_ticked() -> None:
    tick = Tick("Force [red]", True, id="t")
    assert tick.render().plain == "[x] Force [red]"
    tick.action_tick()
    assert tick.render().plain == "[ ] Force [red]"


def test_cordon_and_uncordon_are_one_key() -> None:
    client = living(node("w1"))

    def unschedulable() -> bool:
        found = client.state.find(Node, "w1")
        assert found is not None
        return found.spec.unschedulable

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("1", "c")
        await pilot.pause()
        assert unschedulable() and "node/w1 cordoned" in told(pilot)
        assert "SchedulingDisabled" in shown(pilot)
        await pilot.press("u")
        await pilot.pause()
        assert not unschedulable()

    show(client, story)


def test_scale_asks_for_the_number_and_keeps_the_line() -> None:
    client = living(node("w1"), deployment("web"))

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("3", "S")
        await pilot.pause()
        assert "Replicas of deployment default/web" in shown(pilot)
        await pilot.press("backspace", "4", "enter")
        await pilot.pause()
        web = client.state.find(Deployment, "web", "default")
        assert web is not None and web.spec.replicas == 4
        last = client.cluster.last_commit
        assert last is not None and last.deed == "kubectl scale deployment/web -n default --replicas=4"

    show(client, story)


def test_labels_are_set_on_all_marked_rows() -> None:
    client = living(node("w1"), node("w2"), node("w3"))

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("1", "space", "space")
        assert "◆2 marked" in shown(pilot)
        await pilot.press("L")
        await pilot.pause()
        assert "w1" in shown(pilot) and "w2" in shown(pilot)
        await pilot.press(*"gpu=true", "enter")
        await pilot.pause()
        labelled = [each.metadata.name for each in client.state.all(Node) if "gpu" in each.metadata.labels]
        assert labelled == ["w1", "w2"]

    show(client, story)


def test_delete_asks_first_and_names_what_it_deletes() -> None:
    client = living(node("w1"), pod("a"), pod("b"))

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("x")
        await pilot.pause()
        assert "Delete pod default/a?" in shown(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert client.state.count("Pod") == 2
        await pilot.press("x", "ctrl+s")
        await pilot.pause()
        await pass_time(pilot, client, 60)
        assert [each.metadata.name for each in client.state.all(Pod)] == ["b"]

    show(client, story)


def test_a_drain_shows_how_it_goes_beside_the_panes() -> None:
    client = living(node("w1"), node("w2"), deployment("web", replicas=4))

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("1", "D")
        await pilot.pause()
        assert "Drain node w1" in shown(pilot)
        await pilot.press("ctrl+s")
        await pilot.pause()
        panel = pilot.app.screen.query_one(DeedPanel)
        assert panel.deed is not None and panel.deed.running
        assert "evicting pod default/web-" in shown(pilot) and "X cancels" in shown(pilot)
        await pass_time(pilot, client, 60)
        assert "node/w1 drained" in shown(pilot) and not list(client.state.pods_on("w1"))
        await pilot.press("escape")
        assert "node/w1 drained" not in shown(pilot)

    show(client, story, WIDE)


def test_a_drain_can_be_cancelled_and_goes_on_beneath_other_screens() -> None:
    client = living(node("w1"), node("w2"), deployment("web", replicas=4))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "drain w1")
        await pilot.press("X")
        assert "what was done so far stays done" in shown(pilot)
        await type_line(pilot, "drain w2")
        await pilot.press("1", "d")
        await pass_time(pilot, client, 120)
        assert "Describe Node" in shown(pilot)
        assert not list(client.state.pods_on("w2"))
        await pilot.press("escape")
        assert "kubectl drain w2 (failed" in shown(pilot) or "kubectl drain w2 (done" in shown(pilot)

    show(client, story)


def test_a_read_only_console_says_so_and_changes_nothing() -> None:
    client = living(read_only=True)
    before = client.state

    async def story(pilot: Pilot[int]) -> None:
        assert "READ-ONLY" in shown(pilot)
        await pilot.press("1", "c")
        await type_line(pilot, "scale deploy web --replicas=9")
        refusals = [line for line in told(pilot) if "read-only" in line]
        assert len(refusals) == 2 and all("\n" not in line for line in refusals)
        assert "Cordon" not in shown(pilot)

    show(client, story, NARROW)
    assert client.state.get(Ref("Deployment", "default", "web")) is before.get(Ref("Deployment", "default", "web"))


def test_a_refusal_is_one_readable_line() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "scale deploy nowhere --replicas=2")
        assert any('deployments.apps "nowhere" not found' in line for line in told(pilot))
        await type_line(pilot, "apply -f /no/such/file")
        assert any("does not exist" in line for line in told(pilot))

    show(living(), story)


def test_rows_of_several_namespaces_are_acted_on_namespace_by_namespace() -> None:
    client = living(node("w1"), pod("a"), pod("b", namespace="kube-system"), pod("c"))

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("asterisk", "L", *"team=x", "enter")
        await pilot.pause()
        assert all(each.metadata.labels.get("team") == "x" for each in client.state.all(Pod))

    show(client, story)


@pytest.mark.parametrize("screen", [lambda: FormScreen(FORM), lambda: ChooseScreen("Which", FORM.fields[-1].choices)])
def test_a_dialog_outlives_a_terminal_of_next_to_no_size(screen: Callable[[], Screen[object]]) -> None:
    """A resize says so while a terminal's window is dragged."""

    async def story(pilot: Pilot[int]) -> None:
        pilot.app.push_screen(screen())
        for size in ((4, 2), (1, 1), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert "by air" in shown(pilot) and "by boat" in shown(pilot)

    show(living(), story)


@pytest.mark.parametrize(("asked", "answered"), [("S", ["9", "enter"]), ("x", ["ctrl+s"]), ("a", [*"delete", "enter"])])
def test_what_was_selected_is_not_confused_with_another_of_its_name(asked: str, answered: list[str]) -> None:
    client = living(node("w1"), deployment("web"))

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("3", asked)
        await pilot.pause()
        for write in (Delete(ref=Ref("Deployment", "default", "web")), Create(deployment("web"))):
            client.cluster.submit("somebody", [write])
        after = client.state.find(Deployment, "web", "default")
        await pilot.press(*(["slash"] if asked == "a" else []), *answered, *(["enter"] if asked == "a" else []))
        await pilot.pause()
        assert told(pilot)[-1:] == [
            "Deployment default/web was replaced by another of its name meanwhile: nothing was done"
        ]
        assert after is not None and client.state.find(Deployment, "web", "default") == after

    show(client, story, WIDE)


def test_a_list_without_room_for_a_line_takes_every_key() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.resize_terminal(4, 2)
        pilot.app.push_screen(ChooseScreen("Which", [(str(number), f"the {number}th") for number in range(9)]))
        await pilot.pause()
        for key in ("pagedown", "pageup", "down", "up", "end", "home", "pagedown"):
            await hit(pilot, key)
        await pilot.resize_terminal(*NARROW)
        await pilot.pause()
        assert "the 0th" in shown(pilot)

    show(living(node("w1")), story)


def test_the_button_with_the_focus_says_so_in_text_and_enter_says_what_it_does() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("1", "D")
        await pilot.pause()
        assert "▸ Cancel ◂" in shown(pilot) and "Enter Esc cancel" in shown(pilot)
        await pilot.press("tab")
        await pilot.pause()
        assert "▸ Drain ◂" in shown(pilot) and "Enter do it" in shown(pilot)

    show(living(node("w1")), story)


@pytest.mark.parametrize("key", ["enter", "escape"])
def test_a_dangerous_deed_that_was_not_done_is_told(key: str) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("1", "D")
        await pilot.pause()
        await pilot.press(key)
        await pilot.pause()
        assert told(pilot) == ["drain of node w1: nothing was done"]

    show(living(node("w1")), story)


def test_an_image_is_typed_at_once_and_follows_the_container_that_is_chosen() -> None:
    spec = {"containers": [{"name": "main", "image": "nginx:1.27"}, {"name": "side", "image": "busybox:1.36"}]}
    client = living(node("w1"), deployment("web", template=spec))

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("3", "i")
        await pilot.pause()
        line = pilot.app.screen.query_one("#field-image", Input)
        assert line.has_focus and line.value == "nginx:1.27"
        await pilot.press("shift+tab", "down")
        await pilot.pause()
        assert line.value == "busybox:1.36"
        await pilot.press("tab", "backspace", "5", "enter")
        await pilot.pause()
        web = client.state.find(Deployment, "web", "default")
        assert web is not None and web.spec.template.spec.containers[1].image == "busybox:1.35"

    show(client, story)


def test_nothing_told_in_passing_lies_over_a_dialog() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "get nowhere")
        await pilot.pause()
        assert "resource type" in shown(pilot).splitlines()[-3], "one line, above the keys"
        await pilot.press("x")
        await pilot.pause()
        pilot.app.notify("late news", timeout=60)
        await pilot.pause()
        assert "late news" not in shown(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert "late news" in shown(pilot)

    show(living(node("w1"), pod("a")), story, toasts=True)
