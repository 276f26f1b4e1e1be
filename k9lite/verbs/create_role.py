"""create role: what may be done to which resources of a namespace. Follows kubectl's ``cmd/create``."""

from engine.errors import UsageError
from k9lite.arguments.access import RBAC, RULE_OPTIONS, odd_verbs, rules_of, verbs_of
from k9lite.arguments.naming import one_name
from k9lite.output.formats import output_files
from k9lite.verb import Args, Run, Say, Verb, View
from k9lite.writing import CREATE_OPTIONS, create_generated


def run(view: View, args: Args) -> Run:
    name, verbs = one_name(args, "create role"), verbs_of(args)
    if not verbs:
        raise UsageError("at least one verb must be specified")
    for warning in odd_verbs(verbs):
        view = yield Say(warning, error=True)
    if not args.listed("resource"):
        raise UsageError("at least one resource must be specified")
    manifest = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "Role",
        "metadata": {"name": name},
        "rules": rules_of(view.state, args, verbs),
    }
    return (yield from create_generated(view, args, manifest))


CREATE_ROLE = Verb(
    name="create role",
    summary="Create a role with single rule",
    usage="create role NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename]",
    run=run,
    options=(*RULE_OPTIONS, *CREATE_OPTIONS),
    reads=output_files,
)
