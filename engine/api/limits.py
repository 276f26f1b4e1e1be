"""LimitRanger: a namespace's LimitRanges fill in what a pod leaves open and refuse what is out of range (rules 10).

Follows ``plugin/pkg/admission/limitranger``: LimitRanges by name, each mistake of an object told at once.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from engine.api.answers import forbidden
from engine.api.draft import Draft
from engine.kinds import EMPTY, Container, Object, PodSpec, Ref, ResourceRequirements, evolve, to_manifest
from engine.kinds.amounts import amount_of, canonical, is_binary, quantity_text
from engine.kinds.quota import LimitRange, LimitRangeItem

ANNOTATION = "kubernetes.io/limit-ranger"
Amounts = Mapping[str, str]


def ranges_of(draft: Draft, namespace: str) -> list[LimitRange]:
    """By name; [] at no cost in a cluster that has none."""
    if not (draft.state.count(LimitRange.kind) or draft.added(LimitRange.kind)):
        return []
    return list(draft.all(LimitRange, namespace))


def limited(ranges: Iterable[LimitRange], asked: Ref, spec: PodSpec) -> tuple[PodSpec, str]:
    """The pod's spec with the defaults of all ranges, and what its annotation says of them; raises Forbidden."""
    said: list[str] = []
    for each in ranges:
        spec, told = _filled(each, spec)
        said += told
        _refuse(asked, _pod_mistakes(each, spec))
    return spec, f"LimitRanger plugin set: {'; '.join(said)}" if said else ""


def check_claim(draft: Draft, claim: Object) -> None:
    """Raises Forbidden where a PersistentVolumeClaim asks for too little or too much."""
    spec = to_manifest(claim).get("spec") or {}
    requests = (spec.get("resources") or {}).get("requests") or {}
    ref = Ref(claim.kind, claim.metadata.namespace, claim.metadata.name)
    for each in ranges_of(draft, claim.metadata.namespace):
        mistakes: list[str] = []
        for item in each.spec.limits:
            if item.type == "PersistentVolumeClaim":
                mistakes += [_below(item, name, least, requests) for name, least in _by_name(item.min)]
                mistakes += [_above(item, name, most, requests) for name, most in _by_name(item.max)]
        _refuse(ref, [told for told in mistakes if told])


def _refuse(asked: Ref, mistakes: list[str]) -> None:
    if mistakes:
        raise forbidden(asked, mistakes[0] if len(mistakes) == 1 else f"[{', '.join(mistakes)}]")


def _filled(limits: LimitRange, spec: PodSpec) -> tuple[PodSpec, list[str]]:
    default: dict[str, str] = {}
    default_request: dict[str, str] = {}
    for item in limits.spec.limits:
        if item.type == "Container":
            default = {**item.default, **default}
            default_request = {**item.default_request, **default_request}
    if not default and not default_request:
        return spec, []
    said: list[str] = []

    def filled(container: Container) -> Container:
        resources = container.resources or ResourceRequirements()
        requests = _missing(default_request, resources.requests)
        own = _missing(default, resources.limits)
        if requests:
            said.append(f"{', '.join(requests)} request for container {container.name}")
        if own:
            said.append(f"{', '.join(own)} limit for container {container.name}")
        if not requests and not own:
            return container
        resources = evolve(
            resources,
            limits={**resources.limits, **own} or EMPTY,
            requests={**resources.requests, **requests} or EMPTY,
        )
        return evolve(container, resources=resources)

    main = tuple(map(filled, spec.containers))
    init = tuple(map(filled, spec.init_containers))
    return evolve(spec, containers=main, init_containers=init), said


def _missing(defaults: Amounts, given: Amounts) -> dict[str, str]:
    return {name: amount for name, amount in sorted(defaults.items()) if name not in given}


def _pod_mistakes(limits: LimitRange, spec: PodSpec) -> list[str]:
    mistakes: list[str] = []
    for item in limits.spec.limits:
        if item.type == "Container":
            for container in (*spec.containers, *spec.init_containers):
                resources = container.resources or ResourceRequirements()
                mistakes += _mistakes(item, resources.requests, resources.limits)
        elif item.type == "Pod":
            each = [container.resources or ResourceRequirements() for container in spec.containers]
            mistakes += _mistakes(item, _sum([one.requests for one in each]), _sum([one.limits for one in each]))
    return mistakes


def _mistakes(item: LimitRangeItem, requests: Amounts, limits: Amounts) -> Iterator[str]:
    for name, least in _by_name(item.min):
        told = _below(item, name, least, requests)
        if not told and name in limits and amount_of(limits[name]) < amount_of(least):
            told = f"{_range('minimum', item, name, least)}, but limit is {canonical(limits[name])}"
        if told:
            yield told
    for name, most in _by_name(item.max):
        if name not in limits:
            yield f"{_range('maximum', item, name, most)}.  No limit is specified"
        elif amount_of(limits[name]) > amount_of(most):
            yield f"{_range('maximum', item, name, most)}, but limit is {canonical(limits[name])}"
        elif name in requests and amount_of(requests[name]) > amount_of(most):
            yield f"{_range('maximum', item, name, most)}, but request is {canonical(requests[name])}"
    for name, ratio in _by_name(item.max_limit_request_ratio):
        yield from _out_of_ratio(item, name, ratio, requests, limits)


def _below(item: LimitRangeItem, name: str, least: str, requests: Amounts) -> str:
    if name not in requests:
        return f"{_range('minimum', item, name, least)}.  No request is specified"
    if amount_of(requests[name]) < amount_of(least):
        return f"{_range('minimum', item, name, least)}, but request is {canonical(requests[name])}"
    return ""


def _above(item: LimitRangeItem, name: str, most: str, requests: Amounts) -> str:
    """Of a claim, which has requests only."""
    if name not in requests:
        return f"{_range('maximum', item, name, most)}.  No request is specified"
    if amount_of(requests[name]) > amount_of(most):
        return f"{_range('maximum', item, name, most)}, but request is {canonical(requests[name])}"
    return ""


def _out_of_ratio(
    item: LimitRangeItem, name: str, ratio: str, requests: Amounts, limits: Amounts
) -> Iterator[str]:
    head = f"{name} max limit to request ratio per {item.type} is {canonical(ratio)}, but"
    request, limit = amount_of(requests.get(name, "0")), amount_of(limits.get(name, "0"))
    if not request:
        yield f"{head} no request is specified or request is 0"
    elif not limit:
        yield f"{head} no limit is specified or limit is 0"
    elif limit / request > amount_of(ratio):
        yield f"{head} provided ratio is {float(limit / request):f}"


def _range(word: str, item: LimitRangeItem, name: str, amount: str) -> str:
    return f"{word} {name} usage per {item.type} is {canonical(amount)}"


def _by_name(amounts: Amounts) -> list[tuple[str, str]]:
    return sorted(amounts.items())


def _sum(amounts: list[Amounts]) -> dict[str, str]:
    """Only of what every container states."""
    names = {name for each in amounts for name in each if all(name in other for other in amounts)}
    found = {}
    for name in sorted(names):
        texts = [each[name] for each in amounts]
        total = sum(map(amount_of, texts), Fraction(0))
        found[name] = quantity_text(total, binary=any(map(is_binary, texts)))
    return found
