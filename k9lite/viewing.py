"""What a verb sees through a client: its State as it is read now, with what only shows when it is read."""

from engine.heartbeats import with_heartbeats
from k9lite.client import Client
from k9lite.verb import View


def view_of(client: Client, text: str = "") -> View:
    """The newest View; ``text`` is what came back from a Step."""
    return View(with_heartbeats(client.state, client.now), client.now, text)
