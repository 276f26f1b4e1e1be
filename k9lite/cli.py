"""Arguments -> a Client -> the console or one command; the only place that picks a client and knows the clock.

    k9lite [DIR]                     the console on a cluster; the bundled sample without DIR
    k9lite kubectl [--cluster C] ... one command, without a screen
    k9lite replay FILE.k9log         the console on a recording
    k9lite web [DIR|FILE.k9log]      either of them in a browser
    k9lite log verify|info|stats|export|fsck|repair FILE.k9log
    k9lite log compact --keep 1h FILE.k9log
    k9lite generate --nodes N --pods M FILE.k9log
    k9lite config check|show|keys
    k9lite migrate compose.yaml [-o DIR] [--apply [CLUSTER]]

Every mistake is one line on standard error and an exit code that is not 0.
"""

import os
import signal
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from engine.errors import K9liteError, LogLocked
from k9lite import __version__, migrate, web
from k9lite.printing import print_line
from k9lite.starting import started, starting
from k9lite.web.parent import PARENT, once_orphaned
from k9lite.widgets.safe import plain

if TYPE_CHECKING:
    from k9lite.app import ConsoleApp
    from k9lite.clients.door import Door
    from k9lite.preferences import Preferences
    from k9lite.settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    """The console script. Returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        _check_text(words)
        if words[:1] == ["kubectl"]:
            return _kubectl(words[1:])
        args = _parser().parse_args(_with_command(words))
        code: int = args.run(args)
        return code
    except K9liteError as error:
        print_line(f"k9lite: {error}", sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except PermissionError as error:
        text = f"k9lite: {error.filename} cannot be reached ({error.strerror}): check its permissions"
        print_line(text, sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()  # who reads us has gone; nothing more can be said
        return 141


def _check_text(words: Sequence[str]) -> None:
    """Raises K9liteError for bytes that are no text: every line an operator gives is recorded."""
    for number, word in enumerate(words, start=1):
        if any("\ud800" <= letter <= "\udfff" for letter in word):
            raise K9liteError(f"argument {number} is not UTF-8 text: {word!r}")


_COMMANDS = ("console", "replay", "web", "log", "generate", "migrate", "config")
_LOG_TOOLS = {
    "stats": "what takes how many bytes, and when it was busy",
    "export": "print each commit as one line of JSON",
    "fsck": "check every frame, commit and checkpoint",
    "repair": "copy what is whole of a damaged log to NAME.repaired.k9log",
}


def _with_command(words: list[str]) -> list[str]:
    """``k9lite DIR`` is short for ``k9lite console DIR``."""
    shown = any(word in ("-h", "--help", "--version") for word in words[:1])
    return words if shown or (words and words[0] in _COMMANDS) else ["console", *words]


class _Parser(ArgumentParser):
    """Quotes arguments in what it refuses, and may not send them to a terminal as they are."""

    def error(self, message: str) -> NoReturn:
        super().error(plain(message))


def _parser() -> ArgumentParser:
    from k9lite.config import commands as config  # kubectl needs none of it

    parser = _Parser(
        prog="k9lite",
        description="A Kubernetes cluster you can operate, and rewind, in your terminal.",
        epilog="k9lite kubectl ARGS... runs one command without a screen; see k9lite kubectl help.",
    )
    parser.add_argument("--version", action="version", version=f"k9lite {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND")
    console = commands.add_parser("console", help="open the console (the default): k9lite [DIR]")
    console.add_argument("folder", metavar="DIR", nargs="?", type=Path, help="a folder of manifests")
    console.add_argument("--fresh", action="store_true", help="start anew; the old log is kept")
    console.add_argument("--ephemeral", action="store_true", help="keep nothing")
    console.add_argument("--readonly", action="store_true", help="look, change nothing")
    _look(console)
    console.set_defaults(run=_console)
    replay = commands.add_parser("replay", help="play a recorded session in the console")
    replay.add_argument("file", metavar="FILE.k9log", type=Path)
    _look(replay)
    replay.set_defaults(run=_replay)
    web.add_arguments(commands.add_parser("web", help="the console in a browser, on loopback"))
    log = commands.add_parser("log", help="look into a recorded session")
    logs = log.add_subparsers(metavar="COMMAND", required=True)
    verify = logs.add_parser("verify", help="run the recorded inputs again and compare every commit")
    verify.add_argument("file", metavar="FILE.k9log", type=Path)
    verify.set_defaults(run=_verify)
    info = logs.add_parser("info", help="whose session it is, how long and how large")
    info.add_argument("file", metavar="FILE.k9log", type=Path)
    info.set_defaults(run=_info)
    for name, says in _LOG_TOOLS.items():
        tool = logs.add_parser(name, help=says)
        tool.add_argument("file", metavar="FILE.k9log", type=Path)
        tool.set_defaults(run=_log_tool, tool=name)
    compact = logs.add_parser("compact", help="forget the beginning, for ever; only ever when asked")
    compact.add_argument("--keep", metavar="DURATION", required=True, help="how much to keep at least: 1h, 90m")
    compact.add_argument("file", metavar="FILE.k9log", type=Path)
    compact.set_defaults(run=_compact)
    generate = commands.add_parser("generate", help="make a believable cluster of any size in a new log")
    generate.add_argument("--nodes", metavar="N", required=True)
    generate.add_argument("--pods", metavar="M", required=True)
    generate.add_argument("--seed", metavar="TEXT", default="k9lite", help="another seed, another cluster")
    generate.add_argument("file", metavar="FILE.k9log", type=Path)
    generate.set_defaults(run=_generate)
    config.add_arguments(commands.add_parser("config", help="check config.yaml, or show what is in force"))
    migrate.add_arguments(commands.add_parser("migrate", help="turn a Docker Compose file into manifests"))
    return parser


def _look(parser: ArgumentParser) -> None:
    parser.add_argument("--theme", metavar="NAME", help="its colours: dark, light, high-contrast, ...")
    parser.add_argument("--ascii", action="store_const", const=True, help="no letter or line beyond ASCII")
    parser.add_argument("--linear", action="store_const", const=True, help="one thing after the other, in words")


def _settings(args: Namespace, liked: "Preferences") -> "Settings":
    """What was asked of the console here, in the environment and in its files. Raises K9liteError."""
    from k9lite.config.commands import settings_of
    from k9lite.settings import Asked
    from k9lite.themes import known

    flags = Asked(
        source="the command line", theme=args.theme and known(args.theme), ascii=args.ascii, linear=args.linear
    )
    return settings_of(flags, liked)


def _console(args: Namespace) -> int:
    _check_terminal()
    with starting() as later:
        from k9lite.app import ConsoleApp  # Textual is slow to import, and only the console needs it
        from k9lite.kubeconfig import Kubeconfig
        from k9lite.preferences import Preferences, config_folder
        from k9lite.sessions import log_path, open_console, sample_folder
        from k9lite.settings import wants_tour

        liked = Preferences(config_folder())
        settings = _settings(args, liked)
        folder = args.folder or sample_folder()
        kubeconfig = Kubeconfig(None if args.ephemeral else log_path(folder).with_suffix(".kubeconfig"))
        how = {"fresh": args.fresh, "ephemeral": args.ephemeral, "read_only": args.readonly}
        open_it = partial(open_console, folder, int(time.time()), **how)
        try:
            session = open_it()
        except LogLocked:
            from k9lite.sessions.sharing import given_way

            session = given_way(log_path(folder), open_it)
        client = session.client
        writer = session.writer

        def door() -> "Door":
            from k9lite.clients.door import Door

            assert writer is not None, "only who has a log opens a door to it"
            return Door.open(writer, log_path(folder))

        tour = not (args.folder or args.readonly or _in_a_browser()) and wants_tour(liked, os.environ)
        try:
            app = ConsoleApp(
                client,
                notices=session.notices,
                kubeconfig=kubeconfig,
                preferences=liked,
                settings=settings,
                door=None if writer is None else door,
                tour=tour,
                later=later,
            )
            return _run(app, mouse=settings.mouse)
        finally:
            client.close()


def _replay(args: Namespace) -> int:
    with starting() as later:
        from engine.store.history import History
        from k9lite.app import ConsoleApp
        from k9lite.clients.recorded import RecordedClient
        from k9lite.preferences import Preferences, config_folder

        liked = Preferences(config_folder())
        settings = _settings(args, liked)
        client = RecordedClient(History.open(args.file))
        try:
            _check_terminal()
            return _run(ConsoleApp(client, preferences=liked, settings=settings, later=later), mouse=settings.mouse)
        finally:
            client.close()


def _check_terminal() -> None:
    """The console reads keys from standard input and paints on standard error, as Textual does."""
    if _in_a_browser():
        return
    for stream, name in ((sys.stdin, "input"), (sys.stderr, "error")):
        if not stream.isatty():
            raise K9liteError(
                f"the console needs a terminal, and standard {name} is none: start it in one, or use k9lite kubectl"
            )
    if os.environ.get("TERM") == "dumb":
        raise K9liteError("the console cannot paint on a dumb terminal: set TERM to yours, or use k9lite kubectl")


def _run(app: "ConsoleApp", *, mouse: bool) -> int:
    """To the end of the console; a SIGTERM ends it as the quit key does, with the terminal given back.

    So does a SIGHUP, which a terminal sends when its window is closed.
    Raises NotOpened where the session that it showed cannot be gone on with.
    """

    def end(number: int, _frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a console whose terminal is gone may need a second one
        app.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    if _in_a_browser():
        once_orphaned(lambda: os.kill(os.getpid(), signal.SIGTERM), int(os.environ.get(PARENT, "0")))
    code = app.run(mouse=mouse) or 0
    if app.refusal is not None:
        raise app.refusal
    return code


def _in_a_browser() -> bool:
    """Whether ``k9lite web`` started this console: then it is driven through pipes."""
    return "web_driver" in os.environ.get("TEXTUAL_DRIVER", "")


def _kubectl(words: list[str]) -> int:
    with starting():
        from k9lite.drive import run_command
        from k9lite.kubeconfig import Kubeconfig
        from k9lite.sessions import log_path, sample_folder
        from k9lite.sessions.sharing import open_headless

        given, words = _cluster_flag(words)
        source = given or sample_folder()
        session = open_headless(source, int(time.time()), writes=_may_write(words))
        kubeconfig = Kubeconfig((log_path(source) if source.is_dir() else source).with_suffix(".kubeconfig"))
        started()
    try:
        for notice in session.notices:
            print_line(f"k9lite: {notice}", sys.stderr)
        return run_command(session.client, words, kubeconfig=kubeconfig)
    finally:
        session.client.close()


def _may_write(words: Sequence[str]) -> bool:
    """Whether the command needs the cluster itself; what cannot be parsed needs nothing but its error."""
    from k9lite.kubectl import parse

    try:
        return parse(words)[0].writes
    except K9liteError:
        return False


def _cluster_flag(words: list[str]) -> tuple[Path | None, list[str]]:
    """Takes ``--cluster X`` or ``--cluster=X`` from before the command's own ``--``; ``set-context`` has its own."""
    for at, word in enumerate(words):
        if word in ("--", "set-context"):
            break
        if word.startswith("--cluster="):
            return Path(word.partition("=")[2]), words[:at] + words[at + 1 :]
        if word == "--cluster":
            if at + 1 == len(words):
                raise K9liteError("--cluster needs a folder of manifests or a FILE.k9log")
            return Path(words[at + 1]), words[:at] + words[at + 2 :]
    return None, words


