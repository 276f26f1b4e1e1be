"""Running containers for tests of their insides: pods as a kubelet reports them, and a hand that types lines."""

from typing import Any

from attrs import define, evolve

from engine.api.writes import RunLine
from engine.kinds import Exec, Object, Pod, Ref, from_manifest
from engine.kubelet.exec import run_line
from engine.store.commit import Commit
from engine.store.state import State, fold

NOW = 1_780_000_000
STARTED = "2026-05-28T20:00:00Z"


def running(name: str, image: str, ip: str, *, node: str = "w1", restarts: int = 0, **spec: Any) -> Pod:
    """A pod whose containers all run; ``containers`` in ``spec`` replaces the one named c."""
    containers = spec.pop("containers", None) or [{"name": "c", "image": image, **spec.pop("container", {})}]
    made = from_manifest(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": "default", "uid": f"uid-{name}", **spec.pop("metadata", {})},
            "spec": {"nodeName": node, "containers": containers, **spec},
            "status": {
                "phase": "Running",
                "podIP": ip,
                "hostIP": "192.168.1.10",
                "startTime": STARTED,
                "containerStatuses": [running_status(each, restarts) for each in containers],
            },
        }
    )
    assert isinstance(made, Pod)
    return made


def running_status(container: dict[str, Any], restarts: int = 0, started: str = STARTED) -> dict[str, Any]:
    return {
        "name": container["name"],
        "image": container["image"],
        "imageID": "",
        "ready": True,
        "restartCount": restarts,
        "state": {"running": {"startedAt": started}},
    }


def node(name: str = "w1", cidr: str = "10.244.1.0/24", ip: str = "192.168.1.10") -> Object:
    return manifest(
        "Node",
        name,
        namespace="",
        spec={"podCIDR": cidr},
        status={"addresses": [{"type": "InternalIP", "address": ip}]},
    )


def service(name: str, ip: str, *, port: int = 80, target: int = 80, **spec: Any) -> Object:
    ports = [{"port": port, "targetPort": target}]
    return manifest("Service", name, spec={"clusterIP": ip, "selector": {"app": name}, "ports": ports, **spec})


def slice_of(service: str, *pods: Pod, port: int = 80, ready: bool = True) -> Object:
    endpoints = [
        {
            "addresses": [pod.status.pod_ip],
            "conditions": {"ready": ready},
            "nodeName": pod.spec.node_name,
            "targetRef": {"kind": "Pod", "name": pod.metadata.name, "namespace": "default", "uid": pod.metadata.uid},
            **({"hostname": pod.spec.extra["hostname"]} if "hostname" in pod.spec.extra else {}),
        }
        for pod in pods
    ]
    made = manifest(
        "EndpointSlice", f"{service}-1", version="discovery.k8s.io/v1", addressType="IPv4", endpoints=endpoints,
        ports=[{"port": port}],
    )  # fmt: skip
    return evolve(made, metadata=evolve(made.metadata, labels={"kubernetes.io/service-name": service}))  # type: ignore[misc]  # every kind is attrs


def manifest(kind: str, name: str, *, version: str = "v1", namespace: str = "default", **rest: Any) -> Object:
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    return from_manifest({"apiVersion": version, "kind": kind, "metadata": metadata, **rest})


@define
class Terminal:
    """A State and somebody who types into its pods; each line is recorded as the API server would."""

    state: State
    now: int = NOW
    typed: int = 0

    def type(self, pod: str, line: str, *, container: str = "", session: str = "s", wait: int = 1) -> Exec:
        ref = Ref("Pod", "default", pod)
        made = run_line(self.state, RunLine(ref=ref, container=container, session=session, line=line), self.now)
        self.typed += 1
        made = evolve(made, metadata=evolve(made.metadata, name=f"{made.pod_uid}-{self.typed:06}"))
        self.put(made)
        self.now += wait
        return made

    def put(self, *objects: Object) -> None:
        commit = Commit(revision=self.state.revision + 1, time=self.now, actor="test", puts=objects)
        self.state = fold(self.state, commit)


def terminal(*objects: Object) -> Terminal:
    made = Terminal(State())
    made.put(node(), *objects)
    return made


def busybox(**spec: Any) -> Terminal:
    """A cluster with one pod "p" that sleeps."""
    container = {"command": ["sleep", "infinity"], **spec.pop("container", {})}
    return terminal(running("p", "busybox:1.36", "10.244.1.9", container=container, **spec))


def output(line: str, **spec: Any) -> str:
    """What ``line`` prints in a fresh busybox, stderr behind stdout."""
    done = busybox(**spec).type("p", line)
    return done.stdout + done.stderr
