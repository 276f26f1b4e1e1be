"""completion: scripts that shells understand, and what they are answered."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from k9lite.completing import SHELLS
from tests.builders import deployment, node
from tests.console.kubectl.test_drive import shell
from tests.console.running import Session, created

PROGRAM = """\
#!/bin/sh
shift 2
case "$*" in
*--namespace=*) printf '%s\\n' --namespace=default --namespace=kube-system :4 ;;
*) echo "asked $*" ;;
esac
"""


@pytest.mark.parametrize("name", SHELLS)
def test_each_shell_has_a_script_that_asks_k9lite(name: str) -> None:
    text = Session(created()).run(f"completion {name}").out
    assert "k9lite kubectl __complete" in text
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"there is no {name} here")
    done = subprocess.run([program, "-n"], input=text, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("completion", "Shell not specified."),
        ("completion bash zsh", "Too many arguments. Expected only the shell type."),
        ("completion tcsh", 'Unsupported shell type "tcsh".'),
    ],
)
def test_other_shells_are_refused_in_kubectls_words(line: str, refusal: str) -> None:
    done = Session(created()).run(line)
    assert done.err == f"error: {refusal}\nSee 'kubectl completion -h' for help and examples"


def test_the_words_typed_so_far_are_answered_as_cobra_does() -> None:
    terminal = shell(node("w1"), node("w2"), deployment("web"))
    assert terminal.run("__complete get dep") == 0
    assert (terminal.out, terminal.err) == (
        "deployments\n:4\n",
        "Completion ended with directive: ShellCompDirectiveNoFileComp\n",
    )
    terminal.run("__complete describe node w")
    assert terminal.out == "w1\nw2\n:4\n"
    terminal.run("__complete get deploy --namespace=def")
    assert terminal.out == "--namespace=default\n:4\n"


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_completes_lines_of_k9lite_and_of_an_alias(tmp_path: Path) -> None:
    """With a k9lite that answers with what it was asked."""
    program = tmp_path / "k9lite"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    (tmp_path / "script").write_text(Session(created()).run("completion bash").out)
    tries = """
        try() { COMP_LINE="$2"; COMP_POINT=${#2}; COMPREPLY=(); $1; echo "${COMPREPLY[*]}"; }
        try __start_k9lite "k9lite ku"
        try __start_k9lite "k9lite kubectl get po"
        try __start_kubectl "kubectl describe node "
        try __start_kubectl "k get po --namespace="
    """
    done = subprocess.run(
        ["bash", "-c", f"source {tmp_path}/script\n{tries}"],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True, text=True, timeout=20, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["kubectl", "asked get po", "asked describe node ", "default kube-system"]
