"""drain: cordons nodes and takes their pods, one node after the other. Follows kubectl's ``cmd/drain``."""

from collections.abc import Generator, Mapping, Sequence
from itertools import islice

from engine.errors import BadRequest, K9liteError, UsageError
from engine.kinds import Pod, Ref
from engine.store.state import State
from k9lite.arguments.flags import FOREVER_SECONDS, format_duration, number, seconds
from k9lite.arguments.options import CHUNK_SIZE, DRY_RUN, SELECTOR
from k9lite.arguments.selection import naming
from k9lite.draining import DrainOptions, foreseen, options_of, plan
from k9lite.draining.cordoning import mark, nodes_named
from k9lite.draining.evicting import Failures, Manner, delete_all, evict_all
from k9lite.verb import Args, Field, Form, Option, Run, Say, Step, Verb, View
from k9lite.wording import dry_run_suffix, tell

_EVERYTHING = DrainOptions(ignore_daemon_sets=True, delete_empty_dir_data=True, force=True)
_FORESEEN = 6
"""Lines of the dialog: it is read on 24 as well."""


def run(view: View, args: Args) -> Run:
    nodes, missing = nodes_named(view.state, args, "drain")
    if missing:
        return (yield from tell(missing[:1]))
    manner = _manner(args)
    view = yield from mark(view, nodes, args, unschedulable=True)
    pending: dict[str, Failures] = {}
    for node in nodes:
        name = node.metadata.name
        view, failures = yield from _drain(view, name, args, manner)
        if not failures:
            view = yield Say(f"node/{name} drained{dry_run_suffix(args)}")
            continue
        pending[name] = failures
        shown = _joined(failures)
        view = yield Say(
            f'error: unable to drain node "{name}" due to error: {shown}, continuing command...', error=True
        )
    if pending:
        yield Say("There are pending nodes to be drained:", error=True)
        for name in pending:
            yield Say(f" {name}", error=True)
    told = [failure for failures in pending.values() for failure in failures]
    if len(told) == 1 and args.on("disable-eviction"):
        return (yield from tell(told))
    for failure in told:
        # kubectl prints these without "error: ", as it does with every list of errors.
        yield Say(str(failure), error=True)
    return 1 if told else 0


def form(state: State, refs: Sequence[Ref]) -> Form:
    message = f"Drain {naming(refs)}: no new pods, and those that run there go elsewhere."
    for ref in refs:
        message += f"\n  {ref.name}: {_counted(state, ref.name)}"
    going = [pod for ref in refs for pod in plan(state, ref.name, _EVERYTHING, 0).pods]
    message += "".join(f"\n  {line}" for line in islice(foreseen(state, going), _FORESEEN))
    return Form(
        title="Drain",
        dangerous=True,
        message=message,
        fields=(
            Field(name="ignore-daemonsets", label="Leave DaemonSet pods alone", kind="switch", default="true"),
            Field(name="delete-emptydir-data", label="Lose emptyDir data", kind="switch", default="false"),
            Field(name="force", label="Delete pods without a controller", kind="switch", default="false"),
            Field(name="disable-eviction", label="Delete past disruption budgets", kind="switch", default="false"),
            Field(name="grace-period", label="Grace seconds (-1: the pod's)", kind="number", default="-1"),
            Field(name="timeout", label="Give up after (0s: never)", default="0s"),
        ),
    )


def argv(refs: Sequence[Ref], answers: Mapping[str, str]) -> list[str]:
    """Only what differs from kubectl's defaults, so that the line stays short."""
    flags = [f"--{name}" for name in _SWITCHES if answers.get(name) == "true"]
    for name, default in (("grace-period", "-1"), ("timeout", "0s")):
        if answers.get(name, default) not in (default, ""):
            flags.append(f"--{name}={answers[name]}")
    return ["drain", *(ref.name for ref in refs), *flags]


_SWITCHES = ("ignore-daemonsets", "delete-emptydir-data", "force", "disable-eviction")

