"""The exec subresource: a line typed into a container becomes an Exec object.

What the line does is the kubelet's business; it is given from outside, so that this layer needs to know
nothing of shells.
"""

from collections.abc import Callable

from engine.api.answers import already_exists, not_found
from engine.api.draft import Draft
from engine.api.writes import RunLine
from engine.errors import BadRequest
from engine.kinds import Exec, ObjectMeta, Pod, evolve, ref_of
from engine.store.state import State

RunLineWith = Callable[[State, RunLine, int], Exec]
"""(state, write, now) -> what came of the line; refuses with an ApiError. It sees the State before the call."""


def run_line_into(draft: Draft, write: RunLine, run_line: RunLineWith | None) -> Exec:
    ref = write.ref
    if run_line is None:
        raise BadRequest(f'no kubelet can run a line in pod "{ref.name}"')
    pod = draft.find(Pod, ref.name, ref.namespace)
    if pod is None:
        raise not_found(ref)
    line = run_line(draft.state, write, draft.now)
    meta = line.metadata
    stored = evolve(
        line,
        metadata=ObjectMeta(
            name=meta.name or _next_name(draft, pod.metadata.uid),
            namespace=meta.namespace or ref.namespace,
            uid=draft.draw_uid(),
            resource_version=draft.version,
            creation_timestamp=draft.now,
            labels=meta.labels,
            annotations=meta.annotations,
            owner_references=meta.owner_references,
        ),
    )
    if draft.get(ref_of(stored)) is not None:
        raise already_exists(ref_of(stored))
    draft.put(stored)
    return stored


def _next_name(draft: Draft, pod_uid: str) -> str:
    """``<pod uid>-<number>``, padded so that the lines list in the order they were typed."""
    last = 0
    for each in (*draft.state.execs_of(pod_uid), *draft.added(Exec.kind)):
        if isinstance(each, Exec) and each.pod_uid == pod_uid:
            number = each.metadata.name.rpartition("-")[2]
            last = max(last, int(number) if number.isdigit() else 0)
    return f"{pod_uid}-{last + 1:06}"
