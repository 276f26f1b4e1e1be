"""From the replicas that metrics ask for to those that are set: stabilised over a window, then bounded.

Follows ``stabilizeRecommendation`` and ``convertDesiredReplicas`` of ``horizontal.go``, with and without behavior.
A Recommendation stands for every look until the next one, so that a steady wish is written once.
"""

from collections.abc import Sequence

from engine.kinds.autoscaling import (
    HorizontalPodAutoscalerBehavior,
    HorizontalPodAutoscalerSpec,
    HorizontalPodAutoscalerStatus,
    HPAScalingPolicy,
    HPAScalingRules,
    Recommendation,
    ScaleChange,
)
from engine.kinds.frozen import frozen

LOOK_SECONDS = 15
DOWN_WINDOW_SECONDS = 300
_MOST_AT_ONCE = 4
_WITHIN = ("DesiredWithinRange", "the desired count is within the acceptable range")
_TOO_FAST_UP = ("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate")
_TOO_FAST_DOWN = ("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate")
_TOO_MANY = ("TooManyReplicas", "the desired replica count is more than the maximum replica count")
_TOO_FEW = ("TooFewReplicas", "the desired replica count is less than the minimum replica count")
_READY = ("ReadyForNewScale", "recommended size matches current size")
_HELD_UP = (
    "ScaleDownStabilized",
    "recent recommendations were higher than current one, applying the highest recent recommendation",
)
_HELD_DOWN = (
    "ScaleUpStabilized",
    "recent recommendations were lower than current one, applying the lowest recent recommendation",
)

Said = tuple[str, str]
"""A condition's reason and message."""


@frozen(kw_only=True)
class Bounded:
    """``able`` and ``limited`` are what AbleToScale and ScalingLimited say."""

    replicas: int
    able: Said
    limited: Said
    is_limited: bool


def bounded(
    spec: HorizontalPodAutoscalerSpec, status: HorizontalPodAutoscalerStatus, current: int, wanted: int, now: int
) -> Bounded:
    behavior = spec.behavior
    if behavior is None or behavior.scale_up is None or behavior.scale_down is None:
        recent = _recent(status.recommendations, now, now - DOWN_WINDOW_SECONDS)
        stable, able = max([wanted, *recent]), _HELD_UP
        replicas, limited = _within(spec, current, stable)
    else:
        stable, able = _stable(behavior.scale_up, behavior.scale_down, status, current, wanted, now)
        replicas, limited = _within_rates(spec, behavior, status.scale_changes, current, stable, now)
    return Bounded(
        replicas=replicas,
        able=_READY if stable == wanted else able,
        limited=limited,
        is_limited=replicas != stable,
    )


def with_recommendation(
    spec: HorizontalPodAutoscalerSpec, known: Sequence[Recommendation], wanted: int, now: int
) -> tuple[Recommendation, ...]:
    """What was recommended, up to now; what no window reaches any more is left out when something is added."""
    if known and known[-1].replicas == wanted:
        return tuple(known)
    if known and known[-1].since == now:  # a second look in one second
        known = known[:-1]
    oldest = now - _longest_window_seconds(spec)
    ends = [*(each.since - LOOK_SECONDS for each in known[1:]), now]
    kept = [each for each, end in zip(known, ends, strict=False) if end >= oldest]
    return (*kept, Recommendation(replicas=wanted, since=now))


def with_change(
    spec: HorizontalPodAutoscalerSpec, known: Sequence[ScaleChange], change: int, now: int
) -> tuple[ScaleChange, ...]:
    """Only a behavior ever asks for changes, so that without one none are kept."""
    if spec.behavior is None:
        return ()
    rules = [each for each in (spec.behavior.scale_up, spec.behavior.scale_down) if each is not None]
    longest = max((policy.period_seconds for each in rules for policy in each.policies), default=0)
    return (*(each for each in known if each.time > now - longest), ScaleChange(replicas=change, time=now))


