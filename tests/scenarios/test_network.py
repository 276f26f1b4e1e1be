"""The story of network.script, word for word."""

from pathlib import Path

from tests.scenarios.sample import sample_client
from tests.scenarios.scripts import check

HERE = Path(__file__).parent


def test_a_service_is_reached_by_name_by_node_by_address_and_by_host() -> None:
    check(HERE / "network.script", sample_client(seconds=300), HERE)
