"""Why nobody answers behind a Service or an Ingress: the label or the port that does not match, the pods not ready."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import islice

from engine.kinds import LabelSelector, Namespace, Pod, Service, ref_of
from engine.kinds.networking import Ingress
from engine.printers.health import health
from engine.store.state import State
from k9lite.why.cause import Cause

_LOOK_AT, _MOST_SHOWN = 2_000, 5
_A_SLIP = 0.65
"""Values as alike as this are meant to be the same: where there are some, the others say nothing."""


def service_causes(service: Service, state: State, now: int, look_at: int = _LOOK_AT) -> Iterator[Cause]:
    """``look_at`` pods at most, and namespaces: a line that is made anew with every change looks at few."""
    selector, namespace = service.spec.selector, service.metadata.namespace
    if not selector or service.spec.type == "ExternalName":
        return
    pods = list(islice(state.select("Pod", namespace, LabelSelector(match_labels=selector)), look_at))
    found = [pod for pod in pods if isinstance(pod, Pod) and pod.active]
    if not found:
        yield from _nearest(service, state, look_at)
        return
    for pod in islice((each for each in found if health(each, state, now).level in ("warn", "bad")), _MOST_SHOWN):
        reason = health(pod, state, now).reason
        yield Cause(f"pod {pod.metadata.name} is selected and not ready: {reason}", "bad", ref_of(pod))
    yield from _ports(service, found[0])


def _nearest(service: Service, state: State, look_at: int) -> Iterator[Cause]:
    """The pods that have the most of what the selector wants, each label that differs, one pod of each set of them."""
    selector, namespace = service.spec.selector, service.metadata.namespace
    elsewhere = _elsewhere(selector, namespace, state, look_at)
    if elsewhere is not None:
        where = elsewhere.metadata.namespace
        text = f"pod {elsewhere.metadata.name} has it in namespace {where}; a Service selects in its own, {namespace}"
        yield Cause(text, "bad", ref_of(elsewhere))
    looked_at = islice(state.all(Pod, namespace), look_at)
    close: dict[tuple[tuple[str, str], ...], tuple[int, Pod, int]] = {}
    for pod in looked_at:
        labels = pod.metadata.labels
        alike = sum(1 for key in selector if key in labels) + 2 * sum(
            1 for key, value in selector.items() if labels.get(key) == value
        )
        if alike:
            differing = tuple((key, labels.get(key, "")) for key, value in selector.items() if labels.get(key) != value)
            best = close.get(differing)
            close[differing] = (alike, best[1] if best else pod, (best[2] if best else 0) + 1)
    if not close:
        keys = ", ".join(selector)
        yield Cause(f"no pod in namespace {namespace} has a label {keys} at all", "bad")
    best_first = sorted(close.items(), key=lambda item: (-item[1][0], -_likeness(item[0], selector)))
    slips = [each for each in best_first if _likeness(each[0], selector) >= _A_SLIP * len(each[0])]
    for differing, (_, pod, count) in (slips or best_first)[:_MOST_SHOWN]:
        wants = ", ".join(f"{key}={selector[key]}" for key, _ in differing)
        has = ", ".join(f"{key}={value}" if value else f"no {key}" for key, value in differing)
        pods = "1 pod has" if count == 1 else f"{count} pods have"
        yield Cause(f"it selects {wants}; {pods} {has}: {pod.metadata.name}", "bad", ref_of(pod))


def _elsewhere(selector: Mapping[str, str], namespace: str, state: State, look_at: int) -> Pod | None:
    """A pod with all of these labels that is not where it is looked for."""
    wanted = LabelSelector(match_labels=selector)
    for each in islice(state.all(Namespace), look_at):
        name = each.metadata.name
        pod = None if name == namespace else next(iter(state.select("Pod", name, wanted)), None)
        if isinstance(pod, Pod):
            return pod
    return None


def _likeness(differing: tuple[tuple[str, str], ...], selector: Mapping[str, str]) -> float:
    """A slip of a letter is likelier than another word."""
    return sum(SequenceMatcher(None, value, selector[key]).ratio() for key, value in differing)


def _ports(service: Service, pod: Pod) -> Iterator[Cause]:
    """A target port that no container names, or none declares: it may be that nobody listens there."""
    named = {port.name: port for each in pod.spec.containers for port in each.ports if port.name}
    numbers = {port.container_port for each in pod.spec.containers for port in each.ports}
    declared = ", ".join(map(str, sorted(numbers))) or "none"
    for port in service.spec.ports:
        target = port.target_port or port.port
        if isinstance(target, str) and not target.isdecimal():
            if target not in named:
                text = f"port {port.port}: no container of {pod.metadata.name} names a port {target} (named: "
                yield Cause(text + f"{', '.join(named) or 'none'})", "bad", ref_of(pod))
        elif numbers and int(target) not in numbers:
            text = f"port {port.port} leads to {target}, which {pod.metadata.name} does not declare (it has {declared})"
            yield Cause(text, "warn", ref_of(pod))


def ingress_causes(ingress: Ingress, state: State, now: int) -> Iterator[Cause]:
    for rule in ingress.spec.rules:
        for path in () if rule.http is None else rule.http.paths:
            wanted = path.backend.service
            service = None if wanted is None else state.find(Service, wanted.name, ingress.metadata.namespace)
            where = f"{rule.host or '*'}{path.path or '/'}"
            if wanted is not None and service is None:
                yield Cause(f"{where} leads to service {wanted.name}, which is not there", "bad")
            elif service is not None and health(service, state, now).level == "bad":
                reason = health(service, state, now).reason
                yield Cause(f"{where} leads to service {service.metadata.name}: {reason}", "bad", ref_of(service))
