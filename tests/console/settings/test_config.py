"""config.yaml: each mistake in a line of its own with its place, nothing half used; and what a good one changes."""

import os
import time
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, TextArea

from engine.errors import UsageError
from engine.kinds import ref_of
from engine.store.state import State
from k9lite.cli import main
from k9lite.config.columns import customised, with_columns
from k9lite.config.file import Config, parse
from k9lite.config.keys import CONTEXTS, actions, look_for_mistakes
from k9lite.config.shown import in_force
from k9lite.plugins import Plugin, fields_of, filled, split
from k9lite.resources import RESOURCES
from k9lite.screens.editor import EditorScreen
from k9lite.settings import Settings, settled
from k9lite.verb import Edit
from k9lite.widgets.pane import Pane
from k9lite.widgets.table import ObjectTable
from tests.builders import START, pod
from tests.console.showing import NARROW, WIDE, living, show, shown, told, type_line

TEXTUALS = (*Input.BINDINGS, *TextArea.BINDINGS, *OptionList.BINDINGS)
"""The keys of fields, which are as everywhere."""
GOOD = """\
theme: light
ascii: false
keys:
  main.help: f1
  verb.delete: [f8, ctrl+d]
aliases:
  front: pods -l app=web
columns:
  pods: [NAME, READY, 'label:app', .spec.nodeName, 'POD-IP:.status.podIP']
plugins:
  - name: greet
    key: f5
    kinds: [pods]
    command: echo "it is $NAME of ${LABEL_app} on $NODE"
  - name: stamp
    key: f6
    confirm: true
    command: kubectl label $RESOURCE $NAME -n $NAMESPACE stamped=yes
"""


def config(text: str = GOOD) -> Config:
    return parse(text, "config.yaml", look_for_mistakes)


def settings(text: str = GOOD) -> Settings:
    found = config(text)
    return settled(found.asked, {"TERM": "xterm-256color"}, config=found)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("theme: pink", 'config.yaml, line 1: there is no theme "pink": dark, light'),
        ("\ncolour: red", "config.yaml, line 2: there is no colour: theme, ascii"),
        ("ascii: perhaps", "config.yaml, line 1: ascii is true or false, not 'perhaps'"),
        ("editor: vim", "config.yaml, line 1: editor is console or outside, not 'vim'"),
        ("keys: [a, b]", "config.yaml, line 1: keys has names with something under each, not a list"),
        ("keys:\n  main.hepl: f1", "config.yaml, line 2: there is no action main.hepl: k9lite config keys lists them"),
        ("keys:\n  main.help: hyper+x", "config.yaml, line 2: there is no key 'hyper+x'"),
        ("keys:\n  main.help: 5", "config.yaml, line 2: the key of main.help is a text, not 5"),
        ("aliases:\n  two words: pods", "config.yaml, line 2: an alias is one word, not 'two words'"),
        ("columns:\n  pdos: [NAME]", "config.yaml, line 2: pdos is no kind"),
        ("columns:\n  pods:\n    - NAME\n    - COLOUR", "config.yaml, line 4: there is no column COLOUR: NAMESPACE"),
        ("columns:\n  pods: ['.spec[?']", "config.yaml, line 2: error parsing jsonpath"),
        ("columns:\n  octopi: [NAME]", "line 2: octopi is no kind: pods, nodes and the like, a custom one as"),
        ("columns:\n  octopi.example.com:\n  - ARMS\n  - 'A:spec[?'", "line 4: error parsing jsonpath"),
        ("plugins:\n  - name: x\n    key: f2", "config.yaml, line 2: a plugin needs a command"),
        ("plugins:\n  - {name: x, key: f2, command: 'a $FOO'}", "config.yaml, line 2: there is no field $FOO: NAME"),
        ("plugins:\n  - {name: x, key: f2, command: \"a 'b\"}", "config.yaml, line 2: the command cannot be split"),
        ("plugins:\n  - {name: x, key: f2, command: a, colour: b}", "line 2: a plugin has no colour: name, key"),
        ("plugins: x", "config.yaml, line 1: plugins are a list"),
        ("theme: dark\ntheme: light", "config.yaml, line 2: theme is there twice, first in line 1"),
        ("theme: [", "config.yaml, line 1"),
        ("- theme", "config.yaml, line 1: config.yaml has names with something under each, not a list"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, says: str) -> None:
    with pytest.raises(UsageError) as raised:
        config(text)
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


