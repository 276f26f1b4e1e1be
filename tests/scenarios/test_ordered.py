"""The story of ordered.script, word for word."""

from pathlib import Path

from tests.scenarios.sample import sample_client
from tests.scenarios.scripts import check

HERE = Path(__file__).parent


def test_stateful_sets_and_daemon_sets_do_what_the_tutorials_say() -> None:
    check(HERE / "ordered.script", sample_client(seconds=60), HERE / "ordered")
