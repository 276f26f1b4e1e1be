"""What the pods of a node request and may use at most, as ``kubectl describe node`` counts it.

Follows component-helpers' PodRequests and PodLimits: containers and sidecars together, or the largest init
step if that is more, plus overhead.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Literal

from attrs import frozen

from engine.kinds import Container, Pod
from engine.kinds.amounts import amount_of, is_binary, quantity_text

Which = Literal["requests", "limits"]


@frozen
class Amount:
    """An exact amount and the family of suffixes it is written in."""

    value: Fraction = Fraction(0)
    binary: bool = False

    def plus(self, other: "Amount") -> "Amount":
        return Amount(self.value + other.value, self.binary if self.value else other.binary)

    def __str__(self) -> str:
        return quantity_text(self.value, binary=self.binary)


NOTHING = Amount()
Amounts = Mapping[str, Amount]


def pod_amounts(pod: Pod, which: Which) -> Amounts:
    running = _sum(_amounts(container, which) for container in pod.spec.containers)
    sidecars: Amounts = {}
    peak: Amounts = {}
    for container in pod.spec.init_containers:
        step = _sum((sidecars, _amounts(container, which)))
        if container.restart_policy == "Always":
            sidecars = step
        peak = _largest(peak, step)
    amounts = dict(_largest(_sum((running, sidecars)), peak))
    for name, quantity in pod.spec.overhead.items():
        if which == "requests" or name in amounts:
            amounts[name] = amounts.get(name, NOTHING).plus(_amount(quantity))
    return amounts


def total_amounts(of: Iterable[Amounts]) -> Amounts:
    return _sum(of)


def percent(part: Amount, whole: Amount) -> int:
    """In whole percent, rounded down; 0 of nothing."""
    return int(part.value * 100 / whole.value) if whole.value else 0


def _amounts(container: Container, which: Which) -> Amounts:
    resources = container.resources
    if resources is None:
        return {}
    quantities = resources.requests if which == "requests" else resources.limits
    return {name: _amount(quantity) for name, quantity in quantities.items()}


def _amount(quantity: str) -> Amount:
    return Amount(amount_of(quantity), is_binary(quantity))


def _sum(of: Iterable[Amounts]) -> Amounts:
    total: dict[str, Amount] = {}
    for amounts in of:
        for name, amount in amounts.items():
            total[name] = total.get(name, NOTHING).plus(amount)
    return total


def _largest(left: Amounts, right: Amounts) -> Amounts:
    largest = dict(left)
    for name, amount in right.items():
        if name not in largest or amount.value > largest[name].value:
            largest[name] = amount
    return largest
