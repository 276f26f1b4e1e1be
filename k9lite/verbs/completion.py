"""completion: a script for a shell, which completes lines of k9lite kubectl. Follows kubectl's ``cmd/completion``."""

from k9lite.completing import script_of
from k9lite.verb import Args, Run, Say, Verb, View


def run(_view: View, args: Args) -> Run:
    for line in script_of(args).splitlines():
        yield Say(line)
    return 0


COMPLETION = Verb(
    name="completion",
    summary="Output shell completion code for the specified shell (bash, zsh, fish)",
    usage="completion SHELL",
    run=run,
    writes=False,
)
