"""ResourceQuota's admission: what a namespace may hold in all is kept to, and spent in the same commit (rules 10).

Follows ``plugin/pkg/admission/resourcequota``. Comes last, after everything else an object can be refused for.
A quota that nobody has counted yet is counted here, so that it holds from the revision it was made in.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from engine.api.answers import forbidden
from engine.api.draft import Draft
from engine.api.quota.usage import Usage, concerns, matches, texts_of, usage_of, used_by
from engine.errors import Forbidden
from engine.kinds import Object, Pod, Ref, evolve, ref_of
from engine.kinds.amounts import amount_of
from engine.kinds.quota import ResourceQuota

_MUST_BE_SET = frozenset(("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"))
"""A pod under a quota of one of these has to say how much of it each container takes."""


def charge(draft: Draft, obj: Object, old: Object | None = None, *, asked: Ref | None = None) -> None:
    """Spends what ``obj`` takes beyond ``old``. Raises Forbidden, which names the object as ``asked``."""
    namespace = obj.metadata.namespace
    if not namespace or not (draft.state.count(ResourceQuota.kind) or draft.added(ResourceQuota.kind)):
        return
    for quota in list(draft.all(ResourceQuota, namespace)):
        if quota is not obj and matches(quota, obj) and quota.spec.hard:
            _charge(draft, quota, obj, old, asked or ref_of(obj))


def _charge(draft: Draft, quota: ResourceQuota, obj: Object, old: Object | None, asked: Ref) -> None:
    hard = quota.spec.hard
    _check_all_set(quota, obj, asked)
    before: Mapping[str, Fraction] = {} if old is None else usage_of(old, draft.now)
    wanted: Usage = {}
    for name, amount in usage_of(obj, draft.now).items():
        more = amount - before.get(name, Fraction(0))
        if name in hard and more > 0:
            wanted[name] = more
    if not wanted:
        return
    used = _used(draft, quota)
    exceeded = sorted(
        name for name, more in wanted.items() if used.get(name, Fraction(0)) + more > amount_of(hard[name])
    )
    if exceeded:
        raise _refused(quota, asked, exceeded, wanted, used)
    after = {name: used.get(name, Fraction(0)) + wanted.get(name, Fraction(0)) for name in hard}
    status = evolve(quota.status, hard=hard, used=texts_of(after, hard))
    draft.put(evolve(quota, status=status))


def _used(draft: Draft, quota: ResourceQuota) -> Mapping[str, Fraction]:
    if quota.status.hard.keys() >= quota.spec.hard.keys():
        return {name: amount_of(text) for name, text in quota.status.used.items()}
    namespace = quota.metadata.namespace
    held = (obj for kind in concerns(quota) for obj in draft.objects(kind, namespace))
    return used_by(quota, held, draft.now)


def _check_all_set(quota: ResourceQuota, obj: Object, asked: Ref) -> None:
    if not isinstance(obj, Pod):
        return
    required = sorted(_MUST_BE_SET & quota.spec.hard.keys())
    missing: dict[str, list[str]] = {}
    for container in (*obj.spec.containers, *obj.spec.init_containers):
        resources = container.resources
        for name in required:
            side, _, resource = name.rpartition(".")
            amounts = {} if resources is None else resources.limits if side == "limits" else resources.requests
            if resource not in amounts:
                missing.setdefault(name, []).append(container.name)
    if missing:
        told = "; ".join(f"{name} for: {','.join(sorted(names))}" for name, names in missing.items())
        raise forbidden(asked, f"failed quota: {quota.metadata.name}: must specify {told}")


def _refused(
    quota: ResourceQuota,
    asked: Ref,
    exceeded: Iterable[str],
    wanted: Mapping[str, Fraction],
    used: Mapping[str, Fraction],
) -> Forbidden:
    hard = quota.spec.hard
    names = list(exceeded)

    def told(amounts: Mapping[str, Fraction]) -> str:
        texts = texts_of({name: amounts.get(name, Fraction(0)) for name in names}, hard)
        return ",".join(f"{name}={texts[name]}" for name in names)

    limits = {name: amount_of(hard[name]) for name in names}
    return forbidden(
        asked,
        f"exceeded quota: {quota.metadata.name}, requested: {told(wanted)}, used: {told(used)}, "
        f"limited: {told(limits)}",
    )
