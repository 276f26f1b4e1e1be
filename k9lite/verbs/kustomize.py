"""kustomize: the manifests that a kustomization stands for. Follows kubectl's ``kustomize``, kustomize's own build.

Whoever drives it has built them before: a verb touches no file.
"""

from engine.errors import UsageError
from k9lite.verb import Args, Option, Run, Save, Say, Verb, View


def run(_view: View, args: Args) -> Run:
    lines = [line for text in args.files.values() for line in text.splitlines()]
    while lines and lines[0].startswith("# "):
        lines.pop(0)
    if path := args.flags.get("output"):
        yield Save(path, "".join(f"{line}\n" for line in lines).encode())
        return 0
    for line in lines:
        yield Say(line)
    return 0


def folder(args: Args) -> str:
    """Raises UsageError for more than one."""
    if len(args.words) > 1:
        raise UsageError("specify one path to kustomization.yaml")
    return args.words[0] if args.words else "."


KUSTOMIZE_BUILD = Verb(
    name="kustomize",
    summary="Build a kustomization target from a directory",
    usage="kustomize DIR",
    run=run,
    options=(Option(name="output", short="o", value="string", summary="Write the manifests to this file"),),
    writes=False,
    builds=folder,
)
