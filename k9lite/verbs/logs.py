"""logs: what containers have printed, and with ``-f`` what they print next. Follows kubectl's ``cmd/logs``."""

from collections.abc import Generator, Mapping, Sequence
from math import ceil

from attrs import evolve

from engine.access.attributes import of_object
from engine.access.seen import require
from engine.errors import K9liteError, NotFound, UsageError
from engine.kinds import Pod, Ref, parse_time, ref_of
from engine.kubelet.process import containers_of
from engine.store.state import State
from k9lite.arguments.flags import number, seconds
from k9lite.arguments.options import POD_RUNNING_TIMEOUT, SELECTOR
from k9lite.arguments.selection import slashed_names
from k9lite.arguments.targets import selector_of
from k9lite.containers import container_meant, in_namespace, pods_meant
from k9lite.containers.log_stream import LogStream, Source, still_runs
from k9lite.verb import Args, Option, Run, Say, Step, Verb, View, Wait
from k9lite.wording import tell

_USAGE = "logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]"
_SELECTED_TAIL = 10


def run(view: View, args: Args) -> Run:
    words, container = _words(args)
    _check(args, words, container)
    sources: list[Source] = []
    for pod, remark in _pods(view.state, args, words):
        if remark:
            view = yield Say(remark, error=True)
        found, remark = _containers(pod, container, args)
        if remark and not args.on("all-pods"):
            view = yield Say(remark, error=True)
        sources += found
    if not sources and args.flags.get("selector"):
        view = yield Say(f"No resources found in {args.namespace} namespace.", error=True)
    limit = number(args, "max-log-requests")
    if args.on("follow") and len(sources) > max(1, limit):
        raise UsageError(
            f"you are attempting to follow {len(sources)} log streams, but maximum allowed concurrency is "
            f"{limit}, use --max-log-requests to increase the limit"
        )
    shown = LogStream(
        limit_bytes=number(args, "limit-bytes"),
        since=_since(view, args),
        tail=_tail(args),
        previous=args.on("previous"),
        prefix=args.on("prefix") or args.on("all-pods"),
        timestamps=args.on("timestamps"),
    )
    for source in sources:
        try:
            require(view.state, of_object("get", ref_of(source.pod), "log"))
            for text in shown.first(view, source):
                view = yield Say(text)
        except K9liteError as error:
            if not args.on("ignore-errors"):
                return (yield from tell([error]))
            view = yield Say(f"error: {error}")
    if args.on("follow") and not args.on("previous"):
        yield from _follow(view, sources, shown)
    return 0


def argv(refs: Sequence[Ref], _answers: Mapping[str, str]) -> list[str]:
    return ["logs", *slashed_names(refs[:1]), "--all-containers", "--follow"]


def previous_argv(refs: Sequence[Ref], _answers: Mapping[str, str]) -> list[str]:
    return ["logs", *slashed_names(refs[:1]), "--previous"]


LOGS = Verb(
    name="logs",
    summary="Print the logs of a container in a pod",
    usage=_USAGE,
    run=run,
    options=(
        Option(name="all-containers", summary="All containers of the pod"),
        Option(name="all-pods", summary="All pods of the workload; sets --prefix"),
        Option(name="container", short="c", value="string", summary="This container"),
        Option(name="follow", short="f", summary="Go on printing what comes"),
        Option(name="ignore-errors", summary="Tell errors and go on"),
        Option(
            name="insecure-skip-tls-verify-backend", summary="Taken and not used: there is no certificate to doubt"
        ),
        Option(name="limit-bytes", value="int", default="0", summary="Only as many bytes of each container; 0 for all"),
        Option(name="max-log-requests", value="int", default="5", summary="How many containers to follow at most"),
        POD_RUNNING_TIMEOUT,
        Option(name="prefix", summary="Put pod and container before each line"),
        Option(name="previous", short="p", summary="The container's life before its last restart"),
        Option(name="since", value="duration", default="0s", summary="Only the last 5s, 2m or 3h"),
        Option(name="since-time", value="string", summary="Only from this RFC 3339 time on"),
        Option(name="tail", value="int", default="-1", summary="Only the last lines; -1 for all, 10 with a selector"),
        Option(name="timestamps", summary="Put the time before each line"),
        SELECTOR,
    ),
    kinds=(
        "Pod",
        "Deployment",
        "ReplicaSet",
        "ReplicationController",
        "Service",
        "StatefulSet",
        "DaemonSet",
        "Job",
        "CronJob",
        "Node",
    ),
    key="l",
    argv=argv,
    writes=False,
)

