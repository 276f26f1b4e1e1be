"""rollout restart: an annotation on the template, so that every pod is replaced. Follows kubectl's restarter."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.errors import K9liteError, UsageError
from engine.kinds import Deployment, Object, Ref, format_time, to_manifest
from engine.store.state import State
from k9lite.arguments.jsonpath import mapping_at
from k9lite.arguments.selection import naming, slashed_names
from k9lite.rollouts import OPTIONS, change_each, template_patch
from k9lite.verb import Args, Form, Run, Verb, View

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
_KINDS = ("Deployment", "StatefulSet", "DaemonSet")


def run(view: View, args: Args) -> Run:
    return (yield from change_each(view, args, _restart, "restarted"))


def form(_state: State, refs: Sequence[Ref]) -> Form:
    return Form(title="Restart", message=f"Replace every pod of {naming(refs)}, a few at a time?")


def argv(refs: Sequence[Ref], _answers: Mapping[str, str]) -> list[str]:
    return ["rollout", "restart", *slashed_names(refs)]


ROLLOUT_RESTART = Verb(
    name="rollout restart",
    summary="Restart the pods of a workload",
    usage="rollout restart RESOURCE",
    run=run,
    options=OPTIONS,
    kinds=_KINDS,
    key="R",
    form=form,
    argv=argv,
)


def _restart(obj: Object, now: int) -> Mapping[str, Any]:
    if obj.kind not in _KINDS:
        raise UsageError("restarting is not supported")
    if isinstance(obj, Deployment) and obj.spec.paused:
        raise UsageError("can't restart paused deployment (run rollout resume first)")
    stamp = format_time(now)
    if mapping_at(to_manifest(obj), "spec", "template", "metadata", "annotations").get(RESTARTED_AT) == stamp:
        raise K9liteError(
            f"failed to create patch for {obj.metadata.name}: if restart has already been triggered within the past "
            "second, please wait before attempting to trigger another"
        )
    return template_patch({RESTARTED_AT: stamp})
