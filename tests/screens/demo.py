"""The README's demo: a story of the sample cluster, frame by frame, as one SVG that plays by itself.

``python -m tests.screens.demo`` draws it anew; the same code draws the same demo. Texts of one look in a line stand
together, so that a frame takes a few kilobytes.
"""

import html
import re
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from attrs import frozen
from textual.pilot import Pilot

from k9lite.clients.embedded import EmbeddedClient
from tests.console.showing import pass_time, show, type_line
from tests.scenarios.sample import ROOT, sample_client

DEMO = ROOT / ".pictures" / "demo.svg"
SIZE = (100, 28)
_CELL, _LINE = 8.4, 17.0
_BACKGROUND = "#121212"
_CAPTION_LINES = 2


@frozen
class Frame:
    """``seconds`` is how long it stands; ``svg`` what the console shows, as Textual draws it."""

    caption: str
    seconds: float
    svg: str


def frames() -> list[Frame]:
    """The story: find what is quietly wrong, mend it, watch a drain on the map, look at what was done."""
    client = sample_client()
    drawn: list[Frame] = []

    async def story(pilot: Pilot[int]) -> None:
        async def shot(caption: str, seconds: float = 3.0) -> None:
            await pilot.pause()
            drawn.append(Frame(caption, seconds, pilot.app.export_screenshot()))

        await shot("A whole cluster in one process: pods, services, controllers, kubelets.")
        await pilot.press("4", "j", "j", "j", "j")
        await shot("4: the services. One of them is red; the line below says why.")
        await pilot.press("W")
        await shot("W asks why: the selector has a slip of a letter.", 3.5)
        await pilot.press("escape")
        await type_line(pilot, "set selector service cart app=cart -n shop")
        await pass_time(pilot, client, 3)
        await shot("Any kubectl command after a colon mends it.")
        await _drain(pilot, client, shot)
        await pilot.press("escape", "H")
        await shot("H: the ledger of deeds. The session is one file, and can be replayed.", 4.0)

    show(client, story, SIZE)
    return drawn


async def _drain(pilot: Pilot[int], client: EmbeddedClient, shot: Callable[..., Awaitable[None]]) -> None:
    await pilot.press("1", "j", "m")
    await shot("m: the map. Nodes are boxes, pods are cells.")
    await pilot.press("D")
    await shot("D drains the selected node, after a dialog that names it.", 2.0)
    await pilot.press("ctrl+s")
    await shot("Its pods end (T) ...", 1.0)
    for _ in range(4):
        await pass_time(pilot, client, 1)
        await shot("... and others start elsewhere: seen, not read.", 0.9)
    await pass_time(pilot, client, 20)
    await shot("The node is empty but for what belongs to every node.", 2.5)


_TEXT = re.compile(
    r'<text class="terminal-\d+-(r\d+)" x="([\d.]+)"[^>]*clip-path="url\(#terminal-\d+-line-(\d+)\)">([^<]*)</text>'
)
_RECT = re.compile(r'<rect fill="(#[0-9a-fA-F]+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="[\d.]+"')
_LOOK = re.compile(r"\.terminal-\d+-(r\d+) \{ ([^}]*) \}")
_TEXTUAL_CELL, _TEXTUAL_LINE = 12.2, 24.4


def _body(svg: str) -> str:
    """One frame, its looks written out, in cells of this picture's size."""
    looks = dict(_LOOK.findall(svg))
    parts = []
    for colour, x, y, width in _RECT.findall(svg):
        columns = round(float(width) / _TEXTUAL_CELL)
        if columns and colour.lower() not in (_BACKGROUND, "#292929", "#1e1e1e"):
            at = (round(float(x) / _TEXTUAL_CELL) * _CELL, round((float(y) - 1.5) / _TEXTUAL_LINE) * _LINE)
            way = f"M{at[0]:.1f} {at[1]:.1f}h{columns * _CELL:.1f}v{_LINE}H{at[0]:.1f}z"
            parts.append(f'<path fill="{colour}" d="{way}"/>')
    for look, x, line, text in _TEXT.findall(svg):
        shown = html.unescape(text).replace("\xa0", " ")
        if not shown.strip():
            continue
        ahead = len(shown) - len(shown.lstrip())
        left = (round(float(x) / _TEXTUAL_CELL) + ahead) * _CELL
        stripped = shown.strip()
        style = re.sub(r"fill: (#\w+);?", r"fill:\1;", looks[look]).replace(" ", "")
        parts.append(
            f'<text x="{left:.1f}" y="{int(line) * _LINE + 13:.0f}" textLength="{len(stripped) * _CELL:.1f}" '
            f'style="{style}">{html.escape(stripped)}</text>'
        )
    return "".join(parts)


def film(shots: Sequence[Frame]) -> str:
    """All frames in one picture, one seen at a time."""
    whole = sum(shot.seconds for shot in shots)
    width, height = SIZE[0] * _CELL + 20, (SIZE[1] + _CAPTION_LINES) * _LINE + 20
    css, groups, begun = [], [], 0.0
    for number, shot in enumerate(shots):
        start, end = begun / whole * 100, (begun + shot.seconds) / whole * 100
        begun += shot.seconds
        before = f"0%,{start:.2f}%{{visibility:hidden}}" if number else ""
        css.append(
            f"@keyframes f{number}{{{before}{start:.2f}%{{visibility:visible}}"
            f"{end - 0.01:.2f}%{{visibility:visible}}{end:.2f}%,100%{{visibility:hidden}}}}"
            f"#f{number}{{visibility:hidden;animation:f{number} {whole:.1f}s step-end infinite}}"
        )
        caption = (
            f'<text x="0" y="{(SIZE[1] + 1) * _LINE + 8:.0f}" style="fill:#ffd866;font-weight:bold">'
            f"{html.escape(shot.caption)}</text>"
        )
        groups.append(f'<g id="f{number}">{_body(shot.svg)}{caption}</g>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}">'
        f"<style>text{{font:14px ui-monospace,Menlo,Consolas,monospace;white-space:pre}}{''.join(css)}</style>"
        f'<rect width="100%" height="100%" rx="8" fill="{_BACKGROUND}"/>'
        f'<g transform="translate(10 10)">{"".join(groups)}</g></svg>\n'
    )


def main(path: Path = DEMO) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(film(frames()))


if __name__ == "__main__":
    main()
