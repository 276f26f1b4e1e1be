"""Saved views: a table with its filter and order, kept by name and brought back; what is damaged is told, not lost."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.api.selectors import parse_label_selector
from engine.errors import UsageError
from engine.kinds import Ref
from k9lite import layouts
from k9lite.filters import Filter
from k9lite.kept_names import names_after
from k9lite.preferences import Preferences
from k9lite.resource import Query
from k9lite.screens.main import MainScreen
from k9lite.settings import Settings
from k9lite.sorting import Sort
from k9lite.views import SavedView, all_kept, keep, kept, view_of
from tests.console.showing import living, show, shown, told, type_line

URGENT = SavedView(kind="Pod", namespace="shop", filter="status:!Running age<1h", sort="RESTARTS", reverse=True)


def main(pilot: Pilot[int]) -> MainScreen:
    assert isinstance(pilot.app.screen, MainScreen)
    return pilot.app.screen


def test_a_view_is_kept_in_a_file_that_can_be_read_and_written_by_hand(tmp_path: Path) -> None:
    keep(Preferences(tmp_path), "urgent", URGENT)
    text = (tmp_path / "views.yaml").read_text()
    assert "filter: status:!Running age<1h" in text and "wide" not in text
    again = Preferences(tmp_path)
    assert all_kept(again).names == ["urgent"] and kept(again, "urgent") == URGENT
    all_kept(again).drop("urgent")
    assert all_kept(Preferences(tmp_path)).names == []


def test_a_view_keeps_what_narrows_a_table_and_refuses_what_ends_with_the_session() -> None:
    selector = parse_label_selector("app=web,tier in (a,b)")
    view = view_of(Query(kind="Pod", selector=selector, title="-l x"), Filter(), Sort(), wide=True)
    assert view.query.selector == selector and view.wide
    assert view_of(Query(kind="Pod", node="w1"), Filter(), Sort(), wide=False).query.title == "node/w1"
    with pytest.raises(UsageError, match="cannot be kept"):
        view_of(Query(kind="Event", about=Ref("Pod", "a", "b"), title="pod/b"), Filter(), Sort(), wide=False)
    with pytest.raises(UsageError, match="cannot be called save"):
        keep(Preferences(), "save", URGENT)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a:\n  kind: Pod\n b: [", "line 3"),
        ("mine: {kind: Pods}", "view mine: a kind that is known"),
        ("mine: {kind: Pod, filter: '('}", "view mine: /( is no regular expression"),
        ("mine: {kind: Pod, wide: 3}", "view mine: wide: 3 was not expected"),
        ("mine: {kind: Pod, colour: red}", "colour is nothing a view has"),
        ("other: {kind: Pod}", 'there is no view "mine"; kept: other'),
        ("- mine", "line 1"),
    ],
)
def test_a_damaged_file_is_one_clear_line_and_nothing_in_it_is_lost(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "views.yaml"
    file.write_text(text)
    with pytest.raises(UsageError) as refused:
        kept(Preferences(tmp_path), "mine")
    assert said in str(refused.value) and "\n" not in str(refused.value)
    if "line" in said:
        with pytest.raises(UsageError):
            keep(Preferences(tmp_path), "new", URGENT)
    assert file.read_text() == text


def test_a_view_brings_back_kind_filter_order_and_width() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "pods default")
        await pilot.press("slash", *"web", "enter", "o", "o", "O", "w")
        await type_line(pilot, "view save mine")
        assert "view mine kept" in told(pilot)[-1]
        await pilot.press("w")
        await type_line(pilot, "deploy")
        await type_line(pilot, "view mine")
        pane = main(pilot).pane
        assert pane.kind == "Pod" and pane.listing.filter.text == "web" and pane.listing.sort == Sort("NAME", True)
        assert pane.listing.query.namespace == "default" and pane.table.wide and "[3/4]" in shown(pilot)
        await type_line(pilot, "views")
        assert "mine" in shown(pilot) and "/web" in shown(pilot) and "NAME (reversed)" in shown(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert main(pilot).pane.listing.filter.text == "web"
        await type_line(pilot, "view delete mine")
        await type_line(pilot, "view mine")
        assert told(pilot)[-1].startswith('there is no view "mine"; kept: none')

    show(living(), story)


def test_names_that_were_kept_are_completed_and_a_damaged_file_offers_none(tmp_path: Path) -> None:
    kept_here = Preferences(tmp_path)
    keep(kept_here, "urgent", URGENT)
    keep(kept_here, "us-east", URGENT)
    layouts.all_kept(kept_here).keep("wide", {})

    def offered(text: str) -> list[str]:
        return names_after(text, kept_here, Settings())

    assert offered("view u") == ["view urgent", "view us-east"]
    assert offered("view delete ur") == ["view delete urgent"]
    assert offered("layout ") == ["layout save", "layout delete", "layout reset", "layout wide"]
    assert "theme light" in offered("theme l") and offered("view") == [] and offered("pods sh") == []
    (tmp_path / "views.yaml").write_text("a: [")
    assert names_after("view u", Preferences(tmp_path), Settings()) == []


def test_tab_completes_the_name_of_a_view() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "nodes")
        await type_line(pilot, "view save machines")
        await type_line(pilot, "pods")
        await pilot.press("colon", *"view", "space", "m", "tab", "enter")
        await pilot.pause()
        assert main(pilot).pane.kind == "Node"

    show(living(), story)
