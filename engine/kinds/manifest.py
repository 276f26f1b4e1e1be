"""An object <-> its manifest: the JSON-shaped mapping with apiVersion and kind, and YAML text of it (yaml_text.py).

This is the one format: the log, ``get -o yaml`` and files that are applied all carry it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.errors import BadRequest
from engine.kinds.cluster_objects import Unmodelled
from engine.kinds.codec import Classes, DecodeError, decode, encode
from engine.kinds.conversion import converted
from engine.kinds.meta import Object, ObjectMeta
from engine.kinds.registry import KINDS, custom_name


def to_manifest(obj: Object, shared: Classes = frozenset()) -> dict[str, Any]:
    """Its own to change; with parts of the ``shared`` classes encoded once, for who only reads it."""
    head: dict[str, Any] = {"apiVersion": obj.api_version, "kind": obj.kind}
    if isinstance(obj, Unmodelled):
        head["kind"] = obj.kind.partition(".")[0]
        return {**head, "metadata": encode(obj.metadata, shared), **obj.body}
    return {**head, **encode(obj, shared)}


def from_manifest(data: Mapping[str, Any]) -> Object:
    """The object a manifest describes. Raises BadRequest in the API server's words."""
    data = converted(data)
    kind_name, version = data.get("kind"), data.get("apiVersion")
    if not isinstance(kind_name, str) or not kind_name:
        raise BadRequest("Object 'Kind' is missing in the manifest")
    if not isinstance(version, str) or not version:
        raise BadRequest(f"Object 'apiVersion' is missing in the manifest of a {kind_name}")
    kind = KINDS.get(kind_name)
    if kind is None or kind.api_version != version:
        if custom := custom_name(kind_name, version):
            return _custom_object(custom, version, data)
        raise BadRequest(
            f'no matches for kind "{kind_name}" in version "{version}"'
            + (f" (this cluster serves it as {kind.api_version})" if kind else "")
        )
    body = {key: value for key, value in data.items() if key not in ("kind", "apiVersion")}
    try:
        if kind.cls is Unmodelled:
            metadata = decode(ObjectMeta, body.pop("metadata", None) or {})
            return Unmodelled(kind=kind_name, api_version=version, metadata=metadata, body=body)
        body.setdefault("metadata", {})
        return decode(kind.cls, body)  # type: ignore[no-any-return]  # each cls in KINDS is an Object
    except DecodeError as error:
        error.path.append(kind_name)
        short = version.rpartition("/")[2]
        raise BadRequest(f'{kind_name} in version "{short}" cannot be handled as a {kind_name}: {error}') from None


def _custom_object(name: str, version: str, data: Mapping[str, Any]) -> Unmodelled:
    """An object of a custom kind, whose definition need not be known to read it."""
    body = {key: value for key, value in data.items() if key not in ("kind", "apiVersion", "metadata")}
    try:
        metadata = decode(ObjectMeta, data.get("metadata") or {})
        return Unmodelled(kind=name, api_version=version, metadata=metadata, body=body)
    except DecodeError as error:
        error.path.append("metadata")
        raise BadRequest(f"{data['kind']} in version \"{version}\" cannot be handled: {error}") from None


def to_yaml(obj: Object) -> str:
    """YAML with sorted keys, as ``kubectl get -o yaml`` prints it."""
    return dump_yaml(to_manifest(obj))


def dump_yaml(data: Any) -> str:
    from engine.kinds.yaml_text import dumped  # to import what knows YAML takes longer than many a command

    return dumped(data)


def load_yaml(text: str, source: str) -> Iterator[dict[str, Any]]:
    """The manifests in a YAML or JSON stream; a List gives its items. Raises ManifestError naming ``source``."""
    from engine.kinds.yaml_text import loaded

    return loaded(text, source)
