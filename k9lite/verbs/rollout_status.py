"""rollout status: how far a rollout is, and by default its way to the end."""

from collections.abc import Generator

from engine.errors import K9liteError, UsageError
from engine.kinds import Deployment
from engine.rollout import revision_of, rollout_status
from k9lite.arguments.flags import FOREVER_SECONDS, number, seconds
from k9lite.rollouts import OPTIONS, deployment_of, workloads
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
            deployment = deployment_of(obj, "status viewer")
            deadline = view.now + (int(limit) if limit else FOREVER_SECONDS)
            view = yield from _follow(view, deployment, revision, deadline, watch=args.flags["watch"] == "true")
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
    kinds=("Deployment",),
    writes=False,
)


def _follow(
    view: View, watched: Deployment, revision: int, deadline: int, *, watch: bool
) -> Generator[Step, View, View]:
    """Says the status whenever its text changes. Raises K9liteError when the rollout cannot end any more."""
    meta, told = watched.metadata, ""
    while True:
        found = view.state.find(Deployment, meta.name, meta.namespace)
        if found is None or found.metadata.uid != meta.uid:
            raise UsageError("object has been deleted")
        if revision and revision != revision_of(found):
            raise UsageError(
                f"desired revision ({revision}) is different from the running revision ({revision_of(found)})"
            )
        text, done = rollout_status(found)
        if text != told:
            view, told = (yield Say(text)), text
        if done or not watch:
            return view
        if view.now >= deadline:
            raise UsageError("timed out waiting for the condition")
        view = yield Wait(1, f"{meta.name}: {text}")
