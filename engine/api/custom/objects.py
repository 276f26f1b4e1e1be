"""An object of a custom kind on its way into the cluster. Follows ``pkg/registry/customresource/strategy.go``.

Objects are kept in the version that is preferred, whichever they were written in: conversion only renames it.
"""

from typing import Any

from engine.api.answers import no_such_resource
from engine.api.custom.rule_fields import UNCHECKED, has_rules
from engine.api.custom.structural import defaulted, pruned
from engine.api.draft import Draft
from engine.api.validation import refuse
from engine.api.validation.metadata import metadata_errors
from engine.api.validation.openapi import schema_errors
from engine.errors import FieldError, Forbidden
from engine.kinds import Unmodelled, evolve, ref_of
from engine.kinds.codec import encode
from engine.kinds.extensions import CustomResourceDefinition, DefinitionVersion
from engine.serving import definition_of, served_versions, version_of


def admitted_custom(draft: Draft, wanted: Unmodelled, stored: Unmodelled | None) -> Unmodelled:
    """As it will be stored, but for its metadata. Raises NotFound for a version that is not served, Invalid."""
    definition, version = _defined(draft, wanted)
    if stored is None and definition.metadata.deletion_timestamp is not None:
        raise Forbidden("create not allowed while custom resource definition is terminating")
    body = dict(wanted.body)
    if version.has_status:
        body.pop("status", None)
    body = defaulted(pruned(body, version.root, root=True), version.root)
    if version.has_status:
        body.pop("status", None)
        if stored is not None and "status" in stored.body:
            body["status"] = stored.body["status"]
    return _checked(definition, version, evolve(wanted, body=body), stored, stored)


def admitted_status(draft: Draft, wanted: Unmodelled) -> Unmodelled:
    """With a new status. Raises NotFound for a kind without the subresource."""
    definition, version = _defined(draft, wanted)
    if not version.has_status:
        raise no_such_resource()
    body = defaulted(pruned(wanted.body, version.root, root=True), version.root)
    stored = draft.get(ref_of(wanted))
    old = stored if isinstance(stored, Unmodelled) else None
    return _checked(definition, version, evolve(wanted, body=body), wanted, old)


def _defined(draft: Draft, obj: Unmodelled) -> tuple[CustomResourceDefinition, DefinitionVersion]:
    definition = definition_of(draft, obj.kind)
    version = None if definition is None else version_of(definition, obj.api_version)
    if definition is None or version is None:
        raise no_such_resource()
    return definition, version


def _checked(
    definition: CustomResourceDefinition,
    version: DefinitionVersion,
    obj: Unmodelled,
    stored: Unmodelled | None,
    old: Unmodelled | None,
) -> Unmodelled:
    """``stored`` is what its metadata is compared with, ``old`` what rules know as oldSelf."""
    manifest: dict[str, Any] = {"apiVersion": obj.api_version, "kind": obj.kind, "metadata": encode(obj.metadata)}
    schema = {key: value for key, value in version.root.items() if key != "properties"}
    own = {key: value for key, value in (version.root.get("properties") or {}).items() if key not in manifest}
    schema = {**schema, "properties": own}
    errors: list[FieldError] = metadata_errors(obj, stored)
    broken = list(schema_errors({**manifest, **obj.body}, schema, ""))
    if not has_rules(schema):
        errors += broken
    elif broken:
        errors += [*broken, UNCHECKED]
    else:
        from engine.api.custom.rules import rule_errors

        before = None if old is None else _as_rules_see_it(old)
        errors += rule_errors(_as_rules_see_it(obj), before, schema)
    refuse(obj, errors)
    return evolve(obj, api_version=f"{definition.spec.group}/{served_versions(definition)[0].name}")


def _as_rules_see_it(obj: Unmodelled) -> dict[str, Any]:
    """Of its metadata, names alone."""
    meta = {"name": obj.metadata.name, "generateName": obj.metadata.generate_name}
    named = {key: value for key, value in meta.items() if value}
    return {"apiVersion": obj.api_version, "kind": obj.kind.partition(".")[0], "metadata": named, **obj.body}
