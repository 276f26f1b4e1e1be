"""rollout history: the revisions a deployment can go back to, or one of them in full."""

from attrs import evolve

from engine.errors import K9liteError, UsageError
from engine.kinds import Deployment, PodTemplateSpec, ReplicaSet
from engine.printers.describe.template_lines import template_lines
from engine.rollout import CHANGE_CAUSE, revision_history
from k9lite.arguments.flags import number
from k9lite.rollouts import OPTIONS, deployment_of, workloads
from k9lite.verb import Args, Option, Run, Say, Verb, View
from k9lite.wording import slashed, tell


def run(view: View, args: Args) -> Run:
    revision = number(args, "revision")
    if revision < 0:
        raise UsageError(f"revision must be a positive integer: {revision}")
    found = workloads(view, args)
    failures: list[K9liteError] = list(found.errors)
    for obj in found.objects:
        try:
            lines = _lines(view, deployment_of(obj, "history viewer"), revision)
        except K9liteError as error:
            failures.append(error)
            continue
        head = f"with revision #{revision}" if revision else ""
        yield Say(f"{slashed(obj)} {head}")
        for line in lines:
            yield Say(line)
        yield Say("")
    return (yield from tell(failures))


ROLLOUT_HISTORY = Verb(
    name="rollout history",
    summary="Show the revisions of a deployment",
    usage="rollout history (TYPE NAME | TYPE/NAME)",
    run=run,
    options=(*OPTIONS, Option(name="revision", value="int", default="0", summary="Show this revision in full")),
    kinds=("Deployment",),
    writes=False,
)


def _lines(view: View, deployment: Deployment, revision: int) -> list[str]:
    history = revision_history(view.state, deployment)
    if not history:
        return ["No rollout history found."]
    if not revision:
        causes = [(str(number), each.metadata.annotations.get(CHANGE_CAUSE) or "<none>") for number, each in history]
        width = max(len("REVISION"), *(len(number) for number, _ in causes)) + 2
        return [f"{left.ljust(width)}{right}" for left, right in [("REVISION", "CHANGE-CAUSE"), *causes]]
    for each_revision, replica_set in history:
        if each_revision == revision:
            return list(template_lines(_with_cause(replica_set)))
    raise UsageError("unable to find the specified revision")


def _with_cause(replica_set: ReplicaSet) -> PodTemplateSpec:
    template = replica_set.spec.template
    cause = replica_set.metadata.annotations.get(CHANGE_CAUSE)
    if not cause:
        return template
    annotations = {**template.metadata.annotations, CHANGE_CAUSE: cause}
    return evolve(template, metadata=evolve(template.metadata, annotations=annotations))
