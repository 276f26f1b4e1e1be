"""Who a pod of a StatefulSet is: its ordinal, its name, what its revision's template and its claims give it.

Follows ``stateful_set_utils.go``.
"""

import re

from engine.kinds import (
    ObjectMeta,
    Pod,
    PodTemplateSpec,
    StatefulSet,
    Volume,
    evolve,
    owner_reference,
    with_metadata,
)
from engine.revisions import REVISION_LABEL

NAME_LABEL = "statefulset.kubernetes.io/pod-name"
INDEX_LABEL = "apps.kubernetes.io/pod-index"
_ORDINAL = re.compile(r"(.*)-([0-9]+)", re.DOTALL)
_MOST = 2**31 - 1


def ordinal_of(stateful_set: StatefulSet, pod: Pod) -> int:
    """-1 for a pod whose name is not one the set gives."""
    found = _ORDINAL.fullmatch(pod.metadata.name)
    if found is None or found[1] != stateful_set.metadata.name:
        return -1
    ordinal = int(found[2]) if len(found[2]) < 11 else _MOST + 1
    return ordinal if ordinal <= _MOST else -1


def pod_name(stateful_set: StatefulSet, ordinal: int) -> str:
    return f"{stateful_set.metadata.name}-{ordinal}"


def claim_name(stateful_set: StatefulSet, template: str, ordinal: int) -> str:
    return f"{template}-{pod_name(stateful_set, ordinal)}"


def revision_of(pod: Pod) -> str:
    return pod.metadata.labels.get(REVISION_LABEL, "")


def new_pod(stateful_set: StatefulSet, template: PodTemplateSpec, revision: str, ordinal: int) -> Pod:
    name, meta = pod_name(stateful_set, ordinal), template.metadata
    spec = template.spec
    hosted = {**spec.extra, "hostname": name}
    if stateful_set.spec.service_name:
        hosted["subdomain"] = stateful_set.spec.service_name
    return Pod(
        metadata=ObjectMeta(
            name=name,
            generate_name=f"{stateful_set.metadata.name}-",
            namespace=stateful_set.metadata.namespace,
            labels={**meta.labels, **_identity(name, ordinal), REVISION_LABEL: revision},
            annotations=meta.annotations,
            finalizers=meta.finalizers,
            owner_references=(owner_reference(stateful_set),),
        ),
        spec=evolve(spec, volumes=_volumes(stateful_set, spec.volumes, ordinal), extra=hosted),
    )


def identified(stateful_set: StatefulSet, pod: Pod) -> Pod:
    """The pod with the labels of its ordinal; the same one if it has them."""
    name, labels = pod.metadata.name, pod.metadata.labels
    if labels.get(NAME_LABEL) == name:
        return pod
    return with_metadata(pod, labels={**labels, **_identity(name, ordinal_of(stateful_set, pod))})


def _identity(name: str, ordinal: int) -> dict[str, str]:
    return {NAME_LABEL: name, INDEX_LABEL: str(ordinal)}


def _volumes(stateful_set: StatefulSet, volumes: tuple[Volume, ...], ordinal: int) -> tuple[Volume, ...]:
    """Those of the claims, then the others of the template."""
    templates = stateful_set.spec.claim_names
    if not templates:
        return volumes
    claimed = tuple(
        Volume(name=each, extra={"persistentVolumeClaim": {"claimName": claim_name(stateful_set, each, ordinal)}})
        for each in templates
    )
    return (*claimed, *(volume for volume in volumes if volume.name not in templates))
