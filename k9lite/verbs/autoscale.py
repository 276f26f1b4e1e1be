"""autoscale: a HorizontalPodAutoscaler for what can be scaled. Follows kubectl's ``cmd/autoscale``."""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.api.writes import Create
from engine.errors import K9liteError, UsageError
from engine.kinds import KINDS, Object, Ref, from_manifest, ref_of, to_manifest
from engine.kinds.quantity import parse_quantity
from engine.store.state import State
from k9lite.arguments.flags import number
from k9lite.arguments.options import FILENAME, KUSTOMIZE, RECURSIVE
from k9lite.arguments.selection import naming, slashed_names
from k9lite.arguments.targets import targets
from k9lite.output.formats import Printer, output_files, output_of
from k9lite.verb import Args, Field, Form, Option, Run, Say, Verb, View
from k9lite.wording import tell
from k9lite.writing import CREATE_OPTIONS, result_lines, with_last_applied, written

_SCALABLE = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet")
_UNITS = {"cpu": "m", "memory": "Mi"}
_DEPRECATED = (
    "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for "
    "utilization or '500m' for milliCPU)."
)


def run(view: View, args: Args) -> Run:
    if "cpu-percent" in args.given:
        view = yield Say(_DEPRECATED, error=True)
    _check(args)
    found, printer = targets(view.state, args), Printer(output_of(args))
    failures: list[K9liteError] = list(found.errors)
    if not found.objects and not failures:
        raise UsageError("no objects passed to autoscale")
    is_client = args.flags.get("dry-run") == "client"
    for obj in found.objects:
        try:
            manifest = _autoscaler(obj, args)
            if args.on("save-config"):
                manifest = with_last_applied(manifest)
            wanted = {**manifest, "metadata": {**manifest["metadata"], "namespace": args.namespace}}
            hpa = from_manifest(wanted)
            view, made = yield from written(view, args, Create(hpa), ref_of(hpa))
            shown = (wanted if "namespace" in args.given else manifest) if made is None else to_manifest(made)
            word = "created" if is_client else "autoscaled"
            for line in result_lines(args, printer, shown, word, ordered=True):
                view = yield Say(line)
        except K9liteError as error:
            failures.append(error)
    return (yield from tell(failures))


def form(_state: State, refs: Sequence[Ref]) -> Form:
    return Form(
        title="Autoscale",
        message=f"Scale {naming(refs)} with its load",
        fields=(
            Field(name="min", label="Fewest pods", kind="number", default="1"),
            Field(name="max", label="Most pods", kind="number", default="5"),
            Field(name="cpu", label="CPU of what is requested", default="80%"),
        ),
    )


def argv(refs: Sequence[Ref], answers: Mapping[str, str]) -> list[str]:
    given = [f"--{name}={answers[name]}" for name in ("min", "max", "cpu") if answers.get(name)]
    return ["autoscale", *slashed_names(refs), *given]


AUTOSCALE = Verb(
    name="autoscale",
    summary="Auto-scale a deployment, replica set, stateful set, or replication controller",
    usage="autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]",
    run=run,
    kinds=("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"),
    options=(
        FILENAME, KUSTOMIZE, RECURSIVE,
        Option(name="min", value="int", default="-1", summary="The fewest pods"),
        Option(name="max", value="int", default="-1", summary="The most pods; required"),
        Option(name="cpu-percent", value="int", default="-1", summary="Average CPU use in percent; see --cpu"),
        Option(name="cpu", value="string", summary='Average CPU use: "70%" of what is requested, or "500m"'),
        Option(name="memory", value="string", summary='Average memory use: "60%" of what is requested, or "200Mi"'),
        Option(name="name", value="string", summary="Its name; the object's own without"),
        *CREATE_OPTIONS,
    ),
    reads=output_files,
    form=form,
    argv=argv,
)  # fmt: skip


def _check(args: Args) -> None:
    least, most = number(args, "min"), number(args, "max")
    if most < 1:
        raise UsageError(f"--max=MAXPODS is required and must be at least 1, max: {most}")
    if most < least:
        raise UsageError(f"--max=MAXPODS must be larger or equal to --min=MINPODS, max: {most}, min: {least}")
    if number(args, "cpu-percent") > 0 and args.flags.get("cpu"):
        raise UsageError("--cpu-percent and --cpu are mutually exclusive")
    for resource in _UNITS:
        if args.flags.get(resource):
            _target(args.flags[resource], resource)


def _target(text: str, resource: str) -> dict[str, Any]:
    """A share of what is requested, or an amount; a bare number has a unit of its own."""
    text = text.strip()
    if text.endswith("%"):
        share = text.removesuffix("%")
        if not share.isdigit():
            raise UsageError(f"invalid percentage value: {share}")
        return {"type": "Utilization", "averageUtilization": int(share)}
    try:
        amount = f"{float(text):g}{_UNITS[resource]}"
    except ValueError:
        amount = text
    try:
        parse_quantity(amount)
    except ValueError:
        raise UsageError(f"invalid resource {resource} value: {text}") from None
    return {"type": "AverageValue", "averageValue": amount}


def _autoscaler(obj: Object, args: Args) -> dict[str, Any]:
    kind = KINDS[obj.kind]
    if kind.name not in _SCALABLE:
        raise UsageError(
            f"cannot autoscale a {kind.shown}: could not find scale subresource for {obj.api_version}, "
            f"Resource={kind.plural} in discovery information"
        )
    targets_of = {resource: args.flags[resource] for resource in _UNITS if args.flags.get(resource)}
    if number(args, "cpu-percent") > 0:
        targets_of = {"cpu": f"{number(args, 'cpu-percent')}%", **targets_of}
    metrics = [
        {"type": "Resource", "resource": {"name": resource, "target": _target(text, resource)}}
        for resource, text in targets_of.items()
    ]
    least = number(args, "min")
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": args.flags.get("name") or obj.metadata.name},
        "spec": {
            "scaleTargetRef": {"kind": kind.name, "name": obj.metadata.name, "apiVersion": kind.api_version},
            **({"minReplicas": least} if least > 0 else {}),
            "maxReplicas": number(args, "max"),
            **({"metrics": metrics} if metrics else {}),
        },
        "status": {"desiredReplicas": 0, "currentMetrics": None},
    }
