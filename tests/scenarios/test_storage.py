"""The story of storage.script, word for word; and that its inputs, asked again, bring the same about."""

from contextlib import closing
from pathlib import Path

from engine.store.history import History
from engine.verify import verify
from tests.scenarios.sample import sample_client
from tests.scenarios.scripts import check

HERE = Path(__file__).parent


def test_volumes_configmaps_and_secrets_do_what_the_tutorials_say(tmp_path: Path) -> None:
    client = sample_client(tmp_path / "storage.k9log", seconds=60)
    check(HERE / "storage.script", client, HERE / "storage")
    client.close()
    with closing(History.open(tmp_path / "storage.k9log")) as history:
        assert verify(history) is None
