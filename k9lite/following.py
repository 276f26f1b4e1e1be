"""What is watched after a deed by itself: a rollout that a key began, until it is through or given up on."""

from collections.abc import Sequence

from engine.kinds import KINDS, Ref
from k9lite.verb import Verb

_BEGIN_A_ROLLOUT = ("rollout restart", "rollout undo", "set image")
_ROLLED_OUT = ("Deployment", "StatefulSet", "DaemonSet")


def following(verb: Verb, refs: Sequence[Ref]) -> list[str]:
    """The words of a kubectl line that tells how far it is; none where there is nothing, or too much, to watch."""
    if verb.name not in _BEGIN_A_ROLLOUT or len(refs) != 1 or refs[0].kind not in _ROLLED_OUT:
        return []
    (ref,) = refs
    return ["rollout", "status", f"{KINDS[ref.kind].singular}/{ref.name}", "-n", ref.namespace]
