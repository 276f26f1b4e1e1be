"""create rolebinding: who has a role in a namespace. Follows kubectl's ``cmd/create``."""

from engine.errors import UsageError
from k9lite.arguments.access import SUBJECT_OPTIONS, binding, subjects_of
from k9lite.arguments.naming import one_name
from k9lite.output.formats import output_files
from k9lite.verb import Args, Option, Run, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated


def run(view: View, args: Args) -> Run:
    name = one_name(args, "create rolebinding")
    cluster_role, role = args.flags.get("clusterrole", ""), args.flags.get("role", "")
    if bool(cluster_role) == bool(role):
        raise UsageError("exactly one of clusterrole or role must be specified")
    kind = "ClusterRole" if cluster_role else "Role"
    manifest = binding("RoleBinding", name, kind, cluster_role or role, subjects_of(args))
    return (yield from create_generated(view, args, manifest, doing="failed to create rolebinding: "))


CREATE_ROLEBINDING = Verb(
    name="create rolebinding",
    summary="Create a role binding for a particular role or cluster role",
    usage="create rolebinding NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname]",
    run=run,
    options=(
        Option(name="clusterrole", value="string", summary="The ClusterRole it gives"),
        Option(name="role", value="string", summary="The Role it gives"),
        *SUBJECT_OPTIONS,
        *CREATE_OPTIONS,
    ),
    reads=output_files,
)
