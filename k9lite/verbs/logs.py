"""logs: what containers have printed, and with ``-f`` what they print next. Follows kubectl's ``cmd/logs``."""

from collections.abc import Generator, Mapping, Sequence
from math import ceil

from attrs import define, evolve, field, frozen
from engine.kubelet.logs import log_lines

from engine.errors import BadRequest, K9liteError, NotFound, UsageError
from engine.kinds import Container, ContainerStatus, Pod, Ref, format_time, parse_time
from engine.kubelet.output import LogLine
from engine.store.state import State
from k9lite.arguments.flags import number, seconds
from k9lite.arguments.options import SELECTOR
from k9lite.arguments.selection import slashed_names
from k9lite.arguments.targets import selector_of
from k9lite.containers import container_meant, in_namespace, pods_meant
from k9lite.verb import Args, Option, Run, Say, Step, Verb, View, Wait
from k9lite.wording import tell

_USAGE = "logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]"
_SELECTED_TAIL = 10


def run(view: View, args: Args) -> Run:
    words, container = _words(args)
    _check(args, words, container)
    sources: list[_Source] = []
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
    shown = _Shown(args=args, since=_since(view, args), tail=_tail(args))
    for source in sources:
        try:
            for text in shown.first(view, source):
                view = yield Say(text)
        except K9liteError as error:
            if not args.on("ignore-errors"):
                return (yield from tell([error]))
            view = yield Say(f"error: {error}")
    if args.on("follow"):
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
        Option(name="max-log-requests", value="int", default="5", summary="How many containers to follow at most"),
        Option(name="prefix", summary="Put pod and container before each line"),
        Option(name="previous", short="p", summary="The container's life before its last restart"),
        Option(name="since", value="duration", default="0s", summary="Only the last 5s, 2m or 3h"),
        Option(name="since-time", value="string", summary="Only from this RFC 3339 time on"),
        Option(
            name="tail", value="int", default="-1", summary="Only the last lines; -1 for all, 10 with a selector"
        ),
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


@frozen
class _Source:
    pod: Pod
    container: Container


@define(kw_only=True)
class _Shown:
    """What has been printed of each container: how far in time, and how many lines of that last second."""

    args: Args
    since: int
    tail: int
    _reached: dict[tuple[str, str], tuple[int, int]] = field(factory=dict)

    def first(self, view: View, source: _Source) -> list[str]:
        """Raises BadRequest where the container has no log yet, in the kubelet's words."""
        previous = self.args.on("previous")
        _check_readable(source.pod, source.container.name, previous=previous)
        lines = list(
            log_lines(view.state, source.pod, source.container.name, view.now, previous=previous, since=self.since)
        )
        self._remember(source, lines)
        tail = lines if self.tail < 0 else lines[len(lines) - min(self.tail, len(lines)) :]
        return [self._text(source, line) for line in tail]

    def next(self, view: View, source: _Source) -> list[str]:
        """Lines that came since."""
        pod = view.state.find(Pod, source.pod.metadata.name, source.pod.metadata.namespace)
        if pod is None or pod.metadata.uid != source.pod.metadata.uid:
            return []
        since, told = self._reached.get(_key(source), (self.since, 0))
        lines = list(log_lines(view.state, pod, source.container.name, view.now, since=since))
        self._remember(source, lines)
        return [self._text(source, line) for line in lines[told:]]

    def _remember(self, source: _Source, lines: Sequence[LogLine]) -> None:
        if lines:
            last = lines[-1].time
            self._reached[_key(source)] = (last, sum(1 for line in lines if line.time == last))

    def _text(self, source: _Source, line: LogLine) -> str:
        prefix = ""
        if self.args.on("prefix") or self.args.on("all-pods"):
            prefix = f"[pod/{source.pod.metadata.name}/{source.container.name}] "
        if self.args.on("timestamps"):
            prefix += f"{format_time(line.time)[:-1]}.000000000Z "
        return prefix + line.text


def _follow(view: View, sources: Sequence[_Source], shown: _Shown) -> Generator[Step, View, None]:
    """Until none of the containers can print any more."""
    while any(_runs(view.state, source) for source in sources):
        view = yield Wait(1)
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
        raise UsageError(
            f"expected '{_USAGE}'.\nPOD or TYPE/NAME is a required argument for the logs command{more}"
        )
    if words and selector:
        raise UsageError(f"only a selector (-l) or a POD name is allowed{more}")
    if args.on("all-containers") and container:
        raise UsageError(f"--all-containers=true should not be specified with container name {container}")
    if args.flags.get("since-time") and seconds(args, "since"):
        raise UsageError("at most one of `sinceTime` or `sinceSeconds` may be specified")
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


def _containers(pod: Pod, name: str, args: Args) -> tuple[list[_Source], str]:
    if args.on("all-containers"):
        return [_Source(pod, each) for each in (*pod.spec.init_containers, *pod.spec.containers)], ""
    container, remark = container_meant(pod, name)
    return [_Source(pod, container)], remark


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


def _check_readable(pod: Pod, container: str, *, previous: bool) -> None:
    """The API server's and the kubelet's refusals (``validateContainerLogStatus``)."""
    named = f'container "{container}" in pod "{pod.metadata.name}"'
    if not pod.spec.node_name:
        raise BadRequest(f"pod {pod.metadata.name} does not have a host assigned")
    status = _status(pod, container)
    if previous:
        if status is None or status.last_state.terminated is None:
            raise BadRequest(f"previous terminated {named} not found")
        return
    if status is None:
        raise BadRequest(f"{named} is not available")
    waiting = status.state.waiting
    if status.state.running or status.state.terminated or status.last_state.terminated:
        return
    reasons = {
        "ErrImagePull": "image can't be pulled",
        "ImagePullBackOff": "trying and failing to pull image",
    }
    reason = "ContainerCreating" if waiting is None else reasons.get(waiting.reason, waiting.reason)
    raise BadRequest(f"{named} is waiting to start: {reason}")


def _status(pod: Pod, container: str) -> ContainerStatus | None:
    statuses = (*pod.status.init_container_statuses, *pod.status.container_statuses)
    return next((each for each in statuses if each.name == container), None)


def _runs(state: State, source: _Source) -> bool:
    meta = source.pod.metadata
    pod = state.find(Pod, meta.name, meta.namespace)
    if pod is None or pod.metadata.uid != meta.uid:
        return False
    status = _status(pod, source.container.name)
    return status is not None and status.state.running is not None


def _key(source: _Source) -> tuple[str, str]:
    return source.pod.metadata.uid, source.container.name
