"""scale: sets the number of replicas. Follows kubectl's ``cmd/scale`` and ``pkg/scale``."""

from collections.abc import Generator, Mapping, Sequence

from engine.api.custom.scale import replicas_at
from engine.errors import K9liteError, NotFound, UsageError
from engine.kinds import Object, Ref, to_manifest
from engine.kinds.node_pool import NodePool
from engine.serving import scale_paths
from engine.store.state import State
from k9lite.arguments.flags import number
from k9lite.arguments.jsonpath import mapping_at
from k9lite.arguments.options import ALL, FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR
from k9lite.arguments.selection import naming, slashed_names
from k9lite.arguments.targets import targets
from k9lite.output.formats import Printer, output_files, output_of
from k9lite.verb import Args, Field, Form, Option, Run, Say, Step, Verb, View
from k9lite.wording import tell
from k9lite.writing import result_lines
from k9lite.writing.patching import PATCH_OPTIONS, RESOURCE_VERSION, of_version, patched, recorded

SCALABLE = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "NodePool")


def run(view: View, args: Args) -> Run:
    replicas, expected = number(args, "replicas"), number(args, "current-replicas")
    if replicas < 0:
        raise UsageError("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")
    if expected < -1:
        raise UsageError("The --current-replicas must specify an integer of -1 or greater")
    found, printer = targets(view.state, args), Printer(output_of(args))
    failures: list[K9liteError] = list(found.errors)
    if not found.objects and not failures:
        raise UsageError("no objects passed to scale")
    for obj in found.objects:
        try:
            view = yield from _scale(view, printer, obj, replicas, args)
        except K9liteError as error:
            # The first refusal ends the command; what was missing is then not told.
            failures = [error]
            break
    return (yield from tell(failures))


def form(state: State, refs: Sequence[Ref]) -> Form:
    found = [obj for ref in refs if (obj := state.get(ref)) is not None]
    counts = sorted({replicas_of(obj) for obj in found})
    message = f"Replicas of {naming(refs)}"
    if len(counts) > 1:
        message += f" (now {', '.join(map(str, counts))})"
    default = str(counts[0]) if counts else "1"
    return Form(
        title="Scale",
        message=message,
        fields=(Field(name="replicas", label="Replicas", kind="number", default=default),),
    )


def argv(refs: Sequence[Ref], answers: Mapping[str, str]) -> list[str]:
    return ["scale", *slashed_names(refs), f"--replicas={answers.get('replicas', '')}"]


SCALE = Verb(
    name="scale",
    summary="Set a new size for a deployment, replica set or replication controller",
    usage="scale --replicas=COUNT TYPE NAME",
    run=run,
    options=(
        Option(name="replicas", value="int", default="-1", summary="The new number of replicas; required"),
        Option(
            name="current-replicas", value="int", default="-1",
            summary="Scale only if the number is this now; -1 for any",
        ),
        ALL, SELECTOR, FILENAME, KUSTOMIZE, RECURSIVE, RESOURCE_VERSION,
        Option(name="timeout", value="duration", default="0s", summary="Taken and not used: it is done at once"),
        *PATCH_OPTIONS,
    ),
    reads=output_files,
    kinds=SCALABLE,
    key="S",
    form=form,
    argv=argv,
)  # fmt: skip


def replicas_of(obj: Object) -> int:
    """The wanted number; where none is written what there is of a pool, and else 1, as the API server defaults it."""
    there = obj.status.replicas if isinstance(obj, NodePool) else 1
    replicas = mapping_at(to_manifest(obj), "spec").get("replicas", there)
    return replicas if isinstance(replicas, int) else 1


def _scale(
    view: View, printer: Printer, obj: Object, replicas: int, args: Args
) -> Generator[Step, View, View]:
    paths = scale_paths(view.state, obj.kind)
    if obj.kind not in SCALABLE and paths is None:
        raise NotFound("the server could not find the requested resource")
    expected = number(args, "current-replicas")
    now = replicas_of(obj) if paths is None else replicas_at(to_manifest(obj), paths.spec_replicas_path)
    if expected not in (-1, now) and args.flags["dry-run"] == "none":
        raise UsageError(f"Expected replicas to be {expected}, was {now}")
    body = of_version(args, obj, recorded(args, {"spec": {"replicas": replicas}}))
    # The cause is an annotation, which a scale has not.
    part = "" if args.on("record") and paths is None else "scale"
    view, manifest = yield from patched(view, args, obj, body, "merge", part)
    for line in result_lines(args, printer, manifest, "scaled"):
        view = yield Say(line)
    return view
