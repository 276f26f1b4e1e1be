"""Metadata of every object: name, labels, annotations, owners, finalizers.

Follows ``k8s.io/apimachinery/pkg/api/validation/objectmeta.go``. Parts that are the very ones of the stored
object were checked with it and are skipped.
"""

from collections.abc import Callable, Mapping

from engine.api.validation import names
from engine.api.validation.fields import each_invalid, forbidden, invalid, required, too_long
from engine.errors import FieldError
from engine.kinds import LabelSelector, Object, ObjectMeta, OwnerReference

MOST_ANNOTATION_BYTES = 262144
_NAMES: Mapping[str, Callable[[str], tuple[str, ...]]] = {
    "Namespace": names.dns_label,
    "Service": names.dns_1035_label,
    "StatefulSet": names.dns_label,
    "Exec": names.dns_subdomain,
    **dict.fromkeys(("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"), names.path_segment),
}
_NO_META = ObjectMeta()


def metadata_errors(obj: Object, old: Object | None, sibling: Object | None = None) -> list[FieldError]:
    """``sibling`` is another new one that was checked: what both have in memory was checked with it."""
    new, known = obj.metadata, sibling if old is None else old
    before = known.metadata if known is not None else _NO_META
    errors: list[FieldError] = []
    if old is None:
        errors += _name_errors(obj.kind, new.name)
    elif before.deletion_timestamp is not None:
        errors += _new_finalizer_errors(new.finalizers, before.finalizers)
    if new.labels is not before.labels:
        errors += label_errors(new.labels, "metadata.labels")
    if new.annotations is not before.annotations:
        errors += annotation_errors(new.annotations, "metadata.annotations")
    if new.owner_references is not before.owner_references:
        errors += _owner_errors(new)
    if new.finalizers is not before.finalizers:
        errors += _finalizer_errors(new.finalizers)
    return errors


def label_errors(labels: Mapping[str, str], path: str) -> list[FieldError]:
    errors = []
    for key, value in labels.items():
        errors += each_invalid(path, key, names.qualified_name(key))
        errors += each_invalid(path, value, names.label_value(value))
    return errors


def annotation_errors(annotations: Mapping[str, str], path: str) -> list[FieldError]:
    errors = []
    for key in annotations:
        errors += each_invalid(path, key, names.qualified_name(key.lower()))
    size_bytes = sum(len(key.encode()) + len(value.encode()) for key, value in annotations.items())
    if size_bytes > MOST_ANNOTATION_BYTES:
        errors.append(too_long(path, MOST_ANNOTATION_BYTES))
    return errors


def selector_errors(selector: LabelSelector, path: str) -> list[FieldError]:
    """A label selector's keys, operators and values."""
    errors = label_errors(selector.match_labels, f"{path}.matchLabels")
    for index, each in enumerate(selector.match_expressions):
        here = f"{path}.matchExpressions[{index}]"
        if each.operator in ("In", "NotIn"):
            if not each.values:
                why = "must be specified when `operator` is 'In' or 'NotIn'"
                errors.append(required(f"{here}.values", why))
        elif each.operator in ("Exists", "DoesNotExist"):
            if each.values:
                why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                errors.append(forbidden(f"{here}.values", why))
        else:
            errors.append(invalid(f"{here}.operator", each.operator, "not a valid selector operator"))
        errors += each_invalid(f"{here}.key", each.key, names.qualified_name(each.key))
        for number, value in enumerate(each.values):
            errors += each_invalid(f"{here}.values[{number}]", value, names.label_value(value))
    return errors


def immutable(path: str, new: object, old: object) -> list[FieldError]:
    """The error of a changed field that must not change."""
    return [] if new == old else [invalid(path, new, "field is immutable")]


def _name_errors(kind: str, name: str) -> list[FieldError]:
    return each_invalid("metadata.name", name, _NAMES.get(kind, names.dns_subdomain)(name))


def _owner_errors(meta: ObjectMeta) -> list[FieldError]:
    path = "metadata.ownerReferences"
    errors = []
    controllers: list[OwnerReference] = []
    for each in meta.owner_references:
        if not each.api_version:
            errors.append(invalid(f"{path}.apiVersion", each.api_version, "version must not be empty"))
        for field in ("kind", "name", "uid"):
            if not getattr(each, field):
                errors.append(invalid(f"{path}.{field}", "", "must not be empty"))
        if each.controller:
            controllers.append(each)
    if len(controllers) > 1:
        first, second = (f"{each.kind}/{each.name}" for each in controllers[:2])
        why = 'Only one reference can have Controller set to true. Found "true" in references for '
        errors.append(invalid(path, len(controllers), f"{why}{first} and {second}"))
    return errors


def _finalizer_errors(finalizers: tuple[str, ...]) -> list[FieldError]:
    path = "metadata.finalizers"
    errors = []
    for each in finalizers:
        errors += each_invalid(path, each, names.qualified_name(each))
    if {"orphan", "foregroundDeletion"} <= set(finalizers):
        why = "finalizer orphan and foregroundDeletion cannot be both set"
        errors.append(invalid(path, list(finalizers), why))
    return errors


def _new_finalizer_errors(new: tuple[str, ...], old: tuple[str, ...]) -> list[FieldError]:
    added = sorted(set(new) - set(old))
    if not added:
        return []
    listed = ", ".join(f'"{each}"' for each in added)
    why = "no new finalizers can be added if the object is being deleted, found new finalizers []string{"
    return [forbidden("metadata.finalizers", why + listed + "}")]
