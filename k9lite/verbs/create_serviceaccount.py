"""create serviceaccount. Follows kubectl's ``cmd/create``."""

from k9lite.arguments.naming import one_name
from k9lite.output.formats import output_files
from k9lite.verb import Args, Run, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated


def run(view: View, args: Args) -> Run:
    name = one_name(args, "create serviceaccount")
    manifest = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}}
    return (yield from create_generated(view, args, manifest, doing="failed to create serviceaccount: "))


CREATE_SERVICEACCOUNT = Verb(
    name="create serviceaccount",
    summary="Create a service account with the specified name",
    usage="create serviceaccount NAME",
    run=run,
    options=CREATE_OPTIONS,
    reads=output_files,
)
