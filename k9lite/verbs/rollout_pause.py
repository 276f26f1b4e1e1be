"""rollout pause: changes of a deployment's template wait until it is resumed."""

from collections.abc import Mapping
from typing import Any

from engine.errors import UsageError
from engine.kinds import Deployment, Object
from k9lite.arguments.selection import slashed_names
from k9lite.rollouts import OPTIONS, change_each
from k9lite.verb import Args, Run, Verb, View


def run(view: View, args: Args) -> Run:
    return (yield from change_each(view, args, _pause, "paused"))


ROLLOUT_PAUSE = Verb(
    name="rollout pause",
    summary="Mark a deployment as paused",
    usage="rollout pause RESOURCE",
    run=run,
    options=OPTIONS,
    kinds=("Deployment",),
    argv=lambda refs, _answers: ["rollout", "pause", *slashed_names(refs)],
)


def _pause(obj: Object, _now: int) -> Mapping[str, Any]:
    if not isinstance(obj, Deployment):
        raise UsageError("pausing is not supported")
    if obj.spec.paused:
        raise UsageError("is already paused")
    return {"spec": {"paused": True}}
