"""The story of crontab.script, word for word; its inputs, asked again, bring the same about, and the log reopens."""

from contextlib import closing
from pathlib import Path

from engine.store.history import History
from engine.verify import verify
from tests.scenarios.sample import sample_client
from tests.scenarios.scripts import check

HERE = Path(__file__).parent


def test_a_definition_makes_a_kind_as_the_tutorial_says(tmp_path: Path) -> None:
    client = sample_client(tmp_path / "crontab.k9log", seconds=60)
    check(HERE / "crontab.script", client, HERE / "crontab")
    client.close()
    with closing(History.open(tmp_path / "crontab.k9log")) as history:
        assert verify(history) is None
