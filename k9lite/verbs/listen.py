"""listen: real ports of this machine for a Service that is reached from outside. k9lite's own, no verb of kubectl.

A NodePort has its node port, a LoadBalancer the ports of the Service; whoever drives the verb holds them open.
"""

from engine.errors import UsageError
from engine.kinds import KINDS, Ref, Service
from k9lite.arguments.selection import slashed_names
from k9lite.arguments.targets import not_found, split_pair
from k9lite.verb import Args, Listen, Run, Say, Verb, View, Wait

_OUTSIDE = ("NodePort", "LoadBalancer")


def run(view: View, args: Args) -> Run:
    if len(args.words) != 1:
        raise UsageError("the name of one NodePort or LoadBalancer service is required for listen")
    service = _service(view, args.words[0], args.namespace)
    meta, balanced = service.metadata, service.spec.type == "LoadBalancer"
    reached = [port for port in service.spec.ports if port.node_port and port.protocol == "TCP"]
    if not reached:
        raise UsageError(f"service/{meta.name} has no TCP port that nodes listen on")
    ports = tuple((port.port if balanced else port.node_port, port.node_port) for port in reached)
    view = yield Listen(Ref("Service", meta.namespace, meta.name), "", ports)
    for local, _, remote in (part.partition(">") for part in view.text.split(",")):
        yield Say(f"Listening on 127.0.0.1:{local} for service/{meta.name}, node port {remote}")
    while True:
        yield Wait(1, following=True)


LISTEN = Verb(
    name="listen",
    summary="Let this machine reach a NodePort or LoadBalancer service (not kubectl's)",
    usage="listen (SERVICE | service/SERVICE)",
    run=run,
    kinds=("Service",),
    argv=lambda refs, _answers: ["listen", *slashed_names(refs[:1])],
)


def _service(view: View, word: str, namespace: str) -> Service:
    kind, name = split_pair(word) if "/" in word else (KINDS["Service"], word)
    if kind is not KINDS["Service"]:
        raise UsageError(f"{kind.plural} are not listened for: only services are")
    found = view.state.find(Service, name, namespace)
    if found is None:
        raise not_found(kind, name)
    if found.spec.type not in _OUTSIDE:
        raise UsageError(
            f"service/{name} is of type {found.spec.type}: only NodePort and LoadBalancer services are reached from "
            f"outside; there is port-forward service/{name}"
        )
    return found
