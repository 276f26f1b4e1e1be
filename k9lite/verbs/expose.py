"""expose: a Service for pods, for what makes pods, or for another Service. Follows kubectl's ``cmd/expose``."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.api.writes import Create
from engine.errors import K9liteError, UsageError
from engine.kinds import KINDS, Object, Ref, from_manifest, ref_of, to_manifest
from engine.store.state import State
from k9lite.arguments.jsonpath import mapping_at
from k9lite.arguments.naming import int_or_text
from k9lite.arguments.options import FILENAME, KUSTOMIZE, RECURSIVE
from k9lite.arguments.selection import naming, slashed_names
from k9lite.arguments.targets import targets
from k9lite.output.formats import Printer, output_files, output_of
from k9lite.verb import Args, Field, Form, Option, Run, Say, Verb, View
from k9lite.wording import tell
from k9lite.writing import CREATE_OPTIONS, result_lines, with_last_applied, written
from k9lite.writing.overriding import OVERRIDE_OPTIONS, overridden

_EXPOSABLE = ("ReplicationController", "Service", "Pod", "Deployment", "ReplicaSet")
_LONGEST_NAME = 63


def run(view: View, args: Args) -> Run:
    found = targets(view.state, args)
    printer = Printer(output_of(args))
    failures: list[K9liteError] = list(found.errors)
    for obj in found.objects:
        try:
            manifest = overridden(_service(obj, args), args)
            placed = "namespace" in args.given or args.flags.get("dry-run") != "client"
            if placed:
                manifest = {**manifest, "metadata": {**manifest["metadata"], "namespace": args.namespace}}
            if args.on("save-config"):
                manifest = with_last_applied(manifest)
            service = from_manifest(manifest)
            view, made = yield from written(view, args, Create(service), ref_of(service))
            shown = manifest if made is None else to_manifest(made)
            for line in result_lines(args, printer, shown, "exposed", ordered=made is None):
                view = yield Say(line)
        except K9liteError as error:
            failures.append(error)
    return (yield from tell(failures))


def form(_state: State, refs: Sequence[Ref]) -> Form:
    types = tuple((each, each) for each in ("ClusterIP", "NodePort", "LoadBalancer"))
    return Form(
        title="Expose",
        message=f"A Service for {naming(refs[:1])}",
        fields=(
            Field(name="port", label="Port (none: the object's own)"),
            Field(name="target-port", label="Port of the container (none: the same)"),
            Field(name="name", label="Name (none: the object's own)"),
            Field(name="type", label="Type", kind="choice", default="ClusterIP", choices=types),
        ),
    )


def argv(refs: Sequence[Ref], answers: Mapping[str, str]) -> list[str]:
    given = [f"--{name}={answers[name]}" for name in ("port", "target-port", "name", "type") if answers.get(name)]
    return ["expose", *slashed_names(refs[:1]), *given]


EXPOSE = Verb(
    name="expose",
    summary="Take a replication controller, service, deployment or pod and expose it as a new service",
    usage="expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] "
    "[--name=name] [--external-ip=external-ip-of-service] [--type=type]",
    run=run,
    kinds=("Pod", "Service", "Deployment", "ReplicaSet", "ReplicationController"),
    options=(
        FILENAME, KUSTOMIZE, RECURSIVE,
        Option(name="cluster-ip", value="string", summary='Its address; "None" for a headless service'),
        Option(name="external-ip", value="string", summary="An address besides that leads to it"),
        Option(name="labels", short="l", value="string", summary="Its labels; the object's own without"),
        Option(name="load-balancer-ip", value="string", summary="The address a load balancer should get"),
        Option(name="name", value="string", summary="Its name; the object's own without"),
        Option(name="port", value="string", summary="Its port; the object's own without"),
        Option(name="protocol", value="string", summary="TCP, UDP or SCTP; the object's own without"),
        Option(name="selector", value="string", summary="Its selector; the object's own without"),
        Option(name="session-affinity", value="string", summary="None or ClientIP"),
        Option(name="target-port", value="string", summary="Number or name of the container's port"),
        Option(name="type", value="string", summary="ClusterIP, NodePort, LoadBalancer or ExternalName"),
        *OVERRIDE_OPTIONS,
        *CREATE_OPTIONS,
    ),
    reads=output_files,
    form=form,
    argv=argv,
)  # fmt: skip


def _service(obj: Object, args: Args) -> dict[str, Any]:
    if obj.kind not in _EXPOSABLE:
        kind = KINDS[obj.kind]
        raise UsageError(f"cannot expose a {kind.shown}{f'.{kind.group}' if kind.group else ''}")
    flags = args.flags
    selector = _pairs(flags["selector"]) if flags.get("selector") else _selector(obj)
    ports = _ports(obj, args)
    labels = _pairs(flags["labels"]) if flags.get("labels") else dict(obj.metadata.labels)
    affinity, type_ = flags.get("session-affinity", ""), flags.get("type", "")
    if affinity not in ("", "None", "ClientIP"):
        raise UsageError(f"unknown session affinity: {affinity}")
    spec: dict[str, Any] = {
        **({"ports": ports} if ports else {}),
        "selector": dict(sorted(selector.items())),
        **({"clusterIP": flags["cluster-ip"]} if flags.get("cluster-ip") else {}),
        **({"type": type_} if type_ else {}),
        **({"externalIPs": [flags["external-ip"]]} if flags.get("external-ip") else {}),
        **({"sessionAffinity": affinity} if affinity else {}),
    }
    if type_ == "LoadBalancer" and flags.get("load-balancer-ip"):
        spec["loadBalancerIP"] = flags["load-balancer-ip"]
    metadata: dict[str, Any] = {"name": flags.get("name") or obj.metadata.name[:_LONGEST_NAME]}
    if labels:
        metadata["labels"] = dict(sorted(labels.items()))
    return {
        "apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec, "status": {"loadBalancer": {}},
    }  # fmt: skip


def _pairs(text: str) -> dict[str, str]:
    labels = {}
    for spec in text.split(","):
        words = spec.split("=")
        if len(words) != 2:
            raise UsageError(f"unexpected label spec: {spec}")
        if not words[0]:
            raise UsageError("unexpected empty label key")
        labels[words[0]] = words[1]
    return labels


def _selector(obj: Object) -> Mapping[str, str]:
    """Labels of the pods it stands for. Raises UsageError."""
    start = "couldn't retrieve selectors via --selector flag or introspection: "
    given = mapping_at(to_manifest(obj), "spec", "selector")
    match obj.kind:
        case "Pod":
            if not obj.metadata.labels:
                raise UsageError(f"{start}the pod has no labels and cannot be exposed")
            return obj.metadata.labels
        case "Service" | "ReplicationController":
            if not given:
                raise UsageError(f"{start}the service has no pod selector set")
            return given
        case _:
            labels = mapping_at(given, "matchLabels")
            kind = obj.kind.lower()
            if not labels:
                raise UsageError(f"{start}invalid {kind}: no selectors, therefore cannot be exposed")
            if given.get("matchExpressions"):
                shown = given["matchExpressions"]
                raise UsageError(f'{start}couldn\'t convert expressions - "{shown}" to map-based selector format')
            return labels


def _ports(obj: Object, args: Args) -> list[dict[str, Any]]:
    """Those asked for, or the object's; each has a name where there are several."""
    own = _own_ports(obj)
    wanted = [args.flags["port"]] if args.flags.get("port") else list(dict.fromkeys(str(port) for port, _ in own))
    if not wanted and args.flags.get("cluster-ip") != "None":
        raise UsageError("couldn't find port via --port flag or introspection")
    numbers = [part for text in wanted for part in text.split(",")]
    target = args.flags.get("target-port", "")
    ports: list[dict[str, Any]] = []
    for place, text in enumerate(numbers, start=1):
        if not text.isdigit():
            raise UsageError(f'strconv.Atoi: parsing "{text}": invalid syntax')
        given = args.flags.get("protocol", "")
        found = [protocol for port, protocol in own if str(port) == text] or ["TCP"]
        protocols = [given] if given else list(dict.fromkeys(found))
        for protocol in protocols:
            name = f"port-{place}" if len(numbers) > 1 else ""
            if len(protocols) > 1:
                name = f"port-{place}-{protocol.lower()}"
            ports.append(
                {
                    **({"name": name} if name else {}),
                    "protocol": protocol,
                    "port": int(text),
                    "targetPort": int_or_text(target) if target else int(text),
                }
            )
    return ports


def _own_ports(obj: Object) -> list[tuple[int, str]]:
    """(number, protocol) of a Service's ports or of the containers' that stand for the object."""
    manifest = to_manifest(obj)
    if obj.kind == "Service":
        listed = mapping_at(manifest, "spec").get("ports") or []
        return [(each["port"], each.get("protocol", "TCP")) for each in listed]
    spec = mapping_at(manifest, "spec") if obj.kind == "Pod" else mapping_at(manifest, "spec", "template", "spec")
    ports = [port for container in spec.get("containers", ()) for port in container.get("ports", ())]
    return [(port["containerPort"], port.get("protocol", "TCP")) for port in ports]
