"""create job: of an image, or at once what a CronJob would make. Follows kubectl's ``cmd/create``."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from engine.cron_jobs import manual_job
from engine.errors import UsageError
from engine.kinds import Ref, to_manifest
from engine.kinds.batch import CronJob
from engine.store.state import State
from k9lite.arguments.naming import one_name
from k9lite.arguments.selection import in_namespace, naming
from k9lite.arguments.targets import not_found, split_pair
from k9lite.output.formats import output_files
from k9lite.verb import Args, Field, Form, Option, Run, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated


def run(view: View, args: Args) -> Run:
    name, image, source = one_name(args, "create job"), args.flags.get("image", ""), args.flags.get("from", "")
    if bool(image) == bool(source):
        raise UsageError("either --image or --from must be specified")
    if source and args.rest:
        raise UsageError("cannot specify --from and command")
    manifest = _of_image(name, image, args) if image else _of_cron_job(view.state, name, source, args.namespace)
    return (yield from create_generated(view, args, manifest, doing="failed to create job: "))


CREATE_JOB = Verb(
    name="create job",
    summary="Create a job with the specified name",
    usage="create job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
    run=run,
    options=(
        Option(name="image", value="string", summary="Image to run"),
        Option(name="from", value="string", summary="The CronJob whose job to make now, as cronjob/NAME"),
        *CREATE_OPTIONS,
    ),
    takes_command=True,
    reads=output_files,
)


def form(_state: State, refs: Sequence[Ref]) -> Form:
    name = Field(name="name", label="Name of the Job", default=f"{refs[0].name[:40]}-by-hand")
    return Form(title="Trigger", message=f"Run the job of {naming(refs[:1])} now", fields=(name,))


def argv(refs: Sequence[Ref], answers: Mapping[str, str]) -> list[str]:
    return ["create", "job", answers.get("name", ""), f"--from=cronjob/{refs[0].name}", *in_namespace(refs)]


TRIGGER = evolve(
    CREATE_JOB,
    name="create job --trigger",
    summary="Run the job of a CronJob now",
    kinds=("CronJob",),
    form=form,
    argv=argv,
)


def _of_image(name: str, image: str, args: Args) -> dict[str, Any]:
    command = {"command": list(args.rest)} if args.rest else {}
    containers = [{"name": name, "image": image, **command, "resources": {}}]
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {"template": {"metadata": {}, "spec": {"containers": containers, "restartPolicy": "Never"}}},
        "status": {},
    }


def _of_cron_job(state: State, name: str, source: str, namespace: str) -> dict[str, Any]:
    if "/" not in source:
        raise UsageError("from must be an existing cronjob")
    kind, source_name = split_pair(source)
    found = state.get(Ref(kind.name, namespace, source_name))
    if found is None:
        raise not_found(kind, source_name)
    if not isinstance(found, CronJob):
        raise UsageError(f"unknown object type *v1.{kind.name}")
    return {**to_manifest(manual_job(found, name)), "status": {}}
