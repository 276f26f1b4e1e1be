"""``--subresource``: an object seen through its ``status`` or its ``scale``. Follows autoscaling/v1's Scale."""

from collections.abc import Sequence
from typing import Any

from engine.api.custom.scale import scale_of
from engine.errors import NotFound
from engine.kinds import Object, to_manifest
from engine.printers import render
from engine.printers.durations import age
from engine.serving import scale_paths
from engine.store.state import State
from k9lite.arguments.jsonpath import mapping_at
from k9lite.verb import Args, Option

SUBRESOURCE = Option(name="subresource", value="string", summary="See only this part of it: status or scale")
_SCALABLE = ("Deployment", "ReplicaSet", "ReplicationController", "StatefulSet")
_MISSING = "the server could not find the requested resource"


def subresource_of(args: Args) -> str:
    """"", status or scale. Raises NotFound for any other."""
    name = args.flags.get("subresource", "")
    if name not in ("", "status", "scale"):
        raise NotFound(_MISSING)
    return name


def scale_manifest(obj: Object, state: State) -> dict[str, Any]:
    """``state`` knows the custom kinds. Raises NotFound for what cannot be scaled."""
    paths = scale_paths(state, obj.kind)
    if paths is not None:
        return scale_of(to_manifest(obj), paths)
    if obj.kind not in _SCALABLE:
        raise NotFound(_MISSING)
    manifest = to_manifest(obj)
    meta, spec, status = (mapping_at(manifest, part) for part in ("metadata", "spec", "status"))
    selector = mapping_at(spec, "selector")
    labels = selector if obj.kind == "ReplicationController" else mapping_at(selector, "matchLabels")
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    return {
        "apiVersion": "autoscaling/v1",
        "kind": "Scale",
        "metadata": {key: meta[key] for key in kept if key in meta},
        "spec": {"replicas": spec.get("replicas", 1)},
        "status": {
            "replicas": status.get("replicas", 0),
            "selector": ",".join(f"{key}={labels[key]}" for key in sorted(labels)),
        },
    }


def scale_lines(objects: Sequence[Object], state: State, now: int) -> list[str]:
    """The table of scales."""
    rows = []
    for obj in objects:
        scale = scale_manifest(obj, state)
        counts = str(scale["spec"]["replicas"]), str(scale["status"]["replicas"])
        rows.append((obj.metadata.name, *counts, age(obj, now)))
    return render(("NAME", "DESIRED", "AVAILABLE", "AGE"), rows)
