"""rollout undo: back to an earlier revision, also from the middle of a rollout. Follows kubectl's rollbacker."""

from collections.abc import Mapping, Sequence
from difflib import unified_diff
from typing import Any

from engine.api.writes import Update
from engine.errors import K9liteError
from engine.kinds import Deployment, Object, Ref, ReplicaSet, dump_yaml, to_manifest
from engine.rollout import CHANGE_CAUSE, HASH_LABEL, revision_history, rollback, same_template
from engine.store.state import State
from k9lite.arguments.flags import number
from k9lite.arguments.options import DRY_RUN
from k9lite.arguments.selection import naming, slashed_names
from k9lite.rollouts import OPTIONS, deployment_of, workloads
from k9lite.verb import Args, Field, Form, Option, Run, Say, Submit, Verb, View
from k9lite.wording import dry_run_suffix, slashed, tell

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def run(view: View, args: Args) -> Run:
    to_revision = number(args, "to-revision")
    found = workloads(view, args)
    failures: list[K9liteError] = list(found.errors)
    for obj in found.objects:
        if _LAST_APPLIED in obj.metadata.annotations:
            view = yield Say(_managed(obj), error=True)
        try:
            # A step before may have changed it: roll back what is there now.
            deployment = deployment_of(view.state.get(_ref(obj)) or obj, "rollbacker")
            restored = rollback(view.state, deployment, to_revision)
            word = "rolled back"
            if restored is deployment:
                word = f"skipped rollback (current template already matches revision {to_revision})"
            elif not dry_run_suffix(args):
                view = yield Submit((Update(restored),))
        except K9liteError as error:
            failures.append(error)
            continue
        view = yield Say(f"{slashed(obj)} {word}{dry_run_suffix(args)}")
    return (yield from tell(failures))


def form(state: State, refs: Sequence[Ref]) -> Form:
    """Raises K9liteError, in kubectl's words, for a deployment that cannot be rolled back."""
    title = "Roll back"
    deployments = [found for ref in refs if (found := state.find(Deployment, ref.name, ref.namespace)) is not None]
    if len(deployments) != 1:
        return Form(title=title, message=f"Roll {naming(refs)} back, each to the revision before its newest?")
    deployment = deployments[0]
    choices = revision_choices(state, deployment)
    if not choices:
        rollback(state, deployment, 0)
        return Form(title=title, message=f"Nothing in the history of {naming(refs)} differs from what it is now")
    return Form(
        title=title,
        message=f"Roll {naming(refs)} back to",
        fields=(
            Field(
                name="to-revision",
                label="Revision",
                kind="choice",
                default=str(choices[0][0]),
                choices=tuple((str(revision), _label(revision, each)) for revision, each in choices),
                detail={str(revision): difference(deployment, each) for revision, each in choices},
            ),
        ),
    )


def argv(refs: Sequence[Ref], answers: Mapping[str, str]) -> list[str]:
    revision = [f"--to-revision={answers['to-revision']}"] if answers.get("to-revision") else []
    return ["rollout", "undo", *slashed_names(refs), *revision]


ROLLOUT_UNDO = Verb(
    name="rollout undo",
    summary="Go back to an earlier revision",
    usage="rollout undo (TYPE NAME | TYPE/NAME)",
    run=run,
    options=(
        *OPTIONS,
        Option(name="to-revision", value="int", default="0", summary="The revision; 0 for the one before the newest"),
        DRY_RUN,
    ),
    kinds=("Deployment",),
    key="U",
    dangerous=True,
    form=form,
    argv=argv,
)


def revision_choices(state: State, deployment: Deployment) -> list[tuple[int, ReplicaSet]]:
    """The revisions that differ from the present template, newest first."""
    history = reversed(revision_history(state, deployment))
    present = deployment.spec.template
    return [(revision, each) for revision, each in history if not same_template(each.spec.template, present)]


def difference(deployment: Deployment, replica_set: ReplicaSet) -> str:
    """A unified diff of the pod templates, from the present one to that of the revision."""
    now, then = (_template_lines(each) for each in (deployment, replica_set))
    return "\n".join(unified_diff(now, then, "now", "after", lineterm="", n=2))


def _template_lines(obj: Deployment | ReplicaSet) -> list[str]:
    template: dict[str, Any] = to_manifest(obj)["spec"]["template"]
    labels = {key: each for key, each in template.get("metadata", {}).get("labels", {}).items() if key != HASH_LABEL}
    shown = {**template, "metadata": {**template.get("metadata", {}), "labels": labels}}
    return dump_yaml(shown).splitlines()


def _label(revision: int, replica_set: ReplicaSet) -> str:
    cause = replica_set.metadata.annotations.get(CHANGE_CAUSE) or "<none>"
    images = ",".join(container.image for container in replica_set.spec.template.spec.containers)
    return f"{revision}  {cause}  {images}"


def _ref(obj: Object) -> Ref:
    return Ref(obj.kind, obj.metadata.namespace, obj.metadata.name)


def _managed(obj: Object) -> str:
    return (
        f"Warning: resource {slashed(obj)} was previously managed with 'kubectl apply'. Rolling back will not "
        f"update the {_LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' "
        "operations. Consider using 'kubectl apply' with your previous configuration file instead."
    )
