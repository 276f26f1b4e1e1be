"""run: a bare pod of an image, maybe with a Service, maybe attached to. Follows kubectl's ``cmd/run``."""

import re
from collections.abc import Generator, Sequence
from typing import Any

from attrs import evolve

from engine.api.writes import Delete
from engine.errors import ApiError, K9liteError, UsageError
from engine.kinds import KINDS, TERMINAL_PHASES, Pod, Ref
from k9lite.arguments.naming import one_name
from k9lite.arguments.options import POD_RUNNING_TIMEOUT
from k9lite.arguments.sources import variable_mistakes
from k9lite.containers.attaching import Attachment, attached, await_running, printed
from k9lite.output.formats import Printer, output_files, output_of
from k9lite.verb import Args, Interrupted, Option, Run, Say, Step, Submit, Verb, View, Wait
from k9lite.wording import error_text, tell
from k9lite.writing import CREATE_OPTIONS, created, result_lines
from k9lite.writing.overriding import OVERRIDE_OPTIONS, overridden

_IMAGE = re.compile(
    r"(?:[a-zA-Z0-9.-]+(?::\d+)?/|\[[0-9a-fA-F:]+\](?::\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
    r"(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@[A-Za-z][\w.+-]*:[0-9a-fA-F]{32,})?"
)
_RESTART, _PULL = ("Always", "OnFailure", "Never"), ("Always", "IfNotPresent", "Never")


def run(view: View, args: Args) -> Run:
    _check(args)
    name = args.words[0]
    attaches = args.flags.get("attach", args.flags.get("stdin", "")) == "true"
    labels = _labels(args.flags.get("labels", ""))
    pod = overridden(_pod(name, labels or {"run": name}, args), args)
    view, shown = yield from created(view, args, pod)
    made = [(Ref("Pod", args.namespace, str(shown["metadata"]["name"])), shown)]
    failures: list[K9liteError] = []
    if args.on("expose"):
        try:
            view, service = yield from created(view, args, _service(name, labels, labels or {"run": name}, args))
            made.append((Ref("Service", args.namespace, name), service))
        except ApiError as error:
            failures.append(error)
    if attaches and not failures:
        return (yield from _attach(view, args, [ref for ref, _ in made]))
    printer = Printer(output_of(args))
    for _, manifest in made:
        for line in result_lines(args, printer, manifest, "created", ordered=True):
            view = yield Say(line)
    return (yield from tell(failures))


RUN = Verb(
    name="run",
    summary="Run a particular image on the cluster",
    usage='run NAME --image=image [--env="key=value"] [--port=port] [--overrides=inline-json] [--command] -- '
    "[COMMAND] [args...]",
    run=run,
    options=(
        Option(name="image", value="string", summary="The image to run"),
        Option(name="annotations", value="stringArray", repeats=True, summary="Annotation of the pod, key=value"),
        Option(name="attach", summary="Wait for the pod and attach to it; the default with -i"),
        Option(name="command", summary="What follows -- is the command, not its arguments"),
        Option(name="env", value="stringArray", repeats=True, summary="Variable of the container, NAME=value"),
        Option(name="expose", summary="Make a ClusterIP Service for the pod; needs --port"),
        Option(name="image-pull-policy", value="string", summary="Always, IfNotPresent or Never"),
        Option(name="labels", short="l", value="string", summary="Labels of the pod, in the place of run=NAME"),
        Option(name="leave-stdin-open", summary="Leave the input open after the first attach"),
        Option(name="port", value="string", summary="The port the container listens on"),
        Option(name="privileged", summary="Run the container privileged"),
        Option(name="quiet", short="q", summary="No hints"),
        Option(
            name="restart", value="string", default="Always", summary="Always, OnFailure or Never", choices=_RESTART
        ),
        Option(name="rm", summary="Delete the pod when what it is attached to ends"),
        Option(name="stdin", short="i", summary="Keep the container's input open"),
        Option(name="tty", short="t", summary="Give the container a terminal"),
        POD_RUNNING_TIMEOUT,
        *OVERRIDE_OPTIONS,
        *CREATE_OPTIONS,
    ),
    takes_command=True,
    reads=output_files,
)


def _check(args: Args) -> None:
    if "image" not in args.given:
        raise UsageError('required flag(s) "image" not set')
    if not args.words:
        raise UsageError("NAME is required for run")
    one_name(evolve(args, words=args.words[:1]), "run")
    image, port = args.flags["image"], args.flags.get("port", "")
    if not image:
        raise UsageError("--image is required")
    if not _IMAGE.fullmatch(image):
        raise UsageError(f'invalid image name "{image}": invalid reference format')
    if args.on("tty") and not args.on("stdin"):
        raise UsageError("-i/--stdin is required for containers with -t/--tty=true")
    if args.on("expose") and not port:
        raise UsageError("--port must be set when exposing a service")
    if port and not re.fullmatch(r"[+-]?\d+", port):
        raise UsageError("--port must be a number")
    attaches = args.flags.get("attach", args.flags.get("stdin", "")) == "true"
    if args.on("rm") and not attaches:
        raise UsageError("--rm should only be used for attached containers")
    if attaches and args.flags.get("dry-run") in ("client", "server"):
        raise UsageError(
            "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)"
        )
    _one_of(args.flags["restart"], _RESTART, "restart policy")
    if policy := args.flags.get("image-pull-policy", ""):
        _one_of(policy, _PULL, "image pull policy")


