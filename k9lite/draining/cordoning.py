"""Marking nodes unschedulable and back, for cordon, uncordon and drain: kubectl's ``pkg/drain/cordon.go``."""

from collections.abc import Generator, Sequence

from engine.api.selectors import parse_label_selector
from engine.api.writes import Patch
from engine.errors import ApiError, K9liteError, NotFound, UsageError
from engine.kinds import Node, ref_of
from engine.store.state import State
from k9lite.verb import Args, Run, Say, Step, Submit, View
from k9lite.wording import dry_run_suffix, tell


def nodes_named(state: State, args: Args, verb: str) -> tuple[list[Node], list[K9liteError]]:
    """The nodes given by name or ``--selector``, and those that are not there. Raises UsageError."""
    selector = args.flags.get("selector", "")
    if not args.words and not selector:
        raise UsageError(f"USAGE: {verb} NODE [flags]\nSee 'kubectl {verb} -h' for help and examples")
    if args.words and selector:
        raise UsageError(
            "error: cannot specify both a node name and a --selector option\n"
            f"See 'kubectl {verb} -h' for help and examples"
        )
    if selector:
        wanted = parse_label_selector(selector)
        return [node for node in state.all(Node) if wanted.matches(node.metadata.labels)], []
    nodes: list[Node] = []
    missing: list[K9liteError] = []
    for word in args.words:
        name = word.removeprefix("node/").removeprefix("nodes/").removeprefix("no/")
        found = state.find(Node, name)
        if found is None:
            missing.append(NotFound(f'nodes "{name}" not found'))
        else:
            nodes.append(found)
    return nodes, missing


def cordon_or_uncordon(view: View, args: Args, verb: str) -> Run:
    """The whole of cordon and uncordon: kubectl looks all nodes up before it changes one."""
    nodes, missing = nodes_named(view.state, args, verb)
    if missing:
        return (yield from tell(missing[:1]))
    yield from mark(view, nodes, args, unschedulable=verb != "uncordon")
    return 0


def mark(view: View, nodes: Sequence[Node], args: Args, *, unschedulable: bool) -> Generator[Step, View, View]:
    """A refusal is told and does not stop the rest, nor does it change the exit code: kubectl's way.

    Ends with the newest View.
    """
    word = "cordoned" if unschedulable else "uncordoned"
    for node in nodes:
        name = node.metadata.name
        if node.spec.unschedulable == unschedulable:
            view = yield Say(f"node/{name} already {word}{dry_run_suffix(args)}")
            continue
        if not dry_run_suffix(args):
            try:
                yield Submit((Patch(ref_of(node), {"spec": {"unschedulable": unschedulable or None}}, "merge"),))
            except ApiError as error:
                view = yield Say(f'error: unable to {word[:-2]} node "{name}": {error}', error=True)
                continue
        view = yield Say(f"node/{name} {word}{dry_run_suffix(args)}")
    return view
