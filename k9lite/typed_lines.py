"""A kubectl line typed in the console -> what it begins: rows to look at, a screen, or a deed."""

from io import StringIO

from attrs import evolve
from textual.screen import Screen

from engine.errors import ReadOnly
from k9lite.arguments.identity import identity_given, namespace_given
from k9lite.arguments.targets import selector_of, split_words
from k9lite.client import Client
from k9lite.clients.impersonating import acting_as
from k9lite.deeds import Deed, TerminalHands
from k9lite.files.downloading import downloaded
from k9lite.files.reading import Download, read_files, read_named, warned
from k9lite.files.redirection import Redirection, into_file
from k9lite.kubectl import deed_of, parse
from k9lite.looks import look_of_line
from k9lite.resource import Query
from k9lite.verb import Args, Verb
from k9lite.viewing import view_of


def begun(
    client: Client,
    line: list[str],
    into: Redirection | None,
    namespace: str,
    hands: TerminalHands,
    download: Download = downloaded,
    *,
    edits_outside: bool = False,
) -> Deed | Screen[None] | Query:
    """``namespace`` is what a line without ``-n`` means, ``edits_outside`` leaves a manifest to $EDITOR.

    Raises K9liteError: ReadOnly for what would write.

    A line as somebody else opens no screen, since those look at everything.
    """
    verb, args = parse(line, namespace)
    args = evolve(args, config=hands.config())
    args = evolve(args, namespace=args.flags.get("namespace") or namespace_given(verb, args) or args.namespace)
    identity = identity_given(verb, args, client.state, client.now)
    shown = into is None and identity is None
    client = acting_as(client, identity)
    if shown and (query := _watched(verb, args, client)) is not None:
        return query
    looks = shown and not (edits_outside and verb.name == "edit")
    if looks and (look := look_of_line(verb, args, client)) is not None:
        return look
    if verb.writes and client.read_only:
        raise refused(verb)
    files = read_files(verb, args, StringIO(), download)
    args = evolve(args, files=files, read=read_named(verb, args))
    run = warned(verb, args).run(view_of(client), args)
    return Deed(deed_of(line), run if into is None else into_file(run, into), client, hands, writes=verb.writes)


def refused(verb: Verb) -> ReadOnly:
    return ReadOnly(f"{verb.name}: this cluster is read-only here, nothing was changed")


def _watched(verb: Verb, args: Args, client: Client) -> Query | None:
    """``get pods -w``: a pane is a table that keeps up with the cluster. None for what only a terminal shows."""
    output = args.flags.get("output", "")
    if verb.name != "get" or not args.on("watch") or output not in ("", "wide") or args.flags.get("field-selector"):
        return None
    pairs, kinds = split_words(args.words, client.state)
    if len(kinds or pairs) != 1 or len(pairs) > 1:
        return None
    kind, name = pairs[0] if pairs else (kinds[0], "")
    namespace = "" if args.all_namespaces or not kind.namespaced else args.namespace
    selector = args.flags.get("selector", "")
    title = f"-l {selector}" if selector else name
    return Query(
        kind=kind.name, namespace=namespace, name=name, selector=selector_of(args) if selector else None, title=title
    )
