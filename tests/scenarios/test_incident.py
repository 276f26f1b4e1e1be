"""The whole way, headless: operate the sample cluster, verify its log, replay it to the same tables."""

from pathlib import Path

from engine.printers import PRINTERS
from engine.store.history import History
from engine.store.state import State
from engine.verify import verify
from k9lite.clients.recorded import RecordedClient
from tests.scenarios.sample import sample_client
from tests.scenarios.scripts import check

FOLDER = Path(__file__).parent


def tables(state: State, now: int) -> dict[str, list[tuple[str, ...]]]:
    """What every pane would show."""
    return {
        kind: [printer.cells(obj, state, now) for obj in state.objects(kind)] for kind, printer in PRINTERS.items()
    }


def test_an_incident_is_operated_verified_and_replayed(tmp_path: Path) -> None:
    path = tmp_path / "incident.k9log"
    client = sample_client(path)
    check(FOLDER / "incident.script", client, FOLDER)
    seen_at_the_end = tables(client.state, client.now)
    client.close()

    history = History.open(path)
    assert verify(history) is None

    recorded = RecordedClient(history)
    assert len(recorded.deeds()) >= 9
    for deed in recorded.deeds():
        recorded.seek(deed.revision)
        assert tables(recorded.state, recorded.now) == tables(history.state_at(deed.revision), deed.time)
    recorded.seek(recorded.last_revision)
    recorded.seek_time(client.now)
    assert tables(recorded.state, client.now) == seen_at_the_end
