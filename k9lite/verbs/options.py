"""options: the flags that every verb takes. Follows kubectl's ``cmd/options``."""

from k9lite.kubectl import GLOBAL_OPTIONS, option_line
from k9lite.verb import Args, Run, Say, Verb, View


def run(_view: View, _args: Args) -> Run:
    yield Say("The following options can be passed to any command:")
    for option in sorted(GLOBAL_OPTIONS, key=lambda each: each.name):
        yield Say("")
        yield Say(option_line(option))
        yield Say(f"\t{option.summary}.")
    return 0


OPTIONS = Verb(
    name="options",
    summary="Print the list of flags inherited by all commands",
    usage="options",
    run=run,
    writes=False,
)
