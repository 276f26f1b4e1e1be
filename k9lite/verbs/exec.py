"""exec: runs a command in a container; what it prints and its exit code come back. Follows kubectl's ``cmd/exec``.

The words after ``--`` become one line for a shell of the container. A shell itself (``-i ... -- sh``) reads its
lines from standard input, one after the other in one session.
"""

import shlex
from collections.abc import Generator, Mapping, Sequence

from engine.access.attributes import of_object
from engine.access.seen import require
from engine.api.writes import RunLine
from engine.errors import UsageError
from engine.kinds import TERMINAL_PHASES, Exec, Pod, Ref, ref_of
from k9lite.arguments.options import POD_RUNNING_TIMEOUT
from k9lite.arguments.selection import slashed_names
from k9lite.containers import container_meant, pod_meant
from k9lite.verb import Args, Option, Run, Say, Step, Submit, Verb, View

SHELLS = ("sh", "bash", "ash", "/bin/sh", "/bin/bash", "/bin/ash")


def run(view: View, args: Args) -> Run:
    _check(args)
    pod = pod_meant(view.state, args.words[0], args.namespace)
    if pod.status.phase in TERMINAL_PHASES:
        raise UsageError(f"cannot exec into a container in a completed pod; current phase is {pod.status.phase}")
    container, remark = container_meant(pod, args.flags.get("container", ""))
    if remark and not args.on("quiet"):
        view = yield Say(remark, error=True)
    require(view.state, of_object("create", ref_of(pod), "exec"))
    from engine.kubelet.exec import cannot_start  # it brings all that runs in containers; the key comes without

    if not args.flags.get("session") and (
        reason := cannot_start(view.server, ref_of(pod), container.name, args.rest[0], view.now)
    ):
        raise UsageError(f"Internal error occurred: {reason}")
    # A driver that talks line by line names the session itself.
    session = args.flags.get("session") or f"kubectl-{view.state.revision}"
    code = 0
    for line in _lines(args):
        done = yield from _run_line(view, pod, container.name, session, line)
        code = done.exit_code
        if done.closed:
            break
    if code and not args.flags.get("session"):
        yield Say(f"command terminated with exit code {code}", error=True)
    return code


def argv(refs: Sequence[Ref], _answers: Mapping[str, str]) -> list[str]:
    return ["exec", *slashed_names(refs[:1]), "-it", "--", "sh"]


EXEC = Verb(
    name="exec",
    summary="Run a command in a container",
    usage="exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
    run=run,
    options=(
        POD_RUNNING_TIMEOUT,
        Option(name="container", short="c", value="string", summary="This container; the first one without"),
        Option(name="stdin", short="i", summary="Pass standard input to the command"),
        Option(name="tty", short="t", summary="Standard input is a terminal"),
        Option(name="quiet", short="q", summary="Only print what the command prints"),
    ),
    kinds=("Pod",),
    key="s",
    argv=argv,
    takes_command=True,
)


def is_shell(args: Args) -> bool:
    """A shell without arguments: it reads what it runs."""
    return len(args.rest) == 1 and args.rest[0] in SHELLS


def _check(args: Args) -> None:
    if not args.words:
        raise UsageError("pod, type/name or --filename must be specified")
    if len(args.words) > 1:
        raise UsageError(
            "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\n"
            "See 'kubectl exec -h' for help and examples"
        )
    if not args.rest:
        raise UsageError("you must specify at least one command for the container")


def _lines(args: Args) -> list[str]:
    """A shell's own input, or the command as one line; another command gets the input through a pipe."""
    typed = args.files.get("-", "")
    if is_shell(args):
        return typed.splitlines()
    line = shlex.join(args.rest)
    return [f"printf '%s' {shlex.quote(typed)} | {line}" if typed else line]


def _run_line(view: View, pod: Pod, container: str, session: str, line: str) -> Generator[Step, View, Exec]:
    view = yield Submit((RunLine(ref=ref_of(pod), container=container, session=session, line=line),))
    *_, done = view.server.execs_of(pod.metadata.uid)
    for text, is_error in ((done.stdout, False), (done.stderr, True)):
        for each in text.removesuffix("\n").split("\n") if text else ():
            view = yield Say(each, error=is_error)
    return done
