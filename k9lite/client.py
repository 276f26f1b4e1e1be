"""The port through which the console sees a cluster; the adapters are in ``clients/``.

Screens know nothing else: whether the cluster runs in this process or is a recording makes no difference to
them but ``read_only``.
"""

from collections.abc import Sequence
from typing import Protocol, TextIO, runtime_checkable

from engine.access.identity import Identity
from engine.api.writes import Write
from engine.errors import K9liteError
from engine.kinds import Exec, Ref
from engine.kubelet.output import LogLine
from engine.store.commit import Commit
from engine.store.state import State


class NotOpened(K9liteError):
    """The session that is shown cannot be gone on with: the console has to end."""


class Client(Protocol):
    """A cluster and its clock. ``submit`` and ``exec`` raise ApiError, or ReadOnly below every key."""

    @property
    def name(self) -> str:
        """The cluster's name, as the header shows it."""
        ...

    @property
    def read_only(self) -> bool: ...

    @property
    def state(self) -> State:
        """The newest State (of a recording: the one at its present position)."""
        ...

    @property
    def now(self) -> int:
        """Cluster time in seconds since the epoch; runs on while nothing changes."""
        ...

    @property
    def speed(self) -> float:
        """Cluster seconds per second; 0 while paused."""
        ...

    def set_speed(self, speed: float) -> None: ...

    def advance(self, elapsed_seconds: float) -> bool:
        """Lets real time pass: the cluster ticks, or the recording plays. True if State or time changed.

        Returns within some 20 ms even when there is more to do; the rest is done by the next call.
        """
        ...

    def step(self) -> None:
        """To the next thing that happens (a timer, or the next commit of a recording)."""
        ...

    def submit(self, writes: Sequence[Write], deed: str = "", identity: Identity | None = None) -> Commit | None:
        """One atomic commit by the user; None where nothing would change. ``deed`` is the operator's line.

        As the operator himself, who may do everything, unless an ``identity`` is given.
        """
        ...

    def exec(self, ref: Ref, container: str, session: str, line: str) -> Exec:
        """Runs one line in a shell of the container; what it prints and leaves is in the answer."""
        ...

    def logs(self, ref: Ref, container: str, *, previous: bool = False, since: int = 0) -> Sequence[LogLine]:
        """What the container has printed until now, from cluster time ``since`` on, oldest first."""
        ...

    def done(self) -> Sequence[Commit]:
        """What users changed, commit by commit, as far back as it is known, oldest first."""
        ...

    def state_before(self, revision: int) -> State:
        """What one of those commits began with. Raises LogError where that is not kept any more."""
        ...

    def close(self) -> None:
        """Ends the session; what was acknowledged is on disk."""
        ...


class Writer(Client, Protocol):
    """A client that has the log of its cluster open: it also writes what other processes want written."""

    def write_for(self, actor: str, writes: Sequence[Write], deed: str, groups: Sequence[str]) -> Commit | None:
        """As ``submit``, by whom and for whom it may be; also where this client itself is read-only."""
        ...


@runtime_checkable
class Shared(Client, Protocol):
    """A cluster that several processes see and change at once, of which one writes its log."""

    @property
    def leads(self) -> bool:
        """Whether it is this one: cluster time is its to move then, and elsewhere it goes by the clock of who leads."""
        ...

    def rest(self, seconds: float, until: TextIO | None = None) -> None:
        """Lets real time pass, less where something was changed or ``until`` can be read. Others are served meanwhile.

        What has passed is told to ``advance``, as ever.
        """
        ...


@runtime_checkable
class Recording(Client, Protocol):
    """A client that can also travel: what ``k9lite replay`` shows."""

    @property
    def first_revision(self) -> int: ...
    @property
    def last_revision(self) -> int: ...

    @property
    def first_time(self) -> int: ...
    @property
    def last_time(self) -> int: ...

    def seek(self, revision: int) -> None:
        """To the state at ``revision``, bounded to the recording."""
        ...

    def seek_time(self, time: int) -> None: ...

    def deeds(self) -> Sequence[Commit]:
        """The user's deeds, each by its first commit, in order: what ``[`` and ``]`` jump between."""
        ...


def recording(client: Client) -> Recording | None:
    """The client, if it is one that can travel."""
    return client if isinstance(client, Recording) else None


def shared(client: Client) -> Shared | None:
    """The client, if other processes may be at work on its cluster."""
    return client if isinstance(client, Shared) else None
