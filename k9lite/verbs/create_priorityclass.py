"""create priorityclass: whose pods go first. Follows kubectl's ``cmd/create``."""

from k9lite.arguments.flags import number
from k9lite.arguments.naming import one_name
from k9lite.output.formats import output_files
from k9lite.verb import Args, Option, Run, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated


def run(view: View, args: Args) -> Run:
    name, description = one_name(args, "create priorityclass"), args.flags.get("description", "")
    manifest = {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": number(args, "value"),
        **({"globalDefault": True} if args.on("global-default") else {}),
        **({"description": description} if description else {}),
        "preemptionPolicy": args.flags["preemption-policy"],
    }
    return (yield from create_generated(view, args, manifest, doing="failed to create priorityclass: "))


CREATE_PRIORITYCLASS = Verb(
    name="create priorityclass",
    summary="Create a priority class with the specified name",
    usage="create priorityclass NAME --value=VALUE --global-default=BOOL",
    run=run,
    options=(
        Option(name="value", value="int", default="0", summary="The higher, the earlier"),
        Option(name="global-default", summary="The class of pods that name none"),
        Option(name="description", value="string", summary="When it should be used"),
        Option(
            name="preemption-policy", value="string", default="PreemptLowerPriority",
            summary="PreemptLowerPriority or Never",
        ),
        *CREATE_OPTIONS,
    ),
    reads=output_files,
)  # fmt: skip
