"""What every adapter answers from a State alone, live or recorded."""

from collections.abc import Sequence

from engine.errors import NotFound
from engine.kinds import Pod, Ref
from engine.kubelet.logs import log_lines
from engine.kubelet.output import LogLine
from engine.store.state import State


def read_logs(
    state: State, ref: Ref, container: str, now: int, *, previous: bool, since: int
) -> Sequence[LogLine]:
    """What a container had printed at ``now``. Raises NotFound where the pod is gone."""
    pod = state.find(Pod, ref.name, ref.namespace)
    if pod is None:
        raise NotFound(f'pods "{ref.name}" not found')
    return log_lines(state, pod, container, now, previous=previous, since=since)
