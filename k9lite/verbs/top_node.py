"""top node: what nodes use of cpu and memory. Follows kubectl's ``cmd/top``."""

from engine.access.attributes import METRICS_GROUP, Attributes
from engine.access.seen import require
from engine.errors import K9liteError, NotFound, UsageError
from engine.kinds import Node, is_true
from engine.kinds.quantity import cpu_milli, whole
from engine.kubelet.usage import node_usage
from engine.printers.top import Usage, top_nodes
from k9lite.arguments.options import SELECTOR
from k9lite.arguments.targets import selector_of
from k9lite.verb import Args, Option, Run, Say, Verb, View
from k9lite.wording import tell


def run(view: View, args: Args) -> Run:
    if len(args.words) > 1:
        raise UsageError(f"{TOP_NODE.usage}\nSee 'kubectl top node -h' for help and examples")
    if args.flags.get("sort-by", "") not in ("", "cpu", "memory"):
        raise UsageError("--sort-by accepts only cpu or memory")
    verb, name = ("get", args.words[0]) if args.words else ("list", "")
    require(view.state, Attributes(verb=verb, group=METRICS_GROUP, resource="nodes", name=name))
    wanted = selector_of(args)
    nodes = [node for node in view.state.all(Node) if wanted.matches(node.metadata.labels)]
    failures: list[K9liteError] = []
    if args.words:
        nodes = [node for node in nodes if node.metadata.name == args.words[0]]
        failures = [] if nodes else [NotFound(f'nodes "{args.words[0]}" not found')]
    usages = [_usage(view, node, capacity=args.on("show-capacity")) for node in nodes]
    if args.flags.get("sort-by") == "cpu":
        usages.sort(key=lambda usage: -(usage.cpu_milli or 0))
    elif args.flags.get("sort-by") == "memory":
        usages.sort(key=lambda usage: -(usage.memory_bytes or 0))
    if not usages and not failures:
        raise UsageError("metrics not available yet")
    for line in top_nodes(usages)[args.on("no-headers") :]:
        yield Say(line)
    return (yield from tell(failures))


TOP_NODE = Verb(
    name="top node",
    summary="Show what nodes use of cpu and memory",
    usage="top node [NAME | -l label]",
    run=run,
    options=(
        SELECTOR,
        Option(name="sort-by", value="string", summary='"cpu" or "memory"'),
        Option(name="no-headers", summary="Leave the headers out"),
        Option(name="show-capacity", summary="Percentages of the capacity, not of what is allocatable"),
    ),
    kinds=("Node",),
    writes=False,
)


def _usage(view: View, node: Node, *, capacity: bool) -> Usage:
    """Nothing is known of a node whose kubelet is silent."""
    room = node.status.capacity if capacity else node.status.allocatable
    known = is_true(node.status.conditions, "Ready")
    used = node_usage(view.server, node.metadata.name, view.now)
    return Usage(
        name=node.metadata.name,
        cpu_milli=used.cpu_milli if known else None,
        memory_bytes=used.memory_bytes if known else None,
        allocatable_cpu_milli=cpu_milli(room.get("cpu", "0")),
        allocatable_memory_bytes=whole(room.get("memory", "0")),
    )
