"""Keys that act on the selected object, wherever one is selected: the verbs' own, and those of the places.

Each has an id for the config file, the same on every screen: ``verb.cordon``, ``verb.get_yaml``, ``place.map``.
"""

import re
from collections.abc import Sequence

from textual.binding import Binding, BindingType

from k9lite.places import PLACES
from k9lite.verbs import VERBS, WITH_A_KEY


def verb_id(name: str) -> str:
    """``verb.rollout_undo`` for ``rollout undo``, ``verb.get_yaml`` for ``get -o yaml``."""
    return "verb." + re.sub(r"\W+", "_", name.replace(" -o ", " "))


OBJECT_BINDINGS: Sequence[BindingType] = (
    *(
        Binding(VERBS[name].key, f"verb({name!r})", VERBS[name].summary, show=False, id=verb_id(name))
        for name in WITH_A_KEY
    ),
    *(
        Binding(place.key, f"place({place.word!r})", place.summary, show=False, id=f"place.{place.word}")
        for place in PLACES
        if place.key
    ),
)
