"""port-forward: ports of this machine that lead into a pod. Follows kubectl's ``cmd/portforward``.

The listeners are real, on loopback; whoever drives the verb holds them open as long as it runs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.access.attributes import of_object
from engine.access.seen import require
from engine.errors import UsageError
from engine.kinds import KINDS, Container, Object, Pod, Ref, Service, ServicePort, ref_of
from engine.store.state import State
from k9lite.arguments.flags import seconds
from k9lite.arguments.options import POD_RUNNING_TIMEOUT
from k9lite.arguments.selection import naming, slashed_names
from k9lite.arguments.targets import split_pair
from k9lite.containers import pod_meant
from k9lite.verb import Args, Field, Form, Listen, Option, Run, Say, Verb, View, Wait

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def run(view: View, args: Args) -> Run:
    if len(args.words) < 2:
        raise UsageError(
            "TYPE/NAME and list of ports are required for port-forward\n"
            "See 'kubectl port-forward -h' for help and examples"
        )
    if seconds(args, "pod-running-timeout") <= 0:
        raise UsageError("--pod-running-timeout must be higher than zero")
    address = _address(args.listed("address"))
    pod = pod_meant(view.state, args.words[0], args.namespace)
    service = _service(view, args)
    ports = tuple(_port(text, pod, service) for text in args.words[1:])
    if pod.status.phase != "Running":
        raise UsageError(f"unable to forward port because pod is not running. Current status={pod.status.phase}")
    require(view.state, of_object("create", ref_of(pod), "portforward"))
    view = yield Listen(ref_of(pod), pod.spec.containers[0].name, ports, address)
    local = dict(part.split(">") for part in view.text.split(","))
    shown = f"[{address}]" if ":" in address else address
    for port, remote in local.items():
        view = yield Say(f"Forwarding from {shown}:{port} -> {remote}")
    while True:
        yield Wait(1, following=True)


def form(state: State, refs: Sequence[Ref]) -> Form:
    """Ports below 1024 are not everybody's to open: they are offered 8000 higher."""
    offered = [f"{port + 8000 if port < 1024 else port}:{port}" for port in _ports_of(state.get(refs[0]))]
    known = f"\nIts ports: {' '.join(each.partition(':')[2] for each in offered)}" if offered else ""
    ports = Field(name="ports", label="Here:there (none here: any free)", default=offered[0] if offered else "")
    return Form(title="Port-forward", message=f"To {naming(refs[:1])}{known}", fields=(ports,))


def argv(refs: Sequence[Ref], answers: Mapping[str, str]) -> list[str]:
    word, *where = slashed_names(refs[:1])
    return ["port-forward", word, *answers.get("ports", "").split(), *where]


def _ports_of(obj: Object | None) -> list[int]:
    if isinstance(obj, Service):
        return [port.port for port in obj.spec.ports]
    spec: Any = getattr(obj, "spec", None)
    spec = spec.template.spec if hasattr(spec, "template") else spec
    return [port.container_port for container in getattr(spec, "containers", ()) for port in container.ports]


PORT_FORWARD = Verb(
    name="port-forward",
    summary="Forward one or more local ports to a pod",
    usage="port-forward TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
    run=run,
    options=(
        Option(name="address", value="strings", repeats=True, summary="Where to listen: only on loopback here"),
        POD_RUNNING_TIMEOUT,
    ),
    kinds=("Pod", "Service", "Deployment", "StatefulSet", "ReplicaSet"),
    key="F",
    form=form,
    argv=argv,
)


def _address(given: Sequence[str]) -> str:
    """Never further than this machine: containers here answer for no network."""
    for address in given:
        if address not in _LOOPBACK and not address.startswith("127."):
            raise UsageError(f"--address {address}: only this machine's own addresses are listened on here (127.0.0.1)")
    first = given[0] if given else "localhost"
    return "127.0.0.1" if first == "localhost" else first


def _service(view: View, args: Args) -> Service | None:
    word = args.words[0]
    kind, name = split_pair(word) if "/" in word else (KINDS["Pod"], word)
    if kind is not KINDS["Service"]:
        return None
    found = view.state.get(Ref("Service", args.namespace, name))
    return found if isinstance(found, Service) else None


def _port(text: str, pod: Pod, service: Service | None) -> tuple[int, int]:
    """(local, the container's): ``8080:80``, ``80``, ``:80``, ``8080:http``, ``https``."""
    parts = text.split(":")
    if len(parts) > 2:
        raise UsageError(f"invalid port format '{text}'")
    local_text, remote_text = parts if len(parts) == 2 else (parts[0], parts[0])
    if not remote_text:
        raise UsageError("remote port cannot be empty")
    remote = _of_service(remote_text, service, pod) if service is not None else _of_pod(remote_text, pod)
    if service is not None and local_text == remote_text and not local_text.isdigit():
        local_text = str(_service_port(remote_text, service).port)
    elif local_text == remote_text and not local_text.isdigit():
        local_text = str(remote)
    if local_text and not local_text.isdigit():
        raise UsageError(
            f'error parsing local port "{local_text}": strconv.ParseUint: parsing "{local_text}": invalid syntax'
        )
    local = int(local_text or "0")
    if local > 65535:
        raise UsageError(
            f'error parsing local port "{local_text}": strconv.ParseUint: parsing "{local_text}": value out of range'
        )
    if not 0 < remote <= 65535:
        raise UsageError("remote port must be > 0")
    return local, remote


def _of_pod(text: str, pod: Pod) -> int:
    if text.isdigit():
        return int(text)
    for container in _containers(pod):
        for port in container.ports:
            if port.name == text:
                if port.protocol == "UDP":
                    raise UsageError(f"UDP protocol is not supported for {text}")
                return port.container_port
    raise UsageError(f"Pod '{pod.metadata.name}' does not have a named port '{text}'")


def _containers(pod: Pod) -> tuple[Container, ...]:
    return (*pod.spec.init_containers, *pod.spec.containers)


def _service_port(text: str, service: Service) -> ServicePort:
    found = next((port for port in service.spec.ports if text in (str(port.port), port.name)), None)
    if found is None and text.isdigit():
        raise UsageError(f"Service {service.metadata.name} does not have a service port {text}")
    if found is None:
        raise UsageError(f"Service '{service.metadata.name}' does not have a named port '{text}'")
    if found.protocol == "UDP":
        raise UsageError(f"UDP protocol is not supported for {text}")
    return found


def _of_service(text: str, service: Service, pod: Pod) -> int:
    """The port of the pod that a port of the Service leads to."""
    port = _service_port(text, service)
    if service.spec.cluster_ip == "None":
        return port.port
    target = port.target_port
    if target is None:
        return port.port
    return target if isinstance(target, int) else _of_pod(target, pod)
