"""What the API server fills into a CustomResourceDefinition, and how it marks one that is being deleted.

Follows ``apiextensions-apiserver/pkg/registry/customresourcedefinition`` and ``pkg/apis/apiextensions/v1/defaults.go``.
"""

from engine.kinds import Condition, Object, evolve, set_condition
from engine.kinds.extensions import Conversion, CustomResourceDefinition


def admitted_definition(wanted: CustomResourceDefinition, stored: Object | None) -> CustomResourceDefinition:
    """With its defaults; a new one, or one with another storage version, notes that objects are stored in it."""
    names = wanted.spec.names
    names = evolve(
        names,
        singular=names.singular or names.kind.lower(),
        list_kind=names.list_kind or (f"{names.kind}List" if names.kind else ""),
    )
    spec = evolve(wanted.spec, names=names, conversion=wanted.spec.conversion or Conversion(strategy="None"))
    status = stored.status if isinstance(stored, CustomResourceDefinition) else wanted.status
    storage = [each.name for each in spec.versions if each.storage and each.name not in status.stored_versions]
    if storage:
        status = evolve(status, stored_versions=(*status.stored_versions, *storage))
    return evolve(wanted, spec=spec, status=status)


def terminating(definition: CustomResourceDefinition, now: int) -> CustomResourceDefinition:
    condition = Condition(
        type="Terminating",
        status="True",
        reason="InstanceDeletionPending",
        message="CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
        last_transition_time=now,
    )
    status = evolve(definition.status, conditions=set_condition(definition.status.conditions, condition))
    return evolve(definition, status=status)
