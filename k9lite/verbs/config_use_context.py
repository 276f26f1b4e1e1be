"""config use-context: which context lines are meant for from now on. Follows kubectl's ``cmd/config``."""

from engine.errors import UsageError
from k9lite.kubeconfig import context_named
from k9lite.verb import Args, Configure, Run, Say, Verb, View
from k9lite.wording import quoted


def run(_view: View, args: Args) -> Run:
    if len(args.words) != 1:
        raise UsageError("Unexpected args: [{}]\nSee 'kubectl config use-context -h' for help and examples".format(
            " ".join(args.words)
        ))
    name = args.words[0]
    if context_named(args.config, name) is None:
        raise UsageError(f"no context exists with the name: {quoted(name)}")
    yield Configure({**args.config, "current-context": name})
    yield Say(f"Switched to context {quoted(name)}.")
    return 0


USE_CONTEXT = Verb(
    name="config use-context",
    summary="Set the current-context in a kubeconfig file",
    usage="config use-context CONTEXT_NAME",
    run=run,
    writes=False,
)
