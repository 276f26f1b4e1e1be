"""``configMapGenerator`` and ``secretGenerator``: what a folder's files and literals make, and how that merges.

Follows kustomize's ``api/internal/generators`` and ``api/kv``.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve

from engine.errors import UsageError
from k9lite.arguments.content_hash import with_hash
from k9lite.arguments.sources import env_lines
from k9lite.kustomizing.folders import Folder
from k9lite.kustomizing.resource import Data, Resource, with_data, with_metadata

_LINE_LENGTH = 70
"""Longer values of a Secret are broken into lines."""


def generated(kustomization: Data, folder: Folder) -> list[Resource]:
    """Raises UsageError for files that are not there."""
    common = kustomization.get("generatorOptions") or {}
    return [
        *(_config_map(each, common, folder) for each in kustomization.get("configMapGenerator") or ()),
        *(_secret(each, common, folder) for each in kustomization.get("secretGenerator") or ()),
    ]


def _config_map(entry: Data, common: Data, folder: Folder) -> Resource:
    data: dict[str, str] = {}
    binary: dict[str, str] = {}
    for key, content in _pairs(entry, folder):
        try:
            data[key] = content.decode()
        except UnicodeDecodeError:
            binary[key] = _encoded(content)
    held = {**({"data": data} if data else {}), **({"binaryData": binary} if binary else {})}
    return _resource("ConfigMap", entry, common, held)


def _secret(entry: Data, common: Data, folder: Folder) -> Resource:
    data = {key: _encoded(content) for key, content in _pairs(entry, folder)}
    held = {**({"data": data} if data else {}), "type": str(entry.get("type") or "Opaque")}
    return _resource("Secret", entry, common, held)


def _encoded(content: bytes) -> str:
    text = base64.b64encode(content).decode()
    if len(text) <= _LINE_LENGTH:
        return text
    return "".join(f"{text[at : at + _LINE_LENGTH]}\n" for at in range(0, len(text), _LINE_LENGTH))


def _pairs(entry: Data, folder: Folder) -> Iterator[tuple[str, bytes]]:
    """Each key once. Raises UsageError."""
    seen: set[str] = set()
    envs = [*(entry.get("envs") or ()), *([entry["env"]] if entry.get("env") else ())]
    found: list[tuple[str, bytes]] = []
    try:
        for name in envs:
            found += ((key, value.encode()) for key, value in env_lines(folder.text(str(name))))
        found += (_literal(str(text)) for text in entry.get("literals") or ())
        found += [_file(str(text), folder) for text in entry.get("files") or ()]
    except UsageError as error:
        raise UsageError(f"loading KV pairs: {error}") from None
    for key, content in found:
        if key in seen:
            raise UsageError(f"configmap {entry.get('name', '')} illegally repeats the key `{key}`")
        seen.add(key)
        yield key, content


def _literal(text: str) -> tuple[str, bytes]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(f"invalid literal source {text}, expected key=value")
    return key, value.strip("\"'").encode()


def _file(text: str, folder: Folder) -> tuple[str, bytes]:
    key, equals, path = text.partition("=")
    if not equals:
        return text.rpartition("/")[2], folder.content(text)
    if not key or not path or "=" in path:
        raise UsageError(f"key names or file paths cannot contain '=': {text}")
    return key, folder.content(path)


def _resource(kind: str, entry: Data, common: Data, held: Data) -> Resource:
    if not entry.get("name"):
        raise UsageError(f"missing a name in a {kind[0].lower()}{kind[1:]}Generator")
    own = entry.get("options") or {}
    metadata: dict[str, Any] = {"name": str(entry["name"])}
    if entry.get("namespace"):
        metadata["namespace"] = str(entry["namespace"])
    for field in ("labels", "annotations"):
        if pairs := {**(common.get(field) or {}), **(own.get(field) or {})}:
            metadata[field] = {key: str(value) for key, value in pairs.items()}
    immutable = {"immutable": True} if own.get("immutable", common.get("immutable")) else {}
    behavior = str(entry.get("behavior") or "create")
    if behavior not in ("create", "merge", "replace"):
        raise UsageError(f"unknown behavior {behavior!r} of {kind} {entry['name']}: create, merge or replace")
    return Resource(
        data={"apiVersion": "v1", "kind": kind, "metadata": metadata, **held, **immutable},
        hashed=not own.get("disableNameSuffixHash", common.get("disableNameSuffixHash")),
        behavior=behavior,
    )


def absorbed(resources: Sequence[Resource], made: Resource) -> list[Resource]:
    """With a generated resource, by its behavior: beside the others, or into the one of its name."""
    at = [index for index, each in enumerate(resources) if each.is_called(made)]
    if not at:
        if made.behavior != "create":
            raise UsageError(
                f"merging from generator: id {made.shown} does not exist; cannot merge or replace"
            )
        return [*resources, made]
    if made.behavior == "create":
        raise UsageError(f"merging from generator: id {made.shown} exists; behavior must be merge or replace")
    old = resources[at[0]]
    metadata = {**made.metadata, "name": old.name}
    if old.namespace:
        metadata["namespace"] = old.namespace
    for field in ("labels", "annotations"):
        if pairs := {**(old.metadata.get(field) or {}), **(made.metadata.get(field) or {})}:
            metadata[field] = pairs
    data: dict[str, Any] = {**made.data, "metadata": metadata}
    if made.behavior == "merge":
        for field in ("data", "binaryData"):
            if pairs := {**(old.data.get(field) or {}), **(made.data.get(field) or {})}:
                data[field] = pairs
    merged = evolve(with_data(old, data), hashed=old.hashed or made.hashed)
    return [*resources[: at[0]], merged, *resources[at[0] + 1 :]]


def hash_named(resource: Resource) -> Resource:
    """With the end that changes with what it holds, not with its name."""
    if not resource.hashed:
        return resource
    data = resource.data
    held: dict[str, Any] = {"data": data.get("data") or ""}
    for field in ("type",) if resource.kind == "Secret" else ():
        held[field] = data.get(field, "")
    for field in ("stringData", "binaryData"):
        if isinstance(data.get(field), Mapping) and (resource.kind == "Secret") == (field == "stringData"):
            held[field] = data[field]
    return with_metadata(resource, name=resource.name + with_hash(resource.kind, "", held))
