"""The work of one sync: a StatefulSet, its pods by ordinal, its two revisions, and the writes it decides on."""

from collections.abc import Iterable

from attrs import define, field

from engine.api.writes import Create, Delete, Emit, Update, Write
from engine.controllers.statefulset.claims import missing_claims, reowned_claims
from engine.controllers.statefulset.identity import identified, new_pod, ordinal_of, pod_name
from engine.kinds import ControllerRevision, Pod, StatefulSet, ref_of
from engine.readiness import available_at, is_ready
from engine.revisions import template_of
from engine.store.state import State

COMPONENT = "statefulset-controller"


@define
class Sync:
    """Lives for one reconcile. ``current`` is the revision rolled out last, ``update`` that of the present template.

    ``replicas`` are the pods the set wants, by their place from the first ordinal on, None where one is missing;
    ``condemned`` are those it does not want, highest ordinal first.
    """

    state: State
    now: int
    stateful_set: StatefulSet
    current: ControllerRevision
    update: ControllerRevision
    replicas: list[Pod | None]
    condemned: list[Pod]
    updated_away: int = 0
    """Pods of the current revision that are deleted to be replaced."""
    blocked_by: str = ""
    """Why the next pod cannot be made yet."""
    created: list[Pod] = field(factory=list)
    writes: list[Write] = field(factory=list)

    @classmethod
    def of(
        cls,
        state: State,
        stateful_set: StatefulSet,
        revisions: tuple[ControllerRevision, ControllerRevision],
        pods: Iterable[Pod],
        now: int,
    ) -> "Sync":
        spec = stateful_set.spec
        replicas: list[Pod | None] = [None] * spec.wanted
        condemned = []
        for pod in pods:
            place = ordinal_of(stateful_set, pod) - spec.start
            if 0 <= place < spec.wanted:
                replicas[place] = pod
            else:
                condemned.append(pod)
        condemned.sort(key=lambda pod: -ordinal_of(stateful_set, pod))
        return cls(
            state=state,
            now=now,
            stateful_set=stateful_set,
            current=revisions[0],
            update=revisions[1],
            replicas=replicas,
            condemned=condemned,
        )

    @property
    def pods(self) -> list[Pod]:
        """All there are."""
        return [*(pod for pod in self.replicas if pod is not None), *self.condemned]

    @property
    def in_order(self) -> bool:
        """One pod after the other (OrderedReady), not all at once (Parallel)."""
        return self.stateful_set.spec.pod_management_policy != "Parallel"

    def ready(self, pod: Pod) -> bool:
        return pod.status.phase == "Running" and is_ready(pod)

    def available(self, pod: Pod | None) -> bool:
        """Ready for minReadySeconds."""
        if pod is None:
            return False
        since = available_at(pod, self.stateful_set.spec.min_ready_seconds)
        return since is not None and since <= self.now

    def serves(self, pod: Pod | None) -> bool:
        """Available and here to stay."""
        return pod is not None and self.available(pod) and pod.metadata.deletion_timestamp is None

    def create(self, ordinal: int) -> None:
        self.make_claims(ordinal)
        revision = self.current if self._stays_behind(ordinal) else self.update
        template = None if revision is self.update else template_of(revision)
        pod = new_pod(
            self.stateful_set, template or self.stateful_set.spec.template, revision.metadata.name, ordinal
        )
        self.created.append(pod)
        self.writes.append(Create(pod))
        self._tell("create", pod.metadata.name)

    def make_claims(self, ordinal: int) -> None:
        name = pod_name(self.stateful_set, ordinal)
        for claim in missing_claims(self.state, self.stateful_set, ordinal):
            self.writes.append(Create(claim))
            where = f"Pod {name} in StatefulSet {self.stateful_set.metadata.name}"
            self._report("SuccessfulCreate", f"create Claim {claim.metadata.name} {where} success")

    def delete(self, pod: Pod) -> None:
        self.writes.append(Delete(ref=ref_of(pod), uid=pod.metadata.uid))
        self._tell("delete", pod.metadata.name)

    def keep_identity(self, pod: Pod) -> None:
        """Labels and claims as they should be; volumes of a pod that was adopted cannot be changed any more."""
        changed = identified(self.stateful_set, pod)
        if changed is not pod:
            self.writes.append(Update(changed))
        if self.reown(pod, going=False) or changed is not pod:
            self._tell("update", pod.metadata.name)

    def reown(self, pod: Pod, *, going: bool) -> bool:
        ordinal = ordinal_of(self.stateful_set, pod)
        changed = list(reowned_claims(self.state, self.stateful_set, pod, ordinal, going=going))
        self.writes += [Update(claim) for claim in changed]
        return bool(changed)

    def _stays_behind(self, ordinal: int) -> bool:
        """Whether a pod of this ordinal is (re)made at the current revision."""
        spec = self.stateful_set.spec
        rolling = spec.update_strategy.rolling_update
        if rolling is not None:
            return ordinal < spec.start + (rolling.partition or 0)
        left = spec.start + self.stateful_set.status.current_replicas
        return spec.update_strategy.type == "RollingUpdate" and ordinal < left

    def _tell(self, verb: str, pod: str) -> None:
        message = f"{verb} Pod {pod} in StatefulSet {self.stateful_set.metadata.name} successful"
        self._report(f"Successful{verb.capitalize()}", message)

    def _report(self, reason: str, message: str) -> None:
        self.writes.append(
            Emit(subject=self.stateful_set, type="Normal", reason=reason, message=message, component=COMPONENT)
        )