DRAIN = Verb(
    name="drain",
    summary="Drain a node in preparation for maintenance",
    usage="drain NODE",
    run=run,
    options=(
        CHUNK_SIZE,
        Option(name="ignore-daemonsets", summary="Leave pods of DaemonSets where they are"),
        Option(name="delete-emptydir-data", summary="Go on though pods lose the data of their emptyDir volumes"),
        Option(name="force", summary="Go on though pods declare no controller and will not come back"),
        Option(name="disable-eviction", summary="Delete instead of evicting, past every disruption budget"),
        Option(
            name="grace-period", value="int", default="-1", summary="Seconds each pod gets to end; -1 for its own"
        ),
        Option(
            name="timeout", value="duration", default="0s", summary="How long to wait before giving up; 0 for ever"
        ),
        Option(name="pod-selector", value="string", summary="Only pods with these labels"),
        Option(
            name="skip-wait-for-delete-timeout", value="int", default="0",
            summary="Do not wait for pods that were deleted more than this many seconds ago",
        ),
        SELECTOR, DRY_RUN,
    ),
    kinds=("Node",),
    key="D",
    dangerous=True,
    form=form,
    argv=argv,
)  # fmt: skip


def _drain(view: View, node: str, args: Args, manner: Manner) -> Generator[Step, View, tuple[View, Failures]]:
    planned = plan(view.state, node, manner.options, view.now)
    if planned.errors:
        return view, [K9liteError(error) for error in planned.errors]
    if planned.warnings:
        view = yield Say(f"Warning: {'; '.join(planned.warnings)}", error=True)
    if dry_run_suffix(args):
        for pod in planned.pods:
            view = yield Say(f"evicting pod {pod.metadata.namespace}/{pod.metadata.name} (dry run)")
        return view, []
    take = delete_all if args.on("disable-eviction") else evict_all
    view, failures = yield from take(view, planned.pods, manner)
    if failures:
        view = yield from _tell_pending(view, node, failures, manner.options)
    return view, failures


def _tell_pending(view: View, node: str, failures: Failures, options: DrainOptions) -> Generator[Step, View, View]:
    rest = plan(view.state, node, options, view.now)
    if rest.pods:
        shown = _joined(failures)
        view = yield Say(f'There are pending pods in node "{node}" when an error occurred: {shown}', error=True)
        for pod in rest.pods:
            view = yield Say(f"pod/{pod.metadata.name}", error=True)
    return view


def _manner(args: Args) -> Manner:
    try:
        options = options_of(args)
    except BadRequest:
        raise UsageError("--pod-selector=<pod_selector> must be a valid label selector") from None
    timeout, grace = seconds(args, "timeout"), number(args, "grace-period")
    return Manner(
        options=options,
        grace_seconds=grace if grace >= 0 else None,
        timeout_seconds=-(-timeout.numerator // timeout.denominator) if timeout else FOREVER_SECONDS,
        timeout=format_duration(timeout),
    )


def _joined(failures: Failures) -> str:
    """As Go prints several errors in one."""
    return str(failures[0]) if len(failures) == 1 else f"[{', '.join(map(str, failures))}]"


def _counted(state: State, node: str) -> str:
    """``7 pods, 2 of DaemonSets, 1 with local storage, 1 without a controller``."""
    going = plan(state, node, _EVERYTHING, 0).pods
    daemons = sum(1 for pod in state.pods_on(node) if _owned_by_daemon_set(pod))
    local = sum(1 for pod in going if any("emptyDir" in volume.extra for volume in pod.spec.volumes))
    bare = sum(1 for pod in going if pod.metadata.controller is None)
    parts = [f"{len(going)} pod{'' if len(going) == 1 else 's'} to evict"]
    parts += [f"{count} {what}" for count, what in (
        (local, "with local storage"), (bare, "without a controller"), (daemons, "of DaemonSets stay"),
    ) if count]  # fmt: skip
    return ", ".join(parts)


def _owned_by_daemon_set(pod: Pod) -> bool:
    owner = pod.metadata.controller
    return owner is not None and owner.kind == "DaemonSet"
