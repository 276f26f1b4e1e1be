"""The console in a browser: textual-serve runs one console for the page that is open, on loopback alone.

Whoever knows the address may do all the console can, so the address has a secret in it, drawn anew at each start: no
other user of the machine and no other page in the browser can guess it. A log has one writer: a page that is opened
takes over from the one before, whose console ends first. Nothing outlives this process, or it its parent.

textual-serve waits for what a console says, not for its end, and whoever cancels that waiting does not even get so far.
So nothing is cancelled: the line to the page is closed, and the end of a console is that of a pipe it holds open.
"""

import asyncio
import os
import secrets
import shlex
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web
from attrs import define, field
from textual_serve.server import Server

from engine.errors import UsageError
from k9lite.printing import print_line
from k9lite.web.parent import PARENT, once_orphaned

HOST = "127.0.0.1"
_PATIENCE_SECONDS = 2.0
"""How long a request may go on once the server has been told to stop."""
_TAKEOVER_SECONDS = 20.0
"""A console that is only just starting hears that it is to end when it has started."""
_LOOK_SECONDS = 0.01
_HELD = 9
"""The console's end of the pipe: no program opens a file of that number by itself."""


def serve(words: Sequence[str], port: int, public_url: str) -> int:
    """Until ctrl-c; ``words`` open the console. Raises UsageError where the port cannot be had."""
    return asyncio.run(_Site(words, port, public_url).serve())


@define
class _Open:
    """The page that has the console."""

    request: web.Request
    task: asyncio.Task[object]


@define
class _Site:
    """One address; ``_open`` is who has the console, until that is gone."""

    words: Sequence[str]
    port: int
    public_url: str
    _secret: str = field(factory=lambda: secrets.token_urlsafe(16))
    _open: _Open | None = None

    async def serve(self) -> int:
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, over.set)
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=_PATIENCE_SECONDS)
        await runner.setup()
        site = web.TCPSite(runner, HOST, self.port)
        try:
            try:
                await site.start()
            except OSError as error:
                reason = os.strerror(error.errno or 0).lower()
                raise UsageError(f"port {self.port} cannot be had ({reason}): --port N takes another") from None
            address = self.public_url.rstrip("/") or f"http://{HOST}:{runner.addresses[0][1]}"
            once_orphaned(lambda: loop.call_soon_threadsafe(over.set))  # whoever reads the address may end at once
            print_line(f"The console is at {address}/{self._secret}/ (ctrl-c stops it)", sys.stdout)
            sys.stdout.flush()
            await over.wait()
            await self._end_open(_PATIENCE_SECONDS)
        finally:
            await runner.cleanup()
        return 0

    def _app(self) -> web.Application:
        inner = web.Application()
        inner.router.add_get("/", _page)
        inner.router.add_get("/ws", self._talk)
        inner.router.add_static("/static", str(resources.files("textual_serve").joinpath("static")))
        outer = web.Application()
        outer.add_subapp(f"/{self._secret}", inner)
        return outer

    async def _talk(self, request: web.Request) -> web.StreamResponse:
        """Keys and frames between the page and a console of its own."""
        await self._end_open(_TAKEOVER_SECONDS)
        task = asyncio.current_task()
        assert task is not None, "a request is answered by a task"
        mine = self._open = _Open(request, task)
        words = ["env", f"{PARENT}={os.getpid()}", sys.executable, "-m", "k9lite.cli", *self.words]
        try:
            with TemporaryDirectory(prefix="k9lite-web-") as folder, _pipe(Path(folder) / "lives") as (name, lives):
                command = f"exec {_HELD}>{shlex.quote(name)} {shlex.join(words)}"
                answer = await Server(command, host=HOST, port=self.port).handle_websocket(request)
                await _until_ended(lives)
                return answer
        finally:
            if self._open is mine:
                self._open = None

    async def _end_open(self, patience_seconds: float) -> None:
        """Ends the console of the page before, and waits until it has let its log go."""
        while (there := self._open) is not None:
            if there.request.transport is not None:
                there.request.transport.close()
            await asyncio.wait([there.task], timeout=patience_seconds)
            if self._open is there:
                self._open = None


@contextmanager
def _pipe(path: Path) -> Iterator[tuple[str, int]]:
    """Its name, which a console opens to write, and the end that tells whether one still has it open."""
    os.mkfifo(path, 0o600)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        yield str(path), reader
    finally:
        os.close(reader)


async def _until_ended(lives: int) -> None:
    while True:
        try:
            if not os.read(lives, 1):
                return
        except BlockingIOError:
            await asyncio.sleep(_LOOK_SECONDS)


async def _page(_request: web.Request) -> web.Response:
    headers = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Frame-Options": "DENY"}
    return web.Response(text=_PAGE, content_type="text/html", headers=headers)


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>k9lite</title>
<link rel="stylesheet" href="static/css/xterm.css">
<style>
  @font-face { font-family: "Roboto Mono"; src: url("static/fonts/RobotoMono-VariableFont_wght.ttf"); }
  html, body { margin: 0; height: 100%; background: #121212; overflow: hidden; }
  #terminal { height: 100vh; }
  #ended { display: none; position: fixed; inset: 0; z-index: 10; background: #121212; color: #e0e0e0;
           align-items: center; justify-content: center; font: 16px "Roboto Mono", monospace; }
  body.-closed #ended { display: flex; }
  #ended a { color: inherit; padding-left: 1ch; }
</style>
</head>
<body>
<div id="terminal" class="textual-terminal" data-font-size="16"></div>
<div id="ended">The console has ended here. <a href="">Open it again</a></div>
<script>
  document.getElementById("terminal").dataset.sessionWebsocketUrl =
    new URL("ws", location.href).href.replace(/^http/, "ws");
</script>
<script src="static/js/textual.js"></script>
<script>
  addEventListener("load", () => document.querySelector(".xterm-helper-textarea").focus());
</script>
</body>
</html>
"""
"""Everything it loads comes from this server: a cluster may be looked at without a network."""
