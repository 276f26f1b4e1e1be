"""config get-contexts, get-clusters and get-users: what the kubeconfig holds. Follows kubectl's ``cmd/config``."""

from engine.errors import K9liteError, UsageError
from engine.printers import render
from k9lite.kubeconfig import context_named
from k9lite.verb import Args, Option, Run, Say, Verb, View
from k9lite.wording import tell


def contexts(_view: View, args: Args) -> Run:
    output = args.flags.get("output", "")
    if output not in ("", "name"):
        raise UsageError(
            f"--output {output} is not available in kubectl config get-contexts; resetting to default output format"
        )
    every = sorted(each["name"] for each in args.config["contexts"])
    failures: list[K9liteError] = [
        UsageError(f"context {name} not found") for name in args.words if name not in every
    ]
    rows = []
    for name in sorted(name for name in args.words if name in every) if args.words else every:
        context = context_named(args.config, name) or {}
        current = "*" if name == args.config.get("current-context") else " "
        rows.append((current, name, context.get("cluster", ""), context.get("user", ""), context.get("namespace", "")))
    if output == "name":
        lines = [row[1] for row in rows]
    else:
        headers = ("CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE")
        lines = render(() if args.on("no-headers") else headers, rows) or render((), [headers])
    for line in lines:
        yield Say(line)
    return (yield from tell(failures))


def clusters(_view: View, args: Args) -> Run:
    yield Say("NAME")
    for each in args.config["clusters"]:
        yield Say(each["name"])
    return 0


def users(_view: View, args: Args) -> Run:
    yield Say("NAME")
    for each in args.config["users"]:
        yield Say(each["name"])
    return 0


GET_CONTEXTS = Verb(
    name="config get-contexts",
    summary="Describe one or many contexts",
    usage="config get-contexts [(-o|--output=)name)]",
    run=contexts,
    options=(
        Option(name="output", short="o", value="string", summary='Only "name": the names alone', choices=("name",)),
        Option(name="no-headers", summary="Leave the headers out"),
    ),
    writes=False,
)
GET_CLUSTERS = Verb(
    name="config get-clusters",
    summary="Display clusters defined in the kubeconfig",
    usage="config get-clusters",
    run=clusters,
    writes=False,
)
GET_USERS = Verb(
    name="config get-users",
    summary="Display users defined in the kubeconfig",
    usage="config get-users",
    run=users,
    writes=False,
)
