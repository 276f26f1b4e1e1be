"""What is seen through a client: its State as it is read now, with what only shows when it is read."""

from engine.heartbeats import with_heartbeats
from engine.store.state import State
from k9lite.client import Client
from k9lite.verb import View


def view_of(client: Client, text: str = "") -> View:
    """What a verb sees; ``text`` is what came back from a Step."""
    return View(state_of(client), client.now, text)


def state_of(client: Client) -> State:
    """The newest State; its tables are the client's own, but for those that nobody writes."""
    return with_heartbeats(client.state, client.now)
