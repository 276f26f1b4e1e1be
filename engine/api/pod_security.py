"""PodSecurity: what a namespace's label ``pod-security.kubernetes.io/enforce`` refuses of its new pods.

Follows ``k8s.io/pod-security-admission`` at its latest version: the checks of baseline, then those of restricted, each
by name. Differs in that ``warn`` and ``audit`` say nothing, and that what hardly any pod sets is not looked at:
AppArmor, SELinux, sysctls, procMount, Windows, hosts of probes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from engine.api.answers import forbidden
from engine.api.draft import Draft
from engine.kinds import Container, Namespace, PodSpec, Ref

_ENFORCE = "pod-security.kubernetes.io/enforce"
_DEFAULT_CAPABILITIES = frozenset((
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
    "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
))  # fmt: skip
_VOLUMES = frozenset((
    "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret",
))  # fmt: skip
_PROFILES = ("RuntimeDefault", "Localhost")
Check = Callable[[PodSpec], Iterator[str]]
"""What is wrong with a pod: ``reason (detail)``."""


def check_security(draft: Draft, asked: Ref, spec: PodSpec) -> None:
    """Raises Forbidden for a pod that its namespace does not allow."""
    namespace = draft.get(Ref(Namespace.kind, "", asked.namespace))
    labels: Mapping[str, str] = {} if namespace is None else namespace.metadata.labels
    level = labels.get(_ENFORCE, "privileged")
    if level == "privileged":
        return
    checks = _BASELINE if level == "baseline" else (*_OF_BOTH, *_RESTRICTED)
    wrong = [told for check in checks for told in check(spec)]
    if wrong:
        version = labels.get(f"{_ENFORCE}-version", "latest")
        raise forbidden(asked, f'violates PodSecurity "{level}:{version}": {", ".join(wrong)}')


def _capabilities(spec: PodSpec) -> Iterator[str]:
    yield from _adding(spec, "non-default capabilities", _DEFAULT_CAPABILITIES)


def _host_namespaces(spec: PodSpec) -> Iterator[str]:
    found = ["hostNetwork=true"] if spec.host_network else []
    found += [f"{name}=true" for name in ("hostPID", "hostIPC") if spec.extra.get(name) is True]
    if found:
        yield f"host namespaces ({', '.join(found)})"


def _host_paths(spec: PodSpec) -> Iterator[str]:
    if names := [each.name for each in spec.volumes if each.source == "hostPath"]:
        yield f"hostPath volumes ({_plural('volume', names)})"


def _host_ports(spec: PodSpec) -> Iterator[str]:
    bad = [each for each in _containers(spec) if any(port.host_port for port in each.ports)]
    ports = sorted({str(port.host_port) for each in bad for port in each.ports if port.host_port})
    if bad:
        uses, word = "uses" if len(bad) == 1 else "use", "hostPort" if len(ports) == 1 else "hostPorts"
        yield f"hostPort ({_those(bad)} {uses} {word} {', '.join(ports)})"


def _privileged(spec: PodSpec) -> Iterator[str]:
    if bad := [each for each in _containers(spec) if _context(each).get("privileged") is True]:
        yield f"privileged ({_those(bad)} must not set securityContext.privileged=true)"


def _escalation(spec: PodSpec) -> Iterator[str]:
    if bad := [each for each in _containers(spec) if _context(each).get("allowPrivilegeEscalation") is not False]:
        told = "must set securityContext.allowPrivilegeEscalation=false"
        yield f"allowPrivilegeEscalation != false ({_those(bad)} {told})"


def _dropped_capabilities(spec: PodSpec) -> Iterator[str]:
    keeping = [each for each in _containers(spec) if "ALL" not in _capabilities_of(each, "drop")]
    told = [f'{_those(keeping)} must set securityContext.capabilities.drop=["ALL"]'] if keeping else []
    adding = [each.partition(" (")[2][:-1] for each in _adding(spec, "", frozenset(("NET_BIND_SERVICE",)))]
    if told or adding:
        yield f"unrestricted capabilities ({'; '.join([*told, *adding])})"


def _volume_types(spec: PodSpec) -> Iterator[str]:
    bad = [each for each in spec.volumes if each.source not in _VOLUMES]
    if bad:
        kinds = sorted({each.source or "unknown" for each in bad})
        uses = "uses" if len(bad) == 1 else "use"
        told = f"{_plural('volume', [each.name for each in bad])} {uses} {_plural('restricted volume type', kinds)}"
        yield f"restricted volume types ({told})"


def _non_root(spec: PodSpec) -> Iterator[str]:
    of_pod = _mapping(spec.extra.get("securityContext")).get("runAsNonRoot")
    said = [(each, _context(each).get("runAsNonRoot")) for each in _containers(spec)]
    refusing = ["pod"] if of_pod is False else []
    if bad := [each for each, value in said if value is False]:
        refusing.append(_those(bad))
    if refusing:
        yield f"runAsNonRoot != true ({' and '.join(refusing)} must not set securityContext.runAsNonRoot=false)"
    elif of_pod is not True and (silent := [each for each, value in said if value is None]):
        yield f"runAsNonRoot != true (pod or {_those(silent)} must set securityContext.runAsNonRoot=true)"


def _user(spec: PodSpec) -> Iterator[str]:
    setters = ["pod"] if _mapping(spec.extra.get("securityContext")).get("runAsUser") == 0 else []
    if bad := [each for each in _containers(spec) if _context(each).get("runAsUser") == 0]:
        setters.append(_those(bad))
    if setters:
        yield f"runAsUser=0 ({' and '.join(setters)} must not set runAsUser=0)"


def _seccomp(spec: PodSpec) -> Iterator[str]:
    of_pod = _profile(_mapping(spec.extra.get("securityContext")))
    said = [(each, _profile(_context(each))) for each in _containers(spec)]
    setters = ["pod"] if of_pod and of_pod not in _PROFILES else []
    bad = [(each, profile) for each, profile in said if profile and profile not in _PROFILES]
    if bad:
        setters.append(_those([each for each, _ in bad]))
    if setters:
        values = sorted({*[profile for _, profile in bad], *([of_pod] if "pod" in setters else [])})
        told = f"must not set securityContext.seccompProfile.type to {_quoted(values)}"
        yield f"seccompProfile ({' and '.join(setters)} {told})"
    elif not of_pod and (silent := [each for each, profile in said if not profile]):
        told = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
        yield f"seccompProfile (pod or {_those(silent)} {told})"


_BASELINE: tuple[Check, ...] = (_capabilities, _host_namespaces, _host_paths, _host_ports, _privileged)
_OF_BOTH = (_host_namespaces, _host_ports, _privileged)
"""The others of baseline are stricter in _RESTRICTED, and asked there alone."""
_RESTRICTED: tuple[Check, ...] = (_escalation, _dropped_capabilities, _volume_types, _non_root, _user, _seccomp)


def _adding(spec: PodSpec, reason: str, allowed: frozenset[str]) -> Iterator[str]:
    bad = [each for each in _containers(spec) if not allowed.issuperset(_capabilities_of(each, "add"))]
    names = sorted({name for each in bad for name in _capabilities_of(each, "add") if name not in allowed})
    if bad:
        yield f"{reason} ({_those(bad)} must not include {_quoted(names)} in securityContext.capabilities.add)"


def _containers(spec: PodSpec) -> tuple[Container, ...]:
    return (*spec.init_containers, *spec.containers, *spec.ephemeral_containers)


def _context(container: Container) -> Mapping[str, Any]:
    return _mapping(container.extra.get("securityContext"))


def _capabilities_of(container: Container, side: str) -> list[str]:
    found = _mapping(_context(container).get("capabilities")).get(side)
    return [str(each) for each in found] if isinstance(found, (list, tuple)) else []


def _profile(context: Mapping[str, Any]) -> str:
    return str(_mapping(context.get("seccompProfile")).get("type") or "")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _those(containers: Iterable[Container]) -> str:
    return _plural("container", [each.name for each in containers])


def _plural(word: str, names: list[str]) -> str:
    return f"{word}{'' if len(names) == 1 else 's'} {_quoted(names)}"


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
