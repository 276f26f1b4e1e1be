"""top pod: what pods, or their containers, use of cpu and memory. Follows kubectl's ``cmd/top``."""

from collections.abc import Iterator

from engine.access.attributes import METRICS_GROUP, Attributes
from engine.access.seen import require
from engine.errors import NotFound, UsageError
from engine.kinds import KINDS, Pod
from engine.kubelet.metrics import is_measured
from engine.kubelet.usage import container_usage, pod_usage
from engine.printers.top import Usage, top_pods
from k9lite.arguments.options import ALL_NAMESPACES, SELECTOR
from k9lite.arguments.selection import in_namespace
from k9lite.arguments.targets import namespace_of, not_found, selector_of
from k9lite.verb import Args, Option, Run, Say, Verb, View


def run(view: View, args: Args) -> Run:
    if len(args.words) > 1:
        raise UsageError(f"{TOP_POD.usage}\nSee 'kubectl top pod -h' for help and examples")
    if args.flags.get("sort-by", "") not in ("", "cpu", "memory"):
        raise UsageError("--sort-by accepts only cpu or memory")
    pods = list(_pods(view, args))
    measured = [pod for pod in pods if is_measured(view.server, pod, view.now)]
    if not measured:
        if pods:
            raise UsageError("metrics not available yet")
        where = "No resources found" if args.all_namespaces else f"No resources found in {args.namespace} namespace."
        yield Say(where, error=True)
        return 0
    if args.on("containers"):
        usages = [usage for pod in measured for usage in _containers(view, pod)]
    else:
        usages = [_usage(view, pod) for pod in measured]
    if args.flags.get("sort-by") == "cpu":
        usages.sort(key=lambda usage: -(usage.cpu_milli or 0))
    elif args.flags.get("sort-by") == "memory":
        usages.sort(key=lambda usage: -(usage.memory_bytes or 0))
    lines = top_pods(usages, with_namespace=args.all_namespaces, containers=args.on("containers"))
    for line in lines[args.on("no-headers") :]:
        yield Say(line)
    return 0


TOP_POD = Verb(
    name="top pod",
    summary="Show what pods use of cpu and memory",
    usage="top pod [NAME | -l label]",
    run=run,
    options=(
        ALL_NAMESPACES,
        SELECTOR,
        Option(name="containers", summary="One line a container"),
        Option(name="sort-by", value="string", summary='"cpu" or "memory"'),
        Option(name="no-headers", summary="Leave the headers out"),
    ),
    kinds=("Pod",),
    argv=lambda refs, _answers: ["top", "pod", refs[0].name, "--containers", *in_namespace(refs)],
    writes=False,
)


def _pods(view: View, args: Args) -> Iterator[Pod]:
    kind = KINDS["Pod"]
    namespace = namespace_of(kind, args)
    verb, name = ("get", args.words[0]) if args.words else ("list", "")
    asked = Attributes(verb=verb, group=METRICS_GROUP, resource="pods", namespace=namespace, name=name)
    require(view.state, asked)
    if args.words:
        found = view.server.find(Pod, args.words[0], args.namespace)
        if found is None:
            raise not_found(kind, args.words[0])
        if not is_measured(view.server, found, view.now):
            raise NotFound(f'podmetrics.metrics.k8s.io "{args.namespace}/{args.words[0]}" not found')
        yield found
        return
    wanted = selector_of(args)
    yield from (pod for pod in view.server.all(Pod, namespace) if wanted.matches(pod.metadata.labels))


def _usage(view: View, pod: Pod) -> Usage:
    used = pod_usage(view.server, pod, view.now)
    meta = pod.metadata
    return Usage(name=meta.name, namespace=meta.namespace, cpu_milli=used.cpu_milli, memory_bytes=used.memory_bytes)


def _containers(view: View, pod: Pod) -> Iterator[Usage]:
    """Those that run: of the ones that ``debug`` added as well."""
    added = {each.name for each in pod.status.ephemeral_container_statuses if each.state.running is not None}
    ephemeral = [each for each in pod.spec.ephemeral_containers if each.name in added]
    for container in sorted((*pod.spec.containers, *ephemeral), key=lambda each: each.name):
        used = container_usage(view.server, pod, container, view.now)
        yield Usage(
            name=container.name,
            namespace=pod.metadata.namespace,
            pod=pod.metadata.name,
            cpu_milli=used.cpu_milli,
            memory_bytes=used.memory_bytes,
        )
