"""Where an Ingress controller sends a request: ``routed(ingresses, host, path) -> Rule | None``.

Follows ingress-nginx: of a host's paths exact ones go first, then the longest; a host of its own does not fall back
to rules without a host; of two Ingresses that want the same, the older one has it. A path with
``rewrite-target`` is a regular expression, as far as it is simple.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from engine.kinds import Service, ServicePort
from engine.kinds.frozen import frozen
from engine.kinds.networking import (
    CLASS_ANNOTATION,
    EXACT,
    PREFIX,
    Ingress,
    IngressBackend,
    IngressClass,
    IngressServiceBackend,
)
from engine.store.state import State

CONTROLLER, CLASS = "k8s.io/ingress-nginx", "nginx"
_PREFIX = "nginx.ingress.kubernetes.io/"
_MOST_REPEATS, _LONGEST = 3, 200


@frozen(kw_only=True)
class Rule:
    """``backend`` None is the controller's own default backend; ``path`` is what the backend is asked for."""

    ingress: Ingress
    backend: IngressBackend | None
    path: str
    secure: bool
    """Whether the host has a certificate, so that plain requests are sent on to https."""


@frozen(kw_only=True)
class _Location:
    ingress: Ingress
    host: str
    path: str
    type: str
    backend: IngressBackend


def served(
    state: State, controller: str = CONTROLLER, class_name: str = CLASS, *, without_class: bool = False
) -> list[Ingress]:
    """The Ingresses that a controller serves, oldest first."""
    names = {each.metadata.name for each in state.all(IngressClass) if each.spec.controller == controller}
    found = [each for each in state.all(Ingress) if _is_served(each, names, class_name, without_class=without_class)]
    return sorted(found, key=lambda each: each.metadata.creation_timestamp or 0)


def is_served(state: State, ingress: Ingress) -> bool:
    """By a controller with the usual arguments."""
    names = {each.metadata.name for each in state.all(IngressClass) if each.spec.controller == CONTROLLER}
    return _is_served(ingress, names, CLASS, without_class=False)


def _is_served(ingress: Ingress, names: set[str], class_name: str, *, without_class: bool) -> bool:
    annotated = ingress.metadata.annotations.get(CLASS_ANNOTATION)
    if annotated:
        return annotated == class_name
    if ingress.spec.ingress_class_name is None:
        return without_class
    return ingress.spec.ingress_class_name in names


def routed(ingresses: Sequence[Ingress], host: str, path: str) -> Rule | None:
    """None where nothing is said of the host, or of the path."""
    name = host.partition(":")[0].lower()
    bare = path.partition("?")[0]
    mine = _server_of(name, ingresses)
    locations = [each for each in _locations(ingresses) if each.host == mine]
    secure = any(_covers(each, name) for each in ingresses)
    for location in sorted(locations, key=_rank):
        target = _matched(location, bare)
        if target is not None:
            rest = path[len(bare) :]
            return Rule(ingress=location.ingress, backend=location.backend, path=target + rest, secure=secure)
    for each in ingresses:
        if each.spec.default_backend is not None and (not mine or any(rule.host == mine for rule in each.spec.rules)):
            return Rule(ingress=each, backend=each.spec.default_backend, path=path, secure=secure)
    return None


def service_port(state: State, namespace: str, backend: IngressServiceBackend) -> tuple[Service, ServicePort] | None:
    service = state.find(Service, backend.name, namespace)
    if service is None:
        return None
    for port in service.spec.ports:
        if (backend.port.name and port.name == backend.port.name) or port.port == backend.port.number:
            return service, port
    return None


def redirects_to_https(rule: Rule) -> bool:
    return rule.secure and rule.ingress.metadata.annotations.get(f"{_PREFIX}ssl-redirect") != "false"


def _server_of(name: str, ingresses: Iterable[Ingress]) -> str:
    """The host of the rules that are asked: the name itself, the longest wildcard over it, or ""."""
    hosts = {rule.host.lower() for each in ingresses for rule in each.spec.rules if rule.host}
    if name in hosts:
        return name
    wild = [host for host in hosts if host.startswith("*.") and name.endswith(host[1:]) and name != host[2:]]
    return max(wild, key=len, default="")


def _locations(ingresses: Iterable[Ingress]) -> Iterator[_Location]:
    for ingress in ingresses:
        for rule in ingress.spec.rules:
            for path in rule.http.paths if rule.http is not None else ():
                yield _Location(
                    ingress=ingress,
                    host=rule.host.lower(),
                    path=path.path or "/",
                    type=path.path_type or PREFIX,
                    backend=path.backend,
                )


def _rank(location: _Location) -> tuple[bool, int]:
    return location.type != EXACT, -len(location.path)


def _matched(location: _Location, path: str) -> str | None:
    """What the backend is asked for; None if the location is not about ``path``."""
    annotations = location.ingress.metadata.annotations
    target = annotations.get(f"{_PREFIX}rewrite-target")
    if location.type != EXACT and (target or annotations.get(f"{_PREFIX}use-regex") == "true"):
        pattern = _pattern(location.path)
        found = None if pattern is None else pattern.match(path[:_LONGEST])
        if found is None:
            return None
        return _rewritten(target, found) if target else path
    if not _is_about(location, path):
        return None
    return target or path


def _is_about(location: _Location, path: str) -> bool:
    wanted = location.path
    if location.type == EXACT:
        return path == wanted
    if location.type == PREFIX:
        stem = wanted.rstrip("/")
        return path == stem or path.startswith(f"{stem}/")
    return path.startswith(wanted)


def _pattern(text: str) -> re.Pattern[str] | None:
    """None for what could take long: repeated groups, more than three repeats."""
    if len(text) > _LONGEST or re.search(r"\)[*+{]", text) or len(re.findall(r"[*+{]", text)) > _MOST_REPEATS:
        return None
    try:
        return re.compile(f"^{text}", re.IGNORECASE)
    except re.error:
        return None


def _rewritten(target: str, found: re.Match[str]) -> str:
    groups = dict(enumerate(found.groups(default=""), start=1))
    return re.sub(r"\$(\d)", lambda digit: groups.get(int(digit[1]), ""), target) or "/"


def _covers(ingress: Ingress, name: str) -> bool:
    for tls in ingress.spec.tls:
        for host in tls.hosts:
            if name == host.lower() or (host.startswith("*.") and name.partition(".")[2] == host[2:].lower()):
                return True
    return False
