"""The story of autoscaling.script, word for word."""

from pathlib import Path

from tests.scenarios.sample import bare_client
from tests.scenarios.scripts import check

HERE = Path(__file__).parent


def test_a_server_under_load_grows_and_shrinks_again() -> None:
    check(HERE / "autoscaling.script", bare_client("w1-k8s", "w2-k8s"), HERE / "autoscaling")
