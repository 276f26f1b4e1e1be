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
from k9lite.verbs.api_resources import API_RESOURCES
from k9lite.verbs.apply import APPLY
from k9lite.verbs.cordon import CORDON
from k9lite.verbs.create import CREATE
from k9lite.verbs.delete import DELETE
from k9lite.verbs.describe import DESCRIBE
from k9lite.verbs.drain import DRAIN
from k9lite.verbs.events import EVENTS
from k9lite.verbs.exec import EXEC
from k9lite.verbs.get import GET, YAML
from k9lite.verbs.label import LABEL
from k9lite.verbs.logs import LOGS, PREVIOUS
from k9lite.verbs.replace import REPLACE
from k9lite.verbs.rollout_history import ROLLOUT_HISTORY
from k9lite.verbs.rollout_pause import ROLLOUT_PAUSE
from k9lite.verbs.rollout_restart import ROLLOUT_RESTART
from k9lite.verbs.rollout_resume import ROLLOUT_RESUME
from k9lite.verbs.rollout_status import ROLLOUT_STATUS
from k9lite.verbs.rollout_undo import ROLLOUT_UNDO
from k9lite.verbs.scale import SCALE
from k9lite.verbs.set_image import SET_IMAGE
from k9lite.verbs.top_node import TOP_NODE
from k9lite.verbs.top_pod import TOP_POD
from k9lite.verbs.uncordon import UNCORDON
from k9lite.verbs.wait import WAIT

_TABLE = (
    GET,
    YAML,
    DESCRIBE,
    EVENTS,
    APPLY,
    CREATE,
    REPLACE,
    DELETE,
    LABEL,
    ANNOTATE,
    SCALE,
    SET_IMAGE,
    ROLLOUT_STATUS,
    ROLLOUT_HISTORY,
    ROLLOUT_UNDO,
    ROLLOUT_RESTART,
    ROLLOUT_PAUSE,
    ROLLOUT_RESUME,
    CORDON,
    UNCORDON,
    DRAIN,
    TOP_NODE,
    TOP_POD,
    LOGS,
    PREVIOUS,
    EXEC,
    WAIT,
    API_RESOURCES,
)

VERBS: Mapping[str, Verb] = MappingProxyType({verb.name: verb for verb in _TABLE})
