"""CustomResourceDefinitions. Follows ``apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go``."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.api.custom.rule_fields import RULES
from engine.api.validation import names
from engine.api.validation.fields import each_invalid, forbidden, invalid, not_supported, required
from engine.api.validation.metadata import immutable
from engine.errors import FieldError
from engine.kinds.extensions import CustomResourceDefinition, DefinitionVersion

_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
_REASONS = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")
_TYPES = ("array", "boolean", "integer", "number", "object", "string")


def definition_errors(new: CustomResourceDefinition, old: CustomResourceDefinition | None) -> list[FieldError]:
    spec = new.spec
    errors: list[FieldError] = []
    wanted = f"{spec.names.plural}.{spec.group}"
    if old is None and new.metadata.name != wanted:
        errors.append(invalid("metadata.name", new.metadata.name, 'must be spec.names.plural+"."+spec.group'))
    errors += _group_errors(spec.group)
    if not spec.scope:
        errors.append(required("spec.scope"))
    elif spec.scope not in ("Cluster", "Namespaced"):
        errors.append(not_supported("spec.scope", spec.scope, ("Cluster", "Namespaced")))
    errors += _names_errors(new)
    errors += _versions_errors(new)
    if spec.preserve_unknown_fields and old is None:
        why = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
        errors.append(invalid("spec.preserveUnknownFields", True, why))
    if spec.conversion is not None and spec.conversion.strategy not in ("None", "Webhook"):
        errors.append(not_supported("spec.conversion.strategy", spec.conversion.strategy, ("None", "Webhook")))
    if old is not None:
        errors += immutable("spec.group", spec.group, old.spec.group)
        errors += immutable("spec.names.plural", spec.names.plural, old.spec.names.plural)
        errors += immutable("spec.names.kind", spec.names.kind, old.spec.names.kind)
        errors += immutable("spec.scope", spec.scope, old.spec.scope)
    return errors


def _group_errors(group: str) -> list[FieldError]:
    if not group:
        return [required("spec.group")]
    errors = each_invalid("spec.group", group, names.dns_subdomain(group))
    if not errors and "." not in group:
        errors.append(invalid("spec.group", group, "should be a domain with at least one dot"))
    return errors


def _names_errors(new: CustomResourceDefinition) -> Iterator[FieldError]:
    given, path = new.spec.names, "spec.names"
    for field, value in (("plural", given.plural), ("singular", given.singular), ("kind", given.kind)):
        if not value:
            yield required(f"{path}.{field}")
        elif wrong := names.dns_1035_label(value.lower() if field == "kind" else value):
            yield from each_invalid(f"{path}.{field}", value, wrong)
    for field, values in (("shortNames", given.short_names), ("categories", given.categories)):
        for at, each in enumerate(values):
            yield from each_invalid(f"{path}.{field}[{at}]", each, names.dns_1035_label(each))
    if given.kind and given.list_kind == given.kind:
        yield invalid(f"{path}.listKind", given.list_kind, "kind and listKind may not be the same")


def _versions_errors(new: CustomResourceDefinition) -> Iterator[FieldError]:
    versions = new.spec.versions
    if not versions:
        yield required("spec.versions", "must have exactly one version marked as storage version")
        return
    known = [each.name for each in versions]
    if len([each for each in versions if each.storage]) != 1:
        yield invalid("spec.versions", known, "must have exactly one version marked as storage version")
    if not any(each.served for each in versions):
        yield invalid("spec.versions", known, "must have at least one version marked as served")
    for at, version in enumerate(versions):
        path = f"spec.versions[{at}]"
        yield from each_invalid(f"{path}.name", version.name, names.dns_1035_label(version.name))
        if version.name in known[:at]:
            yield invalid("spec.versions", known, "must contain unique version names")
        yield from _version_errors(version, path)


def _version_errors(version: DefinitionVersion, path: str) -> Iterator[FieldError]:
    if not version.root:
        yield required(f"{path}.schema.openAPIV3Schema", "schemas are required")
    else:
        here = f"{path}.schema.openAPIV3Schema"
        if version.root.get("type") != "object":
            yield invalid(f"{here}.type", version.root.get("type", ""), "must be object at the root")
        yield from _schema_errors(version.root, here)
    for at, column in enumerate(version.additional_printer_columns):
        here = f"{path}.additionalPrinterColumns[{at}]"
        if not column.name:
            yield required(f"{here}.name")
        if column.type not in _COLUMN_TYPES:
            yield not_supported(f"{here}.type", column.type, _COLUMN_TYPES)
        if not column.json_path:
            yield required(f"{here}.JSONPath")
        elif not column.json_path.startswith("."):
            yield invalid(f"{here}.JSONPath", column.json_path, "must be a simple json path starting with .")
    scale = version.scale
    if scale is not None:
        for field, value, start in (
            ("specReplicasPath", scale.spec_replicas_path, ".spec."),
            ("statusReplicasPath", scale.status_replicas_path, ".status."),
        ):
            if not value:
                yield required(f"{path}.subresources.scale.{field}")
            elif not value.startswith(start):
                why = f"should be a json path under {start.rstrip('.')}"
                yield invalid(f"{path}.subresources.scale.{field}", value, why)


def _schema_errors(schema: Any, path: str, *, root: bool = True) -> Iterator[FieldError]:
    """A structural schema says the type of every field."""
    if not isinstance(schema, Mapping):
        yield invalid(path, schema, "must be a schema")
        return
    kind = schema.get("type", "")
    free = schema.get("x-kubernetes-int-or-string") or schema.get("x-kubernetes-preserve-unknown-fields")
    if not kind and not free:
        yield required(f"{path}.type", "must not be empty for specified object fields")
    elif kind and kind not in _TYPES:
        yield not_supported(f"{path}.type", kind, _TYPES)
    if kind == "array" and "items" not in schema:
        yield required(f"{path}.items", "must be specified")
    if schema.get("properties") and schema.get("additionalProperties"):
        yield forbidden(f"{path}.additionalProperties", "additionalProperties and properties are mutual exclusive")
    yield from _rules_errors(_with_head(schema) if root else schema, path)
    for name, each in (schema.get("properties") or {}).items():
        if not (root and name == "metadata"):
            yield from _schema_errors(each, f"{path}.properties[{name}]", root=False)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), Mapping):
            yield from _schema_errors(schema[key], f"{path}.{key}", root=False)


def _with_head(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """As rules see a whole object: with its kind and names, which no schema needs to tell."""
    text = {"type": "string"}
    meta = {"type": "object", "properties": {"name": text, "generateName": text}}
    own = schema.get("properties") or {}
    return {**schema, "properties": {**own, "apiVersion": text, "kind": text, "metadata": meta}}


def _rules_errors(schema: Mapping[str, Any], path: str) -> Iterator[FieldError]:
    if not schema.get(RULES):
        return
    from engine.api.custom.cel_check import compile_error

    for at, rule in enumerate(schema[RULES]):
        here = f"{path}.{RULES}[{at}]"
        if not isinstance(rule, Mapping) or not str(rule.get("rule") or "").strip():
            yield required(f"{here}.rule", "rule is not specified")
            continue
        for field in ("rule", "messageExpression"):
            text = str(rule.get(field) or "")
            wrong = compile_error(text, schema, ("self", "oldSelf")) if text else ""
            if wrong:
                yield invalid(f"{here}.{field}", dict(rule) if field == "rule" else text, wrong)
        if "\n" in str(rule.get("message") or ""):
            yield invalid(f"{here}.message", rule["message"], "message must not contain line breaks")
        if rule.get("reason") not in (None, *_REASONS):
            yield not_supported(f"{here}.reason", str(rule["reason"]), _REASONS)
