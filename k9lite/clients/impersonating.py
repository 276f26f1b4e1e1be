"""Another client as somebody else: what ``--as`` makes of a session. Every look and every write is asked for.

The State it shows answers only what the identity may read (engine/access/seen.py), and its writes are admitted with
the identity's rights, so that neither a verb nor a driver has to think of it.
"""

from collections.abc import Sequence

from engine.access.attributes import of_object
from engine.access.identity import Identity
from engine.access.seen import Seen, require, seen_by
from engine.api.writes import Write
from engine.kinds import Exec, Ref
from engine.kubelet.output import LogLine
from engine.store.commit import Commit
from engine.store.state import State
from k9lite.client import Client
from k9lite.clients.reading import run_in_container


class ImpersonatingClient:
    def __init__(self, client: Client, identity: Identity) -> None:
        self._client = client
        self._identity = identity
        self._seen: Seen | None = None

    @property
    def name(self) -> str:
        return self._client.name

    @property
    def read_only(self) -> bool:
        return self._client.read_only

    @property
    def state(self) -> State:
        """The same object as long as the cluster's State is."""
        state = self._client.state
        if self._seen is None or self._seen.behind is not state:
            self._seen = seen_by(state, self._identity)
        return self._seen

    @property
    def now(self) -> int:
        return self._client.now

    @property
    def speed(self) -> float:
        return self._client.speed

    def set_speed(self, speed: float) -> None:
        self._client.set_speed(speed)

    def advance(self, elapsed_seconds: float) -> bool:
        return self._client.advance(elapsed_seconds)

    def step(self) -> None:
        self._client.step()

    def submit(self, writes: Sequence[Write], deed: str = "", identity: Identity | None = None) -> Commit | None:
        return self._client.submit(writes, deed, identity or self._identity)

    def exec(self, ref: Ref, container: str, session: str, line: str) -> Exec:
        return run_in_container(self, ref, container, session, line)

    def logs(self, ref: Ref, container: str, *, previous: bool = False, since: int = 0) -> Sequence[LogLine]:
        require(self.state, of_object("get", ref, "log"))
        return self._client.logs(ref, container, previous=previous, since=since)

    def done(self) -> Sequence[Commit]:
        return self._client.done()

    def state_before(self, revision: int) -> State:
        return self._client.state_before(revision)

    def close(self) -> None:
        self._client.close()


def acting_as(client: Client, identity: Identity | None) -> Client:
    """``client`` itself where nobody else is meant."""
    return client if identity is None else ImpersonatingClient(client, identity)
