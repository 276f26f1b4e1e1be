"""What the rollout verbs share: the workloads they act on, and one change per workload told as kubectl tells it.

Follows kubectl's ``cmd/rollout``; a cluster that runs no StatefulSets or DaemonSets knows no history of them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from engine.api.writes import Patch
from engine.errors import ApiError, K9liteError, UsageError
from engine.kinds import KINDS, Deployment, Object, ref_of
from k9lite.arguments.options import FILENAME, RECURSIVE, SELECTOR
from k9lite.arguments.targets import Targets, targets
from k9lite.verb import Args, Run, Say, Submit, View
from k9lite.wording import Failure, slashed, tell

OPTIONS = (SELECTOR, FILENAME, RECURSIVE)
Change = Callable[[Object, int], Mapping[str, Any]]
"""(object, now) -> merge patch. Raises UsageError with what is wrong, without the object's name, or another
K9liteError that is whole."""


def workloads(view: View, args: Args) -> Targets:
    if not args.words and not args.files:
        raise UsageError("required resource not specified")
    return targets(view.state, args, everything=True)


def deployment_of(obj: Object, what: str) -> Deployment:
    """Raises UsageError for the kinds whose rollouts this cluster does not run."""
    if isinstance(obj, Deployment):
        return obj
    raise UsageError(f'no {what} has been implemented for "{KINDS[obj.kind].resource}"')


def change_each(view: View, args: Args, change: Change, word: str) -> Run:
    """Patches every workload; a refusal is told with the object's name and does not stop the others."""
    found = workloads(view, args)
    failures: list[Failure | K9liteError] = list(found.errors)
    if not found.objects and not failures:
        yield Say(f"No resources found in {args.namespace} namespace.", error=True)
    for obj in found.objects:
        try:
            body = change(obj, view.now)
        except UsageError as error:
            kind = KINDS[obj.kind]
            failures.append(UsageError(f'error: {kind.resource} "{obj.metadata.name}" {error}'))
            continue
        except K9liteError as error:
            failures.append(error)
            continue
        try:
            view = yield Submit((Patch(ref_of(obj), body, "merge"),))
        except ApiError as error:
            failures.append(UsageError(f"failed to patch: {error}"))
            continue
        view = yield Say(f"{slashed(obj)} {word}")
    return (yield from tell(failures))


def template_patch(annotations: Mapping[str, str]) -> dict[str, Any]:
    return {"spec": {"template": {"metadata": {"annotations": dict(annotations)}}}}