def _verify(args: Namespace) -> int:
    from engine.store.history import History
    from engine.verify import verify

    history = History.open(args.file)
    difference = verify(history)
    if difference is None:
        first = history.first_revision
        since = f" from revision {first} on, where this compacted log begins" if first else ""
        print(f"{history.last_revision - first} commits identical{since}")
        return 0
    print_line(f"{args.file}: revision {difference.revision} differs: {difference.text}", sys.stderr)
    return 1


def _info(args: Namespace) -> int:
    from engine.store.history import History
    from engine.store.reader import LogReader
    from k9lite.log_info import info_lines

    with LogReader.open(args.file) as reader:
        size_bytes = reader.size_bytes
    for line in info_lines(History.open(args.file), size_bytes):
        print_line(line, sys.stdout)
    return 0


def _log_tool(args: Namespace) -> int:
    from k9lite.log_tools import TOOLS

    for line in TOOLS[args.tool](args.file):
        print_line(line, sys.stdout)
    return 0


def _compact(args: Namespace) -> int:
    from k9lite.log_tools.compact import compact

    for line in compact(args.file, args.keep):
        print_line(line, sys.stdout)
    return 0


def _generate(args: Namespace) -> int:
    from k9lite.sessions.generating import generate, size

    nodes, pods = size(args.nodes, "--nodes"), size(args.pods, "--pods")
    shown = sys.stderr.isatty()

    def tell(running: int) -> None:
        if shown:
            print(f"\r{running:,} of {pods:,} pods run", end="", file=sys.stderr, flush=True)

    try:
        made = generate(args.file, nodes, pods, args.seed, tell)
    finally:
        if shown:
            print("\r\033[K", end="", file=sys.stderr)
    print_line(f"{args.file}: {made}", sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
