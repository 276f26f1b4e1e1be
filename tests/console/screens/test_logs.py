"""The log screen: followed, merged by time, searched, filtered, and harmless whatever a container prints."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from engine.api.writes import Create, Delete
from engine.errors import BadRequest
from engine.kinds import Pod, Ref
from engine.kubelet.output import LogLine
from k9lite.clients.embedded import EmbeddedClient
from k9lite.screens.logs import LogsScreen
from tests.builders import deployment, node, pod, service
from tests.console.showing import NARROW, WIDE, living, pass_time, recorded, show, shown, tell, told, type_line

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


async def settled(pilot: Pilot[int]) -> None:
    """Everything has been read and is in view."""
    await pilot.pause()
    while not logs(pilot).is_settled:
        await pilot.pause(0.005)
    await pilot.pause()


def text(pilot: Pilot[int]) -> list[str]:
    return logs(pilot).view.text().split("\n")


def test_logs_follow_what_is_printed() -> None:
    client = printing(
        pod("a"), printed=lambda now: {"a/main": [LogLine(now + at, f"line {at}") for at in range(-2, 100)]}
    )

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("l")
        await settled(pilot)
        assert text(pilot) == ["line -2", "line -1", "line 0"]
        await pass_time(pilot, client, 1)
        await settled(pilot)
        assert text(pilot)[-1] == "line 1" and "following" in shown(pilot)
        await pass_time(pilot, client, 40)
        await settled(pilot)
        assert "line 41" in shown(pilot) and len(text(pilot)) == 44
        await pilot.press("k")
        assert "following" not in shown(pilot)
        await pilot.press("t")
        await settled(pilot)
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
        await settled(pilot)
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
        await settled(pilot)
        assert [line[:2] for line in text(pilot)] == ["ok"] * 6
        await pilot.press("ampersand", *"(", "enter")
        assert any("no regular expression" in line for line in told(pilot))
        await pilot.press("escape")
        await settled(pilot)
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
        await settled(pilot)
        assert text(pilot) == ["[a/main] from main", "[a/side] from side"]
        await pilot.press("C", "down", "enter")
        await settled(pilot)
        assert text(pilot) == ["[a/main] from main"] and "(main)" in shown(pilot)
        await pilot.press("p")
        await settled(pilot)
        assert text(pilot) == ["[a/main] last words"]
        await pilot.press("C", "end", "enter")
        await settled(pilot)
        assert "is waiting to start" in shown(pilot)

    show(client, story)


def test_what_a_container_prints_is_data() -> None:
    client = printing(
        pod("a"), printed=lambda now: {"a/main": [LogLine(now, "\x1b[2J[bold]x[/bold] \x07\ttab")]}
    )

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("l")
        await settled(pilot)
        assert "␛[2J[bold]x[/bold] ␇" in shown(pilot) and "\x1b" not in shown(pilot)

    show(client, story)


def test_the_clusters_own_output_is_read_and_typed_for() -> None:
    client = living(node("w1"), deployment("web"))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "logs deploy/web")
        await settled(pilot)
        assert "Logs deployment/web" in shown(pilot) and len(text(pilot)) > 3
        await pilot.press("escape")
        await type_line(pilot, "logs deploy/web --tail=3 --since=1m --timestamps")
        await settled(pilot)
        assert len(text(pilot)) == 3 and text(pilot)[0][:2] == "20" and "tail 3" in shown(pilot)
        await pilot.press("escape")
        await type_line(pilot, "logs nobody")
        assert 'pods "nobody" not found' in told(pilot)

    show(client, story)


JSON = [
    '{"level":"info","msg":"ready","port":80}',
    '{"level":"error","msg":"no answer","status":503}',
    '{"level":"info","msg":"served","status":200}',
    "plain words",
]


def of_json(now: int) -> Printed:
    return {"a/main": [LogLine(now - 4 + at, line) for at, line in enumerate(JSON)]}


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_json_lines_are_folded_unfolded_and_filtered_by_field(size: tuple[int, int]) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("l")
        await settled(pilot)
        assert text(pilot) == ["INFO ready port=80", "ERROR no answer status=503", "INFO served status=200", JSON[3]]
        await pilot.press("g", "e")
        assert logs(pilot).view.cursor_text == "ERROR no answer status=503"
        await pilot.press("enter")
        await settled(pilot)
        assert '      "status": 503' in text(pilot) and '"msg": "no answer"' in shown(pilot)
        assert logs(pilot).view.cursor_text == "ERROR no answer status=503"
        await pilot.press("enter", "J")
        await settled(pilot)
        assert text(pilot) == JSON
        await pilot.press("ampersand", *"status>=500")
        await settled(pilot)
        assert text(pilot) == [JSON[1]] and "1 of 4" in shown(pilot)
        await pilot.press("enter", "E", "escape", "G", "enter")
        await settled(pilot)
        assert len(text(pilot)) == 4 and "this line is no JSON object" in told(pilot)

    show(printing(pod("a"), printed=of_json), story, size)


def test_a_filter_that_is_given_up_is_what_it_was_before() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("l", "ampersand", *"plain", "enter", "ampersand", *"status", "escape")
        await settled(pilot)
        assert text(pilot) == ["plain words"]
        await pilot.press("escape")
        await settled(pilot)
        assert len(text(pilot)) == 4

    show(printing(pod("a"), printed=of_json), story)


def test_the_first_and_the_newest_lines_are_shown_alone() -> None:
    def printed(now: int) -> Printed:
        return {"a/main": [LogLine(now + at, f"line {at}") for at in range(-9, 9)]}

    client = printing(pod("a"), printed=printed)

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("l", "T", *"3", "enter")
        await settled(pilot)
        assert text(pilot) == ["line -2", "line -1", "line 0"]
        assert "7 earlier lines are not shown" in shown(pilot) and "tail 3" in shown(pilot)
        await pass_time(pilot, client, 2)
        await settled(pilot)
        assert text(pilot)[-1] == "line 2" and len(text(pilot)) == 5
        await pilot.press("H", *"2", "enter")
        await settled(pilot)
        assert text(pilot) == ["line -9", "line -8"] and "10 later lines are not shown" in shown(pilot)
        await pilot.press("T", *"x", "enter")
        assert "x is no number of lines" in told(pilot)
        await pilot.press("1", "number_sign")
        await settled(pilot)
        assert text(pilot)[0] == "     1 line -9" and "last 1 min" in shown(pilot)
        await pilot.press("g", "m", "j", "m", "c")
        assert pilot.app.clipboard == "line -9\nline -8", "numbers are shown, and not taken along"
        await pilot.press("A")
        await settled(pilot)
        assert pilot.app.clipboard.startswith("line -9\nline -8\n") and " 1 " not in pilot.app.clipboard

    show(client, story)


def test_lines_are_copied_and_saved(tmp_path: Path) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("l")
        await settled(pilot)
        await pilot.press("J", "g", "m", "j", "j", "m", "c")
        assert pilot.app.clipboard == f"{JSON[0]}\n{JSON[2]}" and "copied 2 lines" in told(pilot)
        await pilot.press("J")
        await settled(pilot)
        assert len(logs(pilot).view.marks) == 2
        await pilot.press("J", "A")
        await settled(pilot)
        assert pilot.app.clipboard == "\n".join(JSON)
        await pilot.press("S")
        logs(pilot).query_one(Input).value = str(tmp_path / "new" / "a.log")
        await pilot.press("enter")
        await settled(pilot)
        assert (tmp_path / "new" / "a.log").read_text() == "\n".join(JSON) + "\n"
        await pilot.press("ctrl+s")
        assert logs(pilot).query_one(Input).value == "pod-a.log"
        logs(pilot).query_one(Input).value = str(tmp_path)
        await pilot.press("enter")
        await settled(pilot)
        assert f"{tmp_path} cannot be written: is a directory" in told(pilot)

    show(printing(pod("a"), printed=of_json), story)


def test_new_pods_join_and_the_lines_of_those_that_are_gone_stay() -> None:
    web = {"app": "web"}
    client = printing(pod("web-a", labels=web), printed=lambda now: {"web-a/main": [LogLine(now - 3, "first")],
                      "web-b/main": [LogLine(now, "second")]})  # fmt: skip
    client.cluster.submit("user", [Create(service("web"))])

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("4", "l")
        await settled(pilot)
        assert text(pilot) == ["first"]
        client.cluster.submit("user", [Create(pod("web-b", labels=web))])
        client.cluster.submit("user", [Delete(ref=Ref("Pod", "default", "web-a"), grace_seconds=0)])
        await pass_time(pilot, client, 1)
        await settled(pilot)
        assert text(pilot) == ["[web-a] first", "[web-b] second"]

    show(client, story)


def test_init_containers_are_read_as_well_and_cron_jobs_and_nodes_lead_to_their_pods() -> None:
    setup = [{"name": "setup", "image": "busybox", "command": ["echo", "made"]}]
    client = living(node("w1"), pod("a", initContainers=setup))

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("l")
        await settled(pilot)
        assert text(pilot)[0] == "[a/setup] made"
        await pilot.press("escape", "1", "l")
        await settled(pilot)
        assert "Logs node/w1" in shown(pilot) and text(pilot)[0] == "[a/setup] made"

    show(client, story)


def test_in_a_recording_the_log_travels_back(tmp_path: Path) -> None:
    client = recorded(tmp_path, node("w1"), deployment("web"), deeds=["scale deploy web --replicas=2"])

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "logs deploy/web")
        await settled(pilot)
        assert any(line.startswith("[web-") for line in text(pilot))
        client.seek_time(client.first_time + 60)
        await tell(pilot)
        await settled(pilot)
        assert text(pilot) and not any(line.startswith("[web-") for line in text(pilot))

    show(client, story)


def test_a_hundred_thousand_lines_are_taken_in_slice_by_slice() -> None:
    def printed(now: int) -> Printed:
        lines = (f"line {at}{' error' * (at == 70_000)}" for at in range(100_000))
        return {"a/main": [LogLine(now - 100 + at // 1000, line) for at, line in enumerate(lines)]}

    client = printing(pod("a"), printed=printed)

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("l")
        assert "line 99999" in shown(pilot)
        await settled(pilot)
        assert logs(pilot).view.line_count == 100_000
        await pilot.press("slash", *"error", "enter")
        while not logs(pilot).view.is_searched:
            await pilot.pause(0.01)
        assert logs(pilot).view.cursor_text == "line 70000 error" and "match 1 of 1" in shown(pilot)
        await pilot.press("t")
        assert logs(pilot).view.cursor_text.endswith("Z line 70000 error")

    show(client, story)
