"""Replays a log's inputs and holds every commit against what the cluster does now: determinism, checked.

Inputs are asked again in their place; everything else must follow by itself. The first commit that differs in
a single byte is reported with what differs. A compacted log is replayed from the State it begins with. Compared is
what this version reads of a commit, written as this version writes it: what a newer one added is not.
"""

from attrs import frozen

from engine.api.writes import asked_by
from engine.cluster import ALL_CONTROLLERS, PAUSED, REOPENED, RESUMED, Cluster
from engine.errors import ApiError
from engine.kinds import Ref, ref_of
from engine.queue import Queue
from engine.reopening import LEAP, left_at
from engine.store.commit import Commit, encode_commit
from engine.store.history import History
from engine.store.state import State


@frozen
class Difference:
    revision: int
    text: str


def verify(history: History) -> Difference | None:
    """None if all commits come out identical, byte for byte, both as this version writes them. Raises LogError."""
    replayed = _Replay(history)
    for revision in range(history.first_revision + 1, history.last_revision + 1):
        recorded = history.commit(revision)
        made = replayed.next(recorded)
        if isinstance(made, str):
            return Difference(revision, made)
        if encode_commit(made) != encode_commit(recorded):
            return Difference(revision, _how(recorded, made, replayed.before))
    return None


class _Replay:
    def __init__(self, history: History) -> None:
        self._history = history
        self._cluster = _at_the_start_of(history)
        self.before = self._cluster.state

    def next(self, recorded: Commit) -> Commit | str:
        """The commit that the cluster makes where ``recorded`` was made, or why it makes none."""
        cluster = self._cluster
        self.before = cluster.state
        if recorded.actor in (PAUSED, RESUMED):
            paused = recorded.actor == PAUSED
            if not self._run_out(recorded.time if paused else cluster.now):
                return f"the cluster does something of its own before it is {recorded.actor.partition('/')[2]}"
            if paused:
                cluster.pause()
            else:
                cluster.resume(recorded.time)
        elif recorded.actor == REOPENED:
            left = left_at(self._history, recorded.revision - 1, ALL_CONTROLLERS)
            if left is None:
                return "no checkpoint tells what waited when the cluster was reopened"
            cluster.go_on(left, recorded.time)
        elif recorded.actor == LEAP:
            cluster.jump(recorded.time)
        elif recorded.is_input:
            if not self._pass_time(recorded.time):
                return f"the cluster does something of its own before {recorded.actor}'s {recorded.deed!r}"
            try:
                writes, groups = asked_by(recorded.request)
                cluster.submit(recorded.actor, writes, recorded.deed, groups)
            except ApiError as error:
                return f"{recorded.actor}'s {recorded.deed!r} is refused now: {error}"
        else:
            self._run_to_commit(recorded.time)
        if cluster.last_commit is None or cluster.last_commit.revision != recorded.revision:
            return f"nothing is written where {recorded.actor} wrote"
        return cluster.last_commit

    def _run_out(self, time: int) -> bool:
        """Lets all that is due until ``time`` run, as closing does; False if something was written."""
        self._run_to_commit(time)
        self._cluster.advance(time)
        return self._cluster.state is self.before

    def _pass_time(self, time: int) -> bool:
        """To the second of an input, without letting what waits there run; False if that was not possible."""
        cluster = self._cluster
        while cluster.now < time:
            self._run_to_commit(time - 1)
            if cluster.state is not self.before:
                return False
            cluster.begin_second(time)
        return True

    def _run_to_commit(self, time: int) -> None:
        cluster = self._cluster
        while cluster.state is self.before:
            if cluster.run_one():
                continue
            due = cluster.next_timer
            if due is None or due > time:
                return
            cluster.begin_second(due)


def _at_the_start_of(history: History) -> Cluster:
    first = history.known_before(history.first_revision) if history.first_revision else None
    state, queue = history.state_at(history.first_revision), Queue(ALL_CONTROLLERS)
    if first is not None and queue.restore(first.waiting, state):
        return Cluster(history.header, state=state, queue=queue, now=first.now)
    return Cluster(history.header, state=state)


def _how(recorded: Commit, made: Commit, before: State) -> str:
    for name in ("time", "actor", "cause", "deed", "removes"):
        old, new = getattr(recorded, name), getattr(made, name)
        if old != new:
            return f"{recorded.actor}: {name} was {old!r}, is {new!r} now"
    old_refs, new_refs = [ref_of(obj) for obj in recorded.puts], [ref_of(obj) for obj in made.puts]
    if old_refs != new_refs:
        return f"{recorded.actor} wrote {_listed(old_refs)}, writes {_listed(new_refs)} now"
    for old_object, new_object in zip(recorded.puts, made.puts, strict=True):
        if old_object != new_object:
            known = "changed" if before.get(ref_of(old_object)) else "created"
            return f"{recorded.actor} {known} {ref_of(old_object)} otherwise than now"
    return f"{recorded.actor}: the request was recorded otherwise"


def _listed(refs: list[Ref]) -> str:
    return ", ".join(map(str, refs)) or "nothing"
