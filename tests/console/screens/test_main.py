"""The main screen on a pilot: panes, ways about, filters and the prompt, living and recorded from one body."""

from pathlib import Path

import pytest
from attrs import evolve
from textual.pilot import Pilot

from engine.kinds import Pod
from engine.store.commit import Commit
from engine.store.state import fold
from k9lite.client import Client
from k9lite.drive import run_command
from k9lite.screens.main import MainScreen
from k9lite.screens.main_keys import MAIN_BINDINGS
from k9lite.screens.rows import RowsScreen
from k9lite.screens.text import TextScreen
from k9lite.verbs import VERBS
from k9lite.widgets.command_line import CommandLine
from k9lite.widgets.footer import PLAYER_KEYS, Footer
from k9lite.widgets.pane import Pane
from k9lite.widgets.pane_strip import PaneStrip
from k9lite.widgets.table import ObjectTable
from k9lite.widgets.text_view import TextView
from tests.builders import deployment, node, pod
from tests.console.showing import (
    NARROW,
    WIDE,
    lines,
    living,
    pass_time,
    recorded,
    show,
    shown,
    tell,
    told,
    type_line,
)


@pytest.fixture(params=["living", "recorded"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Client:
    return living() if request.param == "living" else recorded(tmp_path)


def main(pilot: Pilot[int]) -> MainScreen:
    screen = pilot.app.screen
    assert isinstance(screen, MainScreen)
    return screen


def test_the_console_opens_on_the_pods_and_names_the_other_panes(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        text = shown(pilot)
        assert "k9lite test" in text and "nodes 2/2" in text and "pods 4" in text
        assert "1 nodes 2   2 pods 4   3 deployments 2   4 services 1" in text
        assert text.count("● Running") == 0 and text.count("Running") == 3
        assert "ImagePullBackOff" in text or "ErrImagePull" in text
        assert "? Help" in lines(pilot)[-1]

    show(client, story, NARROW)


def test_all_panes_stand_side_by_side_where_there_is_room(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        text = shown(pilot)
        for title in ("1 nodes [2]", "2 pods(all) [4]", "3 deployments(all) [2]", "4 services(all) [1]"):
            assert title in text
        await pilot.press("z")
        assert "1 nodes [2]" not in shown(pilot) and "1 nodes 2" in shown(pilot)
        await pilot.press("escape")
        assert "1 nodes [2]" in shown(pilot)

    show(client, story, WIDE)


def test_numbers_and_tab_go_from_pane_to_pane(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        for keys, title in (("1", "1 nodes [2]"), ("tab", "2 pods"), ("4", "4 services"), ("tab", "1 nodes"),
                            ("shift+tab", "4 services")):  # fmt: skip
            await pilot.press(keys)
            assert f"╭─ {title}" in shown(pilot)

    show(client, story)


def test_enter_drills_down_and_escape_leads_back(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("3", "j", "enter")
        text = shown(pilot)
        assert "3 pods(default) [3] ‹ deployment/web" in text and "broken-" not in text
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, RowsScreen) and "containers pod/web-" in shown(pilot)
        await pilot.press("escape", "escape")
        assert "3 deployments(all) [2]" in shown(pilot)
        back_at = main(pilot).pane.current()
        assert back_at is not None and back_at.metadata.name == "web"

    show(client, story)


def test_a_filter_narrows_as_it_is_typed_and_escape_clears_it(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("slash", *"web")
        await pilot.pause()
        assert "2 pods(all) [3/4]  /web" in shown(pilot) and "broken-" not in shown(pilot)
        await pilot.press("enter", "escape")
        assert "broken-" in shown(pilot)
        await pilot.press("slash", *"!web", "enter")
        assert "[1/4]  /!web" in shown(pilot)
        await pilot.press("slash", *"zzz", "enter")
        assert "nothing matches" in shown(pilot) or "[0/4]" in shown(pilot)

    show(client, story)


def test_a_filter_that_cannot_be_read_says_why(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("slash", *"(", "enter")
        assert any("/( is no regular expression" in line for line in told(pilot))

    show(client, story)


def test_kinds_and_namespaces_are_typed(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "no")
        assert "2 nodes [2]" in shown(pilot)
        await type_line(pilot, "deploy -l app=web")
        assert "2 deployments(all) [1]" in shown(pilot)
        await type_line(pilot, "po kube-system")
        assert "no pods here" in shown(pilot)
        await type_line(pilot, "po nowhere")
        assert "there is no namespace nowhere: 0 shows all" in shown(pilot)
        await type_line(pilot, "gibberish")
        assert any('unknown command "gibberish"' in line for line in told(pilot))

    show(client, story)


def test_a_small_table_that_would_be_broken_beside_the_panes_is_shown_on_a_screen(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "get deploy web")
        assert any(line.startswith("NAME") for line in told(pilot))
        await type_line(pilot, "get deploy web -o wide")
        assert isinstance(pilot.app.screen, TextScreen)

    show(client, story)


def test_a_get_typed_at_the_prompt_is_shown_on_a_screen(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "get pods -o wide")
        assert isinstance(pilot.app.screen, TextScreen)
        assert "kubectl get pods -o wide" in shown(pilot) and "NOMINATED" in pilot.app.screen.view.text()

    show(client, story)


def test_the_prompt_completes_and_remembers(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("colon", *"deployme", "tab")
        await pilot.pause()
        assert ": deployments" in shown(pilot)
        line = pilot.app.screen.query_one(CommandLine)
        assert line.value == "deployments ", "a word that is whole is ended"
        await pilot.press(*"kube-s", "tab")
        await pilot.pause()
        assert line.value == "deployments kube-system "
        await pilot.press("enter", "colon", "up")
        await pilot.pause()
        assert ": deployments" in shown(pilot)
        await pilot.press("escape")
        assert ": deployments" not in shown(pilot)

    show(client, story)


def test_rows_sort_by_a_column_and_back(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("3", "o", "o")
        assert "NAME↑" in shown(pilot)
        rows = [line for line in lines(pilot) if "default" in line]
        assert "broken" in rows[0]
        await pilot.press("O")
        rows = [line for line in lines(pilot) if "default" in line]
        assert "NAME↓" in shown(pilot) and "web" in rows[0]

    show(client, story)


def test_a_message_repeated_is_shown_once(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        for _ in range(3):
            await type_line(pilot, "gibberish")
        assert len(told(pilot)) == 1

    show(client, story)


def test_a_cancel_with_nothing_under_way_says_so(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("X")
        assert told(pilot) == ["nothing is under way"]

    show(client, story)


def test_the_footer_says_what_applies_and_why_a_row_is_not_well(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        footer = main(pilot).query_one(Footer)
        keys = [key for key in footer.keys if key not in PLAYER_KEYS]
        assert footer.keys[0] == ("W", "Why") and keys[:3] == [("W", "Why"), ("⏎", "Open"), ("l", "Logs")]
        assert ("d", "Describe") in footer.keys and ("D", "Drain") not in footer.keys
        assert footer.reason.startswith("✗ broken-") and "no-such-tag" in footer.reason
        await pilot.press("1")
        assert (("D", "Drain") in footer.keys) == (not main(pilot)._client.read_only)
        assert "zone=a" in footer.reason

    show(client, story)


def test_events_of_an_object_are_a_table(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("E")
        text = shown(pilot)
        assert "‹ pod/broken-" in text and "Failed to pull image" in text

    show(client, story)


def test_help_lists_every_key_that_is_bound(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("question_mark")
        assert isinstance(pilot.app.screen, TextScreen)
        text = " ".join(pilot.app.screen.view.text().split())
        for verb in VERBS.values():
            assert not verb.key or verb.summary in text
        assert "In a table" in text and "Filter: words" in text and "any kubectl command" in text

    show(client, story)


def test_yaml_and_describe_are_screens_that_search(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("y")
        assert "apiVersion: v1" in shown(pilot)
        await pilot.press("slash", *"kind", "enter")
        assert "found" in shown(pilot)
        await pilot.press("escape", "d")
        assert "Name:" in shown(pilot)

    show(client, story)


def test_no_verb_takes_a_key_that_tables_panes_or_the_screen_use() -> None:
    taken = [binding.key for binding in (*ObjectTable.BINDINGS, *Pane.BINDINGS)]  # type: ignore[union-attr]  # all are Bindings
    keys = [key for each in (*taken, *(binding.key for binding in MAIN_BINDINGS)) for key in each.split(",")]  # type: ignore[union-attr]  # as above
    doubled = {key for key in keys if keys.count(key) > 1} - {"escape"}
    assert doubled == {"space"}, "which marks rows in a living cluster, and plays a recording"


def test_the_cursor_stays_with_its_object_when_others_come() -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("G")
        chosen = main(pilot).pane.current()
        await type_line(pilot, "scale deploy broken --replicas=4")
        await pass_time(pilot, client, 5)
        now = main(pilot).pane.current()
        assert chosen is not None and now is not None
        assert now.metadata.uid == chosen.metadata.uid and "pods 7" in shown(pilot)

    show(client, story)


def test_a_tiny_terminal_and_a_resize_work() -> None:
    async def story(pilot: Pilot[int]) -> None:
        for size in ((20, 5), (4, 2), (120, 36), (40, 12), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.press("j", "2", "question_mark", "escape")
            await pilot.pause()
        assert "2 pods(all) [4]" in shown(pilot)
        await pilot.resize_terminal(20, 5)
        await pilot.pause()
        assert any("broken" in line or "web" in line for line in lines(pilot))

    show(living(), story, (20, 5))


def test_text_from_the_cluster_is_shown_as_data() -> None:
    """Names are checked by the API server; a log from elsewhere may hold anything."""
    client = living(node("w1"), pod("p"))
    state = client.cluster.state
    bad = next(state.all(Pod))
    labels = {"[bold]x[/bold]": "\x1b[31mred\x07"}
    bad = evolve(bad, metadata=evolve(bad.metadata, uid="bad", name="[red]\x1b]0;x\x07p[/]", labels=labels))
    client.cluster.state = fold(
        state, Commit(revision=state.revision + 1, time=state.time, actor="user", puts=(bad,))
    )

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("g")
        text = shown(pilot)
        assert "[red]␛]0;x␇p[/]" in text and "\x1b" not in text and "\x07" not in text
        assert "[bold]x[/bold]=␛[31mred␇" in text
        await pilot.press("x")
        assert "[red]␛]0;x␇p[/]" in shown(pilot)

    show(client, story)


def test_ten_thousand_pods_cost_no_more_than_those_on_the_screen() -> None:
    client = living(node("w1"), deployment("web"))
    one = next(client.cluster.state.all(Pod))
    state = client.cluster.state
    many = [
        evolve(one, metadata=evolve(one.metadata, name=f"web-{number:05}", uid=f"uid-{number:05}"))
        for number in range(10_000)
    ]
    client.cluster.state = fold(
        state, Commit(revision=state.revision + 1, time=state.time, actor="user", puts=tuple(many))
    )

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("G")
        assert "web-09999" in shown(pilot)
        await pilot.press("pageup", "slash", *"web-0123")
        await pilot.pause()
        assert "[10/10001]" in shown(pilot)

    show(client, story)


def test_the_mouse_chooses_panes_rows_and_orders() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.click(PaneStrip, offset=(4, 0))
        assert "╭─ 1 nodes" in shown(pilot)
        await pilot.click("#pane-1 ObjectTable", offset=(6, 2))
        await pilot.pause()
        assert lines(pilot)[5].startswith("│▌") and "w2" in lines(pilot)[5]
        await pilot.click("#pane-1 ObjectTable", offset=(6, 0))
        await pilot.pause()
        assert "NAME↑" in shown(pilot)

    show(living(), story)


def test_a_search_line_closes_before_its_screen() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("y", "slash", "q", "escape")
        assert isinstance(pilot.app.screen, TextScreen)
        await pilot.press("q")
        assert isinstance(pilot.app.screen, MainScreen)
        await type_line(pilot, "help drain")
        assert "Drain a node in preparation for maintenance" in shown(pilot)

    show(living(), story)


def test_a_described_object_stays_up_to_date() -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "describe node/w1")
        assert "Unschedulable:      false" in pilot.app.screen.query_one(TextView).text()
        assert run_command(client, ["cordon", "w1"]) == 0
        await tell(pilot)
        assert "Unschedulable:      true" in pilot.app.screen.query_one(TextView).text()
        await pilot.press("escape")
        await type_line(pilot, "describe node nowhere")
        assert 'nodes "nowhere" not found' in told(pilot)

    show(client, story)
