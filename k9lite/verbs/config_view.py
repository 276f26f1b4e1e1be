"""config view: the kubeconfig, without its secrets. Follows kubectl's ``cmd/config``."""

from engine.errors import UsageError
from k9lite.arguments.options import OUTPUT
from k9lite.kubeconfig import context_named, redacted
from k9lite.output.formats import ALLOW_MISSING, MANAGED, TEMPLATE, Printer, output_files, output_of
from k9lite.verb import Args, Option, Run, Say, Verb, View


def run(_view: View, args: Args) -> Run:
    if args.words:
        raise UsageError(f"unknown command \"{args.words[0]}\" for \"kubectl config view\"")
    config = dict(args.config)
    if args.on("minify"):
        name = config.get("current-context", "")
        context = context_named(config, name)
        if context is None:
            raise UsageError("current-context must exist in order to minify")
        config["contexts"] = [each for each in config["contexts"] if each["name"] == name]
        config["clusters"] = [each for each in config["clusters"] if each["name"] == context.get("cluster")]
        config["users"] = [each for each in config["users"] if each["name"] == context.get("user")]
    shown = config if args.on("raw") or args.on("flatten") else redacted(config)
    for line in Printer(output_of(args)).lines(shown, ordered=True):
        yield Say(line)
    return 0


CONFIG_VIEW = Verb(
    name="config view",
    summary="Display merged kubeconfig settings or a specified kubeconfig file",
    usage="config view",
    run=run,
    options=(
        Option(name="minify", summary="Only what the current context needs"),
        Option(name="flatten", summary="With the certificates themselves"),
        Option(name="raw", summary="With the secrets"),
        Option(name=OUTPUT.name, short="o", value="string", default="yaml", summary=OUTPUT.summary),
        TEMPLATE, ALLOW_MISSING, MANAGED,
    ),
    writes=False,
    reads=output_files,
)  # fmt: skip
