"""A cluster of kubelets alone: pods are bound by hand, time passes, and commits can be looked at."""

from typing import Any

from attrs import define, evolve, field

from engine.api.admit import admit
from engine.api.writes import Create, RunLine, Update, Write
from engine.kinds import ContainerStatus, Event, Node, Object, Pod, Ref, from_manifest, is_true, ref_of
from engine.kubelet.exec import run_line
from engine.kubelet.node_status import NODE_STATUS
from engine.kubelet.pods import KUBELET
from engine.queue import Queue
from engine.reconcile import Change
from engine.store.commit import Commit
from engine.store.state import State, fold

START = 1_780_000_000


@define
class Loop:
    """Nodes w1 and w2, registered; ``seconds`` counts from START."""

    state: State = field(factory=lambda: State(time=START))
    now: int = START
    commits: list[Commit] = field(factory=list)
    queue: Queue = field(factory=lambda: Queue((KUBELET, NODE_STATUS)))

    @property
    def seconds(self) -> int:
        return self.now - START

    def submit(self, *writes: Write) -> None:
        self._commit(writes, "user")
        self.settle()

    def submit_update(self, wanted: Pod) -> None:
        """The pod's spec replaced, all else kept."""
        self.submit(Update(evolve(self.pod(wanted.metadata.name), spec=wanted.spec)))

    def type(self, line: str, *, container: str = "main") -> None:
        """A line typed into a container of pod p."""
        self.submit(RunLine(ref=Ref("Pod", "default", "p"), container=container, session="s", line=line))

    def settle(self) -> None:
        while (popped := self.queue.pop()) is not None:
            place, controller, key, cause = popped
            result = controller.reconcile(self.state, key, self.now)
            self.queue.set_timer(place, key, result.again_at, cause)
            if result.writes:
                self._commit(result.writes, result.actor or controller.name)

    def advance(self, seconds: int) -> None:
        end = self.now + seconds
        while (due := self.queue.next_due()) is not None and due <= end:
            self.now = max(self.now, due)
            self.queue.fire(self.now, self.state)
            self.settle()
        self.now = end

    def wake_everything(self) -> None:
        self.queue = Queue((KUBELET, NODE_STATUS))
        self.queue.wake_everything(self.state)
        self.settle()

    def pod(self, name: str = "p") -> Pod:
        found = self.state.find(Pod, name, "default")
        assert found is not None, f"there is no pod {name}"
        return found

    def gone(self, name: str = "p") -> bool:
        return self.state.find(Pod, name, "default") is None

    def status(self, name: str = "p", container: int = 0) -> ContainerStatus:
        return self.pod(name).status.container_statuses[container]

    def ready(self, name: str = "p") -> bool:
        return is_true(self.pod(name).status.conditions, "Ready")

    def node(self, name: str = "w1") -> Node:
        found = self.state.find(Node, name)
        assert found is not None
        return found

    def events(self, name: str = "p") -> list[str]:
        """``Reason: message`` of the pod's Events, in the order they were first reported."""
        found: list[str] = []
        for commit in self.commits:
            for obj in commit.puts:
                if isinstance(obj, Event) and obj.involved_object.name == name and obj.count == 1:
                    found.append(f"{obj.reason}: {obj.message}")
        return found

    def reasons(self, name: str = "p") -> list[str]:
        return [event.partition(":")[0] for event in self.events(name)]

    def _commit(self, writes: tuple[Write, ...], actor: str) -> None:
        admitted = admit(self.state, writes, now=self.now, seed="test", run_line=run_line)
        if not admitted.puts and not admitted.removes:
            return
        commit = Commit(
            revision=self.state.revision + 1,
            time=self.now,
            actor=actor,
            puts=admitted.puts,
            removes=admitted.removes,
        )
        before = self.state
        self.state = fold(before, commit)
        self.commits.append(commit)
        for ref in (*map(ref_of, commit.puts), *commit.removes):
            self.queue.wake((Change(ref, before.get(ref), self.state.get(ref)),), self.state, commit.revision)


def loop(*pods: Pod, after_seconds: int = 0) -> Loop:
    made = Loop()
    made.submit(Create(_object("v1", "Namespace", "default")), Create(node("w1")), Create(node("w2")))
    made.submit(*(Create(each) for each in pods))
    made.advance(after_seconds)
    return made


def node(name: str, **status: Any) -> Object:
    capacity = {"cpu": "4", "memory": "8Gi", "pods": "110"}
    return _object("v1", "Node", name, status={"capacity": capacity, **status})


def pod(name: str = "p", *, containers: list[dict[str, Any]] | None = None, spec: Any = None, **main: Any) -> Pod:
    """A pod bound to w1; ``main`` are fields of its container "main", ``spec`` further ones of the pod."""
    listed = containers or [{"name": "main", "image": "nginx:1.27", **main}]
    whole = {"nodeName": "w1", "containers": listed, **(spec or {})}
    made = _object("v1", "Pod", name, namespace="default", spec=whole)
    assert isinstance(made, Pod)
    return made


def script(text: str, **more: Any) -> dict[str, Any]:
    return {"image": "busybox:1.36", "command": ["sh", "-c", text], **more}


def config_map(name: str, **data: str) -> Object:
    return _object("v1", "ConfigMap", name, namespace="default", data=data)


def node_down(name: str) -> Object:
    return _object("k9lite.dev/v1", "Fault", f"{name}-down", spec={"type": "NodeDown", "node": name})


def _object(api_version: str, kind: str, name: str, *, namespace: str = "", **rest: Any) -> Object:
    metadata = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return from_manifest({"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest})
