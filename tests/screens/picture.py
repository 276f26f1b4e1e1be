"""The README's picture: the sample cluster at a fixed time, 120x36, with a bad rollout under way.

``python -m tests.screens.picture`` draws it anew; the same code draws the same picture.
"""

from pathlib import Path

from textual.pilot import Pilot

from k9lite.drive import run_command
from tests.console.showing import WIDE, show, svg
from tests.scenarios.sample import ROOT, sample_client

PICTURE = ROOT / ".pictures" / "console.svg"
_BAD_ROLLOUT = "set image deployment/web web=nginx:1.28-typo -n shop"
_LATER_SECONDS = 20


def draw() -> str:
    """The picture as SVG text."""
    client = sample_client()
    assert run_command(client, _BAD_ROLLOUT.split()) == 0
    client.cluster.advance(client.now + _LATER_SECONDS)
    drawn: list[str] = []

    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("3", "G")
        await pilot.pause()
        drawn.append(svg(pilot, "k9lite"))

    show(client, story, WIDE)
    return drawn[0]


def main(path: Path = PICTURE) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(draw())


if __name__ == "__main__":
    main()
