"""attach: what a running container prints, and its shell's input. Follows kubectl's ``cmd/attach``."""

from engine.access.attributes import of_object
from engine.access.seen import require
from engine.errors import UsageError
from engine.kinds import TERMINAL_PHASES, ref_of
from k9lite.arguments.flags import seconds
from k9lite.arguments.options import POD_RUNNING_TIMEOUT
from k9lite.containers import container_meant, pod_meant
from k9lite.containers.attaching import Attachment, attached
from k9lite.verb import Args, Option, Run, Say, Verb, View


def run(view: View, args: Args) -> Run:
    if not args.words:
        raise UsageError("at least 1 argument is required for attach")
    if len(args.words) > 2:
        shown = " ".join(args.words)
        raise UsageError(
            f"expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw {len(args.words)}: [{shown}]"
        )
    if seconds(args, "pod-running-timeout") <= 0:
        raise UsageError("--pod-running-timeout must be higher than zero")
    pod = pod_meant(view.state, "/".join(args.words), args.namespace)
    quiet = args.on("quiet")
    if pod.status.phase in TERMINAL_PHASES:
        raise UsageError(f"cannot attach a container in a completed pod; current phase is {pod.status.phase}")
    require(view.state, of_object("create", ref_of(pod), "attach"))
    container, remark = container_meant(pod, args.flags.get("container", ""))
    if remark and not quiet:
        view = yield Say(remark, error=True)
    if args.on("tty") and not container.extra.get("tty") and not quiet:
        view = yield Say(f"error: Unable to use a TTY - container {container.name} did not allocate one", error=True)
    yield from attached(view, pod, Attachment(container=container, stdin=args.on("stdin"), quiet=quiet))
    return 0


ATTACH = Verb(
    name="attach",
    summary="Attach to a running container",
    usage="attach (POD | TYPE/NAME) -c CONTAINER",
    run=run,
    options=(
        Option(name="container", short="c", value="string", summary="This container; the first one without"),
        Option(name="stdin", short="i", summary="Pass standard input to the container"),
        Option(name="tty", short="t", summary="Standard input is a terminal"),
        Option(name="quiet", short="q", summary="Only print what the container prints"),
        POD_RUNNING_TIMEOUT,
    ),
)
