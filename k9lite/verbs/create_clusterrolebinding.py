"""create clusterrolebinding: who has a cluster role everywhere. Follows kubectl's ``cmd/create``."""

from k9lite.arguments.access import SUBJECT_OPTIONS, binding, subjects_of
from k9lite.arguments.naming import one_name, require
from k9lite.output.formats import output_files
from k9lite.verb import Args, Option, Run, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated


def run(view: View, args: Args) -> Run:
    require(args, "clusterrole")
    name = one_name(args, "create clusterrolebinding")
    manifest = binding("ClusterRoleBinding", name, "ClusterRole", args.flags["clusterrole"], subjects_of(args))
    return (yield from create_generated(view, args, manifest, doing="failed to create clusterrolebinding: "))


CREATE_CLUSTERROLEBINDING = Verb(
    name="create clusterrolebinding",
    summary="Create a cluster role binding for a particular cluster role",
    usage="create clusterrolebinding NAME --clusterrole=NAME [--user=username] [--group=groupname]",
    run=run,
    options=(
        Option(name="clusterrole", value="string", summary="The ClusterRole it gives"),
        *SUBJECT_OPTIONS,
        *CREATE_OPTIONS,
    ),
    reads=output_files,
)
