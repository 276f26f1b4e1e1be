"""rollout undo: back to an earlier revision, also from the middle of a rollout. Follows kubectl's rollbacker."""

from collections.abc import Mapping, Sequence
from difflib import unified_diff
from typing import Any

from engine.api.writes import Update
from engine.errors import K9liteError
from engine.kinds import Object, PodTemplateSpec, Ref, dump_yaml
from engine.kinds.codec import encode
from engine.rollout import HASH_LABEL
from engine.store.state import State
from k9lite.arguments.flags import number
from k9lite.arguments.options import DRY_RUN
from k9lite.arguments.selection import naming, slashed_names
from k9lite.rollouts import (
    OPTIONS,
    ROLLED_OUT,
    Revision,
    RolledOut,
    history_of,
    is_present,
    rolled_back,
    rolled_out,
    workloads,
)
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
            workload = rolled_out(view.state.get(_ref(obj)) or obj, "rollbacker")
            restored = rolled_back(view.server, workload, to_revision)
            word = "rolled back"
            if restored is workload:
                word = f"skipped rollback (current template already matches revision {to_revision})"
            elif not dry_run_suffix(args):
                view = yield Submit((Update(restored),))
        except K9liteError as error:
            failures.append(error)
            continue
        view = yield Say(f"{slashed(obj)} {word}{dry_run_suffix(args)}")
    return (yield from tell(failures))


def form(state: State, refs: Sequence[Ref]) -> Form:
    """Raises K9liteError, in kubectl's words, for a workload that cannot be rolled back."""
    title = "Roll back"
    found = [obj for ref in refs if (obj := state.get(ref)) is not None]
    if len(found) != 1:
        return Form(title=title, message=f"Roll {naming(refs)} back, each to the revision before its newest?")
    workload = rolled_out(found[0], "rollbacker")
    choices = revision_choices(state, workload)
    if not choices:
        rolled_back(state, workload, 0)
        return Form(title=title, message=f"Nothing in the history of {naming(refs)} differs from what it is now")
    return Form(
        title=title,
        message=f"Roll {naming(refs)} back to",
        fields=(
            Field(
                name="to-revision",
                label="Revision",
                kind="choice",
                default=str(choices[0].number),
                choices=tuple((str(each.number), _label(each)) for each in choices),
                detail={str(each.number): difference(workload.spec.template, each.template) for each in choices},
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
    kinds=ROLLED_OUT,
    key="U",
    dangerous=True,
    form=form,
    argv=argv,
)


def revision_choices(state: State, workload: RolledOut) -> list[Revision]:
    """The revisions that differ from the present template, newest first."""
    return [each for each in reversed(history_of(state, workload)) if not is_present(workload, each)]


def difference(now: PodTemplateSpec, then: PodTemplateSpec) -> str:
    """A unified diff of two pod templates."""
    return "\n".join(unified_diff(_template_lines(now), _template_lines(then), "now", "after", lineterm="", n=2))


def _template_lines(each: PodTemplateSpec) -> list[str]:
    template: dict[str, Any] = encode(each)
    labels = {key: value for key, value in each.metadata.labels.items() if key != HASH_LABEL}
    shown = {**template, "metadata": {**template.get("metadata", {}), "labels": labels}}
    return dump_yaml(shown).splitlines()


def _label(revision: Revision) -> str:
    images = ",".join(container.image for container in revision.template.spec.containers)
    return f"{revision.number}  {revision.cause or '<none>'}  {images}"


def _ref(obj: Object) -> Ref:
    return Ref(obj.kind, obj.metadata.namespace, obj.metadata.name)


def _managed(obj: Object) -> str:
    return (
        f"Warning: resource {slashed(obj)} was previously managed with 'kubectl apply'. Rolling back will not "
        f"update the {_LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' "
        "operations. Consider using 'kubectl apply' with your previous configuration file instead."
    )
