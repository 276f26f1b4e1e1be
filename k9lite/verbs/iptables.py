"""iptables: the rules kube-proxy keeps for a Service, as iptables-save would show them on a node.

kubectl has no such command: it stands for a shell on the node, and says which node that would be.
"""

from collections.abc import Mapping, Sequence

from engine.errors import NotFound, UsageError
from engine.kinds import KINDS, Node, Ref, Service
from engine.network.iptables import TABLES, saved
from engine.store.state import State
from k9lite.arguments.selection import kind_and_names
from k9lite.arguments.targets import targets
from k9lite.verb import Args, Option, Run, Say, Verb, View


def run(view: View, args: Args) -> Run:
    if not args.words:
        raise UsageError("You must specify a service: iptables SERVICE")
    words = args.words if len(args.words) > 1 or "/" in args.words[0] else ("service", *args.words)
    found = targets(view.state, Args(words=words, namespace=args.namespace))
    for error in found.errors:
        raise error
    node = args.flags.get("node", "") or first_node(view.state)
    for service in found.objects:
        if not isinstance(service, Service):
            raise UsageError(f"only services have rules, not {KINDS[service.kind].plural}")
        for line in rules(view.state, service, node, view.now, args.flags.get("table", "")):
            yield Say(line)
    return 0


def rules(state: State, service: Service, node: str, now: int, table: str = "") -> list[str]:
    """Those of one table, or of all with a line above each."""
    name = f"{service.metadata.namespace}/{service.metadata.name}"
    if table:
        return saved(state, node, table, now, only=name)
    lines = [f"# {name} on node {node}"]
    for each in reversed(TABLES):
        found = saved(state, node, each, now, only=name)
        lines += [f"*{each}", *found] if found else []
    return lines if len(lines) > 1 else [*lines, "# no rules: it has no address of its own"]


def first_node(state: State) -> str:
    node = next(iter(state.all(Node)), None)
    if node is None:
        raise NotFound("no node to look at")
    return node.metadata.name


def argv(refs: Sequence[Ref], _answers: Mapping[str, str]) -> list[str]:
    return ["iptables", *kind_and_names(refs)]


IPTABLES = Verb(
    name="iptables",
    summary="Show the packet filter's rules that lead to a service's endpoints",
    usage="iptables SERVICE [--node NODE] [-t TABLE]",
    run=run,
    options=(
        Option(name="node", value="string", summary="The node to look at; the first one if none is named"),
        Option(name="table", short="t", value="string", summary="nat or filter alone", choices=("filter", "nat")),
    ),
    kinds=("Service",),
    key="I",
    argv=argv,
    writes=False,
)
