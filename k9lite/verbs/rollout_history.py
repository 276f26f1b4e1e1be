"""rollout history: the revisions a workload can go back to, or one of them in full."""

from engine.errors import K9liteError, UsageError
from engine.kinds import Deployment, PodTemplateSpec, evolve
from engine.printers.describe.template_lines import template_lines
from engine.rollout import CHANGE_CAUSE
from k9lite.arguments.flags import number
from k9lite.arguments.selection import slashed_names
from k9lite.rollouts import OPTIONS, ROLLED_OUT, Revision, RolledOut, history_of, rolled_out, workloads
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
            lines = _lines(view, rolled_out(obj, "history viewer"), revision)
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
    summary="Show the revisions of a workload",
    usage="rollout history (TYPE NAME | TYPE/NAME)",
    run=run,
    options=(*OPTIONS, Option(name="revision", value="int", default="0", summary="Show this revision in full")),
    kinds=ROLLED_OUT,
    argv=lambda refs, _answers: ["rollout", "history", *slashed_names(refs)],
    writes=False,
)


def _lines(view: View, workload: RolledOut, revision: int) -> list[str]:
    history = history_of(view.server, workload)
    if not history:
        return ["No rollout history found."]
    if not revision:
        causes = [(str(each.number), each.cause or "<none>") for each in history]
        width = max(len("REVISION"), *(len(number) for number, _ in causes)) + 2
        return [f"{left.ljust(width)}{right}" for left, right in [("REVISION", "CHANGE-CAUSE"), *causes]]
    for each in history:
        if each.number == revision:
            shown = _with_cause(each) if isinstance(workload, Deployment) else each.template
            return list(template_lines(shown))
    raise UsageError("unable to find the specified revision")


def _with_cause(revision: Revision) -> PodTemplateSpec:
    template = revision.template
    if not revision.cause:
        return template
    annotations = {**template.metadata.annotations, CHANGE_CAUSE: revision.cause}
    return evolve(template, metadata=evolve(template.metadata, annotations=annotations))
