"""Takes pods off a node, all at once, and waits until they are gone: the part of a drain that lasts.

Follows kubectl's ``pkg/drain/drain.go``. There every pod has its own goroutine; here one loop serves them in
order, so that the same cluster always gives the same lines.
"""

from collections.abc import Generator, Sequence

from attrs import define

from engine.api.writes import Delete, Evict
from engine.errors import ApiError, K9liteError, NotFound, TooManyRequests
from engine.kinds import Pod, ref_of
from engine.kinds.frozen import frozen
from k9lite.draining import DrainOptions, left_behind
from k9lite.verb import Say, Step, Submit, View, Wait

_RETRY_SECONDS = 5
_POLL_SECONDS = 1


@frozen(kw_only=True)
class Manner:
    """How pods are taken: ``grace_seconds`` None is the pod's own, ``timeout`` is its text for the message."""

    options: DrainOptions
    grace_seconds: int | None
    timeout_seconds: int
    timeout: str


@define
class _Leaving:
    """One pod on its way out: evicted from ``again_at`` on, or already leaving."""

    pod: Pod
    again_at: int
    leaving: bool = False
    done: bool = False


Failures = list[K9liteError]
Taking = Generator[Step, View, tuple[View, Failures]]
"""Ends with the newest View and what failed."""


def evict_all(view: View, pods: Sequence[Pod], manner: Manner) -> Taking:
    """Evicts; a disruption budget that refuses is asked again every 5 s, until the timeout."""
    failures: Failures = []
    deadline = view.now + manner.timeout_seconds
    rows = [_Leaving(pod, view.now) for pod in pods]
    while rows:
        for row in rows:
            if not row.leaving and row.again_at <= view.now:
                view = yield from _evict(view, row, manner, deadline, failures)
        for row in rows:
            if row.leaving and not row.done:
                yield from _look(view, row, manner, "evicted")
                if not row.done and view.now >= deadline:
                    row.done = True
                    failures.append(_late(row.pod))
        rows = [row for row in rows if not row.done]
        if rows:
            gone = len(pods) - len(rows)
            view = yield Wait(_until_next(rows, view.now), _what(rows), done=gone, total=len(pods))
    return view, failures


def delete_all(view: View, pods: Sequence[Pod], manner: Manner) -> Taking:
    """Deletes without asking a budget; the first refusal ends it."""
    deadline = view.now + manner.timeout_seconds
    for pod in pods:
        try:
            view = yield Submit((Delete(ref=ref_of(pod), grace_seconds=manner.grace_seconds),))
        except NotFound:
            continue
        except ApiError as error:
            return view, [error]
    rows = [_Leaving(pod, view.now, leaving=True) for pod in pods]
    while rows:
        for row in rows:
            yield from _look(view, row, manner, "deleted")
        rows = [row for row in rows if not row.done]
        if rows and view.now >= deadline:
            return view, [K9liteError("context deadline exceeded")]
        if rows:
            view = yield Wait(_POLL_SECONDS, _what(rows), done=len(pods) - len(rows), total=len(pods))
    return view, []


def _evict(view: View, row: _Leaving, manner: Manner, deadline: int, failures: Failures) -> Generator[Step, View, View]:
    meta = row.pod.metadata
    yield Say(f"evicting pod {meta.namespace}/{meta.name}")
    named = f'error when evicting pods/"{meta.name}" -n "{meta.namespace}"'
    if view.now >= deadline:
        row.done = True
        failures.append(K9liteError(f"{named}: global timeout reached: {manner.timeout}"))
        return view
    try:
        view = yield Submit((Evict(ref=ref_of(row.pod), grace_seconds=manner.grace_seconds),))
        row.leaving = True
    except NotFound:
        row.done = True
    except TooManyRequests as error:
        yield Say(f"{named} (will retry after {_RETRY_SECONDS}s): {error}", error=True)
        row.again_at = view.now + _RETRY_SECONDS
        # A pod of the same name may have taken its place meanwhile; then that one is evicted.
        row.pod = view.state.find(Pod, meta.name, meta.namespace) or row.pod
    except ApiError as error:
        row.done = True
        failures.append(K9liteError(f"{named}: {error}"))
    return view


def _look(view: View, row: _Leaving, manner: Manner, word: str) -> Generator[Step, View, None]:
    meta = row.pod.metadata
    found = view.state.find(Pod, meta.name, meta.namespace)
    if found is None or found.metadata.uid != meta.uid:
        row.done = True
        yield Say(f"pod/{meta.name} {word}")
    elif left_behind(found, manner.options, view.now):
        row.done = True
        limit = manner.options.skip_deleted_seconds
        yield Say(f'pod "{meta.name}" has DeletionTimestamp older than {limit} seconds, skipping')


def _late(pod: Pod) -> K9liteError:
    meta = pod.metadata
    return K9liteError(
        f'error when waiting for pod "{meta.name}" in namespace "{meta.namespace}" to terminate: '
        "context deadline exceeded"
    )


def _until_next(rows: Sequence[_Leaving], now: int) -> int:
    if any(row.leaving for row in rows):
        return _POLL_SECONDS
    return max(1, min(row.again_at for row in rows) - now)


def _what(rows: Sequence[_Leaving]) -> str:
    leaving = sum(1 for row in rows if row.leaving)
    return f"pods on {rows[0].pod.spec.node_name}: {len(rows) - leaving} to evict, {leaving} to end"