def _one_of(value: str, known: Sequence[str], what: str) -> None:
    if value not in known:
        raise UsageError(f"invalid {what}: {value}, valid values are: {', '.join(known)}")


def _labels(text: str) -> dict[str, str]:
    labels = {}
    for spec in text.split(",") if text else ():
        words = spec.split("=")
        if len(words) != 2:
            raise UsageError(f"unexpected label spec: {spec}")
        if not words[0]:
            raise UsageError("unexpected empty label key")
        labels[words[0]] = words[1]
    return dict(sorted(labels.items()))


def _pod(name: str, labels: dict[str, str], args: Args) -> dict[str, Any]:
    command = [*args.words[1:], *args.rest]
    interactive = args.on("stdin")
    port = args.flags.get("port", "")
    container: dict[str, Any] = {
        "name": name,
        "image": args.flags["image"],
        **({"command" if args.on("command") else "args": command} if command else {}),
        **({"ports": [{"containerPort": int(port)}]} if port else {}),
        **({"env": [_variable(each) for each in args.every("env")]} if args.every("env") else {}),
        "resources": {},
        **({"imagePullPolicy": policy} if (policy := args.flags.get("image-pull-policy", "")) else {}),
        **({"securityContext": {"privileged": True}} if args.on("privileged") else {}),
        **({"stdin": True} if interactive else {}),
        **({"stdinOnce": True} if interactive and not args.on("leave-stdin-open") else {}),
        **({"tty": True} if args.on("tty") else {}),
    }
    annotations = dict(_annotation(each) for each in args.every("annotations"))
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels, **({"annotations": annotations} if annotations else {})},
        "spec": {"containers": [container], "restartPolicy": args.flags["restart"], "dnsPolicy": "ClusterFirst"},
        "status": {},
    }


def _variable(text: str) -> dict[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or variable_mistakes(name):
        raise UsageError(f"invalid env: {text}")
    return {"name": name, **({"value": value} if value else {})}


def _annotation(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"invalid annotations format: {text}")
    return key, value


def _service(name: str, own: dict[str, str], selector: dict[str, str], args: Args) -> dict[str, Any]:
    port = int(args.flags["port"])
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, **({"labels": own} if own else {})},
        "spec": {"ports": [{"protocol": "TCP", "port": port, "targetPort": port}], "selector": selector},
        "status": {"loadBalancer": {}},
    }


def _attach(view: View, args: Args, made: Sequence[Ref]) -> Run:
    """To the pod until it or the operator ends; --rm deletes what was made, whatever came of it."""
    code = 0
    try:
        view, pod = yield from await_running(view, made[0], args)
        container = pod.spec.containers[0]
        ends = pod.spec.restart_policy in ("Never", "OnFailure")
        if pod.status.phase in TERMINAL_PHASES:
            view = yield from printed(view, pod, container)
        else:
            how = Attachment(container=container, stdin=args.on("stdin"), quiet=args.on("quiet"), jumps=ends)
            view = yield from attached(view, pod, how)
        if ends and not args.on("leave-stdin-open"):
            code = yield from _exit_code(view, made[0])
    except Interrupted:
        code = _INTERRUPTED
        view = yield Say("")
    except K9liteError as error:
        yield Say(error_text(error), error=True)
        code = 1
    for ref in made if args.on("rm") else ():
        view = yield Submit((Delete(ref=ref),))
        if not args.on("quiet"):
            view = yield Say(f'{KINDS[ref.kind].qualified} "{ref.name}" deleted from {ref.namespace} namespace')
    return code


def _exit_code(view: View, ref: Ref) -> Generator[Step, View, int]:
    """Of the pod's container, once it has run to its end. Raises UsageError where it failed."""
    deadline = view.now + _PATIENCE_SECONDS
    while True:
        pod = view.state.find(Pod, ref.name, ref.namespace)
        if pod is None or pod.status.phase == "Succeeded":
            return 0
        if pod.status.phase == "Failed":
            break
        if view.now >= deadline:
            raise UsageError("timed out waiting for the condition")
        view = yield Wait(1, f"pod {ref.name} to end")
    ended = pod.status.container_statuses[0].state.terminated if pod.status.container_statuses else None
    if ended is None or not ended.exit_code:
        raise UsageError(f"pod {ref.namespace}/{ref.name} failed with unknown exit code")
    yield Say(f"pod {ref.namespace}/{ref.name} terminated ({ended.reason})", error=True)
    return ended.exit_code


_PATIENCE_SECONDS = 60
_INTERRUPTED = 130
