"""States made by hand for the scheduler's tests: nodes with room, pods bound or waiting."""

from typing import Any

from attrs import evolve

from engine.kinds import Node, Object, Pod, from_manifest
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
