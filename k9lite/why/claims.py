"""Why a pod has not its volumes: the claims it names that are not there, or not bound."""

from collections.abc import Iterator

from engine.kinds import Pod, Ref
from engine.kinds.storage import PersistentVolumeClaim
from engine.printers.health import health
from engine.store.state import State
from k9lite.why.cause import Cause


def claim_causes(pod: Pod, state: State, now: int) -> Iterator[Cause]:
    for volume in pod.spec.volumes:
        wanted = volume.extra.get("persistentVolumeClaim")
        if not isinstance(wanted, dict):
            continue
        name = str(wanted.get("claimName", ""))
        ref = Ref("PersistentVolumeClaim", pod.metadata.namespace, name)
        claim = state.get(ref)
        if not isinstance(claim, PersistentVolumeClaim):
            yield Cause(f"volume {volume.name}: there is no claim {name}", "bad")
        elif claim.status.phase != "Bound":
            yield Cause(f"volume {volume.name}: claim {name}: {health(claim, state, now).reason}", "warn", ref)
