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
    seen: list[tuple[int, int, dict[str, list[tuple[str, ...]]]]] = []

    def look() -> None:
        seen.append((client.state.revision, client.now, tables(client.state, client.now)))

    check(FOLDER / "incident.script", client, FOLDER, after=look)
    client.close()

    history = History.open(path)
    assert verify(history) is None

    recorded = RecordedClient(history)
    assert len(recorded.deeds()) >= 9
    for revision, now, shown in seen:
        recorded.seek(revision)
        assert tables(recorded.state, now) == shown
