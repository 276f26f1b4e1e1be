"""The shell screen over a real container of the cluster: it answers, waits, remembers, and ends with its pod."""

from textual.pilot import Pilot
from textual.widgets import Input

from engine.kinds import Exec
from k9lite.screens.main import MainScreen
from k9lite.screens.shell import ShellScreen
from k9lite.widgets.text_view import TextView
from tests.builders import deployment, node, pod, pod_spec, service
from tests.console.showing import living, pass_time, show, shown, told, type_line


async def enter(pilot: Pilot[int], line: str) -> None:
    pilot.app.screen.query_one("#line", Input).value = line
    await pilot.press("enter")
    await pilot.pause()


def transcript(pilot: Pilot[int]) -> list[str]:
    return pilot.app.screen.query_one(TextView).text().split("\n")


def test_a_shell_answers_and_what_was_typed_is_in_the_log() -> None:
    client = living(node("w1"), deployment("web"), service("web"))

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("s")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ShellScreen) and "default/web-" in shown(pilot)
        await enter(pilot, "cd /tmp")
        await enter(pilot, "pwd")
        assert transcript(pilot) == ["/ $ cd /tmp", "/tmp $ pwd", "/tmp"]
        assert "/tmp $" in shown(pilot)
        await pilot.press("up", "up")
        assert pilot.app.screen.query_one("#line", Input).value == "cd /tmp"
        await enter(pilot, "exit")
        assert isinstance(pilot.app.screen, MainScreen)

    show(client, story)
    assert [each.line for each in client.state.all(Exec)] == ["cd /tmp", "pwd", "exit"]


def test_a_command_that_takes_time_blocks_only_the_shell() -> None:
    client = living(node("w1"), pod("a"))

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("s")
        await enter(pilot, "sleep 5; echo done")
        await enter(pilot, "echo next")
        assert transcript(pilot) == ["/ $ sleep 5; echo done"] and "running" in shown(pilot)
        await pass_time(pilot, client, 2)
        assert transcript(pilot) == ["/ $ sleep 5; echo done"]
        await pass_time(pilot, client, 3)
        assert transcript(pilot)[1:] == ["done", "/ $ echo next", "next"]

    show(client, story)


def test_an_interrupt_leaves_what_runs_and_what_waits() -> None:
    client = living(node("w1"), pod("a"))

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("s")
        await enter(pilot, "sleep 100")
        await enter(pilot, "echo waits")
        await pilot.press("ctrl+c")
        await enter(pilot, "echo on")
        assert transcript(pilot) == ["/ $ sleep 100", "^C", "/ $ echo on", "on"]
        await pilot.press("ctrl+l")
        assert transcript(pilot) == [""]
        await pilot.press("a", "ctrl+d")
        assert isinstance(pilot.app.screen, ShellScreen)
        await pilot.press("backspace", "ctrl+d")
        assert isinstance(pilot.app.screen, MainScreen)

    show(client, story)


def test_a_shell_ends_with_its_pod() -> None:
    client = living(node("w1"), pod("a"))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "delete pod a --wait=false")
        await pilot.press("s")
        await pass_time(pilot, client, 60)
        assert "pod a is gone, and the shell with it" in told(pilot)
        assert isinstance(pilot.app.screen, MainScreen)

    show(client, story)


def test_a_container_without_a_shell_says_so_and_is_left() -> None:
    client = living(node("w1"), pod("a", **pod_spec("registry.k8s.io/coredns/coredns:v1.12.1")))

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("s")
        await enter(pilot, "ls")
        assert isinstance(pilot.app.screen, MainScreen)
        assert any('"sh": executable file not found' in line for line in told(pilot))

    show(client, story)


def test_exec_is_typed_as_kubectl_has_it() -> None:
    client = living(node("w1"), deployment("web"))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "exec -it deploy/web -- sh")
        assert isinstance(pilot.app.screen, ShellScreen)
        await pilot.press("escape")
        await type_line(pilot, "exec -it deploy/web -- /bin/bash")
        assert isinstance(pilot.app.screen, ShellScreen)
        await pilot.press("escape")
        await type_line(pilot, "exec deploy/web -- echo hello")
        assert "hello" in told(pilot)
        await type_line(pilot, "exec -it nobody -- sh")
        assert 'pods "nobody" not found' in told(pilot)

    show(client, story)


def test_a_client_with_a_prompt_of_its_own_is_talked_to_at_it() -> None:
    python = {"name": "c", "image": "python:3.13", "command": ["sleep", "1d"]}
    client = living(node("w1"), pod("py", containers=[python]))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "kubectl exec -it py -- python3")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ShellScreen)
        for line in ("a = 2", "for n in range(a):", "    print(n)", "", "a + 1", "exit()"):
            await enter(pilot, line)
            if line == "a + 1":
                assert transcript(pilot)[2:] == [
                    ">>> a = 2", ">>> for n in range(a):", "...     print(n)", "... ", "0", "1", ">>> a + 1", "3",
                ]  # fmt: skip
        assert isinstance(pilot.app.screen, MainScreen)

    show(client, story)


def test_another_command_on_a_terminal_is_run_and_no_shell_opens() -> None:
    client = living(node("w1"), pod("web", containers=[{"name": "c", "image": "nginx"}]))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "kubectl exec -it web -- hostname")
        await pilot.pause()
        assert isinstance(pilot.app.screen, MainScreen) and "web" in told(pilot)

    show(client, story)
