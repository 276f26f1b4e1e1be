"""What a kustomization does to all its resources: namespace, prefix and suffix, labels, annotations, replicas, images.

Follows kustomize's ``api/internal/builtins``, one function a transformer. Patches are a file of their own.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from attrs import evolve

from engine.errors import UsageError
from k9lite.kustomizing import field_specs
from k9lite.kustomizing.fields import FieldSpec, changed, steps
from k9lite.kustomizing.resource import Data, Resource, with_data, with_metadata

Resources = list[Resource]


def in_namespace(resources: Sequence[Resource], namespace: str) -> Resources:
    """Of what roles are bound to only the account ``default`` moves by itself; others follow as references."""
    return [_placed(each, namespace) for each in resources] if namespace else list(resources)


def _placed(resource: Resource, namespace: str) -> Resource:
    if resource.kind == "Namespace":
        return with_metadata(resource, name=namespace) if resource.data.get("apiVersion") == "v1" else resource
    if resource.namespaced:
        resource = with_metadata(resource, namespace=namespace)
    if resource.kind in ("RoleBinding", "ClusterRoleBinding"):
        move = partial(_moved_default, namespace=namespace)
        return with_data(resource, changed(resource.data, ["subjects"], move))
    return resource


def _moved_default(subjects: Any, *, namespace: str) -> Any:
    if not isinstance(subjects, list):
        return subjects
    return [
        {**each, "namespace": namespace} if isinstance(each, Mapping) and each.get("name") == "default" else each
        for each in subjects
    ]


def affixed(resources: Sequence[Resource], prefix: str, suffix: str) -> Resources:
    return [_affixed(each, prefix, suffix) for each in resources] if prefix or suffix else list(resources)


_NEVER_AFFIXED = ("CustomResourceDefinition", "APIService", "Namespace")


def _affixed(resource: Resource, prefix: str, suffix: str) -> Resource:
    if resource.kind in _NEVER_AFFIXED:
        return resource
    if prefix:
        resource = with_metadata(resource, name=f"{prefix}{resource.name}")
    if suffix:
        resource = with_metadata(resource, name=f"{resource.name}{suffix}")
    return evolve(resource, affixes=(*resource.affixes, (prefix, suffix)))


def labelled(resources: Sequence[Resource], kustomization: Data) -> Resources:
    """``labels`` with what they include, then ``commonLabels``, which go everywhere."""
    found = list(resources)
    for entry in kustomization.get("labels") or ():
        found = _paired(found, entry.get("pairs") or {}, _label_specs(entry))
    everywhere = (*field_specs.SELECTORS, *field_specs.TEMPLATE_LABELS, *field_specs.CLAIM_LABELS)
    return _paired(found, kustomization.get("commonLabels") or {}, everywhere)


def _label_specs(entry: Data) -> Sequence[FieldSpec]:
    extra = [
        FieldSpec(each["path"], each.get("kind", ""), each.get("group", ""), bool(each.get("create")))
        for each in entry.get("fields") or ()
    ]
    if entry.get("includeSelectors"):
        return [*extra, *field_specs.SELECTORS, *field_specs.TEMPLATE_LABELS, *field_specs.CLAIM_LABELS]
    metadata = field_specs.TEMPLATE_LABELS if entry.get("includeTemplates") else field_specs.OWN_LABELS
    claims = field_specs.CLAIM_LABELS if entry.get("includeVolumeClaimTemplates") else ()
    return [*extra, *metadata, *claims]


def annotated(resources: Sequence[Resource], annotations: Data) -> Resources:
    return _paired(resources, annotations, field_specs.ANNOTATIONS)


def _paired(resources: Sequence[Resource], pairs: Data, specs: Sequence[FieldSpec]) -> Resources:
    """With the pairs in every mapping the specs lead to."""
    if not pairs:
        return list(resources)

    def add(found: Any) -> Any:
        return {**(found if isinstance(found, Mapping) else {}), **{key: str(value) for key, value in pairs.items()}}

    return [_at(each, specs, add) for each in resources]


def _at(resource: Resource, specs: Sequence[FieldSpec], change: Callable[[Any], Any]) -> Resource:
    data: Any = resource.data
    for spec in specs:
        if spec.fits(resource.kind, resource.group):
            data = changed(data, steps(spec.path), change, create=spec.create)
    return with_data(resource, data)


def scaled(resources: Sequence[Resource], entry: Data) -> Resources:
    """Raises UsageError where nothing of that name can be scaled."""
    name, count = str(entry.get("name", "")), entry.get("count", 0)
    chosen = [each.kind in field_specs.SCALED and name in dict(each.names) for each in resources]
    if not any(chosen):
        kinds = " ".join(f"{kind}.[noVer].[noGrp]" for kind in field_specs.SCALED)
        raise UsageError(f"resource with name {name} does not match a config with the following GVK [{kinds}]")
    scale = partial(changed, path=["spec", "replicas"], change=lambda _: count, create=True)
    return [
        with_data(each, scale(each.data)) if is_chosen else each
        for each, is_chosen in zip(resources, chosen, strict=True)
    ]


def with_image(resources: Sequence[Resource], entry: Data) -> Resources:
    """In the containers of every kind, also of custom ones."""
    return [_with_image(each, entry) for each in resources]


def _with_image(resource: Resource, entry: Data) -> Resource:
    if resource.kind == "CustomResourceDefinition":
        return resource
    renamed = partial(_renamed_image, entry=entry)
    data = _containers_changed(resource.data, partial(changed, path=["image"], change=renamed))
    for path in field_specs.IMAGE_VOLUMES:
        data = changed(data, [step.removesuffix("[]") for step in steps(path)], renamed)
    return with_data(resource, data)


def _containers_changed(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        return [_containers_changed(each, change) for each in value]
    if not isinstance(value, Mapping):
        return value
    inner = {key: _containers_changed(each, change) for key, each in value.items()}
    return {
        key: [change(each) for each in found] if key in _CONTAINERS and isinstance(found, list) else found
        for key, found in inner.items()
    }


_CONTAINERS = ("containers", "initContainers")
_IMAGE = re.compile(r"(?P<name>.+?)(?::(?P<tag>[^/:@]*))?(?:@(?P<digest>.*))?")


def _renamed_image(image: Any, *, entry: Data) -> Any:
    found = _IMAGE.fullmatch(str(image))
    if found is None or found["name"] != entry.get("name"):
        return image
    name, tag, digest = str(entry.get("newName") or found["name"]), found["tag"] or "", found["digest"] or ""
    if entry.get("newTag") or entry.get("digest"):
        tag, digest = str(entry.get("newTag") or ""), str(entry.get("digest") or "")
    elif entry.get("tagSuffix"):
        tag, digest = f"{tag}{entry['tagSuffix']}", ""
    return f"{name}{':' if tag else ''}{tag}{'@' if digest else ''}{digest}"
