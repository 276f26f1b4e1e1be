"""Which pods a drain takes from a node, and what stands against it: the filters, in kubectl's order.

Follows kubectl's ``pkg/drain/filters.go``; differs in that a warning is not lost when a later filter has
nothing to say (kubectl never shows the one about local storage), and in that groups of messages are sorted.
Pure: the drain verb acts on it, its dialog counts with it.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from engine.api.selectors import parse_label_selector
from engine.control_plane import MIRROR
from engine.kinds import TERMINAL_PHASES, LabelSelector, Pod, PodDisruptionBudget, Ref, Service
from engine.kinds.frozen import frozen
from engine.store.state import State
from k9lite.arguments.flags import number
from k9lite.verb import Args

DAEMON_SET_FATAL = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"
DAEMON_SET_WARNING = "ignoring DaemonSet-managed Pods"
LOCAL_STORAGE_FATAL = "Pods with local storage (use --delete-emptydir-data to override)"
LOCAL_STORAGE_WARNING = "deleting Pods with local storage"
UNMANAGED_FATAL = "Pods that declare no controller (use --force to override)"
UNMANAGED_WARNING = "deleting Pods that declare no controller"
_NAMED = 4
_LOOKED_AT = 200
"""With more pods than these, what becomes of each Service and budget takes too long at a key."""


@frozen(kw_only=True)
class DrainOptions:
    ignore_daemon_sets: bool = False
    delete_empty_dir_data: bool = False
    force: bool = False
    skip_deleted_seconds: int = 0
    selector: LabelSelector = LabelSelector.empty


@frozen(kw_only=True)
class Plan:
    """``pods`` go. Each message stands for its pods, joined as kubectl prints it; any error keeps all pods."""

    pods: tuple[Pod, ...]
    warnings: tuple[str, ...]
    errors: tuple[str, ...]


@frozen
class _Verdict:
    goes: bool = True
    warning: str = ""
    error: str = ""


_FINE = _Verdict()
_LEFT_ALONE = _Verdict(goes=False)


def options_of(args: Args) -> DrainOptions:
    """Raises BadRequest for a pod selector that cannot be read."""
    return DrainOptions(
        ignore_daemon_sets=args.on("ignore-daemonsets"),
        delete_empty_dir_data=args.on("delete-emptydir-data"),
        force=args.on("force"),
        skip_deleted_seconds=number(args, "skip-wait-for-delete-timeout"),
        selector=parse_label_selector(args.flags.get("pod-selector", "")),
    )


def plan(state: State, node: str, options: DrainOptions, now: int) -> Plan:
    """What a drain of ``node`` would do with each of its pods."""
    going: list[Pod] = []
    warnings: dict[str, list[Pod]] = {}
    errors: dict[str, list[Pod]] = {}
    for pod in state.pods_on(node):
        if not options.selector.matches(pod.metadata.labels):
            continue
        verdict = _verdict(state, pod, options, now)
        if verdict.goes:
            going.append(pod)
        if verdict.warning:
            warnings.setdefault(verdict.warning, []).append(pod)
        if verdict.error:
            errors.setdefault(f"cannot delete {verdict.error}", []).append(pod)
    return Plan(pods=tuple(going), warnings=_grouped(warnings), errors=_grouped(errors))


def foreseen(state: State, pods: Sequence[Pod]) -> Iterator[str]:
    """Which pods go, which Services have no other pod, and which budgets let only so many go at a time."""
    if not pods:
        return
    named = ", ".join(f"{pod.metadata.namespace}/{pod.metadata.name}" for pod in pods[:_NAMED])
    yield f"{named} and {len(pods) - _NAMED} more" if len(pods) > _NAMED else named
    for namespace in sorted({pod.metadata.namespace for pod in pods}) if len(pods) <= _LOOKED_AT else ():
        here = [pod for pod in pods if pod.metadata.namespace == namespace]
        for service in state.all(Service, namespace):
            selector = LabelSelector(match_labels=service.spec.selector)
            going = sum(selector.matches(pod.metadata.labels) for pod in here) if service.spec.selector else 0
            if going and sum(1 for _ in islice(state.select("Pod", namespace, selector), going + 1)) == going:
                yield f"▲ service {namespace}/{service.metadata.name} loses its last pod"
        for budget in state.all(PodDisruptionBudget, namespace):
            chosen = budget.spec.selector
            going = 0 if chosen is None else sum(chosen.matches(pod.metadata.labels) for pod in here)
            allowed = budget.status.disruptions_allowed
            if going > allowed:
                yield f"▲ budget {namespace}/{budget.metadata.name} lets {allowed} of {going} go now"


def left_behind(pod: Pod, options: DrainOptions, now: int) -> bool:
    """Deleted so long ago that a drain no longer waits for it."""
    deleted = pod.metadata.deletion_timestamp
    return 0 < options.skip_deleted_seconds < (0 if deleted is None else now - deleted)


def _verdict(state: State, pod: Pod, options: DrainOptions, now: int) -> _Verdict:
    """The first filter that keeps the pod decides; of the others the last warning is told."""
    warning = ""
    for each in (_deleted, _daemon_set, _mirror, _local_storage, _unmanaged):
        verdict = each(state, pod, options, now)
        if not verdict.goes:
            return verdict
        warning = verdict.warning or warning
    return _Verdict(warning=warning)


def _deleted(_state: State, pod: Pod, options: DrainOptions, now: int) -> _Verdict:
    return _LEFT_ALONE if left_behind(pod, options, now) else _FINE


def _daemon_set(state: State, pod: Pod, options: DrainOptions, _now: int) -> _Verdict:
    owner = pod.metadata.controller
    if owner is None or owner.kind != "DaemonSet" or owner.api_version != "apps/v1" or _finished(pod):
        return _FINE
    if state.get(Ref("DaemonSet", pod.metadata.namespace, owner.name)) is None:
        missing = f'daemonsets.apps "{owner.name}" not found'
        return _Verdict(warning=missing) if options.force else _Verdict(goes=False, error=missing)
    if not options.ignore_daemon_sets:
        return _Verdict(goes=False, error=DAEMON_SET_FATAL)
    return _Verdict(goes=False, warning=DAEMON_SET_WARNING)


def _mirror(_state: State, pod: Pod, _options: DrainOptions, _now: int) -> _Verdict:
    return _LEFT_ALONE if MIRROR in pod.metadata.annotations else _FINE


def _local_storage(_state: State, pod: Pod, options: DrainOptions, _now: int) -> _Verdict:
    if _finished(pod) or not any("emptyDir" in volume.extra for volume in pod.spec.volumes):
        return _FINE
    if not options.delete_empty_dir_data:
        return _Verdict(goes=False, error=LOCAL_STORAGE_FATAL)
    return _Verdict(warning=LOCAL_STORAGE_WARNING)


def _unmanaged(_state: State, pod: Pod, options: DrainOptions, _now: int) -> _Verdict:
    if _finished(pod) or pod.metadata.controller is not None:
        return _FINE
    return _Verdict(warning=UNMANAGED_WARNING) if options.force else _Verdict(goes=False, error=UNMANAGED_FATAL)


def _finished(pod: Pod) -> bool:
    return pod.status.phase in TERMINAL_PHASES


def _grouped(groups: dict[str, list[Pod]]) -> tuple[str, ...]:
    return tuple(f"{message}: {', '.join(_names(groups[message]))}" for message in sorted(groups))


def _names(pods: Iterable[Pod]) -> list[str]:
    return [f"{pod.metadata.namespace}/{pod.metadata.name}" for pod in pods]
