"""How well colours can be told apart: WCAG 2's contrast ratio, and what is left of colours for two kinds of eyes.

The ratio is (lighter + 0.05) / (darker + 0.05) of relative luminances. The matrices are those of Machado, Oliveira
and Fernandes (2009) at full severity, on linear RGB; distances are CIE76's, in L*a*b*.
"""

from collections.abc import Iterator
from math import dist

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from textual.pilot import Pilot

Triplet = tuple[float, float, float]

DEUTERANOPIA = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))
TRITANOPIA = ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900))


def colours(style: Style, system: ColorSystem | None = None) -> tuple[Triplet, Triplet]:
    """Text and background as painted, each 0..1; ``system`` is what the terminal can show of them."""
    front, back = style.color, style.bgcolor
    assert front is not None and back is not None, f"{style} leaves a colour to chance"
    found = []
    for colour in (back, front) if style.reverse else (front, back):
        shown = colour if system is None else colour.downgrade(system)
        red, green, blue = shown.get_truecolor(DEFAULT_TERMINAL_THEME)
        found.append((red / 255, green / 255, blue / 255))
    return found[0], found[1]


def contrast(style: Style, system: ColorSystem | None = None) -> float:
    first, second = (_luminance(colour) for colour in colours(style, system))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def seen(colour: Triplet, matrix: tuple[Triplet, Triplet, Triplet]) -> Triplet:
    """As L*a*b*, by eyes that see so."""
    red, green, blue = (_linear(part) for part in colour)
    mixed = tuple(min(max(row[0] * red + row[1] * green + row[2] * blue, 0.0), 1.0) for row in matrix)
    return _lab((mixed[0], mixed[1], mixed[2]))


def distance(first: Triplet, second: Triplet) -> float:
    return dist(first, second)


def painted(pilot: Pilot[int], *, of: str = "") -> Iterator[Segment]:
    """Every piece of text that the terminal shows, or that the widget ``of`` has of it."""
    screen = pilot.app.screen
    region = screen.query_one(of).region if of else screen.region
    for y, strip in enumerate(screen._compositor.render_strips(screen.size)):
        if region.y <= y < region.bottom:
            for segment in strip.crop(region.x, region.right):
                if segment.text.strip() and segment.style is not None:
                    yield segment


def _luminance(colour: Triplet) -> float:
    red, green, blue = (_linear(part) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _lab(linear: Triplet) -> Triplet:
    red, green, blue = linear
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)
