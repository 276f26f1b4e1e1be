"""``patches``: strategic merges and JSON patches, inline or from a file, on what they name or what a target selects.

Follows kustomize's PatchTransformer. A merged list begins with what the patch names, in its order, as kyaml has it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from engine.api.patching.json_patch import json_patch
from engine.api.patching.merge import merge_patch
from engine.api.patching.merge_keys import PRIMITIVE, key_of, merge_key
from engine.api.patching.strategic import strategic_patch
from engine.api.selectors import parse_label_selector
from engine.errors import BadRequest, ManifestError, UsageError
from engine.kinds import KINDS, load_yaml
from k9lite.kustomizing.folders import Folder
from k9lite.kustomizing.resource import Data, Resource, with_data
from k9lite.wording import quoted


def merged_strategically(resources: Sequence[Resource], entries: Sequence[Any], folder: Folder) -> list[Resource]:
    """``patchesStrategicMerge``: each a file, or the patch itself."""
    found = list(resources)
    for entry in entries:
        text = str(entry)
        is_file = "\n" not in text and folder.is_file(text)
        found = _merged(found, _documents(folder.text(text) if is_file else text, text), None, text)
    return found


def patched(resources: Sequence[Resource], entry: Data, folder: Folder) -> list[Resource]:
    """One item of ``patches``. Raises UsageError."""
    inline, path = str(entry.get("patch") or "").strip(), str(entry.get("path") or "")
    if bool(inline) == bool(path):
        raise UsageError(
            "patch and path can't be set at the same time" if inline else "must specify one of patch and path"
        )
    source = f"[patch: {quoted(inline)}]" if inline else f"[path: {quoted(path)}]"
    text = inline or _text(folder, path)
    target = entry.get("target")
    if (operations := _operations(text)) is not None:
        if target is None:
            raise UsageError(f"must specify a target for JSON patch {source}")
        return [_operated(each, operations) if is_selected(each, target) else each for each in resources]
    options = entry.get("options") or {}
    keeps = [name for name, flag in (("name", "allowNameChange"), ("kind", "allowKindChange")) if options.get(flag)]
    return _merged(list(resources), _documents(text, source), target, source, keeps)


def _text(folder: Folder, path: str) -> str:
    try:
        return folder.text(path)
    except UsageError as error:
        raise UsageError(f"failed to get the patch file from path({path}): {error}") from None


def _operations(text: str) -> list[Any] | None:
    """None for what is no JSON patch."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        return None
    is_patch = isinstance(found, list) and all(isinstance(each, dict) and "op" in each for each in found)
    return found if is_patch else None


def _documents(text: str, source: str) -> list[Data]:
    try:
        found = list(load_yaml(text, source))
    except ManifestError:
        found = []
    if not found or not all(each.get("kind") and each.get("apiVersion") for each in found):
        raise UsageError(f"unable to parse SM or JSON patch from {source}")
    return list(found)


def _operated(resource: Resource, operations: Sequence[Data]) -> Resource:
    """A ``replace`` of a key that is not there adds it, other than the API server's."""
    try:
        return with_data(resource, json_patch(resource.data, [_forgiving(each) for each in operations]))
    except BadRequest as error:
        raise UsageError(f"{resource.shown}: {error}") from None


def _forgiving(operation: Data) -> Data:
    last = str(operation.get("path", "")).rpartition("/")[2]
    is_key = not last.isdigit() and last != "-"
    return {**operation, "op": "add"} if operation.get("op") == "replace" and is_key else operation


def _merged(
    resources: list[Resource], patches: Sequence[Data], target: Data | None, source: str, keeps: Sequence[str] = ()
) -> list[Resource]:
    if target is not None:
        if len(patches) > 1:
            raise UsageError(
                "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` "
                f"field: {source}"
            )
        chosen = [is_selected(each, target) for each in resources]
        return _with_merge(resources, chosen, patches[0], keeps)
    for patch in patches:
        named = Resource(data=patch)
        chosen = [each.is_called(named) for each in resources]
        if sum(chosen) != 1:
            found = "no matches" if not any(chosen) else "multiple matches"
            raise UsageError(
                f"no resource matches strategic merge patch {quoted(named.shown)}: {found} for Id {named.shown}; "
                f"failed to find unique target for patch {named.shown}"
            )
        resources = _with_merge(resources, chosen, patch, keeps)
    return resources


def _with_merge(
    resources: Sequence[Resource], chosen: Sequence[bool], patch: Data, keeps: Sequence[str]
) -> list[Resource]:
    if patch.get("$patch") == "delete":
        return [each for each, is_chosen in zip(resources, chosen, strict=True) if not is_chosen]
    return [
        _with_patch(each, patch, keeps) if is_chosen else each
        for each, is_chosen in zip(resources, chosen, strict=True)
    ]


def _with_patch(resource: Resource, patch: Data, keeps: Sequence[str]) -> Resource:
    """A patch says by kind, name and namespace what it is for: these change only where that is allowed."""
    known = resource.kind in KINDS
    try:
        merged = strategic_patch(resource.data, patch) if known else merge_patch(resource.data, patch)
    except BadRequest as error:
        raise UsageError(f"{resource.shown}: {error}") from None
    if known:
        merged = _patch_first(merged, patch, ())
    metadata = dict(merged.get("metadata") or {})
    for field in ("name", "namespace"):
        if field not in keeps:
            metadata.pop(field, None)
            if field in resource.metadata:
                metadata[field] = resource.metadata[field]
    head = {} if "kind" in keeps else {field: resource.data[field] for field in ("apiVersion", "kind")}
    return with_data(resource, {**merged, **head, "metadata": metadata})


def _patch_first(merged: Any, patch: Any, path: tuple[str, ...]) -> Any:
    """With lists that merge by a key in the order of the patch; what it does not name stays behind, as it was."""
    if not isinstance(merged, Mapping) or not isinstance(patch, Mapping):
        return merged
    found = dict(merged)
    for field, value in patch.items():
        old, below = found.get(field), (*path, field)
        if isinstance(value, Mapping):
            found |= {field: _patch_first(old, value, below)} if field in found else {}
        elif isinstance(value, list) and isinstance(old, list) and (by := merge_key(below)) is not None:
            found[field] = _list_patch_first(old, value, by, below)
    return found


def _list_patch_first(old: list[Any], patch: list[Any], by: str, path: tuple[str, ...]) -> list[Any]:
    if by == PRIMITIVE:
        return [*(each for each in patch if each in old), *(each for each in old if each not in patch)]
    keyed = {key_of(each, by): each for each in patch}
    first = [
        _patch_first(each, element, path)
        for key, element in keyed.items()
        for each in old
        if key is not None and key_of(each, by) == key
    ]
    return [*first, *(each for each in old if key_of(each, by) not in keyed)]


def is_selected(resource: Resource, target: Data) -> bool:
    """By regular expressions that must match as a whole, and by selectors. Raises UsageError."""
    for field in ("group", "version", "kind"):
        if target.get(field) and not _matches(str(target[field]), getattr(resource, field)):
            return False
    name, namespace = str(target.get("name") or ""), str(target.get("namespace") or "")
    if not any(
        (not name or _matches(name, called)) and (not namespace or _matches(namespace, space))
        for called, space in resource.names
    ):
        return False
    for field, held in (("labelSelector", "labels"), ("annotationSelector", "annotations")):
        wanted = parse_label_selector(str(target.get(field) or ""))
        if not wanted.matches(resource.metadata.get(held) or {}):
            return False
    return True


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error as error:
        raise UsageError(f"error parsing regexp: {error}: `{pattern}`") from None
