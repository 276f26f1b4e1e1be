"""The log screen: followed, merged by time, searched, filtered, and harmless whatever a container prints."""

from collections.abc import Callable, Sequence

from textual.pilot import Pilot

from engine.api.writes import Create
from engine.errors import BadRequest
from engine.kinds import Pod, Ref
from engine.kubelet.output import LogLine
from k9lite.clients.embedded import EmbeddedClient
from k9lite.screens.logs import LogsScreen
from tests.builders import deployment, node, pod, service
from tests.console.showing import living, pass_time, show, shown, told, type_line

Printed = dict[str, list[LogLine]]


class Printing(EmbeddedClient):
    """A living cluster whose containers print what a test says, by pod and container."""

    printed: Printed
    before: Printed

    def logs(self, ref: Ref, container: str, *, previous: bool = False, since: int = 0) -> Sequence[LogLine]:
        lines = (self.before if previous else self.printed).get(f"{ref.name}/{container}")
        if lines is None:
            raise BadRequest(f'container "{container}" in pod "{ref.name}" is waiting to start')
        return [line for line in lines if since <= line.time <= self.now]


def printing(*pods: Pod, printed: Callable[[int], Printed], before: Printed | None = None) -> Printing:
    """``printed`` is handed the present cluster time."""
    client = Printing(living(node("w1"), *pods).cluster)
    client.printed, client.before = printed(client.now), before or {}
    return client


def logs(pilot: Pilot[int]) -> LogsScreen:
    screen = pilot.app.screen
    assert isinstance(screen, LogsScreen)
    return screen


def text(pilot: Pilot[int]) -> list[str]:
    return logs(pilot).view.text().split("\n")


def test_logs_follow_what_is_printed() -> None:
    client = printing(
        pod("a"), printed=lambda now: {"a/main": [LogLine(now + at, f"line {at}") for at in range(-2, 100)]}
    )

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("l")
        assert text(pilot) == ["line -2", "line -1", "line 0"]
        await pass_time(pilot, client, 1)
        assert text(pilot)[-1] == "line 1" and "following" in shown(pilot)
        await pass_time(pilot, client, 40)
        assert "line 41" in shown(pilot) and len(text(pilot)) == 44
        await pilot.press("k")
        assert "following" not in shown(pilot)
        await pilot.press("t")
        assert text(pilot)[0].endswith("Z line -2")

    show(client, story)


def test_logs_of_a_workload_are_merged_by_time_with_prefixes() -> None:
    def printed(now: int) -> Printed:
        return {
            "web-a/main": [LogLine(now - 3, "first"), LogLine(now - 1, "third")],
            "web-b/main": [LogLine(now - 2, "second")],
        }

    client = printing(
        pod("web-a", labels={"app": "web"}), pod("web-b", labels={"app": "web"}), printed=printed
    )
    client.cluster.submit("user", [Create(service("web"))])

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("4", "l")
        assert text(pilot) == ["[web-a] first", "[web-b] second", "[web-a] third"]

    show(client, story)


def test_logs_are_searched_and_filtered() -> None:
    client = printing(
        pod("a"),
        printed=lambda now: {"a/main": [LogLine(now - 9 + at, f"{'error' if at % 3 == 0 else 'ok'} {at}")
                                        for at in range(9)]},
    )  # fmt: skip

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("l", "slash", *"error", "enter")
        assert "match" in shown(pilot) and logs(pilot).view.match_count == 3
        await pilot.press("n")
        await pilot.press("ampersand", *"!error", "enter")
        assert [line[:2] for line in text(pilot)] == ["ok"] * 6
        await pilot.press("ampersand", *"(", "enter")
        assert any("no regular expression" in line for line in told(pilot))
        await pilot.press("ampersand", "enter")
        assert len(text(pilot)) == 9

    show(client, story)


def test_one_container_of_several_is_chosen_and_the_one_before_its_restart() -> None:
    several = [{"name": name, "image": "nginx:1.27"} for name in ("main", "side")]
    client = printing(
        pod("a", containers=several),
        printed=lambda now: {"a/main": [LogLine(now, "from main")], "a/side": [LogLine(now, "from side")]},
        before={"a/main": [LogLine(1, "last words")]},
    )

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("l")
        assert text(pilot) == ["[a/main] from main", "[a/side] from side"]
        await pilot.press("C")
        assert text(pilot) == ["[a/main] from main"] and "(main)" in shown(pilot)
        await pilot.press("p")
        assert text(pilot) == ["[a/main] last words"]
        await pilot.press("C")
        assert "is waiting to start" in shown(pilot)

    show(client, story)


def test_what_a_container_prints_is_data() -> None:
    client = printing(
        pod("a"), printed=lambda now: {"a/main": [LogLine(now, "\x1b[2J[bold]x[/bold] \x07\ttab")]}
    )

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("l")
        assert "␛[2J[bold]x[/bold] ␇" in shown(pilot) and "\x1b" not in shown(pilot)

    show(client, story)


def test_the_clusters_own_output_is_read_and_typed_for() -> None:
    client = living(node("w1"), deployment("web"))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "logs deploy/web")
        assert "Logs deployment/web" in shown(pilot) and len(text(pilot)) > 3
        await pilot.press("escape")
        await type_line(pilot, "logs nobody")
        assert 'pods "nobody" not found' in told(pilot)

    show(client, story)
