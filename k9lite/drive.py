"""Runs a verb without a screen: its lines go to streams, its writes to a Client, and waiting lets time pass.

Cluster time jumps: a drain of minutes takes as long as the cluster takes to compute it. What has no end (``logs -f``)
is followed at the pace of the clock; so is, from some time on, a wait that nothing comes of, so that it can be watched
and interrupted; and so is everything while another process leads, whose time it is. What few lines need (a shell's
conversation, an editor, listeners) is imported when one does: most of a command's time is that of its imports.
"""

import sys
import time
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, TextIO

from attrs import define, evolve

from engine.errors import K9liteError, LogError, UsageError
from k9lite.arguments.identity import identity_given, namespace_given
from k9lite.client import Client, Shared, shared
from k9lite.clients.impersonating import acting_as
from k9lite.files.local import save
from k9lite.files.reading import read_files, read_named, warned
from k9lite.kubeconfig import Kubeconfig, namespace_of
from k9lite.kubectl import deed_of, parse
from k9lite.printing import print_line
from k9lite.verb import Args, Configure, Edit, Interrupted, Listen, Save, Say, Step, Submit, Talk, Verb, Wait
from k9lite.viewing import view_of
from k9lite.wording import error_text

if TYPE_CHECKING:
    from k9lite.forwarding import Forwarding

INTERRUPTED = 130
_PATIENCE_SECONDS = 900
"""Longer than the ten minutes a Deployment has to get on, so that its deadline is seen to pass."""
_TRIES = 500
_POLL_SECONDS = 0.1
_REST_SECONDS = 0.2
_STANDSTILL_SECONDS = 5


def run_command(
    client: Client,
    argv: Sequence[str],
    *,
    namespace: str = "",
    kubeconfig: Kubeconfig | None = None,
    out: TextIO | None = None,
    err: TextIO | None = None,
    stdin: TextIO | None = None,
) -> int:
    """One kubectl line (``argv`` without "kubectl") from words to exit code; refusals are printed, not raised."""
    out, err, stdin = out or sys.stdout, err or sys.stderr, stdin or sys.stdin
    try:
        kubeconfig = kubeconfig or Kubeconfig()
        config = kubeconfig.load(client.name, client.state)
        verb, args = parse(argv, namespace or namespace_of(config))
        args = evolve(args, config=config)
        others = shared(client)
        args = evolve(args, namespace=args.flags.get("namespace") or namespace_given(verb, args) or args.namespace)
        client = acting_as(client, identity_given(verb, args, client.state, client.now))
        deed = deed_of(argv)
        run = partial(drive, client, deed=deed, out=out, err=err, others=others)
        if verb.name == "exec" and args.on("stdin") and stdin.isatty():
            from engine.kubelet.typed_input import dialogue_of
            from k9lite.containers.conversation import converse, discuss
            from k9lite.verbs.exec import is_shell

            if is_shell(args):
                return converse(client, args, partial(run, verb), stdin=stdin, out=out, others=others)
            if (dialogue := dialogue_of(args.rest)) is not None:
                return discuss(client, args, dialogue, partial(run, verb), stdin=stdin, out=out, others=others)
        args = evolve(args, files=read_files(verb, args, stdin), read=read_named(verb, args))
        return run(warned(verb, args), args, stdin=stdin, kubeconfig=kubeconfig)
    except LogError:
        raise
    except K9liteError as error:
        print_line(error_text(error), err)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def drive(
    client: Client,
    verb: Verb,
    args: Args,
    *,
    deed: str,
    out: TextIO,
    err: TextIO,
    stdin: TextIO | None = None,
    kubeconfig: Kubeconfig | None = None,
    others: Shared | None = None,
) -> int:
    """Runs the verb to its end. Raises what it raises; an interrupt ends it, unless it has something to tidy up.

    ``others`` is the client behind it.
    """
    typed, kubeconfig = args.files.get("-", ""), kubeconfig or Kubeconfig()
    terminal = _Terminal(client, _Pace(client, err, others), deed, out, err, typed, stdin, kubeconfig, others)
    with closing(terminal), closing(verb.run(view_of(client), args)) as run:
        try:
            step = next(run)
            while True:
                try:
                    text = terminal.take(step)
                except K9liteError as error:
                    step = run.throw(error)
                    continue
                except KeyboardInterrupt:
                    if terminal.is_forwarding:
                        return 0  # kubectl ends so, too: that is how a port-forward is stopped
                    step = run.throw(Interrupted())
                    continue
                step = run.send(view_of(client, text))
        except StopIteration as stop:
            return int(stop.value)
        except Interrupted:
            raise KeyboardInterrupt from None
        except _RecordingEnded:
            print_line("error: the recording ends here", err)
            return 1


class _RecordingEnded(Exception):
    """Time cannot pass any more."""


