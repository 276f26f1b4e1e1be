"""rollout resume: a paused deployment rolls on."""

from collections.abc import Mapping
from typing import Any

from engine.errors import UsageError
from engine.kinds import Deployment, Object
from k9lite.arguments.selection import slashed_names
from k9lite.rollouts import OPTIONS, change_each
from k9lite.verb import Args, Run, Verb, View


def run(view: View, args: Args) -> Run:
    return (yield from change_each(view, args, _resume, "resumed"))


ROLLOUT_RESUME = Verb(
    name="rollout resume",
    summary="Resume a paused deployment",
    usage="rollout resume RESOURCE",
    run=run,
    options=OPTIONS,
    kinds=("Deployment",),
    argv=lambda refs, _answers: ["rollout", "resume", *slashed_names(refs)],
)


def _resume(obj: Object, _now: int) -> Mapping[str, Any]:
    if not isinstance(obj, Deployment):
        raise UsageError("resuming is not supported")
    if not obj.spec.paused:
        raise UsageError("is not paused")
    return {"spec": {"paused": None}}
