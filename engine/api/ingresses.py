"""What the API server adds to new Ingresses: the default class. Follows the admission plugin DefaultIngressClass."""

from collections.abc import Iterable

from engine.api.draft import Draft
from engine.kinds import evolve
from engine.kinds.networking import CLASS_ANNOTATION, Ingress, IngressClass


def admitted_ingress(draft: Draft, ingress: Ingress) -> Ingress:
    if ingress.spec.ingress_class_name is not None or CLASS_ANNOTATION in ingress.metadata.annotations:
        return ingress
    found = default_class(draft.all(IngressClass))
    if found is None:
        return ingress
    return evolve(ingress, spec=evolve(ingress.spec, ingress_class_name=found.metadata.name))


def default_class(classes: Iterable[IngressClass]) -> IngressClass | None:
    """The newest of those marked as the default; of several of one second the first by name."""
    marked = [each for each in classes if each.is_default]
    return min(marked, key=lambda each: (-(each.metadata.creation_timestamp or 0), each.metadata.name), default=None)