def test_all_mistakes_are_told_at_once_in_their_order() -> None:
    with pytest.raises(UsageError) as raised:
        config("theme: pink\nascii: 7\naliases:\n  x: 3\nkeys:\n  main.help: y\n")
    assert [line.split(":")[0] for line in str(raised.value).split("\n")] == [
        f"config.yaml, line {line}" for line in (1, 2, 4, 6)
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("keys: {verb.describe: y}", "verb.describe and verb.get_yaml both want the key y in a table"),
        ("keys:\n  main.help: j", "line 2: main.help and table.down both want the key j in a table"),
        ("keys: {main.help: f9, main.filter: f9}", "main.filter and main.help both want the key f9 in a table"),
        ("plugins:\n  - {name: p, key: d, command: a}", "line 2: plugin p and verb.describe both want the key d"),
    ],
)
def test_two_actions_that_want_one_key_are_both_named(text: str, says: str) -> None:
    with pytest.raises(UsageError) as raised:
        config(text)
    assert says in str(raised.value)


def test_two_keys_can_change_places() -> None:
    assert set(config("keys: {verb.describe: y, verb.get_yaml: d}").keys) == {"verb.describe", "verb.get_yaml"}


def test_every_key_of_the_screens_has_a_name() -> None:
    for context in CONTEXTS.values():
        for binding in context:
            assert binding.id or binding in TEXTUALS, f"{binding} needs an id for config.yaml"
    assert len(actions()) > 150


def test_keys_are_bound_as_asked_and_help_and_footer_show_them() -> None:
    async def story(pilot: Pilot[int]) -> None:
        assert "f8 Delete" in shown(pilot)
        await pilot.press("question_mark")
        assert "Help" not in shown(pilot).split("\n")[0]
        await pilot.press("f1")
        await pilot.pause()
        text = shown(pilot)
        assert "f1 " in text and "f8 ctrl+d" in text
        await pilot.press("escape", "x")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1
        await pilot.press("f8")
        await pilot.pause()
        assert "Delete" in shown(pilot)

    show(living(), story, (140, 60), settings=settings())


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_aliases_open_and_columns_are_shown(size: tuple[int, int]) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "front")
        text = shown(pilot)
        assert "broken" not in text.split("describe")[0].split("deployments")[0]
        assert "APP" in text
        await pilot.press("z")
        await pilot.pause()
        assert "NODENAME" in shown(pilot)
        await type_line(pilot, "config")
        assert "keys main.help" in shown(pilot)

    show(living(), story, size, settings=settings())


def test_columns_are_shown_wherever_a_pane_lists_the_kind() -> None:
    async def story(pilot: Pilot[int]) -> None:
        for way in ("split pods", "pods default", "get pods -w"):
            await type_line(pilot, way)
            panes = [pane for pane in pilot.app.screen.query(Pane) if pane.kind == "Pod"]
            assert all("POD-IP" in [column.name for column in pane.table.columns] for pane in panes), way
        await pilot.press("3", "enter")
        await pilot.pause()
        focused = pilot.app.focused
        assert isinstance(focused, ObjectTable) and "NODENAME" in [column.name for column in focused.columns]

    wanted = "columns: {pods: [NAME, .spec.nodeName, 'POD-IP:.status.podIP']}"
    show(living(), story, (200, 60), settings=settings(wanted))


def test_e_opens_the_editor_of_the_environment_where_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def edited(_app: object, step: Edit) -> str:
        opened.append(step.text)
        return step.text

    monkeypatch.setattr("k9lite.screens.hands.in_editor", edited)

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("3", "e")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1 and "kind: Deployment" in opened[0]
        await type_line(pilot, "edit deploy web")
        assert len(pilot.app.screen_stack) == 1 and "name: web" in opened[1]

    show(living(), story, settings=settings("editor: outside"))
    assert [each.value for each in in_force(settings("editor: outside")) if each.name == "editor"] == ["outside"]


def test_a_read_only_console_shows_a_manifest_itself() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("3", "e")
        await pilot.pause()
        assert isinstance(pilot.app.screen, EditorScreen)

    show(living(read_only=True), story, settings=settings("editor: outside"))


def test_custom_columns_are_read_off_the_object() -> None:
    resource = with_columns(RESOURCES["Pod"], ("NAME", "label:app", "spec.nodeName", "POD-IP:.status.podIP"))
    assert [column.name for column in resource.columns] == ["", "NAMESPACE", "NAME", "APP", "NODENAME", "POD-IP"]
    cells = resource.row(pod("web-1", labels={"app": "web"}, nodeName="w1"), State(), START)
    assert [cell.text for cell in cells[1:]] == ["default", "web-1", "web", "w1", ""]
    assert customised({})("Pod", State()) is RESOURCES["Pod"]


