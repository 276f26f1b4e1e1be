"""Habits a test can hold: what every file has, what the core must not touch, what the README promises."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "engine").rglob("*.py")) + sorted((ROOT / "k9lite").rglob("*.py"))
MOST_LINES = 400
VAGUE = ("manager", "helper", "utils", "common", "base", "misc")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_module_says_what_it_is_and_says_one_thing(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text)), "no module docstring"
    assert len(text.splitlines()) <= MOST_LINES, "too long to say one thing"
    assert not any(word in path.stem.split("_") for word in VAGUE), "a name that says nothing"


@pytest.mark.parametrize("path", [each for each in SOURCES if "engine" in each.parts], ids=name)
def test_the_engine_opens_files_only_where_the_log_is(path: Path) -> None:
    calls = [
        node.func.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    # Copiers, encoders and comparisons are compiled, one for each class, from the names of its fields.
    allowed = {"exec"} if path.name in ("evolution.py", "codec.py", "frozen.py") else set()
    assert not ({"open", "input", "print", "exec", "eval"} - allowed) & set(calls)


def test_importing_the_engine_brings_no_terminal_library() -> None:
    check = "import engine.cluster, sys; print(*sorted({'textual', 'rich', 'k9lite'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_a_command_without_a_screen_does_not_import_textual() -> None:
    check = "import k9lite.cli, k9lite.drive, sys; print('textual' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"


def test_importing_the_console_brings_nothing_that_the_first_frame_does_not_need() -> None:
    check = "import k9lite.cli, k9lite.app, k9lite.sessions, k9lite.clients.recorded, sys; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    imported = set(found.stdout.split())
    engine = {"cluster", "controllers", "scheduler", "api.admit", "api.validation", "kubelet.life", "kubelet.logs"}
    screens = {"editor", "form", "hands", "labels", "logs", "shell"}
    assert not {f"engine.{each}" for each in (*engine, "printers.describe", "verify")} & imported
    begun_later = ("sessions.living", "looks", "typed_lines", "containers.attaching", "forwarding")
    assert not {f"k9lite.{each}" for each in begun_later} & imported
    assert not {f"k9lite.screens.{each}" for each in screens} & imported


def test_importing_what_lists_objects_brings_no_other_verb_and_nothing_that_runs() -> None:
    parsed = "from k9lite import cli, drive, kubectl, sessions; kubectl.parse(['get', 'nodes'])"
    check = f"{parsed}; import sys; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    imported = set(found.stdout.split())
    assert {each for each in imported if each.startswith("k9lite.verbs.")} == {"k9lite.verbs.get"}
    assert not {"engine.cluster", "engine.kubelet.process", "engine.printers.describe", "yaml"} & imported
    others = ("containers.attaching", "containers.conversation", "forwarding", "files.editor", "watching")
    assert not {f"k9lite.{each}" for each in others} & imported


def test_continuous_integration_runs_the_readmes_test_command_word_for_word() -> None:
    commands = re.findall(r"^    (python3 -m venv .*)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert len(commands) == 2, "one command opens the console, one runs the tests"
    assert commands[1] in (ROOT / ".ci/run").read_text().splitlines()


def test_nothing_of_the_project_names_a_path_of_one_machine() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    for line in tracked.stdout.split():
        path = ROOT / line
        if path.suffix in (".py", ".md", ".toml", ".yaml") and path.exists() and path != Path(__file__):
            text = path.read_text().replace("/proc/1/root/", "")  # which is a container's
            assert "/work/" not in text and "/root/" not in text, line
