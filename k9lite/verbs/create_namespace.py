"""create namespace. Follows kubectl's ``cmd/create``."""

from k9lite.arguments.naming import one_name
from k9lite.output.formats import output_files
from k9lite.verb import Args, Run, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated


def run(view: View, args: Args) -> Run:
    name = one_name(args, "create namespace")
    manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}, "spec": {}, "status": {}}
    return (yield from create_generated(view, args, manifest))


CREATE_NAMESPACE = Verb(
    name="create namespace",
    summary="Create a namespace with the specified name",
    usage="create namespace NAME",
    run=run,
    options=CREATE_OPTIONS,
    reads=output_files,
)
