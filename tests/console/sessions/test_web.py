"""The console in a browser: who may reach it, how it ends, and a headless Chromium that operates it."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientTimeout, ClientWebSocketResponse

from engine.store.history import History
from k9lite.cli import main
from k9lite.sessions import log_path, open_session
from tests.console.browser import CHROMIUM, PATIENCE_SECONDS, Browser, Page
from tests.console.sessions.test_cli import NODE, WALL, refused

pytestmark = pytest.mark.timeout(300)
"""A test here starts up to four processes, each of which may have to wait for a core."""
in_chromium = pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = tmp_path / "lab"
    made.mkdir()
    (made / "nodes.yaml").write_text(NODE)
    return made


Started = tuple[subprocess.Popen[str], str]


@pytest.fixture
def site(folder: Path) -> Iterator[Started]:
    """The process, and the address it tells."""
    command = [sys.executable, "-m", "k9lite.cli", "web", str(folder), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.readline()
    try:
        yield process, said.partition(" at ")[2].split()[0]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def asked(story: Callable[[ClientSession], Awaitable[None]]) -> None:
    async def run() -> None:
        async with ClientSession(timeout=ClientTimeout(total=None)) as http:
            await story(http)

    asyncio.run(run())


async def to_the_end(page: ClientWebSocketResponse) -> None:
    """Reads as a browser does."""
    async for _ in page:
        pass


def consoles(folder: Path) -> list[int]:
    """The processes that have this folder's console open."""
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            try:
                words = (each / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue  # it has just ended
            if b"console" in words and os.fsencode(folder) in words:
                found.append(int(each.name))
    return found


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_so():
            await asyncio.sleep(0.05)


async def one_console(folder: Path) -> int:
    """What a console starts is called as it is until it is something else: it is looked for until it is alone."""
    await until(lambda: len(consoles(folder)) == 1)
    return consoles(folder)[0]


def test_a_mistake_is_one_line(capsys: pytest.CaptureFixture[str], folder: Path, site: Started) -> None:
    taken = site[1].split(":")[2].partition("/")[0]
    assert "a port is a number from 1 to 65535" in refused(capsys, "web", "--port", "http")
    assert "a port is a number from 1 to 65535" in refused(capsys, "web", "--port", "70000")
    assert f"port {taken} cannot be had (address already in use)" in refused(
        capsys, "web", str(folder), "--port", taken
    )
    assert "gone is no folder" in refused(capsys, "web", str(folder / "gone"))
    assert "gone.k9log does not exist" in refused(capsys, "web", str(folder / "gone.k9log"))


def test_without_its_extra_it_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("k9lite.web.find_spec", lambda _name: None)
    assert refused(capsys, "web") == "k9lite: k9lite web needs textual-serve: pip install 'k9lite[web]'"


def test_only_who_knows_the_address_is_answered_and_only_from_this_machine(site: Started) -> None:
    process, address = site
    root = address.rpartition("/")[0].rpartition("/")[0]

    async def story(http: ClientSession) -> None:
        async with http.get(address) as page:
            said = await page.text()
            assert page.status == 200 and "textual-terminal" in said
            assert "http:" not in said.replace("http/", "") and "https:" not in said, "nothing comes from elsewhere"
        for path in ("/", "/ws", "/static/js/textual.js", "/guess/ws"):
            async with http.get(root + path) as answer:
                assert answer.status == 404
        async with http.get(f"{address}static/js/textual.js") as script:
            assert script.status == 200

    asked(story)
    listening = Path(f"/proc/{process.pid}/net/tcp").read_text().upper()
    port = f"{int(root.rpartition(':')[2]):04X}"
    assert f"0100007F:{port}" in listening and f"00000000:{port}" not in listening


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_the_end_of_the_server_is_the_end_of_its_console(folder: Path, site: Started, number: int) -> None:
    process, address = site

    async def story(http: ClientSession) -> None:
        async with http.ws_connect(f"{address}ws?width=80&height=24") as page:
            await page.receive_bytes(timeout=PATIENCE_SECONDS)
            await one_console(folder)
            process.send_signal(number)
            await to_the_end(page)
            await until(lambda: not consoles(folder) and process.poll() is not None)

    asked(story)
    assert process.wait() == (0 if number != signal.SIGKILL else -number)


def test_it_ends_with_whoever_started_it(folder: Path) -> None:
    web = [sys.executable, "-m", "k9lite.cli", "web", str(folder), "--port", "0"]
    mother = subprocess.Popen(
        [sys.executable, "-c", f"import subprocess; subprocess.run({web!r})"], stdout=subprocess.PIPE, text=True
    )
    assert mother.stdout is not None
    mother.stdout.readline()
    mother.kill()
    assert mother.stdout.read() == "", "the pipe is closed when nobody is left to write to it"
    mother.wait()
    mother.stdout.close()


def test_a_console_whose_server_is_gone_before_it_has_started_ends(folder: Path) -> None:
    environ = os.environ | {"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver", "K9LITE_PARENT": "1"}
    console = [sys.executable, "-m", "k9lite.cli", "console", "--", str(folder)]
    with subprocess.Popen(console, env=environ, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        try:
            process.wait(PATIENCE_SECONDS)
        finally:
            process.kill()


def test_a_page_that_is_opened_takes_the_console_over(folder: Path, site: Started) -> None:
    _, address = site

    async def story(http: ClientSession) -> None:
        async with http.ws_connect(f"{address}ws") as first:
            await first.receive_bytes(timeout=PATIENCE_SECONDS)
            before = await one_console(folder)
            reading = asyncio.create_task(to_the_end(first))
            async with http.ws_connect(f"{address}ws") as second:
                await second.receive_bytes(timeout=PATIENCE_SECONDS)
                await until(lambda: before not in consoles(folder))
                await reading
                assert await one_console(folder) != before

    asked(story)


def test_a_page_that_is_loaded_again_and_again_has_the_console(folder: Path, site: Started) -> None:
    """The log of the console before is let go of, however its page went away."""
    _, address = site

    async def story(http: ClientSession) -> None:
        for _ in range(5):
            async with http.ws_connect(f"{address}ws") as page:
                await page.receive_bytes(timeout=PATIENCE_SECONDS)
        async with http.ws_connect(f"{address}ws") as page:
            shown = b""
            while b"nodes 1/1" not in shown:
                shown += await page.receive_bytes(timeout=PATIENCE_SECONDS)
            await one_console(folder)

    asked(story)


@in_chromium
def test_no_console_is_begun_before_the_one_of_the_page_that_went_away_is_gone(folder: Path, site: Started) -> None:
    """A page that is loaded again closes its line and comes back at once, while its console is still ending."""
    server, address = site

    def begun() -> list[int]:
        return [pid for pid in consoles(folder) if _parent(pid) == server.pid]

    async def story(http: ClientSession) -> None:
        page = await http.ws_connect(f"{address}ws")
        await page.receive_bytes(timeout=PATIENCE_SECONDS)
        for _ in range(4):
            before = await one_console(folder)
            await page.close()
            coming = asyncio.create_task(http.ws_connect(f"{address}ws"))
            while (there := begun()) in ([], [before]):
                await asyncio.sleep(0.001)
            assert before not in there
            page = await coming
            await page.receive_bytes(timeout=PATIENCE_SECONDS)
        await page.close()

    asked(story)


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def test_the_console_is_operated_in_a_browser(folder: Path, site: Started, tmp_path: Path) -> None:
    _, address = site

    async def story(http: ClientSession, browser: Browser) -> None:
        page: Page = await browser.open(http, address)
        await page.until(lambda text: "k9lite lab" in text and "nodes 1/1" in text)
        await page.type("?")
        await page.until(lambda text: "─ Help ─" in text)
        await page.press("Escape")
        await page.until(lambda text: "─ Help ─" not in text)
        await page.type("1")
        await page.press("ArrowDown")
        await page.type(":cordon n1")
        await page.press("Enter")
        await page.until(lambda text: "SchedulingDisabled" in text)
        await page.type("q")

    with Browser(tmp_path / "profile") as browser:
        asked(lambda http: story(http, browser))
    assert "kubectl cordon n1" in deeds(log_path(folder))


@in_chromium
def test_a_read_only_console_in_a_browser_changes_nothing(folder: Path, tmp_path: Path) -> None:
    open_session(folder, WALL).client.close()
    command = [sys.executable, "-m", "k9lite.cli", "web", str(folder), "--port", "0", "--readonly"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    address = process.stdout.readline().partition(" at ")[2].split()[0]

    async def story(http: ClientSession, browser: Browser) -> None:
        page = await browser.open(http, address)
        await page.until(lambda text: "n1" in text)
        await page.type(":cordon n1")
        await page.press("Enter")
        await page.until(lambda text: "read-only" in text)

    try:
        with Browser(tmp_path / "profile") as browser:
            asked(lambda http: story(http, browser))
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()
    assert not [each for each in deeds(log_path(folder)) if "cordon" in each]


def deeds(path: Path) -> list[str]:
    history = History.open(path)
    try:
        return [history.commit(revision).deed for revision in history.revisions_of_users()]
    finally:
        history.close()


def test_help_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["web", "--help"])
    assert "--public-url" in capsys.readouterr().out
