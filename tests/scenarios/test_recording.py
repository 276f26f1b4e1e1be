"""The bundled recording: still what this cluster does, and still the story it is meant to tell."""

from engine.store.history import History
from engine.verify import verify
from tests.scenarios.record import RECORDING


def test_the_bundled_recording_verifies_identical() -> None:
    history = History.open(RECORDING)
    assert verify(history) is None, "the cluster behaves otherwise: run python -m tests.scenarios.record"
    deeds = [commit.deed for commit in history.inputs()]
    for word in ("set image", "rollout undo", "drain"):
        assert any(word in deed for deed in deeds)
    history.close()
