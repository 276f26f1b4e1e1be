"""A kubectl line typed in the console -> the deed it begins."""

from io import StringIO

from attrs import evolve

from engine.errors import ReadOnly
from k9lite.client import Client
from k9lite.deeds import Deed, TerminalHands
from k9lite.drive import read_files, read_named
from k9lite.kubectl import deed_of
from k9lite.redirection import Redirection, into_file
from k9lite.verb import Args, Verb, View


def deed_for(
    client: Client, verb: Verb, args: Args, line: list[str], into: Redirection | None, hands: TerminalHands | None
) -> Deed:
    """Not begun yet. Raises K9liteError: ReadOnly for what would write, UsageError for files that are not there."""
    if verb.writes and client.read_only:
        raise refused(verb)
    args = evolve(args, files=read_files(args, StringIO()), read=read_named(verb, args))
    run = verb.run(View(client.state, client.now), args)
    return Deed(deed_of(line), run if into is None else into_file(run, into), client, hands)


def refused(verb: Verb) -> ReadOnly:
    return ReadOnly(f"{verb.name}: this cluster is read-only here, nothing was changed")
