"""proxy: the API on a real port of this machine, as the operator sees it. Follows kubectl's ``cmd/proxy``."""

import re

from engine.errors import UsageError
from engine.kinds import Ref
from k9lite.arguments.flags import number
from k9lite.verb import ApiPaths, Args, Listen, Option, Run, Say, Verb, View, Wait

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def run(_view: View, args: Args) -> Run:
    if args.words:
        raise UsageError(f"unknown command \"{args.words[0]}\" for \"kubectl proxy\"")
    address = args.flags["address"]
    if address not in _LOOPBACK and not address.startswith("127."):
        raise UsageError(f"--address {address}: only this machine's own addresses are listened on here (127.0.0.1)")
    port = number(args, "port")
    if not 0 <= port <= 65535:
        raise UsageError(f"listen tcp: address {port}: invalid port")
    address = "127.0.0.1" if address == "localhost" else address
    view = yield Listen(Ref("", "", ""), "", ((port, 0),), address, _paths(args))
    shown = f"[{address}]" if ":" in address else address
    view = yield Say(f"Starting to serve on {shown}:{view.text.partition('>')[0]}")
    while True:
        yield Wait(1, following=True)


def _paths(args: Args) -> ApiPaths:
    prefix = args.flags["api-prefix"]
    if not prefix.startswith("/"):
        prefix = f"/{prefix}"
    if args.on("disable-filter"):
        return ApiPaths(f"{prefix.rstrip('/')}/", ("",), (), (), ("",))
    return ApiPaths(
        f"{prefix.rstrip('/')}/",
        _patterns(args, "accept-paths"),
        _patterns(args, "reject-paths"),
        _patterns(args, "reject-methods"),
        _patterns(args, "accept-hosts"),
    )


def _patterns(args: Args, flag: str) -> tuple[str, ...]:
    """Go's and Python's regular expressions agree in all that is usual. Raises UsageError."""
    found = tuple(each for each in args.flags[flag].split(",") if each)
    for each in found:
        try:
            re.compile(each)
        except re.error as error:
            raise UsageError(f"error parsing regexp: {error}: `{each}`") from None
    return found


PROXY = Verb(
    name="proxy",
    summary="Run a proxy to the Kubernetes API server",
    usage="proxy [--port=PORT] [--api-prefix=prefix]",
    run=run,
    options=(
        Option(name="port", short="p", value="int", default="8001", summary="Where to listen; 0 for any that is free"),
        Option(name="address", value="string", default="127.0.0.1", summary="Where to listen: only on loopback here"),
        Option(name="api-prefix", value="string", default="/", summary="Under which path the API is served"),
        Option(
            name="accept-hosts", value="string", summary="Hosts let in",
            default=r"^localhost$,^127\.0\.0\.1$,^\[::1\]$",
        ),
        Option(name="accept-paths", value="string", default="^.*", summary="Paths let in"),
        Option(
            name="reject-paths", value="string", summary="Paths not let in",
            default="^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach",
        ),
        Option(name="reject-methods", value="string", default="^$", summary="Methods not let in"),
        Option(name="disable-filter", summary="Let everything in: anything on this machine may ask"),
    ),
)  # fmt: skip
