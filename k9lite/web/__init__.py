"""``k9lite web``: what is asked of it is checked here, before there is any page; site.py serves it."""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from engine.errors import UsageError

PORT, HIGHEST_PORT = 8000, 65535


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("source", metavar="DIR|FILE.k9log", nargs="?", type=Path, help="a folder, or a recording")
    parser.add_argument("--port", metavar="N", default=str(PORT), help=f"{PORT} by default; 0 is any that is free")
    parser.add_argument("--readonly", action="store_true", help="look, change nothing")
    parser.add_argument("--public-url", metavar="URL", default="", help="where browsers find it behind a proxy")
    parser.set_defaults(run=_web)


def _web(args: Namespace) -> int:
    """Until ctrl-c. Raises K9liteError for what cannot be served, before any page is."""
    port = _port(args.port)
    if find_spec("textual_serve") is None:
        raise UsageError("k9lite web needs textual-serve: pip install 'k9lite[web]'")
    words = _console(args.source, read_only=args.readonly)

    from k9lite.web.site import serve  # only here: what it imports would slow down every other command

    return serve(words, port, args.public_url)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= HIGHEST_PORT):
        raise UsageError(f"--port {text}: a port is a number from 1 to {HIGHEST_PORT}, or 0 for any that is free")
    return int(text)


def _console(source: Path | None, *, read_only: bool) -> Sequence[str]:
    """The words that open the console on ``source``. What cannot be opened is said here, not to a blank page."""
    from engine.store.history import History
    from k9lite.sessions import open_session, sample_folder

    if source is not None and not source.is_dir() and source.suffix == ".k9log":
        History.open(source).close()
        return "replay", str(source)
    folder = source or sample_folder()
    open_session(folder, int(time.time()), read_only=read_only).client.close()
    return "console", *(["--readonly"] if read_only else []), "--", str(folder)
