"""api-versions: every group and version there is. Follows kubectl's ``cmd/apiresources``."""

from engine.errors import UsageError
from engine.kinds import KINDS
from engine.serving import definitions, served_versions
from k9lite.verb import Args, Run, Say, Verb, View


def run(view: View, args: Args) -> Run:
    if args.words:
        raise UsageError(
            f"unexpected arguments: [{' '.join(args.words)}]\nSee 'kubectl api-versions -h' for help and examples"
        )
    own = {kind.api_version for kind in KINDS.values()}
    served = ((each.spec.group, version.name) for each in definitions(view.state) for version in served_versions(each))
    for version in sorted(own | {f"{group}/{name}" for group, name in served}):
        yield Say(version)
    return 0


API_VERSIONS = Verb(
    name="api-versions",
    summary='Print the supported API versions on the server, in the form of "group/version"',
    usage="api-versions",
    run=run,
    writes=False,
)