def _longest_window_seconds(spec: HorizontalPodAutoscalerSpec) -> int:
    behavior = spec.behavior
    if behavior is None:
        return DOWN_WINDOW_SECONDS
    return max(_window_seconds(behavior.scale_up, 0), _window_seconds(behavior.scale_down, DOWN_WINDOW_SECONDS))


def _window_seconds(rules: HPAScalingRules | None, usual: int) -> int:
    given = None if rules is None else rules.stabilization_window_seconds
    return usual if given is None else given


def _recent(known: Sequence[Recommendation], now: int, cutoff: int) -> list[int]:
    """What was still recommended at ``cutoff`` or later."""
    last_looks = [*(each.since - LOOK_SECONDS for each in known[1:]), now - LOOK_SECONDS]
    return [
        each.replicas for each, last in zip(known, last_looks, strict=False) if max(last, each.since) >= cutoff
    ]


def _stable(
    up: HPAScalingRules,
    down: HPAScalingRules,
    status: HorizontalPodAutoscalerStatus,
    current: int,
    wanted: int,
    now: int,
) -> tuple[int, Said]:
    if wanted >= current:
        recent = _recent(status.recommendations, now, now - _window_seconds(up, 0) + 1)
        return min([wanted, *recent]), _HELD_DOWN
    recent = _recent(status.recommendations, now, now - _window_seconds(down, DOWN_WINDOW_SECONDS) + 1)
    return max([wanted, *recent]), _HELD_UP


def _within(spec: HorizontalPodAutoscalerSpec, current: int, wanted: int) -> tuple[int, Said]:
    """At most twice as many as there are, or 4, in one look."""
    least = 1 if spec.min_replicas is None else spec.min_replicas
    most, why = spec.max_replicas, _TOO_MANY
    fastest = max(2 * current, _MOST_AT_ONCE)
    if most > fastest:
        most, why = fastest, _TOO_FAST_UP
    if wanted < least:
        return least, _TOO_FEW
    return (most, why) if wanted > most else (wanted, _WITHIN)


def _within_rates(
    spec: HorizontalPodAutoscalerSpec,
    behavior: HorizontalPodAutoscalerBehavior,
    changes: Sequence[ScaleChange],
    current: int,
    wanted: int,
    now: int,
) -> tuple[int, Said]:
    assert behavior.scale_up is not None and behavior.scale_down is not None
    if wanted > current:
        fastest = max(current, _highest(behavior.scale_up, changes, current, now))
        most, why = (fastest, _TOO_FAST_UP) if spec.max_replicas > fastest else (spec.max_replicas, _TOO_MANY)
        if wanted > most:
            return most, why
    elif wanted < current:
        least = 1 if spec.min_replicas is None else spec.min_replicas
        fastest = min(current, _lowest(behavior.scale_down, changes, current, now))
        least, why = (fastest, _TOO_FAST_DOWN) if least < fastest else (least, _TOO_FEW)
        if wanted < least:
            return least, why
    return wanted, _WITHIN


def _highest(rules: HPAScalingRules, changes: Sequence[ScaleChange], current: int, now: int) -> int:
    if rules.select_policy == "Disabled":
        return current
    proposed = []
    for policy in rules.policies:
        begun = current - _changed(policy, changes, now)
        percent = -(-begun * (100 + policy.value) // 100)
        proposed.append(begun + policy.value if policy.type == "Pods" else percent)
    return (min if rules.select_policy == "Min" else max)(proposed, default=current)


def _lowest(rules: HPAScalingRules, changes: Sequence[ScaleChange], current: int, now: int) -> int:
    if rules.select_policy == "Disabled":
        return current
    proposed = []
    for policy in rules.policies:
        begun = current - _changed(policy, changes, now)
        percent = begun * max(0, 100 - policy.value) // 100
        proposed.append(begun - policy.value if policy.type == "Pods" else percent)
    return (max if rules.select_policy == "Min" else min)(proposed, default=current)


def _changed(policy: HPAScalingPolicy, changes: Sequence[ScaleChange], now: int) -> int:
    return sum(each.replicas for each in changes if each.time > now - policy.period_seconds)
