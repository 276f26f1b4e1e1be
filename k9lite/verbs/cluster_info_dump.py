"""cluster-info dump: what a cluster's diagnosis needs, of some namespaces. Follows ``cmd/clusterinfo``."""

from collections.abc import Iterator, Sequence

from engine.access.attributes import of_object
from engine.access.seen import require
from engine.errors import ApiError, UsageError
from engine.kinds import KINDS, Namespace, Object, Pod, Ref, ref_of
from engine.served import served
from engine.store.state import State
from k9lite.arguments.options import ALL_NAMESPACES
from k9lite.containers.log_stream import LogStream, Source
from k9lite.output.formats import ALLOW_MISSING, MANAGED, TEMPLATE, Printer, output_files, output_of
from k9lite.verb import Args, Option, Run, Save, Say, Verb, View

_FILES = {
    "events": "Event", "replication-controllers": "ReplicationController", "services": "Service",
    "daemonsets": "DaemonSet", "deployments": "Deployment", "replicasets": "ReplicaSet", "pods": "Pod",
}  # fmt: skip
_ENDINGS = {"json": ".json", "yaml": ".yaml"}


def run(view: View, args: Args) -> Run:
    """Each list is a file, or one behind the other on standard output."""
    folder = args.flags.get("output-directory", "")
    for name, lines in _parts(view, args):
        if folder in ("", "-"):
            for line in lines:
                view = yield Say(line)
        else:
            view = yield Save(f"{folder}/{name}", "".join(f"{line}\n" for line in lines).encode())
    if folder not in ("", "-"):
        yield Say(f"Cluster info dumped to {folder}")
    return 0


def _parts(view: View, args: Args) -> Iterator[tuple[str, Sequence[str]]]:
    """(the file's name, its lines)."""
    output = output_of(args)
    if output.name == "name":
        raise UsageError("list types are not supported by name printing: *v1.NodeList")
    ending, printer = _ENDINGS.get(output.name, ".txt"), Printer(output)
    yield f"nodes{ending}", _listed(view, printer, "Node", "")
    for namespace in _namespaces(view, args):
        for name, kind in _FILES.items():
            yield f"{namespace}/{name}{ending}", _listed(view, printer, kind, namespace)
        for pod in view.state.all(Pod, namespace):
            yield f"{namespace}/{pod.metadata.name}/logs.txt", list(_logs(view, pod))


def _namespaces(view: View, args: Args) -> list[str]:
    if args.all_namespaces:
        return [each.metadata.name for each in view.state.all(Namespace)]
    return list(args.listed("namespaces")) or ["kube-system", args.namespace]


def _listed(view: View, printer: Printer, kind: str, namespace: str) -> list[str]:
    """Raises Forbidden for who may not see it."""
    require(view.state, of_object("list", Ref(kind, namespace, ""), kind=KINDS[kind]))
    items = [_item(view.server, each) for each in view.state.objects(kind, namespace)]
    head = {"kind": f"{kind}List", "apiVersion": KINDS[kind].api_version}
    metadata = {"resourceVersion": str(view.state.revision)}
    return printer.lines({**head, "metadata": metadata, "items": items}, ordered=True)


def _item(state: State, obj: Object) -> dict[str, object]:
    """An item of a typed list does not say its kind again."""
    return {key: value for key, value in served(state, obj).items() if key not in ("apiVersion", "kind")}


def _logs(view: View, pod: Pod) -> Iterator[str]:
    stream = LogStream(since=0, tail=-1, previous=False, prefix=False, timestamps=False)
    meta = pod.metadata
    for container in (*pod.spec.init_containers, *pod.spec.containers):
        of = f"logs for container {container.name} of pod {meta.namespace}/{meta.name}"
        yield f"==== START {of} ===="
        try:
            require(view.state, of_object("get", ref_of(pod), "log"))
            yield from stream.first(view, Source(pod, container))
        except ApiError as error:
            yield f"Request log error: {error}"
        yield f"==== END {of} ===="


CLUSTER_INFO_DUMP = Verb(
    name="cluster-info dump",
    summary="Dump relevant information for debugging and diagnosis",
    usage="cluster-info dump",
    run=run,
    options=(
        ALL_NAMESPACES,
        Option(name="namespaces", value="strings", repeats=True, summary="These namespaces instead of the usual two"),
        Option(name="output-directory", value="string", summary="A folder for the files; - for standard output"),
        Option(name="output", short="o", value="string", default="json", summary="Output format"),
        TEMPLATE, ALLOW_MISSING, MANAGED,
    ),
    writes=False,
    reads=output_files,
)  # fmt: skip
