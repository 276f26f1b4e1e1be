"""The State as somebody sees it who asks through the API: every look is a request that may be refused.

A verb looks at nothing else, so that none can forget to ask: what it names is a get, what it lists a list, and what
an index leads to is left out where it may not be read. ``behind`` is for who answers (printers, logs, metrics): they
are the server's own and are asked for before. Whoever passes a Seen on by mistake is refused too much, not too little.
"""

from collections.abc import Container, Iterable, Iterator
from typing import TypeVar

from engine.access.attributes import Attributes, of_kind, of_object
from engine.access.authorize import authorize, check
from engine.access.identity import ADMIN, Identity
from engine.kinds import Event, LabelSelector, Object, Pod, Ref, ref_of
from engine.kinds.frozen import frozen
from engine.serving import served_kind
from engine.store.state import State, Table

ObjectT = TypeVar("ObjectT", bound=Object)


@frozen(kw_only=True)
class Seen(State):
    """``strict`` raises Forbidden where it refuses; otherwise there is nothing: ``describe`` shows no events then."""

    behind: State
    identity: Identity
    strict: bool = True

    def get(self, ref: Ref) -> Object | None:
        return self.behind.get(ref) if self._may(self._object("get", ref)) else None

    def find(self, cls: type[ObjectT], name: str, namespace: str = "") -> ObjectT | None:
        kind: str = cls.__dict__["kind"]
        may = self._may(self._object("get", Ref(kind, namespace, name)))
        return self.behind.find(cls, name, namespace) if may else None

    def table(self, kind: str) -> Table:
        return self.behind.table(kind) if self._may(self._list(kind)) else State().table(kind)

    def objects(self, kind: str, namespace: str = "") -> Iterator[Object]:
        return self.behind.objects(kind, namespace) if self._may(self._list(kind, namespace)) else iter(())

    def count(self, kind: str) -> int:
        return self.behind.count(kind) if self._may(self._list(kind)) else 0

    def select(
        self, kind: str, namespace: str, selector: LabelSelector, but: Container[str] = ()
    ) -> Iterator[Object]:
        may = self._may(self._list(kind, namespace))
        return self.behind.select(kind, namespace, selector, but) if may else iter(())

    def events_about(self, subject: Ref, uid: str) -> list[Event]:
        may = self._allows(of_kind("list", Event.kind, subject.namespace))
        return self.behind.events_about(subject, uid) if may else []

    def pods_on(self, node: str) -> Iterator[Pod]:
        return self.behind.pods_on(node) if self._may(of_kind("list", Pod.kind)) else iter(())

    def owned_by(self, uid: str, kind: str = "") -> Iterator[Object]:
        return self._readable(self.behind.owned_by(uid, kind))

    def users_of(self, ref: Ref) -> Iterator[Pod]:
        may = self._may(of_kind("list", Pod.kind, ref.namespace))
        return self.behind.users_of(ref) if may else iter(())

    def pods_at(self, ip: str) -> Iterator[Pod]:
        return (pod for pod in self.behind.pods_at(ip) if self._allows(of_object("get", ref_of(pod))))

    def quietly(self) -> "Seen":
        """The same, with nothing where this one refuses."""
        return seen_by(self.behind, self.identity, strict=False)

    def _readable(self, found: Iterable[Object]) -> Iterator[Object]:
        return (each for each in found if self._allows(self._object("get", ref_of(each))))

    def _object(self, verb: str, ref: Ref) -> Attributes:
        return of_object(verb, ref, kind=served_kind(self.behind, ref.kind))

    def _list(self, kind: str, namespace: str = "") -> Attributes:
        return of_kind("list", kind, namespace, served_kind(self.behind, kind))

    def _allows(self, asked: Attributes) -> bool:
        return authorize(self.behind, self.identity, asked).allowed

    def _may(self, asked: Attributes) -> bool:
        if self.strict:
            check(self.behind, self.identity, asked)
            return True
        return self._allows(asked)


def seen_by(state: State, identity: Identity, *, strict: bool = True) -> Seen:
    """Empty but for what it is asked: no index of its own can be looked at past the questions."""
    return Seen(revision=state.revision, time=state.time, behind=state, identity=identity, strict=strict)


def behind(state: State) -> State:
    """The State itself, for who answers."""
    return state.behind if isinstance(state, Seen) else state


def quietly(state: State) -> State:
    return state.quietly() if isinstance(state, Seen) else state


def identity_of(state: State) -> Identity:
    """Who looks."""
    return state.identity if isinstance(state, Seen) else ADMIN


def require(state: State, asked: Attributes) -> None:
    """For a request that is no look at an object (``pods/log``, a watch). Raises Forbidden."""
    if isinstance(state, Seen):
        check(state.behind, state.identity, asked)
