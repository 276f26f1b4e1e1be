"""``apply --prune``: what an earlier apply made and this one no longer names goes. Follows kubectl's ``cmd/apply``.

Only what carries apply's record, only of kinds on a list, only in the namespaces this apply went to.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from engine.access.attributes import of_object
from engine.access.seen import require
from engine.api.writes import BACKGROUND, FOREGROUND, ORPHAN, Delete
from engine.errors import UsageError
from engine.kinds import KINDS, Kind, Object, Ref, ref_of, to_manifest
from k9lite.arguments.flags import number
from k9lite.arguments.targets import selector_of
from k9lite.output.formats import Printer
from k9lite.verb import Args, Option, Run, Say, Submit, View
from k9lite.writing import LAST_APPLIED, result_lines

PRUNE_OPTIONS = (
    Option(name="prune", summary="Delete what an earlier apply made and is not in the files; with -l or --all"),
    Option(name="all", summary="Consider every object for pruning"),
    Option(
        name="prune-allowlist", value="stringArray", repeats=True,
        summary="Kinds to prune instead of the usual ones, as group/version/kind",
    ),
)  # fmt: skip
_USUAL = (
    "ConfigMap", "Endpoints", "PersistentVolumeClaim", "Pod", "ReplicationController", "Secret", "Service", "Job",
    "CronJob", "Ingress", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet", "Namespace", "PersistentVolume",
)  # fmt: skip
_PROPAGATION: Mapping[str, str] = {"foreground": FOREGROUND, "orphan": ORPHAN, "false": ORPHAN}


def check_prune(args: Args) -> None:
    """Raises UsageError before anything is applied."""
    chooses = bool(args.flags.get("selector"))
    if args.on("all") and chooses:
        raise UsageError("cannot set --all and --selector at the same time")
    if not args.on("prune"):
        return
    if args.on("force"):
        raise UsageError("--force cannot be used with --prune")
    if not args.on("all") and not chooses:
        raise UsageError(
            "all resources selected for prune without explicitly passing --all. To prune all resources, pass the "
            "--all flag. If you did not mean to prune all resources, specify a label selector"
        )
    if args.on("server-side"):
        raise UsageError("--prune is in alpha and doesn't currently work on objects created by server-side apply")


def pruned(view: View, args: Args, printer: Printer, applied: Sequence[Ref]) -> Run:
    """Says what it deletes, kind by kind; in a dry run it deletes nothing."""
    kinds = [_kind_named(text) for text in args.every("prune-allowlist")] or [KINDS[name] for name in _USUAL]
    kept = frozenset(applied)
    homes = sorted({
        *(ref.namespace for ref in applied if ref.namespace),
        *((args.namespace,) if "namespace" in args.given else ()),
    })
    for obj in list(_superfluous(view, args, kinds, homes, kept)):
        grace = number(args, "grace-period")
        propagation = _PROPAGATION.get(args.flags["cascade"], BACKGROUND)
        wanted = Delete(ref=ref_of(obj), grace_seconds=grace if grace >= 0 else None, propagation=propagation)
        if args.flags.get("dry-run") not in ("client", "server"):
            view = yield Submit((wanted,))
        for line in result_lines(args, printer, to_manifest(obj), "pruned"):
            view = yield Say(line)
    return 0


def _superfluous(
    view: View, args: Args, kinds: Sequence[Kind], homes: Sequence[str], kept: Collection[Ref]
) -> Iterator[Object]:
    """Namespace by namespace, then what is in none. Raises Forbidden for a kind that may not be listed."""
    wanted = selector_of(args)
    places = [(kind, home) for home in homes for kind in kinds if kind.namespaced]
    places += [(kind, "") for kind in kinds if not kind.namespaced]
    for kind, home in places:
        require(view.state, of_object("list", Ref(kind.name, home, ""), kind=kind))
        for obj in view.server.objects(kind.name, home):
            labels = obj.metadata.labels
            if LAST_APPLIED in obj.metadata.annotations and ref_of(obj) not in kept and wanted.matches(labels):
                yield obj


def _kind_named(text: str) -> Kind:
    """``apps/v1/Deployment``, ``core/v1/Pod``."""
    parts = text.split("/")
    if len(parts) != 3:
        raise UsageError(f"invalid GroupVersionKind format: {text}, please follow <group/version/kind>")
    group, version, name = parts
    api_version = version if group in ("", "core") else f"{group}/{version}"
    kind = KINDS.get(name)
    if kind is None or kind.api_version != api_version:
        raise UsageError(f'no matches for kind "{name}" in version "{api_version}"')
    return kind
