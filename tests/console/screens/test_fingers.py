"""What fingers that know k9s press and type: it does the same here, or says what does."""

import pytest
from textual.pilot import Pilot

from engine.errors import UsageError
from k9lite.screens.main import MainScreen
from k9lite.screens.map import MapScreen
from k9lite.sorting import Sort, sort_of
from k9lite.strange_keys import ELSEWHERE
from k9lite.widgets.deed_panel import DeedPanel
from tests.builders import deployment
from tests.console.showing import NARROW, WIDE, living, pass_time, shop, show, shown, tell, told, type_line


@pytest.mark.parametrize(
    ("word", "plural"),
    [("jo", "jobs"), ("cr", "clusterroles"), ("crb", "clusterrolebindings"), ("ro", "roles"), ("rb", "rolebindings")],
)
def test_the_short_words_of_k9s_open_their_kinds(word: str, plural: str) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, word)
        assert f" {plural}" in shown(pilot).splitlines()[2]

    show(living(), story, NARROW)


def test_a_key_that_nobody_takes_says_so_and_tells_the_one_that_is_meant() -> None:
    async def story(pilot: Pilot[int]) -> None:
        main = pilot.app.screen
        bound = set(main.active_bindings)
        for key in ELSEWHERE:
            assert key not in bound
            await pilot.press(key)
        said = told(pilot)
        assert "ctrl+k does nothing here: x deletes, and asks first" in said
        assert "M does nothing here: :sort mem sorts by a column, o by the next one" in said
        before = len(told(pilot))
        await pilot.press("j", "k", "o", "slash", "r", "t", "semicolon", "escape", "colon", "h", "escape", "L", "t")
        assert told(pilot)[before:] == [], "keys that are bound, and letters of a text, are answered by what they do"

    show(living(), story, NARROW)


def test_a_word_that_is_typed_where_there_is_no_line_for_it_is_answered_once() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("semicolon", "apostrophe", "at", "exclamation_mark")
        assert told(pilot) == ["; does nothing here: a lists what can be done, ? the keys"]

    show(living(), story, NARROW)


def test_places_and_texts_are_not_silent_either() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("B", "t")
        assert told(pilot)[-1].startswith("t does nothing here")
        await pilot.press("escape", "d", "K")
        assert told(pilot)[-1].startswith("K does nothing here")

    show(living(), story, NARROW)


def test_a_command_is_typed_over_any_text() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("d", *":services", "enter")
        assert isinstance(pilot.app.screen, MainScreen) and " services(all)" in shown(pilot)
        await pilot.press("B", "question_mark", *":nodes", "enter")
        assert isinstance(pilot.app.screen, MainScreen) and "2 nodes [2]" in shown(pilot)
        await pilot.press("2", *":po", "enter", "l", *":cm", "enter")
        assert isinstance(pilot.app.screen, MainScreen) and " configmaps" in shown(pilot) and told(pilot) == []

    show(living(), story, NARROW)


def test_a_rollout_that_a_key_began_is_watched_until_it_is_through() -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("3", "G", "R", "enter")
        panel = pilot.app.screen.query_one(DeedPanel)
        assert panel.display and "kubectl rollout status deployment/web -n default" in shown(pilot)
        assert "░" in str(panel.render()), "with how far it is"
        await pilot.press("Y")
        assert pilot.app.clipboard == "kubectl rollout restart deployment/web -n default"
        await pass_time(pilot, client, 60)
        assert "successfully rolled out" in shown(pilot) and "(done, Esc closes)" in shown(pilot)

    show(client, story, NARROW)


def test_a_table_is_sorted_by_a_column_that_is_named() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "sort -rest")
        assert "by RESTARTS" in shown(pilot) and "RESTART↓" in shown(pilot)
        await type_line(pilot, "sort ip")
        assert "by IP" in shown(pilot), "also where the column has no room"
        await type_line(pilot, "sort colour")
        assert told(pilot)[-1].startswith("there is no column COLOUR: namespace, name, ready, status")
        await type_line(pilot, "sort")
        assert "by IP" not in shown(pilot)
        await pilot.press("B")
        await type_line(pilot, "sort -total")
        assert "TOTAL↓" in shown(pilot)

    show(living(), story, NARROW)


def test_columns_are_completed_and_contexts_are_listed() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("colon", *"sort -re", "tab")
        assert "sort -ready" in shown(pilot)
        await pilot.press("escape")
        await type_line(pilot, "ctx")
        assert told(pilot)[-1].startswith("CURRENT") and "CLUSTER" in told(pilot)[-1]

    show(living(), story, NARROW)


def test_a_column_is_named_by_how_it_begins() -> None:
    from engine.store.state import State
    from k9lite.resources import resource_of

    columns = resource_of("Pod", State()).columns
    assert sort_of(columns, "mem") == Sort("MEM") and sort_of(columns, "-age") == Sort("AGE", reverse=True)
    assert sort_of(columns, "") == Sort()
    with pytest.raises(UsageError):
        sort_of(columns, "colour")


def test_a_table_that_is_typed_does_not_say_it_is_narrowed_as_the_one_before() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "pods -l app=web")
        assert "pods(all) [3] ‹ -l app=web" in shown(pilot)
        await type_line(pilot, "pods")
        assert "pods(all) [4] ─" in shown(pilot)
        await pilot.press("escape")
        assert "pods(all) [3] ‹ -l app=web" in shown(pilot)

    show(living(), story, NARROW)


def test_esc_puts_what_is_under_way_out_of_sight_until_it_ends() -> None:
    client = living(*shop(), deployment("more", replicas=6))

    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "drain w1")
        await tell(pilot)
        panel = pilot.app.screen.query_one(DeedPanel)
        assert panel.display and "Esc hides, X cancels" in shown(pilot)
        await pilot.press("escape")
        await tell(pilot)
        assert not panel.display
        await pilot.press("X")
        await tell(pilot)
        assert panel.display and "cancelled, Esc closes" in shown(pilot)

    show(client, story, WIDE)


def test_what_was_selected_on_the_map_is_selected_in_the_tables() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("m")
        await pilot.pause()
        assert isinstance(pilot.app.screen, MapScreen)
        await pilot.press("right", "right")
        selected = pilot.app.screen.selected
        await pilot.press("escape")
        main = pilot.app.screen
        assert isinstance(main, MainScreen) and main.pane.selected() == [selected]

    show(living(), story, WIDE)


def test_what_is_chosen_in_a_dialog_has_a_mark_and_not_its_colour_alone() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("3", "x")
        assert "● background" in shown(pilot) and "○ foreground" in shown(pilot)
        await pilot.press("shift+tab", "shift+tab", "shift+tab", "down")
        assert "○ background" in shown(pilot) and "● foreground" in shown(pilot)

    show(living(), story, NARROW)
