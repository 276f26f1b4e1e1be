"""create cronjob: a job at times. Follows kubectl's ``cmd/create``."""

from k9lite.arguments.naming import one_name, require
from k9lite.output.formats import output_files
from k9lite.verb import Args, Option, Run, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated


def run(view: View, args: Args) -> Run:
    require(args, "image", "schedule")
    name = one_name(args, "create cronjob")
    command = {"command": list(args.rest)} if args.rest else {}
    container = {"name": name, "image": args.flags["image"], **command, "resources": {}}
    pods = {"containers": [container], "restartPolicy": args.flags.get("restart") or "OnFailure"}
    manifest = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": name},
        "spec": {
            "schedule": args.flags["schedule"],
            "jobTemplate": {"metadata": {"name": name}, "spec": {"template": {"metadata": {}, "spec": pods}}},
        },
        "status": {},
    }
    return (yield from create_generated(view, args, manifest, doing="failed to create cronjob: "))


CREATE_CRONJOB = Verb(
    name="create cronjob",
    summary="Create a cron job with the specified name",
    usage="create cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...]",
    run=run,
    options=(
        Option(name="image", value="string", summary="Image to run"),
        Option(name="schedule", value="string", summary="When to run it, in the cron format"),
        Option(name="restart", value="string", summary="The job's restart policy: OnFailure or Never"),
        *CREATE_OPTIONS,
    ),
    takes_command=True,
    reads=output_files,
)
