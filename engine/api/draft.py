"""A State with the puts and removes of one call laid over it: each write sees those before it.

Also draws what a server would draw at random (uids, name suffixes, addresses): from a hash of the log's seed,
the revision to come and a count, so that the same inputs give the same commits.
"""

from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import TypeVar, cast

from attrs import define, field

from engine.access.identity import ADMIN, Identity
from engine.contents import Left
from engine.kinds import (
    Namespace,
    Object,
    ObjectMeta,
    ObjectReference,
    Pod,
    PodSpec,
    PodStatus,
    Ref,
    evolve,
    ref_of,
    with_metadata,
)
from engine.kinds.frozen import frozen
from engine.store.change import Change
from engine.store.state import State

ObjectT = TypeVar("ObjectT", bound=Object)
SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
"""No vowels and nothing that looks like one: ``k8s.io/apimachinery/pkg/util/rand``."""


LeftBy = Callable[[State, Pod, int], Iterable[Left]]
"""(state, pod, now) -> what a pod that goes leaves on volumes. It sees the State before the call."""


@frozen
class Admitted:
    """What a commit will hold, objects put before those removed; empty when the writes change nothing."""

    changes: tuple[Change, ...] = ()

    @property
    def puts(self) -> tuple[Object, ...]:
        return tuple([change.new for change in self.changes if change.new is not None])

    @property
    def removes(self) -> tuple[Ref, ...]:
        return tuple([change.ref for change in self.changes if change.new is None])


NO_CHANGES = Admitted()


@define
class Draft:
    """Lives for one call of ``admit``."""

    state: State
    now: int
    seed: str
    left_by: LeftBy | None = None
    identity: Identity = ADMIN
    """Who asks."""
    version: str = field(init=False)
    pod_specs: dict[int, tuple[PodSpec, PodSpec, PodStatus, str]] = field(init=False, factory=dict)
    """id of a template's spec -> (that spec, the spec and status its pods get, what LimitRanges note of it).

    Pods made together share them.
    """
    sibling: Pod | None = field(init=False, default=None)
    """The last pod that was made from a template and found valid."""
    references: dict[tuple[int, str], tuple[Object, ObjectReference]] = field(init=False, factory=dict)
    """id of an object and a path in it -> (that object, how Events refer to it): what is told at once shares one."""
    _known: dict[Ref, Object | None] = field(init=False, factory=dict)
    """What the State has of the objects that were asked for."""
    _puts: dict[Ref, Object] = field(init=False, factory=dict)
    _removes: dict[Ref, None] = field(init=False, factory=dict)
    _open: dict[str, bool] = field(init=False, factory=dict)
    """Which namespaces take new objects, of those that were asked for since one was written."""
    _kinds_put: set[str] = field(init=False, factory=set)
    _drawn: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        self.version = str(self.state.revision + 1)

    def get(self, ref: Ref) -> Object | None:
        found = self._puts.get(ref)
        if found is not None:
            return found
        if ref in self._removes:
            return None
        known = self._known
        if ref in known:
            return known[ref]
        found = known[ref] = self.state.get(ref)
        return found

    def _stored(self, ref: Ref) -> Object | None:
        known = self._known
        if ref in known:
            return known[ref]
        found = known[ref] = self.state.get(ref)
        return found

    def find(self, cls: type[ObjectT], name: str, namespace: str = "") -> ObjectT | None:
        kind: str = cls.__dict__["kind"]
        return cast("ObjectT | None", self.get(Ref(kind, namespace, name)))

    def objects(self, kind: str, namespace: str = "") -> Iterator[Object]:
        """As ``State.objects``; what this draft creates comes last."""
        for obj in self.state.objects(kind, namespace):
            now = self.get(ref_of(obj))
            if now is not None:
                yield now
        for obj in self.added(kind):
            if namespace in ("", obj.metadata.namespace):
                yield obj

    def all(self, cls: type[ObjectT], namespace: str = "") -> Iterator[ObjectT]:
        return cast("Iterator[ObjectT]", self.objects(cls.__dict__["kind"], namespace))

    def added(self, kind: str) -> list[Object]:
        """What this draft has of a kind that the State has not."""
        if kind not in self._kinds_put:
            return []
        return [obj for ref, obj in self._puts.items() if ref.kind == kind and self._stored(ref) is None]

    def takes_new_objects(self, namespace: str) -> bool:
        """Whether the namespace exists and is not being deleted."""
        known = self._open.get(namespace)
        if known is None:
            home = self.get(Ref(Namespace.kind, "", namespace))
            known = self._open[namespace] = home is not None and home.metadata.deletion_timestamp is None
        return known

    def stamped(self, meta: ObjectMeta) -> ObjectMeta:
        """With the resourceVersion to come, for who changes an object for certain."""
        return evolve(meta, resource_version=self.version)

    def version_of(self, obj: Object) -> str:
        """The resourceVersion that whoever looked at the State before this call knows ``obj`` by."""
        version = obj.metadata.resource_version
        before = self._stored(ref_of(obj)) if version == self.version else None
        return version if before is None else before.metadata.resource_version

    def put(self, obj: Object) -> None:
        self.put_at(ref_of(obj), obj)

    def put_at(self, ref: Ref, obj: Object) -> None:
        """As ``put``, for who knows the object's Ref."""
        if self._removes:
            self._removes.pop(ref, None)
        kind = ref.kind
        if kind == Namespace.kind:
            self._open.clear()
        self._puts[ref] = obj
        self._kinds_put.add(kind)

    def remove(self, ref: Ref) -> None:
        if ref.kind == Namespace.kind:
            self._open.clear()
        self._puts.pop(ref, None)
        if self._stored(ref) is not None:
            self._removes[ref] = None

    def draw(self) -> bytes:
        """16 bytes, different at each call."""
        self._drawn += 1
        text = f"{self.seed}/{self.version}/{self._drawn}"
        return blake2b(text.encode(), digest_size=16).digest()

    def draw_number(self, below: int) -> int:
        return int.from_bytes(self.draw()[:8], "big") % below

    def draw_uid(self) -> str:
        """Looks like a version 4 UUID."""
        digits = self.draw().hex()
        variant = "89ab"[int(digits[16], 16) & 3]
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"

    def draw_suffix(self) -> str:
        """The five letters that end a generated name."""
        return "".join(SUFFIX_LETTERS[byte % len(SUFFIX_LETTERS)] for byte in self.draw()[:5])

    def admitted(self) -> Admitted:
        """What differs from the State, stamped with the new resourceVersion."""
        changes, version, known = [], self.version, self._known
        for ref, obj in self._puts.items():
            stored = known[ref] if ref in known else self._stored(ref)
            if obj.metadata.resource_version == version:
                changes.append(Change(ref, stored, obj))
            elif obj != stored:
                changes.append(Change(ref, stored, with_metadata(obj, resource_version=version)))
        changes += [Change(ref, self._stored(ref), None) for ref in self._removes]
        return Admitted(tuple(changes)) if changes else NO_CHANGES
