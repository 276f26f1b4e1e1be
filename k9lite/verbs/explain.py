"""explain: what a kind is, and what its fields are for. Follows kubectl's ``cmd/explain``."""

from engine.errors import UsageError
from engine.kinds import Kind
from engine.serving import kind_meant
from engine.store.state import State
from k9lite.arguments.flags import number
from k9lite.arguments.targets import resource_type
from k9lite.explaining.custom import types_of
from k9lite.explaining.layout import explained
from k9lite.verb import Args, Option, Run, Say, Verb, View

_SUGGESTION = 'Use "kubectl api-resources" for a complete list of supported resources.'


def run(view: View, args: Args) -> Run:
    if not args.words:
        raise UsageError(f"You must specify the type of resource to explain. {_SUGGESTION}\n")
    if len(args.words) > 1:
        raise UsageError("We accept only this format: explain RESOURCE\n")
    depth = number(args, "max-depth")
    if depth > 0 and not args.on("recursive"):
        raise UsageError("--max-depth requires --recursive")
    if depth < 0:
        raise UsageError("--max-depth must be non-negative")
    output = args.flags["output"]
    if output not in ("plaintext", "plaintext-openapiv2"):
        raise UsageError(f"unrecognized format: {output}")
    kind, path = _kind_and_path(args.words[0], view.state)
    version = args.flags.get("api-version", "")
    if version not in ("", kind.api_version):
        group, _, short = version.rpartition("/")
        raise UsageError(f'couldn\'t find resource for "{group}/{short}, Resource={kind.plural}"')
    types = types_of(view.state, kind)
    for line in explained(kind, path, recursive=args.on("recursive"), depth=depth, types=types):
        yield Say(line)
    return 0


EXPLAIN = Verb(
    name="explain",
    summary="Get documentation for a resource",
    usage="explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group]",
    run=run,
    options=(
        Option(name="recursive", summary="Print the fields of fields as well, without their texts"),
        Option(name="max-depth", value="int", default="0", summary="How deep --recursive goes; 0 for all the way"),
        Option(name="api-version", value="string", summary="The version of the API, as in apps/v1"),
        Option(name="output", short="o", value="string", default="plaintext", summary="plaintext"),
    ),
    writes=False,
)


def _kind_and_path(word: str, state: State) -> tuple[Kind, list[str]]:
    """``deployments.apps.spec.template`` -> its kind, and the fields behind it."""
    parts = [part for part in word.split(".") if part]
    for length in range(min(len(parts), 4), 0, -1):
        kind = kind_meant(state, ".".join(parts[:length]))
        if kind is not None:
            return kind, parts[length:]
    return resource_type(parts[0] if parts else word, state), []
