"""What every adapter answers from a State alone, live or recorded, and what all that write do alike."""

from collections.abc import Sequence

from engine.access.identity import Identity, actor_of, impersonated
from engine.api.writes import RunLine
from engine.errors import NotFound
from engine.kinds import Exec, Pod, Ref
from engine.kubelet.output import LogLine
from engine.store.state import State
from k9lite.client import Client


def read_logs(
    state: State, ref: Ref, container: str, now: int, *, previous: bool, since: int
) -> Sequence[LogLine]:
    """What a container had printed at ``now``. Raises NotFound where the pod is gone."""
    pod = state.find(Pod, ref.name, ref.namespace)
    if pod is None:
        raise NotFound(f'pods "{ref.name}" not found')
    from engine.kubelet.logs import log_lines  # no log is in the first frame

    return log_lines(state, pod, container, now, previous=previous, since=since)


def asked_as(identity: Identity | None) -> tuple[str, Sequence[str]]:
    """(actor, groups) of a write: the operator himself where nobody is named, and no groups that the name tells."""
    if identity is None:
        return "user", ()
    implied = identity == impersonated(identity.name)
    return actor_of(identity), () if implied else identity.groups


def run_in_container(client: Client, ref: Ref, container: str, session: str, line: str) -> Exec:
    """A line as a shell takes it; the operator's deed is the exec that would run it."""
    deed = f"kubectl exec -n {ref.namespace} {ref.name} -c {container} -- {line}"
    commit = client.submit([RunLine(ref=ref, container=container, session=session, line=line)], deed)
    assert commit is not None, "a typed line is always recorded"
    return next(obj for obj in commit.puts if isinstance(obj, Exec))
