"""rollout status: how far a rollout is, and by default its way to the end."""

from collections.abc import Generator

from engine.errors import K9liteError, UsageError
from engine.kinds import Deployment, ref_of
from engine.rollout import revision_of
from k9lite.arguments.flags import FOREVER_SECONDS, number, seconds
from k9lite.arguments.selection import slashed_names
from k9lite.rollouts import OPTIONS, ROLLED_OUT, RolledOut, progress_of, rolled_out, status_of, workloads
from k9lite.verb import Args, Option, Run, Say, Step, Verb, View, Wait
from k9lite.wording import tell


def run(view: View, args: Args) -> Run:
    revision = number(args, "revision")
    if revision < 0:
        raise UsageError(f"revision must be a positive integer: {revision}")
    found = workloads(view, args)
    failures: list[K9liteError] = list(found.errors)
    if not found.objects and not failures:
        yield Say(f"No resources found in {args.namespace} namespace.", error=True)
    limit = seconds(args, "timeout")
    for obj in found.objects:
        try:
            workload = rolled_out(obj, "status viewer")
            deadline = view.now + (int(limit) if limit else FOREVER_SECONDS)
            view = yield from _follow(view, workload, revision, deadline, watch=args.flags["watch"] == "true")
        except K9liteError as error:
            failures.append(error)
    return (yield from tell(failures))


ROLLOUT_STATUS = Verb(
    name="rollout status",
    summary="Show how far a rollout is, until it ends",
    usage="rollout status (TYPE NAME | TYPE/NAME)",
    run=run,
    options=(
        *OPTIONS,
        Option(name="watch", short="w", default="true", summary="Go on until the rollout ends"),
        Option(name="timeout", value="duration", default="0s", summary="How long to watch; 0 for ever"),
        Option(name="revision", value="int", default="0", summary="Only this revision; 0 for the newest"),
    ),
    kinds=ROLLED_OUT,
    argv=lambda refs, _answers: ["rollout", "status", *slashed_names(refs)],
    writes=False,
)


def _follow(
    view: View, watched: RolledOut, revision: int, deadline: int, *, watch: bool
) -> Generator[Step, View, View]:
    """Says the status whenever its text changes. Raises K9liteError when the rollout cannot end any more."""
    meta, told = watched.metadata, ""
    while True:
        stored = view.state.get(ref_of(watched))
        if stored is None or stored.metadata.uid != meta.uid:
            raise UsageError("object has been deleted")
        found = rolled_out(stored, "status viewer")
        if revision and isinstance(found, Deployment) and revision != revision_of(found):
            raise UsageError(
                f"desired revision ({revision}) is different from the running revision ({revision_of(found)})"
            )
        text, done = status_of(found)
        if text != told:
            view, told = (yield Say(text)), text
        if done or not watch:
            return view
        if view.now >= deadline:
            raise UsageError("timed out waiting for the condition")
        new, wanted = progress_of(found)
        view = yield Wait(1, f"{meta.name}: {text}", done=new, total=wanted)
