"""The ephemeralcontainers subresource of a pod: containers are added to it, and nothing else of it changes.

Follows ``podEphemeralContainersStrategy`` of ``pkg/registry/core/pod``.
"""

from engine.api.defaults.pod import default_pod_spec
from engine.api.draft import Draft
from engine.api.managed_fields import with_addition_noted
from engine.api.sharing import shared
from engine.api.update import current
from engine.api.validation import refuse
from engine.api.validation.ephemeral_containers import addition_errors
from engine.api.validation.pod import pod_errors
from engine.errors import NotFound
from engine.kinds import Object, Pod, evolve


def add_containers(draft: Draft, wanted: Object) -> Object:
    """Puts the pod with the ephemeral containers of ``wanted`` into the draft. Raises Invalid."""
    stored = current(draft, wanted)
    if not isinstance(wanted, Pod) or not isinstance(stored, Pod):
        raise NotFound("the server could not find the requested resource")
    spec = default_pod_spec(evolve(stored.spec, ephemeral_containers=wanted.spec.ephemeral_containers))
    if spec == stored.spec:
        return stored
    pod = shared(evolve(stored, spec=spec), stored)
    refuse(pod, pod_errors(pod) + addition_errors(pod, stored))
    meta = evolve(pod.metadata, generation=stored.metadata.generation + 1)
    pod = with_addition_noted(evolve(pod, metadata=meta), draft.now)
    draft.put(pod)
    return pod
