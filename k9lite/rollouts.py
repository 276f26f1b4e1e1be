"""What the rollout verbs share: the workloads they act on, and one change per workload told as kubectl tells it.

Follows kubectl's ``cmd/rollout`` and ``pkg/polymorphichelpers``: a Deployment's history are its ReplicaSets, that
of a StatefulSet or DaemonSet its ControllerRevisions.
"""

from collections.abc import Callable, Mapping
from typing import Any

from engine import revisions, rollout
from engine.api.writes import Patch
from engine.errors import ApiError, K9liteError, UsageError
from engine.kinds import KINDS, DaemonSet, Deployment, Object, PodTemplateSpec, StatefulSet, ref_of
from engine.kinds.frozen import frozen
from engine.store.state import State
from k9lite.arguments.options import FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR
from k9lite.arguments.targets import Targets, targets
from k9lite.verb import Args, Run, Say, Submit, View
from k9lite.wording import Failure, slashed, tell

ROLLED_OUT = ("Deployment", "StatefulSet", "DaemonSet")
RolledOut = Deployment | StatefulSet | DaemonSet
OPTIONS = (SELECTOR, FILENAME, KUSTOMIZE, RECURSIVE)
Change = Callable[[Object, int], Mapping[str, Any]]
"""(object, now) -> merge patch. Raises UsageError with what is wrong, without the object's name, or another
K9liteError that is whole."""


def workloads(view: View, args: Args) -> Targets:
    if not args.words and not args.files:
        raise UsageError("required resource not specified")
    return targets(view.state, args, everything=True)


@frozen(kw_only=True)
class Revision:
    """One a workload can go back to; ``cause`` is "" where nobody gave one."""

    number: int
    cause: str
    template: PodTemplateSpec


def rolled_out(obj: Object, what: str) -> RolledOut:
    """Raises UsageError for kinds that are not rolled out."""
    if isinstance(obj, Deployment | StatefulSet | DaemonSet):
        return obj
    raise UsageError(f'no {what} has been implemented for "{KINDS[obj.kind].resource}"')


def status_of(workload: RolledOut) -> tuple[str, bool]:
    """kubectl's line, and whether the rollout is over. Raises K9liteError where it never will be."""
    if isinstance(workload, Deployment):
        return rollout.rollout_status(workload)
    return revisions.rollout_status(workload)


def progress_of(workload: RolledOut) -> tuple[int, int]:
    """How many of its pods are new and there, of how many that are wanted; none before its controller has looked."""
    unseen = (workload.metadata.generation or 0) > (workload.status.observed_generation or 0)
    if isinstance(workload, DaemonSet):
        every = workload.status
        wanted = every.desired_number_scheduled
        return 0 if unseen else min(every.updated_number_scheduled, every.number_available, wanted), wanted
    some, wanted = workload.status, workload.spec.replicas or 0
    return 0 if unseen else min(some.updated_replicas, some.available_replicas, wanted), wanted


def history_of(state: State, workload: RolledOut) -> list[Revision]:
    """Oldest first."""
    if isinstance(workload, Deployment):
        return [
            Revision(number=number, cause=_cause(each), template=each.spec.template)
            for number, each in rollout.revision_history(state, workload)
        ]
    found = [(each, revisions.template_of(each)) for each in revisions.revisions_of(state, workload)]
    return [
        Revision(number=each.revision, cause=_cause(each), template=template)
        for each, template in found
        if template is not None
    ]


def rolled_back(state: State, workload: RolledOut, to_revision: int) -> RolledOut:
    """The very workload where its template already is that of the revision; 0 is the one before the newest.

    Raises K9liteError in kubectl's words.
    """
    if isinstance(workload, Deployment):
        return rollout.rollback(state, workload, to_revision)
    return revisions.rollback(state, workload, to_revision)


def is_present(workload: RolledOut, revision: Revision) -> bool:
    """Whether the workload has the template of the revision."""
    if isinstance(workload, Deployment):
        return rollout.same_template(revision.template, workload.spec.template)
    return revision.template == workload.spec.template


def _cause(obj: Object) -> str:
    return obj.metadata.annotations.get(rollout.CHANGE_CAUSE, "")


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
