"""A folder -> the manifests its kustomization stands for. Base first, then this folder's own transformers.

Follows kustomize's ``api/internal/target``; names of generated objects get their hashes at the very end.
"""

from collections.abc import Callable
from typing import Any

import yaml
from attrs import define, field, frozen

from engine.errors import ManifestError, UsageError
from engine.kinds import dump_yaml, load_yaml
from k9lite.kustomizing.folders import Folder, first_folder
from k9lite.kustomizing.generators import absorbed, generated, hash_named
from k9lite.kustomizing.kustomization import kustomization_in
from k9lite.kustomizing.ordering import in_legacy_order
from k9lite.kustomizing.patches import merged_strategically, patched
from k9lite.kustomizing.references import with_references
from k9lite.kustomizing.replacements import replaced
from k9lite.kustomizing.resource import Data, Resource
from k9lite.kustomizing.transforming import affixed, annotated, in_namespace, labelled, scaled, with_image

Download = Callable[[str], str]
_LOCAL = "config.kubernetes.io/local-config"


@frozen
class Built:
    """YAML documents, and what kustomize warns of."""

    text: str
    warnings: tuple[str, ...]


def built(name: str, download: Download) -> Built:
    """The kustomization in the folder ``name``; resources at URLs come by ``download``. Raises K9liteError."""
    builder = _Builder(download)
    folder = first_folder(name)
    resources = builder.resources(folder)
    resources = [each for each in with_references([hash_named(each) for each in resources]) if not _is_local(each)]
    options = kustomization_in(folder).data.get("sortOptions") or {}
    text = "---\n".join(dump_yaml(each.data) for each in _sorted(resources, options))
    return Built(text, tuple(builder.warnings))


def _is_local(resource: Resource) -> bool:
    return _LOCAL in (resource.metadata.get("annotations") or {})


def _sorted(resources: list[Resource], options: Data) -> list[Resource]:
    order = options.get("order", "legacy")
    if order not in ("legacy", "fifo"):
        raise UsageError("the field 'sortOptions.order' must be one of [fifo, legacy]")
    if order == "fifo":
        return resources
    given = options.get("legacySortOptions")
    if given is None:
        return in_legacy_order(resources)
    return in_legacy_order(resources, given.get("orderFirst") or (), given.get("orderLast") or ())


@define
class _Builder:
    """Walks the folders of one build."""

    _download: Download
    warnings: list[str] = field(factory=list)

    def resources(self, folder: Folder, around: list[Resource] | None = None) -> list[Resource]:
        """Of a component ``around`` are the resources it is put on."""
        kustomization = kustomization_in(folder)
        if kustomization.is_component != (around is not None):
            wanted = "expected kind 'Component'" if around is not None else "expected kind != 'Component'"
            raise UsageError(f"{wanted} for path '{folder.path}'")
        self.warnings += kustomization.warnings
        data = kustomization.data
        found = list(around or ())
        for name in (*(data.get("resources") or ()), *(data.get("bases") or ())):
            for each in self._named(str(name), folder):
                _refuse_twice(found, each, str(name))
                found.append(each)
        for made in generated(data, folder):
            found = absorbed(found, made)
        for name in data.get("components") or ():
            found = self.resources(folder.folder(str(name)), found)
        return _transformed(found, data, folder)

    def _named(self, name: str, folder: Folder) -> list[Resource]:
        if name.startswith(("http://", "https://")):
            return _loaded(self._download(name), name)
        if folder.is_folder(name):
            return self.resources(folder.folder(name))
        try:
            text = folder.text(name)
        except UsageError as error:
            if str(error).startswith("security;"):
                raise UsageError(f"accumulating resources: {error}") from None
            first = f"accumulating resources from '{name}': {error}"
            base = f"must build at directory: not a valid directory: {error}"
            raise UsageError(f"accumulating resources: accumulation err='{first}': {base}") from None
        return _loaded(text, name)


def _loaded(text: str, name: str) -> list[Resource]:
    try:
        documents = list(load_yaml(text, name))
    except ManifestError as error:
        raise UsageError(f"accumulating resources: accumulating resources from '{name}': {error}") from None
    found = [Resource(data=each) for each in documents]
    for each in found:
        missing = "kind" if not each.kind else "metadata.name" if not each.name else ""
        if missing:
            raise UsageError(f"accumulating resources: accumulating resources from '{name}': missing {missing}")
    return found


def _refuse_twice(resources: list[Resource], other: Resource, name: str) -> None:
    if any(each.shown == other.shown for each in resources):
        raise UsageError(
            f"accumulating resources: accumulation err='merging resources from '{name}': "
            f"may not add resource with an already registered id: {other.shown}'"
        )


def _transformed(resources: list[Resource], data: Data, folder: Folder) -> list[Resource]:
    """In kustomize's order, whatever the file's."""
    found = merged_strategically(resources, data.get("patchesStrategicMerge") or (), folder)
    for entry in data.get("patches") or ():
        found = patched(found, _mapping(entry, "patches"), folder)
    found = in_namespace(found, str(data.get("namespace") or ""))
    found = affixed(found, str(data.get("namePrefix") or ""), str(data.get("nameSuffix") or ""))
    found = labelled(found, data)
    found = annotated(found, data.get("commonAnnotations") or {})
    for entry in data.get("patchesJson6902") or ():
        found = patched(found, _mapping(entry, "patchesJson6902"), folder)
    for entry in data.get("replicas") or ():
        found = scaled(found, _mapping(entry, "replicas"))
    for entry in (*(data.get("images") or ()), *(data.get("imageTags") or ())):
        found = with_image(found, _mapping(entry, "images"))
    for entry in data.get("replacements") or ():
        for each in _replacements(_mapping(entry, "replacements"), folder):
            found = replaced(found, _mapping(each, "replacements"))
    return found


def _replacements(entry: Data, folder: Folder) -> list[Any]:
    """Those of a file of its own, where the entry has a path."""
    if "path" not in entry:
        return [entry]
    try:
        found = yaml.safe_load(folder.text(str(entry["path"])))
    except yaml.YAMLError:
        raise UsageError(f"{entry['path']} of a replacement is no YAML") from None
    return found if isinstance(found, list) else [found]


def _mapping(entry: Any, field: str) -> Data:
    if not isinstance(entry, dict):
        raise UsageError(f"invalid Kustomization: an item of {field} is to be a mapping")
    return entry
