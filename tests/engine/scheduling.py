"""States made by hand for the scheduler's tests: nodes with room, pods bound or waiting."""

from typing import Any

from attrs import evolve

from engine.api.admit import admit
from engine.kinds import Node, Object, Pod, Ref, condition, from_manifest, ref_of
from engine.queue import Queue
from engine.reconcile import Change
from engine.scheduler import SCHEDULER
from engine.scheduler.facts import NodeFacts, Nodes, PodFacts, nodes_of, pod_facts
from engine.store.commit import Commit
from engine.store.requested import Requested
from engine.store.state import State, fold

START = 1_780_000_000


def state_of(*objects: Object) -> State:
    return put(State(time=START), *objects)


def put(state: State, *objects: Object) -> State:
    commit = Commit(revision=state.revision + 1, time=START, actor="user", puts=objects)
    return fold(state, commit)


def bound(pod: Pod, node: str) -> Pod:
    return evolve(pod, spec=evolve(pod.spec, node_name=node))


def finished(pod: Pod) -> Pod:
    return evolve(pod, status=evolve(pod.status, phase="Succeeded"))


def node(name: str = "w1", *, labels: dict[str, str] | None = None, images: Any = (), **spec: Any) -> Node:
    """4 cores, 8 GiB, 110 pods; ``allocatable`` changes some of it (None leaves one out)."""
    room = {"cpu": "4", "memory": "8Gi", "pods": "110"} | spec.pop("allocatable", {})
    made = from_manifest(
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name, "uid": f"uid-{name}", "labels": labels or {}},
            "spec": spec,
            "status": {
                "allocatable": {key: amount for key, amount in room.items() if amount is not None},
                "images": [{"names": [image], "sizeBytes": size} for image, size in images],
            },
        }
    )
    assert isinstance(made, Node)
    return made


def pod(name: str = "p", *, requests: dict[str, str] | None = None, ports: Any = (), **spec: Any) -> Pod:
    container = {"name": "main", "image": "web:1", "resources": {"requests": requests or {}}, "ports": list(ports)}
    made = from_manifest(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": "default", "uid": f"uid-{name}"},
            "spec": {"containers": [container], **spec},
            "status": {"phase": "Pending"},
        }
    )
    assert isinstance(made, Pod)
    return made


def facts(pod: Pod, *nodes: Node) -> tuple[PodFacts, NodeFacts, Nodes]:
    """Of the pod, of the first node, and of all."""
    every = nodes_of(state_of(*nodes).table("Node"))
    first = next(each for each in every.all if each.name == nodes[0].metadata.name)
    return pod_facts(pod), first, every


def holding(cpu_milli: int = 0, memory_bytes: int = 0) -> Requested:
    return Requested(
        cpu_milli=cpu_milli,
        memory_bytes=memory_bytes,
        scored_cpu_milli=cpu_milli,
        scored_memory_bytes=memory_bytes,
        pods=1,
    )


class Scheduling:
    """A State with only the scheduler at work on it: what the cluster does, without a log and without kubelets."""

    def __init__(self, *objects: Object) -> None:
        self.queue = Queue((SCHEDULER,))
        self.state = State(time=START)
        self.commits: list[Commit] = []
        self.change("user", puts=objects)

    def change(self, actor: str, puts: tuple[Object, ...] = (), removes: tuple[Ref, ...] = ()) -> None:
        before = self.state
        revision = before.revision + 1
        commit = Commit(revision=revision, time=START, actor=actor, puts=puts, removes=removes)
        self.state = fold(before, commit)
        self.commits.append(commit)
        for ref in (*map(ref_of, puts), *removes):
            self.queue.wake((Change(ref, before.get(ref), self.state.get(ref)),), self.state, revision)

    def settle(self) -> int:
        """Runs until nothing waits; how many commits that took."""
        count = len(self.commits)
        while (popped := self.queue.pop()) is not None:
            _, scheduler, key, _ = popped
            writes = scheduler.reconcile(self.state, key, START).writes
            admitted = admit(self.state, writes, now=START, seed="test")
            if admitted.puts or admitted.removes:
                self.change(scheduler.name, admitted.puts, admitted.removes)
        return len(self.commits) - count

    def wake_everything(self) -> None:
        """As if the cluster had been opened again."""
        self.queue = Queue((SCHEDULER,))
        self.queue.wake_everything(self.state)

    def pod(self, name: str) -> Pod:
        found = self.state.find(Pod, name, "default")
        assert found is not None, name
        return found

    def why(self, name: str) -> str:
        """What PodScheduled says."""
        said = condition(self.pod(name).status.conditions, "PodScheduled")
        return "" if said is None else f"{said.status} {said.reason}: {said.message}".removesuffix(" : ")

    def bound(self) -> list[str]:
        """Pods in the order they were bound."""
        names = []
        for commit in self.commits:
            for obj in commit.puts:
                if isinstance(obj, Pod) and commit.actor == "default-scheduler" and obj.spec.node_name:
                    names.append(obj.metadata.name)
        return names
