"""create service clusterip, nodeport, loadbalancer, externalname. Follows kubectl's ``cmd/create``."""

import re
from typing import Any

from engine.api.validation.names import dns_subdomain, port_name
from engine.errors import UsageError
from k9lite.arguments.flags import number
from k9lite.arguments.naming import one_name, require
from k9lite.output.formats import output_files
from k9lite.verb import Args, Option, Run, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated

_TCP = Option(name="tcp", value="strings", repeats=True, summary="A pair of ports, as in 5678:8080")


def _verb(type_: str, *options: Option, needs: str = "") -> Verb:
    word = type_.lower()

    def run(view: View, args: Args) -> Run:
        return (yield from _create(view, args, type_))

    return Verb(
        name=f"create service {word}",
        summary=f"Create {'an' if type_[0] in 'AEIOU' else 'a'} {type_} service",
        usage=f"create service {word} NAME {needs or '[--tcp=port:targetPort]'}",
        run=run,
        options=(_TCP, *options, *CREATE_OPTIONS),
        reads=output_files,
    )


CREATE_SERVICE_CLUSTERIP = _verb(
    "ClusterIP", Option(name="clusterip", value="string", summary='Its address; "None" for a headless service')
)
CREATE_SERVICE_NODEPORT = _verb(
    "NodePort", Option(name="node-port", value="int", default="0", summary="The port on each node")
)
CREATE_SERVICE_LOADBALANCER = _verb("LoadBalancer")
CREATE_SERVICE_EXTERNALNAME = _verb(
    "ExternalName",
    Option(name="external-name", value="string", summary="The name it stands for"),
    needs="--external-name external.name",
)


def _create(view: View, args: Args, type_: str) -> Run:
    if type_ == "ExternalName":
        require(args, "external-name")
    name = one_name(args, f"create service {type_.lower()}")
    manifest = _service(args, name, type_)
    return (yield from create_generated(view, args, manifest, doing=f"failed to create {type_} service: "))


def _service(args: Args, name: str, type_: str) -> dict[str, Any]:
    address, pairs, external = args.flags.get("clusterip", ""), args.listed("tcp"), args.flags.get("external-name", "")
    if address != "None" and not pairs and type_ != "ExternalName":
        raise UsageError("at least one tcp port specifier must be provided")
    if type_ == "ExternalName" and dns_subdomain(external):
        raise UsageError(f"invalid service external name {external}")
    node_port = number(args, "node-port") if "node-port" in args.flags else 0
    ports = [_port(pair, node_port) for pair in pairs]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            **({"ports": ports} if ports else {}),
            "selector": {"app": name},
            **({"clusterIP": address} if address else {}),
            "type": type_,
            **({"externalName": external} if external else {}),
        },
        "status": {"loadBalancer": {}},
    }


def _port(pair: str, node_port: int) -> dict[str, Any]:
    words = pair.split(":")
    port = _number(words[0])
    target: int | str = port
    if len(words) > 1:
        target = _target(words[1])
    node = {"nodePort": node_port} if node_port else {}
    return {"name": pair.replace(":", "-"), "protocol": "TCP", "port": port, "targetPort": target, **node}


def _number(text: str) -> int:
    if not text.isdigit():
        raise UsageError(f'strconv.ParseUint: parsing "{text}": invalid syntax')
    if int(text) > 65535:
        raise UsageError(f'strconv.ParseUint: parsing "{text}": value out of range')
    return int(text)


def _target(text: str) -> int | str:
    if re.fullmatch(r"[+-]?\d+", text):
        if not 1 <= int(text) <= 65535:
            raise UsageError("must be between 1 and 65535, inclusive")
        return int(text)
    if found := port_name(text):
        raise UsageError(",".join(found))
    return text
