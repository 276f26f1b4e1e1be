"""api-versions: every group and version there is. Follows kubectl's ``cmd/apiresources``."""

from engine.errors import UsageError
from engine.kinds import KINDS
from k9lite.verb import Args, Run, Say, Verb, View


def run(_view: View, args: Args) -> Run:
    if args.words:
        raise UsageError(
            f"unexpected arguments: [{' '.join(args.words)}]\nSee 'kubectl api-versions -h' for help and examples"
        )
    for version in sorted({kind.api_version for kind in KINDS.values()}):
        yield Say(version)
    return 0


API_VERSIONS = Verb(
    name="api-versions",
    summary='Print the supported API versions on the server, in the form of "group/version"',
    usage="api-versions",
    run=run,
    writes=False,
)
