"""The work of one sync: a Deployment and its ReplicaSets as they will be, and the writes that make them so."""

from collections.abc import Callable, Iterable

from attrs import define, field

from engine.api.writes import Create, Delete, Emit, Update, UpdateStatus, Write
from engine.errors import ApiError
from engine.kinds import Deployment, DeploymentStatus, ReplicaSet, evolve, ref_of, with_metadata
from engine.kinds.int_or_percent import portion
from engine.reconcile import Result
from engine.rollout import DESIRED_REPLICAS, MAX_REPLICAS, by_creation, find_new
from engine.store.state import State

COMPONENT = "deployment-controller"


@define
class Sync:
    """Lives for one reconcile. ``new`` is the ReplicaSet of the present template, ``old`` are the others by age.

    ``seen`` is the Deployment as it was; ``deployment``, ``new`` and ``old`` change as the sync decides.
    """

    state: State
    now: int
    seen: Deployment
    deployment: Deployment
    new: ReplicaSet | None
    old: list[ReplicaSet]
    again_at: int | None = None
    refused: Callable[[ApiError], Result] | None = None
    _changed: dict[str, ReplicaSet] = field(factory=dict)
    _created: dict[str, ReplicaSet] = field(factory=dict)
    _deleted: list[ReplicaSet] = field(factory=list)
    _events: list[Write] = field(factory=list)

    @classmethod
    def of(cls, state: State, deployment: Deployment, replica_sets: Iterable[ReplicaSet], now: int) -> "Sync":
        ordered = by_creation(replica_sets)
        new = find_new(deployment, ordered)
        old = [each for each in ordered if each is not new]
        return cls(state=state, now=now, seen=deployment, deployment=deployment, new=new, old=old)

    @property
    def replicas(self) -> int:
        """How many pods the Deployment wants."""
        wanted = self.deployment.spec.replicas
        return 1 if wanted is None else wanted

    @property
    def status(self) -> DeploymentStatus:
        return self.deployment.status

    @status.setter
    def status(self, status: DeploymentStatus) -> None:
        self.deployment = evolve(self.deployment, status=status)

    @property
    def replica_sets(self) -> list[ReplicaSet]:
        return self.old if self.new is None else [*self.old, self.new]

    @property
    def is_rolling(self) -> bool:
        strategy = self.deployment.spec.strategy
        return strategy is None or strategy.type != "Recreate"

    @property
    def max_surge(self) -> int:
        """Pods above ``replicas`` that a rollout may have."""
        return self._fenceposts()[0] if self.is_rolling else 0

    @property
    def max_unavailable(self) -> int:
        """Pods below ``replicas`` that a rollout may be short of."""
        if not self.is_rolling or self.replicas == 0:
            return 0
        return min(self._fenceposts()[1], self.replicas)

    @property
    def min_available(self) -> int:
        return self.replicas - self.max_unavailable if self.is_rolling else 0

    @property
    def deadline_seconds(self) -> int | None:
        """progressDeadlineSeconds; None where progress is not watched."""
        seconds = self.deployment.spec.progress_deadline_seconds
        return None if seconds is None or seconds == 2**31 - 1 else seconds

    def scale(self, replica_set: ReplicaSet, size: int) -> bool:
        """Gives the ReplicaSet its size, and notes what share of the Deployment it is; True if resized."""
        before = size_of(replica_set)
        noted = {DESIRED_REPLICAS: str(self.replicas), MAX_REPLICAS: str(self.replicas + self.max_surge)}
        annotations = {**replica_set.metadata.annotations, **noted}
        if before == size and annotations == replica_set.metadata.annotations:
            return False
        resized = evolve(replica_set, spec=evolve(replica_set.spec, replicas=size))
        self.change(with_metadata(resized, annotations=annotations))
        if before == size:
            return False
        direction = "up" if before < size else "down"
        name = replica_set.metadata.name
        self.report(
            "Normal", "ScalingReplicaSet", f"Scaled {direction} replica set {name} from {before} to {size}"
        )
        return True

    def change(self, replica_set: ReplicaSet) -> None:
        name = replica_set.metadata.name
        where = self._created if name in self._created else self._changed
        where[name] = replica_set
        if self.new is not None and self.new.metadata.name == name:
            self.new = replica_set
        self.old = [replica_set if each.metadata.name == name else each for each in self.old]

    def create(self, replica_set: ReplicaSet) -> None:
        """Adds the ReplicaSet of the present template."""
        self._created[replica_set.metadata.name] = replica_set
        self.new = replica_set

    def delete(self, replica_set: ReplicaSet) -> None:
        self._deleted.append(replica_set)

    def report(self, type_: str, reason: str, message: str) -> None:
        self._events.append(
            Emit(subject=self.seen, type=type_, reason=reason, message=message, component=COMPONENT)
        )

    def result(self) -> Result:
        writes: list[Write] = [Create(each) for each in self._created.values()]
        writes += [Update(each) for each in self._changed.values()]
        writes += [Delete(ref=ref_of(each), uid=each.metadata.uid) for each in self._deleted]
        if self.deployment.metadata != self.seen.metadata:
            writes.append(Update(self.deployment))
        if self.deployment.status != self.seen.status:
            writes.append(UpdateStatus(self.deployment))
        # The result alone holds it: in a cycle with this sync it would keep the whole State until garbage is collected,
        # and what was made while building never is (collecting.py).
        refused, self.refused = self.refused, None
        return Result(writes=(*writes, *self._events), again_at=self.again_at, refused=refused)

    def _fenceposts(self) -> tuple[int, int]:
        """(surge, unavailable): surge rounds up, unavailable down, and both cannot be 0."""
        strategy = self.deployment.spec.strategy
        rolling = None if strategy is None else strategy.rolling_update
        surge = portion("25%" if rolling is None else rolling.max_surge, self.replicas, round_up=True)
        unavailable = portion("25%" if rolling is None else rolling.max_unavailable, self.replicas, round_up=False)
        return (0, 1) if surge == 0 and unavailable == 0 else (surge, unavailable)


def allowed_size(sync: Sync, size: int) -> int:
    """What a new ReplicaSet of ``size`` may grow to now."""
    if not sync.is_rolling:
        return sync.replicas
    room = sync.replicas + sync.max_surge - sizes(sync.replica_sets)
    return size + min(room, sync.replicas - size) if room > 0 else size


def size_of(replica_set: ReplicaSet) -> int:
    """``spec.replicas``: what it was told to have."""
    return 1 if replica_set.spec.replicas is None else replica_set.spec.replicas


def sizes(replica_sets: Iterable[ReplicaSet]) -> int:
    return sum(size_of(each) for each in replica_sets)


def number(text: str | None) -> int | None:
    """An annotation that counts something; None where it does not."""
    return int(text) if text is not None and text.isascii() and text.isdecimal() else None
