"""WHAT an operator can do: one file a verb, listed once in VERBS in the order help shows them.

The law of this folder: a verb is a generator that says, submits and waits (k9lite/verb.py); it sees Views,
touches no file, clock or screen, imports no other verb, and words everything as kubectl does. Keys, prompt,
palette, menu and the command line all come from VERBS. A name with a flag in it ("get -o yaml") is a key's
form of a verb: the grammar knows it by its plain name.
"""

from collections.abc import Mapping
from types import MappingProxyType

from k9lite.verb import Verb
from k9lite.verbs.annotate import ANNOTATE
from k9lite.verbs.cordon import CORDON
from k9lite.verbs.drain import DRAIN
from k9lite.verbs.get import GET, YAML
from k9lite.verbs.label import LABEL
from k9lite.verbs.scale import SCALE
from k9lite.verbs.uncordon import UNCORDON

_TABLE = (
    GET,
    YAML,
    LABEL,
    ANNOTATE,
    SCALE,
    CORDON,
    UNCORDON,
    DRAIN,
)  # fmt: skip

VERBS: Mapping[str, Verb] = MappingProxyType({verb.name: verb for verb in _TABLE})
