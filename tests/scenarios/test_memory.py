"""The story of memory.script, word for word."""

from pathlib import Path

from tests.scenarios.sample import bare_client
from tests.scenarios.scripts import check

HERE = Path(__file__).parent


def test_memory_and_cpu_are_assigned_as_the_tutorials_say_and_run_out_as_they_warn() -> None:
    check(HERE / "memory.script", bare_client("w1-k8s", "w2-k8s"), HERE / "memory")
