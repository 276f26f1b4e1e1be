"""WHERE one can go besides the tables of kinds: one file a place, listed once in PLACES in the order help shows them.

The law of this folder: a file has ``opened(here, rest)``, which gives a screen and changes nothing; what a place
shows is worked out from the State, when it is shown. Keys, prompt, completion and help all come from PLACES.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from k9lite.place import Place

PLACES: Sequence[Place] = (
    Place(word="actions", key="a", summary="Everything that can be done from here, with its key"),
    Place(word="map", key="m", summary="Nodes as boxes, pods as cells: see where things are, and how they move"),
    Place(
        word="why", key="W", argument="KIND NAME",
        summary="Why it is not as it should be, and which object leads on",
    ),
    Place(
        word="xray", key="T", argument="KIND [NAMESPACE | NAME]",
        summary="The object, or all of a kind, with what is below it as a tree; what is not well is unfolded",
    ),
    Place(
        word="pulses", key="B", aliases=("pulse", "pu", "hz"),
        summary="How well each kind is, and CPU, memory, restarts and waiting pods over time",
    ),
    Place(
        word="recent-events", key="N", argument="[NAMESPACE]",
        summary="What happened lately in the whole cluster, the newest first, live",
    ),
    Place(
        word="port-forwards", aliases=("pf",),
        summary="Ports of this machine that lead into the cluster: where to, how often asked; stop one",
    ),
    Place(word="containers", argument="POD", summary="The containers of a pod: state, restarts, use, logs of each"),
    Place(word="ledger", key="H", aliases=("history", "deeds"), summary="Every deed: who, when, what it changed"),
    Place(
        word="used-by", key="A", argument="KIND NAME",
        summary="Who uses the object (a ConfigMap, claim, account, Service, node, class...), and how",
    ),
    Place(word="who-can", argument="VERB RESOURCE [NAMESPACE]", summary="Who may do it, and which binding allows it"),
    Place(
        word="rights", argument="SUBJECT",
        summary="What user:NAME, group:NAME, sa:NAMESPACE/NAME, or the account of what is selected, may do",
    ),
    Place(word="access", summary="Everybody that is given rights, and through which roles"),
    Place(word="owner", key="J", argument="KIND NAME", summary="What the object belongs to"),
    Place(word="choose-namespace", key="n", aliases=("chns",), summary="Namespaces, those looked at lately first"),
    Place(
        word="new", argument="[KIND [NAMESPACE]]",
        summary="Write a manifest and apply it: new deployment, or new for one of your own",
    ),
    Place(word="workloads", aliases=("wk", "workload"), summary="All that runs pods, in one table"),
    Place(word="views", summary="The tables that were kept (view save NAME)"),
    Place(word="themes", summary="Colours for every eye and light (theme NAME, Ctrl+T the next one)"),
    Place(word="config", summary="What was asked of the console and by whom, and the names of all keys"),
    Place(word="aliases", aliases=("alias", "a"), summary="Every word that opens a table or a screen"),
)

BY_WORD: Mapping[str, Place] = MappingProxyType(
    {word: place for place in PLACES for word in (place.word, *place.aliases)}
)


def said(places: Sequence[Place]) -> Mapping[str, str]:
    """What to type for each, and what it shows: the help's lines."""
    return {f"{place.word} {place.argument}".rstrip(): place.summary for place in places}
