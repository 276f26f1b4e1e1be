"""Ingresses, their classes, and MetalLB's address pools.

Follows ``ValidateIngressCreate``, ``ValidateIngressUpdate`` and ``ValidateIngressClass`` of
``pkg/apis/networking/validation``, and MetalLB's ``internal/config`` for pools. Differs in that pools are only
compared with themselves: two that share addresses are not refused.
"""

import re
from ipaddress import ip_address

from engine.api.validation import names
from engine.api.validation.fields import each_invalid, invalid, not_supported, required, too_long
from engine.api.validation.metadata import immutable, selector_errors
from engine.errors import FieldError
from engine.kinds.metallb import IPAddressPool, span
from engine.kinds.networking import (
    CLASS_ANNOTATION,
    EXACT,
    IMPLEMENTATION_SPECIFIC,
    PATH_TYPES,
    PREFIX,
    HTTPIngressPath,
    Ingress,
    IngressBackend,
    IngressClass,
    IngressRule,
    IngressTLS,
)

_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
_SUFFIXES = ("/..", "/.")
_LONGEST_CONTROLLER = 250
_WILDCARD = r"\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"


def ingress_errors(ingress: Ingress, old: Ingress | None) -> list[FieldError]:
    spec = ingress.spec
    errors: list[FieldError] = []
    if not spec.rules and spec.default_backend is None:
        errors.append(invalid("spec", [], "either `defaultBackend` or `rules` must be specified"))
    if spec.default_backend is not None:
        errors += _backend_errors(spec.default_backend, "spec.defaultBackend")
    for index, rule in enumerate(spec.rules):
        errors += _rule_errors(rule, f"spec.rules[{index}]")
    for index, tls in enumerate(spec.tls):
        errors += _tls_errors(tls, f"spec.tls[{index}]")
    name = spec.ingress_class_name
    if name is not None:
        errors += each_invalid("spec.ingressClassName", name, names.dns_subdomain(name))
        annotated = ingress.metadata.annotations.get(CLASS_ANNOTATION)
        if old is None and annotated is not None and annotated != name:
            why = "must match `ingressClassName` when both are specified"
            errors.append(invalid(f"annotations.{CLASS_ANNOTATION}", annotated, why))
    return errors


def _rule_errors(rule: IngressRule, path: str) -> list[FieldError]:
    errors = _host_errors(rule.host, f"{path}.host") if rule.host else []
    if rule.http is None:
        return errors
    if not rule.http.paths:
        errors.append(required(f"{path}.http.paths"))
    for index, each in enumerate(rule.http.paths):
        errors += _path_errors(each, f"{path}.http.paths[{index}]")
    return errors


def _host_errors(host: str, path: str) -> list[FieldError]:
    errors = []
    if _is_address(host):
        errors.append(invalid(path, host, "must be a DNS name, not an IP address"))
    if "*" not in host:
        return [*errors, *each_invalid(path, host, names.dns_subdomain(host))]
    return [*errors, *each_invalid(path, host, _wildcard_errors(host))]


def _wildcard_errors(host: str) -> tuple[str, ...]:
    if re.fullmatch(_WILDCARD, host):
        return ()
    return (
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist "
        "of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. "
        f"'*.example.com', regex used for validation is '{_WILDCARD}')",
    )


def _path_errors(path: HTTPIngressPath, here: str) -> list[FieldError]:
    if path.path_type is None:
        return [required(f"{here}.pathType", "pathType must be specified")]
    errors = []
    relative = not path.path.startswith("/")
    if path.path_type in (EXACT, PREFIX):
        if relative:
            errors.append(invalid(f"{here}.path", path.path, "must be an absolute path"))
        for part in _SEQUENCES:
            if part in path.path:
                errors.append(invalid(f"{here}.path", path.path, f"must not contain '{part}'"))
        for part in _SUFFIXES:
            if path.path.endswith(part):
                errors.append(invalid(f"{here}.path", path.path, f"cannot end with '{part}'"))
    elif path.path_type == IMPLEMENTATION_SPECIFIC:
        if path.path and relative:
            errors.append(invalid(f"{here}.path", path.path, "must be an absolute path"))
    else:
        errors.append(not_supported(f"{here}.pathType", path.path_type, PATH_TYPES))
    return errors + _backend_errors(path.backend, f"{here}.backend")


def _backend_errors(backend: IngressBackend, path: str) -> list[FieldError]:
    service = backend.service
    if service is not None and backend.resource is not None:
        return [invalid(path, "", "cannot set both resource and service backends")]
    if backend.resource is not None:
        return [required(f"{path}.resource.{key}") for key in ("kind", "name") if not backend.resource.get(key)]
    if service is None:
        return [invalid(path, "", "resource or service backend is required")]
    errors = []
    if not service.name:
        errors.append(required(f"{path}.service.name"))
    else:
        errors += each_invalid(f"{path}.service.name", service.name, names.dns_1035_label(service.name))
    port = service.port
    if port.name and port.number:
        errors.append(invalid(path, "", "cannot set both port name & port number"))
    elif port.name:
        errors += each_invalid(f"{path}.service.port.name", port.name, names.port_name(port.name))
    elif port.number:
        errors += each_invalid(f"{path}.service.port.number", port.number, names.port_number(port.number))
    else:
        errors.append(required(path, "port name or number is required"))
    return errors


def _tls_errors(tls: IngressTLS, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for index, host in enumerate(tls.hosts):
        wrong = _wildcard_errors(host) if "*" in host else names.dns_subdomain(host)
        errors += each_invalid(f"{path}.hosts[{index}]", host, wrong)
    if tls.secret_name:
        errors += each_invalid(f"{path}.secretName", tls.secret_name, names.dns_subdomain(tls.secret_name))
    return errors


def ingress_class_errors(ingress_class: IngressClass, old: IngressClass | None) -> list[FieldError]:
    path, controller = "spec.controller", ingress_class.spec.controller
    errors = [] if old is None else immutable(path, controller, old.spec.controller)
    if len(controller) > _LONGEST_CONTROLLER:
        errors.append(too_long(path, _LONGEST_CONTROLLER))
    domain, slash, rest = controller.partition("/")
    if not controller:
        errors.append(required(path))
    elif not slash or not domain or not rest:
        errors.append(invalid(path, controller, "must be a domain-prefixed path (such as \"acme.io/foo\")"))
    else:
        errors += each_invalid(path, domain, names.dns_subdomain(domain))
    return errors


def address_pool_errors(pool: IPAddressPool) -> list[FieldError]:
    errors: list[FieldError] = []
    spans: list[tuple[int, int, str]] = []
    if not pool.spec.addresses:
        errors.append(required("spec.addresses"))
    for index, text in enumerate(pool.spec.addresses):
        path = f"spec.addresses[{index}]"
        try:
            first, last = span(text)
        except ValueError:
            errors.append(invalid(path, text, f'invalid CIDR "{text}" in pool "{pool.metadata.name}"'))
            continue
        for low, high, other in spans:
            if first <= high and low <= last:
                why = f'CIDR "{text}" in pool "{pool.metadata.name}" overlaps with already defined CIDR "{other}"'
                errors.append(invalid(path, text, why))
        spans.append((first, last, text))
    allocation = pool.spec.service_allocation
    if allocation is not None:
        for index, selector in enumerate(allocation.namespace_selectors):
            errors += selector_errors(selector, f"spec.serviceAllocation.namespaceSelectors[{index}]")
        for index, selector in enumerate(allocation.service_selectors):
            errors += selector_errors(selector, f"spec.serviceAllocation.serviceSelectors[{index}]")
    return errors


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
