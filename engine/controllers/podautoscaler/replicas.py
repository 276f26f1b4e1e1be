"""How many replicas one metric asks for, from what the pods use.

    ratio = usage / target, over the pods that are ready and measured;  within 0.1 of 1: as many as there are
    without unready or unmeasured pods          ceil(ratio * ready pods)
    with them: unmeasured ones count 100 % of the request on the way down, 0 on the way up, unready ones 0 on the
    way up; if the ratio changes its direction by that, as many as there are

Follows ``replica_calculator.go``. All amounts are thousandths: of a core, of a byte.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import ceil

from engine.kinds import Container, Pod, condition
from engine.kinds.frozen import frozen
from engine.kinds.quantity import parse_quantity
from engine.store.state import State

Measure = Callable[[State, Pod, int], Mapping[str, Mapping[str, int]] | None]
"""(state, pod, now) -> container -> resource -> thousandths; None for a pod that is not measured yet."""

METRIC_WINDOW_SECONDS = 15
_CPU_INITIALIZATION_SECONDS, _READINESS_DELAY_SECONDS = 300, 30


class Unmeasurable(Exception):
    """No replicas can be computed; in Kubernetes' words. Never leaves this folder."""


@frozen(kw_only=True)
class Question:
    """``container`` "" stands for all of a pod; ``tolerances`` are those on the way down and up."""

    resource: str
    container: str = ""
    pods: Sequence[Pod]
    replicas: int
    tolerances: tuple[Fraction, Fraction]
    now: int


@frozen(kw_only=True)
class Answer:
    """``average`` is in thousandths; ``utilization`` in percent, None where the target is an amount."""

    replicas: int
    average: int
    utilization: int | None = None


def by_utilization(question: Question, target_percent: int, measured: Mapping[str, int]) -> Answer:
    """``measured`` are thousandths by pod name. Raises Unmeasurable."""
    ready, unready, missing = _grouped(question, measured)
    requests = {pod.metadata.name: _request(question, pod) for pod in question.pods}
    used = {name: amount for name, amount in measured.items() if name not in unready}
    if not used:
        raise Unmeasurable("did not receive metrics for targeted pods (pods might be unready)")
    utilization = _utilization(used, requests)
    average = sum(used.values()) // len(used)

    def ratio_of(amounts: Mapping[str, int]) -> Fraction:
        return Fraction(_utilization(amounts, requests), target_percent)

    replicas = _replicas(question, used, (ready, unready, missing), ratio_of, requests)
    return Answer(replicas=replicas, average=average, utilization=utilization)


def by_average(question: Question, target: int, measured: Mapping[str, int]) -> Answer:
    """``target`` in thousandths. Raises Unmeasurable."""
    ready, unready, missing = _grouped(question, measured)
    used = {name: amount for name, amount in measured.items() if name not in unready}
    if not used:
        raise Unmeasurable("did not receive metrics for targeted pods (pods might be unready)")

    def ratio_of(amounts: Mapping[str, int]) -> Fraction:
        return Fraction(sum(amounts.values()) // len(amounts), target)

    wanted = {pod.metadata.name: target for pod in question.pods}
    replicas = _replicas(question, used, (ready, unready, missing), ratio_of, wanted)
    return Answer(replicas=replicas, average=sum(used.values()) // len(used))


def measured_of(
    state: State, measure: Measure, question: Question
) -> Mapping[str, int]:
    """Thousandths by pod name, of the pods that are measured. Raises Unmeasurable if none is."""
    found: dict[str, int] = {}
    for pod in question.pods:
        usage = measure(state, pod, question.now)
        if usage is None:
            continue
        if not question.container:
            found[pod.metadata.name] = sum(each.get(question.resource, 0) for each in usage.values())
        elif question.container in usage:
            found[pod.metadata.name] = usage[question.container].get(question.resource, 0)
    if not found:
        why = "no metrics returned from resource metrics API"
        raise Unmeasurable(f"unable to get metrics for resource {question.resource}: {why}")
    return found


def _replicas(
    question: Question,
    used: Mapping[str, int],
    groups: tuple[int, Sequence[str], Sequence[str]],
    ratio_of: Callable[[Mapping[str, int]], Fraction],
    assumed: Mapping[str, int],
) -> int:
    ready, unready, missing = groups
    ratio = ratio_of(used)
    rebalances = bool(unready) and ratio > 1
    if not rebalances and not missing:
        return question.replicas if _is_near(question, ratio) else ceil(ratio * ready)
    amounts = dict(used)
    for name in missing:
        if ratio != 1:
            amounts[name] = assumed[name] if ratio < 1 else 0
    if rebalances:
        amounts.update(dict.fromkeys(unready, 0))
    again = ratio_of(amounts)
    if _is_near(question, again) or (ratio < 1 < again) or (again < 1 < ratio):
        return question.replicas
    replicas = ceil(again * len(amounts))
    turns = (again < 1 and replicas > question.replicas) or (again > 1 and replicas < question.replicas)
    return question.replicas if turns else replicas


def _is_near(question: Question, ratio: Fraction) -> bool:
    down, up = question.tolerances
    return 1 - down <= ratio <= 1 + up


def _utilization(amounts: Mapping[str, int], requests: Mapping[str, int]) -> int:
    """Percent, rounded down."""
    requested = sum(requests[name] for name in amounts)
    if not requested:
        raise Unmeasurable("no metrics returned matched known pods")
    return sum(amounts.values()) * 100 // requested


def _grouped(question: Question, measured: Mapping[str, int]) -> tuple[int, Sequence[str], Sequence[str]]:
    """(how many are ready, the names of unready ones, those of unmeasured ones); dying and failed pods are none."""
    ready, unready, missing = 0, [], []
    for pod in question.pods:
        if pod.status.phase == "Pending":
            unready.append(pod.metadata.name)
        elif pod.metadata.name not in measured:
            missing.append(pod.metadata.name)
        elif question.resource == "cpu" and _is_warming_up(pod, question.now):
            unready.append(pod.metadata.name)
        else:
            ready += 1
    return ready, unready, missing


def _is_warming_up(pod: Pod, now: int) -> bool:
    """Whether its use of cpu says nothing: it starts, or it was never ready."""
    found, start = condition(pod.status.conditions, "Ready"), pod.status.start_time
    if found is None or start is None:
        return True
    changed = found.last_transition_time or 0
    if now < start + _CPU_INITIALIZATION_SECONDS:
        return found.status == "False" or now < changed + METRIC_WINDOW_SECONDS
    return found.status == "False" and start + _READINESS_DELAY_SECONDS > changed


def _request(question: Question, pod: Pod) -> int:
    total = Fraction(0)
    for container in _measured_containers(pod):
        if question.container in ("", container.name):
            requests = {} if container.resources is None else container.resources.requests
            if question.resource not in requests:
                where = f"container {container.name} of Pod {pod.metadata.name}"
                raise Unmeasurable(f"missing request for {question.resource} in {where}")
            total += parse_quantity(requests[question.resource]) * 1000
    return ceil(total)


def _measured_containers(pod: Pod) -> tuple[Container, ...]:
    sidecars = tuple(each for each in pod.spec.init_containers if each.restart_policy == "Always")
    return (*pod.spec.containers, *sidecars)
