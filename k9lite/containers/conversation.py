"""``kubectl exec -it ... -- sh`` on a real terminal: line by line, one session, until ``exit`` or end of input.

A client with a prompt of its own (``-- mysql``) is talked to in the same way, statement by statement.

Each line is an exec of its own, so that it is recorded when it is typed; cluster time passes as the clock does. A
terminal gives one line at a time, so that what is waiting there is never in a buffer of ours.
"""

import select
import time
from collections.abc import Callable
from typing import TextIO

from attrs import define, evolve, field

from engine.access.seen import behind
from engine.kinds import Exec
from engine.kubelet.typed_input import Dialogue
from engine.store.state import State
from k9lite.client import Client, Shared
from k9lite.verb import Args
from k9lite.widgets.safe import plain

RunOne = Callable[[Args], int]


def converse(
    client: Client, args: Args, run_one: RunOne, *, stdin: TextIO, out: TextIO, others: Shared | None = None
) -> int:
    """The exit code of the last line. ``run_one`` runs exec with the given Args."""
    session = args.flags.get("session") or f"tty-{client.state.revision}"
    args = evolve(args, flags={**args.flags, "session": session})
    code, directory, typing = 0, "", _Typing(client, stdin, others)
    client.set_speed(1)
    while True:
        print(f"{plain(directory) or '/'} # ", end="", file=out, flush=True)
        line = typing.line()
        if not line:
            print(file=out)
            return code
        if not line.strip():
            continue
        code = run_one(evolve(args, files={"-": line}))
        last = _last(client.state, session)
        if last is None or last.closed:
            return code
        directory = last.cwd
        # From now on it is this pod and this container, whatever a workload's choice would be next time.
        args = evolve(args, words=(last.pod,), flags={**args.flags, "container": last.container})


def discuss(
    client: Client,
    args: Args,
    dialogue: Dialogue,
    run_one: RunOne,
    *,
    stdin: TextIO,
    out: TextIO,
    others: Shared | None = None,
) -> int:
    """The exit code of a client that is talked to until it is told to end."""
    session = args.flags.get("session") or f"tty-{client.state.revision}"
    args = evolve(args, flags={**args.flags, "session": session})
    print(dialogue.greeting, end="", file=out, flush=True)
    statement, typing = "", _Typing(client, stdin, others)
    client.set_speed(1)
    while True:
        print(dialogue.more if statement else dialogue.prompt, end="", file=out, flush=True)
        line = typing.line()
        if not line or (not statement and dialogue.is_end(line)):
            print(dialogue.farewell or ("" if line else "\n"), end="", file=out, flush=True)
            return 0
        statement, is_whole = dialogue.gathered(statement, line)
        if not is_whole:
            continue
        if run_one(evolve(args, files={"-": statement})) == 0:
            args = evolve(args, rest=(*args.rest, *dialogue.choosing(statement)))
        statement = ""


@define
class _Typing:
    """Lines as they are typed; cluster time passes and other processes are served meanwhile."""

    _client: Client
    _stdin: TextIO
    _others: Shared | None
    _seen: float = field(factory=time.monotonic)

    def line(self) -> str:
        while self._others is not None and not select.select([self._stdin], [], [], 0)[0]:
            self._others.rest(1, self._stdin)
            self._pass_time()
        line = self._stdin.readline()
        self._pass_time()
        return line

    def _pass_time(self) -> None:
        now = time.monotonic()
        self._client.advance(now - self._seen)
        self._seen = now


def _last(state: State, session: str) -> Exec | None:
    """The session's newest line; looks at all lines ever typed, which are few."""
    found = None
    for each in behind(state).all(Exec):
        if each.session == session and (found is None or each.metadata.name > found.metadata.name):
            found = each
    return found
