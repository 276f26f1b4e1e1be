"""cordon: no new pods on a node. Follows kubectl's ``cmd/drain``."""

from collections.abc import Mapping, Sequence

from engine.kinds import Ref
from k9lite.arguments.options import DRY_RUN, SELECTOR
from k9lite.draining.cordoning import cordon_or_uncordon
from k9lite.verb import Args, Run, Verb, View


def run(view: View, args: Args) -> Run:
    return (yield from cordon_or_uncordon(view, args, "cordon"))


def argv(refs: Sequence[Ref], _answers: Mapping[str, str]) -> list[str]:
    return ["cordon", *(ref.name for ref in refs)]


CORDON = Verb(
    name="cordon",
    summary="Mark a node as unschedulable",
    usage="cordon NODE",
    run=run,
    options=(SELECTOR, DRY_RUN),
    kinds=("Node",),
    key="c",
    argv=argv,
)
