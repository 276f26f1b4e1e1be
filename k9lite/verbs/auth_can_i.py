"""auth can-i: whether an action is allowed, or all that are. Follows kubectl's ``cmd/auth``."""

from collections.abc import Iterator

from engine.access.attributes import Attributes
from engine.access.authorize import authorize, rules_of
from engine.access.seen import require
from engine.errors import UsageError
from engine.kinds import Kind
from engine.printers import render
from engine.printers.describe.access import RULE_HEADERS, rule_rows
from engine.serving import kind_meant
from engine.store.state import State
from k9lite.arguments.options import ALL_NAMESPACES
from k9lite.verb import Args, Option, Run, Say, Verb, View

_VERBS = (
    "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "use", "bind", "impersonate",
    "*", "approve", "sign", "escalate", "attest",
)  # fmt: skip
_PATH_VERBS = ("get", "put", "post", "head", "options", "delete", "patch", "*")
_UNSERVED = ("users", "groups")
"""What may be asked for though nobody can list it: it is impersonated."""


def run(view: View, args: Args) -> Run:
    if args.on("list"):
        return (yield from _list(view, args))
    if len(args.words) != 2:
        raise UsageError(
            "you must specify two arguments: verb resource or verb resource/resourceName.\n"
            "See 'kubectl auth can-i -h' for help and examples."
        )
    if args.on("no-headers"):
        raise UsageError("--no-headers cannot be set without --list specified")
    asked = _asked(args, view.server)
    for warning in _warnings(args, asked, view.server):
        view = yield Say(f"Warning: {warning}\n", error=True)
    _require(view, "selfsubjectaccessreviews")
    decision = authorize(view.server, view.identity, asked)
    if not args.on("quiet"):
        yield Say("yes" if decision.allowed else f"no - {decision.reason}" if decision.reason else "no")
    return 0 if decision.allowed else 1


CAN_I = Verb(
    name="auth can-i",
    summary="Check whether an action is allowed",
    usage="auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
    run=run,
    options=(
        ALL_NAMESPACES,
        Option(name="quiet", short="q", summary="Say nothing; the exit code tells"),
        Option(name="subresource", value="string", summary="A subresource, as in log of pods"),
        Option(name="list", summary="All that is allowed"),
        Option(name="no-headers", summary="Leave the headers of the list out"),
    ),
    writes=False,
)


def _list(view: View, args: Args) -> Run:
    if args.words:
        raise UsageError("list option must be specified with no arguments")
    if args.on("quiet") or args.all_namespaces or args.flags.get("subresource"):
        raise UsageError("list option can't be specified with neither quiet, all-namespaces nor subresource options")
    _require(view, "selfsubjectrulesreviews")
    rows = rule_rows(rules_of(view.server, view.identity, args.namespace))
    headers = () if args.on("no-headers") else RULE_HEADERS
    for line in render(headers, rows):
        yield Say(line)
    return 0


def _require(view: View, resource: str) -> None:
    """Even to ask that is a request."""
    require(view.state, Attributes(verb="create", group="authorization.k8s.io", resource=resource))


def _asked(args: Args, state: State) -> Attributes:
    verb, what = args.words
    subresource = args.flags.get("subresource", "")
    if what.startswith("/"):
        if subresource:
            raise UsageError("--subresource can not be used with NonResourceURL")
        return Attributes(verb=verb, path=what)
    word, _, name = what.partition("/")
    kind = _kind(word, state)
    return Attributes(
        verb=verb,
        group="" if kind is None else kind.group,
        resource=word if kind is None else kind.plural,
        subresource=subresource,
        namespace="" if args.all_namespaces else args.namespace,
        name=name,
    )


def _kind(word: str, state: State) -> Kind | None:
    return None if word == "*" else kind_meant(state, word)


def _warnings(args: Args, asked: Attributes, state: State) -> Iterator[str]:
    if asked.path:
        if asked.verb not in _PATH_VERBS:
            yield f"verb '{asked.verb}' is not a known verb"
        return
    word = args.words[1].partition("/")[0]
    kind = _kind(word, state)
    if kind is None and word != "*" and word.lower() not in _UNSERVED:
        resource, dot, group = word.lower().partition(".")
        yield f"the server doesn't have a resource type '{resource}'" + (f" in group '{group}'" if dot else "")
    if args.all_namespaces:
        return
    if kind is not None and not kind.namespaced:
        yield f"resource '{kind.plural}' is not namespace scoped" + (f" in group '{kind.group}'" if kind.group else "")
    if asked.verb not in _VERBS:
        yield f"verb '{asked.verb}' is not a known verb"