@define
class _Terminal:
    """Takes the steps of one run."""

    _client: Client
    _pace: "_Pace"
    _deed: str
    _out: TextIO
    _err: TextIO
    _typed: str
    _stdin: TextIO | None
    _kubeconfig: Kubeconfig
    _others: Shared | None = None
    _forwarding: "Forwarding | None" = None

    @property
    def is_forwarding(self) -> bool:
        return self._forwarding is not None

    def close(self) -> None:
        if self._forwarding is not None:
            self._forwarding.close()

    def take(self, step: Step) -> str:
        """What an editor left, "" for all else. Raises K9liteError, which the verb is to hear of."""
        match step:
            case Say():
                print_line(step.text, self._err if step.error else self._out, end="" if step.open else "\n")
            case Submit():
                self._client.submit(step.writes, self._deed)
            case Edit():
                from k9lite.files.editor import edited

                return edited(step.text, step.suffix, None if self._others is None else self._pace.rest)
            case Save():
                save(step.path, step.content, append=step.append)
            case Listen():
                from k9lite.forwarding import Forwarding

                self._forwarding = Forwarding(self._client, step, self._tell, self._deed)
                self._forwarding.open()
                return self._forwarding.ports
            case Wait() if self._forwarding is not None:
                self._serve(self._forwarding, step.seconds)
            case Wait():
                if not self._pace.wait(step):
                    raise _RecordingEnded
            case Talk():
                self._talk(step)
            case Configure():
                self._kubeconfig.save(step.config)
        return ""

    def _tell(self, text: str, is_error: bool) -> None:
        print_line(text, self._err if is_error else self._out)

    def _serve(self, forwarding: "Forwarding", seconds: int) -> None:
        """Answers who connects, while time passes by the clock. Raises UsageError when the pod is lost."""
        seen = time.monotonic()
        until = seen + seconds
        while (now := time.monotonic()) < until:
            self._client.advance(now - seen)
            seen = now
            forwarding.poll(min(_POLL_SECONDS, until - now))
            if self._others is not None:
                self._others.rest(0)
            if forwarding.lost:
                raise UsageError(forwarding.lost)

    def _talk(self, step: Talk) -> None:
        """On a terminal line by line, otherwise what came through a pipe; then the shell's input is at its end."""
        from engine.kubelet.typed_input import dialogue_of
        from k9lite.containers.attaching import is_attached
        from k9lite.containers.conversation import converse, discuss
        from k9lite.verbs.exec import EXEC

        flags = {"container": step.container, "session": step.session, "stdin": "true"}
        args = Args(words=(step.pod.name,), flags=flags, namespace=step.pod.namespace, rest=("sh",))
        client = evolve(args, rest=step.argv)
        others = self._others
        run_one = partial(drive, self._client, EXEC, deed=self._deed, out=self._out, err=self._err, others=others)
        dialogue = dialogue_of(step.argv)
        on_terminal = self._stdin is not None and self._stdin.isatty()
        if dialogue is not None and on_terminal and self._stdin is not None:
            discuss(self._client, client, dialogue, run_one, stdin=self._stdin, out=self._out, others=others)
        elif self._stdin is not None and on_terminal:
            converse(self._client, args, run_one, stdin=self._stdin, out=self._out, others=others)
        else:
            run_one(evolve(args if dialogue is None else client, files={"-": self._typed}))
        if is_attached(self._client.state, step):
            run_one(evolve(args, files={"-": "exit"}))


@define
class _Pace:
    """How fast waiting passes: at once, but by the clock where something is followed or long waited for in vain."""

    _client: Client
    _err: TextIO
    _others: Shared | None
    _what: str = ""
    _in_vain_seconds: int = 0
    _told: bool = False
    _stood_seconds: float = 0.0

    def wait(self, step: Wait) -> bool:
        """Until the State changes or the step's seconds have passed; False if time cannot pass."""
        if step.what != self._what:
            self._what, self._in_vain_seconds, self._told = step.what, 0, False
        client, others = self._client, self._others
        revision, start = client.state.revision, client.now
        if others is None or not step.following:
            # Setting the speed also drops what another pace had left over.
            client.set_speed(1)
        client.advance(0)
        while client.state.revision == revision and client.now < start + step.seconds:
            in_vain = not step.following and self._in_vain_seconds >= _PATIENCE_SECONDS
            if in_vain:
                self._lose_patience()
            if others is not None and (step.following or in_vain or not others.leads):
                self.rest()
                continue
            if step.following or in_vain:
                time.sleep(1)
            if not self._pass_second(revision):
                return False
        return True

    def rest(self) -> None:
        """A bit of the clock, for other processes."""
        others, client = self._others, self._client
        assert others is not None, "who is alone needs no rest"
        began, moment = time.monotonic(), (client.state.revision, client.now)
        others.rest(_REST_SECONDS)
        client.advance(time.monotonic() - began)
        if others.leads or moment != (client.state.revision, client.now):
            self._stood_seconds = 0.0
            return
        self._stood_seconds += time.monotonic() - began
        if self._stood_seconds >= _STANDSTILL_SECONDS and not self._told:
            self._told = True
            print_line("still waiting: cluster time stands still in the process that has the cluster open", self._err)

    def _pass_second(self, revision: int) -> bool:
        """Or less, where the State changes before."""
        client, before = self._client, self._client.now
        client.advance(1)
        tries = 0
        while client.state.revision == revision and client.now == before:
            # A cluster that is only busy gets on in the next slice; a recording at its end never does.
            tries += 1
            if tries > _TRIES:
                return False
            client.advance(0)
        self._in_vain_seconds += client.now - before
        return True

    def _lose_patience(self) -> None:
        """Once for each thing that is waited for."""
        if not self._told:
            self._told = True
            text = f"{_PATIENCE_SECONDS // 60} minutes of cluster time brought nothing"
            print_line(f"still waiting: {self._what}; {text}, from here on it runs by the clock", self._err)
