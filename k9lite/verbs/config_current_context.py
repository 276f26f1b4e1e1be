"""config current-context: which context lines are meant for. Follows kubectl's ``cmd/config``."""

from engine.errors import UsageError
from k9lite.verb import Args, Run, Say, Verb, View


def run(_view: View, args: Args) -> Run:
    name = args.config.get("current-context", "")
    if not name:
        raise UsageError("current-context is not set")
    yield Say(name)
    return 0


CURRENT_CONTEXT = Verb(
    name="config current-context",
    summary="Display the current-context",
    usage="config current-context",
    run=run,
    writes=False,
)