PREVIOUS = evolve(
    LOGS,
    name="logs --previous",
    summary="Print what a container printed before its last restart",
    kinds=("Pod",),
    key="p",
    argv=previous_argv,
)
"""The key's form of ``logs -p``; the grammar knows only ``logs``."""


def _follow(view: View, sources: Sequence[Source], shown: LogStream) -> Generator[Step, View, None]:
    """Until none of the containers can print any more."""
    while any(still_runs(view.state, source) for source in sources):
        view = yield Wait(1, following=True)
        for source in sources:
            for text in shown.next(view, source):
                view = yield Say(text)


def _words(args: Args) -> tuple[list[str], str]:
    """(the object's word, the container): kubectl still takes the container as a second word."""
    container = args.flags.get("container", "")
    if len(args.words) == 2:
        if container:
            raise UsageError("only one of -c or an inline [CONTAINER] arg is allowed")
        return [args.words[0]], args.words[1]
    return list(args.words), container


def _check(args: Args, words: Sequence[str], container: str) -> None:
    more = "\nSee 'kubectl logs -h' for help and examples"
    selector = args.flags.get("selector")
    if len(words) > 1 or (not words and not selector):
        raise UsageError(f"expected '{_USAGE}'.\nPOD or TYPE/NAME is a required argument for the logs command{more}")
    if words and selector:
        raise UsageError(f"only a selector (-l) or a POD name is allowed{more}")
    if args.on("all-containers") and container:
        raise UsageError(f"--all-containers=true should not be specified with container name {container}")
    if args.flags.get("since-time") and seconds(args, "since"):
        raise UsageError("at most one of `sinceTime` or `sinceSeconds` may be specified")
    if number(args, "limit-bytes") < 0:
        raise UsageError("--limit-bytes must be greater than 0")
    if seconds(args, "since") < 0:
        raise UsageError("--since must be greater than 0")
    if number(args, "tail") < -1:
        raise UsageError("--tail must be greater than or equal to -1")


def _pods(state: State, args: Args, words: Sequence[str]) -> list[tuple[Pod, str]]:
    if not words:
        wanted = selector_of(args)
        found = state.select("Pod", args.namespace, wanted)
        return [(pod, "") for pod in found if isinstance(pod, Pod)]
    try:
        pods = pods_meant(state, words[0], args.namespace)
    except NotFound as error:
        raise in_namespace(error, args.namespace) from None
    if not pods:
        raise UsageError(f"no pod of {words[0]} is there yet")
    if args.on("all-pods"):
        return [(pod, "") for pod in pods]
    return [(pods[0], f"Found {len(pods)} pods, using pod/{pods[0].metadata.name}" if len(pods) > 1 else "")]


def _containers(pod: Pod, name: str, args: Args) -> tuple[list[Source], str]:
    if args.on("all-containers"):
        return [Source(pod, each) for each in containers_of(pod)], ""
    container, remark = container_meant(pod, name)
    return [Source(pod, container)], remark


def _since(view: View, args: Args) -> int:
    text, ago = args.flags.get("since-time", ""), seconds(args, "since")
    if text:
        try:
            return parse_time(text)
        except ValueError as error:
            raise UsageError(str(error)) from None
    return view.now - ceil(ago) if ago else 0


def _tail(args: Args) -> int:
    tail = number(args, "tail")
    return _SELECTED_TAIL if tail == -1 and args.flags.get("selector") else tail
