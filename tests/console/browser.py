"""A headless Chromium, driven over its own protocol (CDP): what a terminal in a page shows is read as a person would.

The page's terminal (xterm.js) paints on a canvas; the object behind it is caught as it is made, and asked for its text.
"""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
_CATCH = """
Object.defineProperty(Object.prototype, "terminal", {
  configurable: true,
  set(made) {
    if (made && made.buffer) window.seen = made;
    Object.defineProperty(this, "terminal", {value: made, writable: true, configurable: true});
  },
});
"""
_TEXT = """
(() => {
  if (!window.seen) return "";
  const lines = window.seen.buffer.active;
  return Array.from({length: window.seen.rows}, (_, at) =>
    lines.getLine(lines.viewportY + at)?.translateToString(true) ?? "").join("\\n");
})()
"""
PATIENCE_SECONDS = 60
"""Nothing takes so long that ever comes, on however busy a machine."""
_KEYS = {"Enter": ("\r", 13), "Escape": ("", 27), "ArrowDown": ("", 40), "ArrowUp": ("", 38)}


class Page:
    """One open page; it is closed with its browser."""

    def __init__(self, socket: ClientWebSocketResponse, session: str) -> None:
        self._socket, self._session = socket, session
        self._number = 0

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Asks the browser, and passes over what it says besides the answer."""
        self._number += 1
        asked = {"id": self._number, "method": method, "params": params}
        await self._socket.send_json(asked | ({"sessionId": self._session} if self._session else {}))
        while True:
            said = await self._socket.receive_json(timeout=PATIENCE_SECONDS)
            if said.get("id") == self._number:
                assert "error" not in said, (method, said["error"])
                answer: dict[str, Any] = said["result"]
                return answer

    async def text(self) -> str:
        """What the terminal in the page shows."""
        answer = await self.call("Runtime.evaluate", expression=_TEXT, returnByValue=True)
        return str(answer["result"].get("value", ""))

    async def until(self, is_so: Callable[[str], bool]) -> str:
        """What is shown once it is so. Fails with what is shown instead."""
        ends = monotonic() + PATIENCE_SECONDS
        while not is_so(shown := await self.text()):
            assert monotonic() < ends, f"the page shows\n{shown}"
            await asyncio.sleep(0.1)
        return shown

    async def type(self, text: str) -> None:
        for char in text:
            await self.call("Input.dispatchKeyEvent", type="keyDown", key=char, text=char)
            await self.call("Input.dispatchKeyEvent", type="keyUp", key=char)

    async def press(self, key: str) -> None:
        text, code = _KEYS[key]
        common = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        await self.call("Input.dispatchKeyEvent", type="keyDown", **common, **({"text": text} if text else {}))
        await self.call("Input.dispatchKeyEvent", type="keyUp", **common)


class Browser:
    """``with``-able: one process group of Chromium on a profile of its own."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        flags = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run")
        command = (CHROMIUM, *flags, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank")
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE_SECONDS)

    async def address(self) -> str:
        told = self._profile / "DevToolsActivePort"
        ends = monotonic() + PATIENCE_SECONDS
        while not (told.exists() and len(said := told.read_text().splitlines()) == 2):
            assert monotonic() < ends, "the browser does not start"
            await asyncio.sleep(0.1)
        return f"ws://127.0.0.1:{said[0]}{said[1]}"

    async def open(self, http: ClientSession, url: str) -> Page:
        socket = await http.ws_connect(await self.address(), max_msg_size=0)
        browser = Page(socket, "")
        target = (await browser.call("Target.createTarget", url="about:blank"))["targetId"]
        session = (await browser.call("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        page = Page(socket, session)
        await page.call("Page.enable")
        await page.call("Emulation.setDeviceMetricsOverride", width=1280, height=800, deviceScaleFactor=1, mobile=False)
        await page.call("Page.addScriptToEvaluateOnNewDocument", source=_CATCH)
        await page.call("Page.navigate", url=url)
        await page.call("Page.bringToFront")
        return page
