"""describe: everything about an object, in the engine's words. Follows kubectl's ``cmd/describe``."""

from collections.abc import Mapping, Sequence

from engine.access.seen import quietly
from engine.errors import NotFound, UsageError
from engine.kinds import Object, Ref
from k9lite.arguments.options import ALL_NAMESPACES, CHUNK_SIZE, FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR
from k9lite.arguments.selection import kind_and_names
from k9lite.arguments.targets import kinds_of, namespace_of, targets
from k9lite.verb import Args, Option, Run, Say, Verb, View
from k9lite.wording import tell


def run(view: View, args: Args) -> Run:
    if not args.words and not args.files:
        raise UsageError(
            'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list '
            "of supported resources."
        )
    from engine.printers.describe import describe  # a file for each kind; the key comes without

    found = targets(view.state, args, everything=True)
    objects, errors = found.objects, found.errors
    by_prefix = len(args.words) == 2 and len(errors) == 1 and isinstance(errors[0], NotFound)
    if by_prefix:
        objects = _with_prefix(view, args)
        errors = () if objects else errors
    alone = len(objects) == 1 and not errors and not by_prefix
    show_events = args.on("show-events") and (alone or "show-events" in args.given)
    for index, obj in enumerate(objects):
        for _ in range(0 if by_prefix or not index else 2):
            yield Say("")
        lines = describe(obj, quietly(view.state), view.now)
        for line in lines if show_events else _without_events(lines):
            yield Say(line)
        if by_prefix:
            yield Say("")
    if not objects and not errors:
        everywhere = args.all_namespaces
        yield Say(
            "No resources found" if everywhere else f"No resources found in {args.namespace} namespace.",
            error=True,
        )
    return (yield from tell(errors))


def argv(refs: Sequence[Ref], _answers: Mapping[str, str]) -> list[str]:
    return ["describe", *kind_and_names(refs)]


DESCRIBE = Verb(
    name="describe",
    summary="Show details of one object or several",
    usage="describe (TYPE [NAME_PREFIX | -l label] | TYPE/NAME | -f FILENAME)",
    run=run,
    options=(
        ALL_NAMESPACES, SELECTOR, FILENAME, KUSTOMIZE, RECURSIVE, CHUNK_SIZE,
        Option(name="show-events", default="true", summary="Show events too; of several objects only when given"),
    ),
    key="d",
    argv=argv,
    writes=False,
)  # fmt: skip


def _with_prefix(view: View, args: Args) -> tuple[Object, ...]:
    """kubectl takes any two words for a kind and a prefix, ``pod/a pod/b`` too: that matches nothing."""
    if "/" in args.words[0]:
        return ()
    kind, prefix = kinds_of(args.words[0], view.state)[0], args.words[1]
    objects = view.state.objects(kind.name, namespace_of(kind, args))
    return tuple(obj for obj in objects if obj.metadata.name.startswith(prefix))


def _without_events(lines: Sequence[str]) -> Sequence[str]:
    """Events are the last section."""
    for at in range(len(lines) - 1, -1, -1):
        if lines[at].startswith("Events:"):
            return lines[:at]
    return lines