def test_a_field_stays_one_word_whatever_is_in_it() -> None:
    words = split('sh -c "ls $$HOME" $NAME --label=${LABEL_app}')
    fields = {"NAME": "a b; rm -rf '", "LABEL_app": "$NAME"}
    assert filled(words, fields) == ["sh", "-c", "ls $HOME", "a b; rm -rf '", "--label=$NAME"]


def test_a_plugin_knows_the_selected_object() -> None:
    obj = pod("web-1", labels={"app.kubernetes.io/name": "web"}, nodeName="w1")
    fields = fields_of(ref_of(obj), obj, "sample")
    assert fields["LABEL_app_kubernetes_io_name"] == "web"
    assert (fields["NAME"], fields["NODE"], fields["RESOURCE"], fields["CONTEXT"]) == ("web-1", "w1", "pods", "sample")


def test_a_plugin_runs_beside_the_console_and_shows_what_it_prints() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("j", "f5")
        for _ in range(60):
            await pilot.pause(0.05)
            if "exit code 0" in shown(pilot):
                break
        assert "it is web-" in shown(pilot) and "of web on w" in shown(pilot)
        await pilot.press("escape", "3", "f5")
        await pilot.pause()
        assert told(pilot)[-1] == "plugin greet is for pods, not for deployments"

    show(living(), story, WIDE, settings=settings())


def test_a_plugin_that_does_not_end_takes_no_key_and_ends_with_its_screen(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    text = f"plugins:\n  - {{name: slow, key: f5, command: \"sh -c 'echo $$$$ > {mark}; sleep 600'\"}}\n"

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("f5")
        while not (mark.exists() and mark.read_text()):
            await pilot.pause(0.02)
        assert is_running(int(mark.read_text()))
        await pilot.press("escape")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1

    show(living(), story, settings=settings(text))
    while is_running(int(mark.read_text())):
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_plugin_that_asks_first_does_nothing_until_it_is_answered() -> None:
    client = living()

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("3", "f6")
        await pilot.pause()
        assert "kubectl label deployments broken -n default stamped=yes" in shown(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert not any("stamped" in obj.metadata.labels for obj in client.state.objects("Deployment"))
        await pilot.press("f6", "ctrl+s")
        await pilot.pause()
        assert any("stamped" in obj.metadata.labels for obj in client.state.objects("Deployment"))

    show(client, story, WIDE, settings=settings())


def test_a_read_only_console_runs_no_program() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("j")
        await type_line(pilot, "plugin greet")
        assert "read-only" in told(pilot)[-1]
        await type_line(pilot, "plugin gret")
        assert told(pilot)[-1] == 'there is no plugin "gret": greet, stamp'

    show(living(read_only=True), story, settings=settings())


def test_what_is_in_force_says_where_from() -> None:
    found = {each.name: (each.value, each.source) for each in in_force(settings())}
    assert found["theme"] == ("light", "config.yaml, line 1")
    assert found["linear"] == ("no", "by itself")
    assert found["keys verb.delete"] == ("f8 ctrl+d", "config.yaml, line 5")
    assert found["plugins stamp"][0].endswith("stamped=yes, asks first")


def test_the_command_line_checks_and_shows_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("TERM", "xterm-256color")
    file = tmp_path / "k9lite" / "config.yaml"
    assert main(["config", "check"]) == 0
    assert "no such file" in capsys.readouterr().out
    file.parent.mkdir()
    file.write_text("theme: pink\nascii: 3\n")
    assert main(["config", "check"]) == 1
    err = capsys.readouterr().err
    assert f"{file}, line 1: there is no theme" in err and f"{file}, line 2: ascii is" in err
    assert main(["config", "show"]) == 1
    capsys.readouterr()
    file.write_text(GOOD)
    assert main(["config", "check"]) == 0
    assert main(["config", "show"]) == 0
    out = capsys.readouterr().out
    assert "no mistakes" in out and f"{file}, line 1" in out and "plugins greet" in out
    assert main(["config", "keys"]) == 0
    assert "verb.describe" in capsys.readouterr().out


def test_a_plugin_is_a_fact() -> None:
    assert Plugin(name="x", key="f2", command=("kubectl", "get", "pods")).inside
