"""What Jobs of tutorials run: perl's digits of pi, python's one-liners, shell scripts that fail and succeed."""

from typing import Any

import pytest

from engine.kubelet.logs import log_lines
from engine.kubelet.shell.commands.perl import pi_digits
from engine.kubelet.shell.commands.perl import understood as perl_understands
from engine.kubelet.shell.commands.python import understood as python_understands
from tests.builders import cluster, node, pod
from tests.engine.batch_given import later

PI = ["perl", "-Mbignum=bpi", "-wle", "print bpi(2000)"]


def ran(image: str, command: list[str], seconds: int = 60, **container: Any) -> tuple[list[str], int, int]:
    """What it printed, its exit code and how long it took."""
    spec = {"name": "c", "image": image, "command": command, **container}
    made = later(cluster(node(), pod(restartPolicy="Never", containers=[spec])), seconds)
    [done] = made.state.all(type(pod()), "default")
    end = done.status.container_statuses[0].state.terminated
    assert end is not None and end.started_at is not None and end.finished_at is not None
    lines = [line.text for line in log_lines(made.state, done, "c", made.now)]
    return lines, end.exit_code, end.finished_at - end.started_at


def python(code: str, **container: Any) -> tuple[list[str], int, int]:
    return ran("python:3.12", ["python3", "-c", code], **container)


def test_pi_is_computed_to_2000_digits_in_a_few_seconds() -> None:
    [digits], code, seconds = ran("perl:5.34.0", PI)
    assert digits.startswith("3.14159265358979323846264338327950288419716939937510")
    assert len(digits) == 2001 and code == 0 and 3 <= seconds <= 10


def test_the_last_digit_of_pi_is_rounded() -> None:
    assert [pi_digits(count) for count in (1, 2, 5, 10)] == ["3", "3.1", "3.1416", "3.141592654"]


def test_perl_prints_sleeps_and_dies() -> None:
    assert ran("perl", ["perl", "-e", r'print "a\n", "b", 3, "\n"; sleep 4; exit 7']) == (["a", "b3"], 7, 4)
    assert ran("perl", ["perl", "-e", 'die "no luck\n"']) == (["no luck"], 255, 0)


def test_python_reads_its_environment_and_exits_accordingly() -> None:
    code = (
        'import os, sys\nprint("Hello world")\n'
        'if int(os.environ.get("JOB_COMPLETION_INDEX")) % 2 == 0:\n  sys.exit(1)'
    )
    for index, exit_code in (("0", 1), ("1", 0), ("2", 1)):
        env = [{"name": "JOB_COMPLETION_INDEX", "value": index}]
        assert python(code, env=env) == (["Hello world"], exit_code, 0)


def test_python_loops_sleeps_and_prints_what_it_counts() -> None:
    code = 'import time\nn = 0\nfor i in range(3):\n  n += i\n  print(f"{i}: {n}", end=";")\n  time.sleep(2)\nprint()'
    assert python(code) == (["0: 0;1: 1;2: 3;"], 0, 6)


def test_an_error_in_python_ends_it_with_a_traceback() -> None:
    lines, code, _ = python('print("a")\nint("x")')
    assert (lines[0], lines[-1], code) == ("a", "ValueError: invalid literal for int() with base 10: 'x'", 1)
    lines, code, _ = python('import os\nprint(os.environ["GONE"])')
    assert (lines[-1], code) == ("KeyError: 'GONE'", 1)


@pytest.mark.parametrize(
    "code", ["import socket", "open('x')", "__import__('os')", "().__class__", "x = [1]", "def f(): pass", "a ** b"]
)
def test_python_that_could_do_more_is_not_understood(code: str) -> None:
    assert not python_understands(("-c", code))


@pytest.mark.parametrize("code", ["system('x')", "print $x", "print <STDIN>", "sleep 'x'"])
def test_perl_that_could_do_more_is_not_understood(code: str) -> None:
    assert not perl_understands(("-e", code))


def test_a_program_that_counts_for_ever_never_ends() -> None:
    made = later(
        cluster(node(), pod(containers=[{"name": "c", "image": "python", "command": [
            "python", "-c", "import time\nwhile True:\n  time.sleep(1)"]}])), 100
    )  # fmt: skip
    [running] = made.state.all(type(pod()), "default")
    assert running.status.container_statuses[0].state.running is not None
