"""The story of node_pools.script, word for word: pools grow, shrink and are repaired."""

from pathlib import Path

from engine.store.history import History
from engine.verify import verify
from tests.scenarios.sample import sample_client
from tests.scenarios.scripts import check

HERE = Path(__file__).parent


def test_pools_grow_for_what_does_not_fit_shrink_again_and_replace_what_dies(tmp_path: Path) -> None:
    log = tmp_path / "pools.k9log"
    client = sample_client(log)
    check(HERE / "node_pools.script", client, HERE / "node_pools")
    client.close()
    assert verify(History.open(log)) is None
