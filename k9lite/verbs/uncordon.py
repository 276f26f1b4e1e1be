"""uncordon: a node takes new pods again. Follows kubectl's ``cmd/drain``."""

from collections.abc import Mapping, Sequence

from engine.kinds import Ref
from k9lite.arguments.options import DRY_RUN, SELECTOR
from k9lite.draining.cordoning import cordon_or_uncordon
from k9lite.verb import Args, Run, Verb, View


def run(view: View, args: Args) -> Run:
    return (yield from cordon_or_uncordon(view, args, "uncordon"))


def argv(refs: Sequence[Ref], _answers: Mapping[str, str]) -> list[str]:
    return ["uncordon", *(ref.name for ref in refs)]


UNCORDON = Verb(
    name="uncordon",
    summary="Mark a node as schedulable",
    usage="uncordon NODE",
    run=run,
    options=(SELECTOR, DRY_RUN),
    kinds=("Node",),
    key="u",
    argv=argv,
)
