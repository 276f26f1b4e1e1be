"""The map of nodes and the pods on them."""

from textual.screen import Screen

from k9lite.place import Here, Onward
from k9lite.screens.map import MapScreen


def opened(here: Here, _rest: str) -> Screen[Onward]:
    return MapScreen(here)
