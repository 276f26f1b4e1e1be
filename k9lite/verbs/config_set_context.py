"""config set-context, rename-context and delete-context. Follows kubectl's ``cmd/config``."""

from typing import Any

from engine.errors import UsageError
from k9lite.kubeconfig import context_named
from k9lite.verb import Args, Configure, Option, Run, Say, Verb, View
from k9lite.wording import quoted


def set_context(_view: View, args: Args) -> Run:
    current = args.on("current")
    if len(args.words) > 1 or (not args.words and not current):
        raise UsageError("you must specify a non-empty context name or --current")
    if args.words and current:
        raise UsageError("you cannot specify both a context name and --current")
    name = args.config.get("current-context", "") if current else args.words[0]
    if current and not name:
        raise UsageError("no current context is set")
    found = context_named(args.config, name)
    if current and found is None:
        raise UsageError(f"current context {quoted(name)} does not exist")
    cluster = args.config["clusters"][0]["name"] if args.config["clusters"] else ""
    context: dict[str, Any] = dict(found) if found is not None else {"cluster": cluster, "user": ""}
    for flag in ("cluster", "user", "namespace"):
        if flag in args.given:
            context[flag] = args.flags[flag]
    if not context.get("namespace"):
        context.pop("namespace", None)
    others = [each for each in args.config["contexts"] if each["name"] != name]
    changed = sorted([*others, {"name": name, "context": context}], key=lambda each: str(each["name"]))
    yield Configure({**args.config, "contexts": changed})
    yield Say(f"Context {quoted(name)} {'created' if found is None else 'modified'}.")
    return 0


def rename(_view: View, args: Args) -> Run:
    if len(args.words) != 2:
        more = "See 'kubectl config rename-context -h' for help and examples"
        raise UsageError(f"accepts 2 arg(s), received {len(args.words)}\n{more}")
    old, new = args.words
    if context_named(args.config, old) is None:
        raise UsageError(f'cannot rename the context {quoted(old)}, it\'s not in the kubeconfig')
    if context_named(args.config, new) is not None:
        raise UsageError(f"cannot rename the context {quoted(old)}, the context {quoted(new)} already exists")
    contexts = [{**each, "name": new} if each["name"] == old else each for each in args.config["contexts"]]
    current = args.config.get("current-context", "")
    yield Configure({**args.config, "contexts": contexts, "current-context": new if current == old else current})
    yield Say(f"Context {quoted(old)} renamed to {quoted(new)}.")
    return 0


def delete(_view: View, args: Args) -> Run:
    if len(args.words) != 1:
        raise UsageError("you must specify one context\nSee 'kubectl config delete-context -h' for help and examples")
    name = args.words[0]
    if context_named(args.config, name) is None:
        raise UsageError(f"cannot delete context {name}, not in the kubeconfig")
    if args.config.get("current-context") == name:
        yield Say(_ACTIVE, error=True)
    contexts = [each for each in args.config["contexts"] if each["name"] != name]
    yield Configure({**args.config, "contexts": contexts})
    yield Say(f"deleted context {name} from the kubeconfig")
    return 0


_ACTIVE = (
    'warning: this removed your active context, use "kubectl config use-context" to select a different one'
)

SET_CONTEXT = Verb(
    name="config set-context",
    summary="Set a context entry in kubeconfig",
    usage="config set-context [NAME | --current] [--cluster=cluster] [--user=user] [--namespace=namespace]",
    run=set_context,
    options=(
        Option(name="current", summary="The current context"),
        Option(name="cluster", value="string", summary="Which cluster it leads to: there is one here"),
        Option(name="user", value="string", summary="Who speaks to the cluster"),
    ),
    writes=False,
)
RENAME_CONTEXT = Verb(
    name="config rename-context",
    summary="Rename a context from the kubeconfig file",
    usage="config rename-context CONTEXT_NAME NEW_NAME",
    run=rename,
    writes=False,
)
DELETE_CONTEXT = Verb(
    name="config delete-context",
    summary="Delete the specified context from the kubeconfig",
    usage="config delete-context NAME",
    run=delete,
    writes=False,
)
