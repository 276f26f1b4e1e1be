"""Ingresses, their classes, NetworkPolicies and address pools: what is filled in, refused, listed and described."""

from typing import Any

import pytest

from engine.api.writes import Update
from engine.errors import Invalid
from engine.kinds import Object, Ref, from_manifest, load_yaml, parse_time, to_manifest, with_metadata
from engine.kinds.metallb import span
from engine.printers import PRINTERS
from engine.printers.describe import describe
from engine.printers.health import health
from engine.store.commit import Commit
from engine.store.state import State, fold
from tests.engine.admitting import holding, manifest, refusal, submitted

NETWORKING = "networking.k8s.io/v1"
NOW = parse_time("2026-05-28T20:26:40Z")
BACKEND = {"service": {"name": "web", "port": {"number": 80}}}


def ingress(*paths: dict[str, Any], host: str = "a.example", **rest: Any) -> Object:
    rule = {"host": host, "http": {"paths": list(paths or ({"path": "/", "pathType": "Prefix", "backend": BACKEND},))}}
    return manifest("Ingress", "web", NETWORKING, spec={"rules": [rule], **rest})


def policy(**spec: Any) -> Object:
    return manifest("NetworkPolicy", "p", NETWORKING, spec={"podSelector": {}, **spec})


def ingress_class(name: str, *, default: bool) -> Object:
    marks = {"ingressclass.kubernetes.io/is-default-class": str(default).lower()}
    spec = {"controller": "k8s.io/ingress-nginx"}
    return manifest("IngressClass", name, NETWORKING, metadata={"annotations": marks}, spec=spec)


def stored(obj: Object, *others: Object) -> Any:
    state = holding(*others, obj)
    found = state.get(Ref(obj.kind, "default" if obj.kind != "IngressClass" else "", obj.metadata.name))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("path", "why"),
    [
        (
            {"path": "/", "backend": BACKEND},
            "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified",
        ),
        (
            {"path": "a", "pathType": "Prefix", "backend": BACKEND},
            'spec.rules[0].http.paths[0].path: Invalid value: "a": must be an absolute path',
        ),
        ({"path": "/a//b", "pathType": "Exact", "backend": BACKEND}, "must not contain '//'"),
        ({"path": "/a/..", "pathType": "Exact", "backend": BACKEND}, "cannot end with '/..'"),
        (
            {"path": "/", "pathType": "Regex", "backend": BACKEND},
            'Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"',
        ),
        ({"path": "/", "pathType": "Prefix", "backend": {}}, "resource or service backend is required"),
        (
            {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web"}}},
            "port name or number is required",
        ),
        (
            {
                "path": "/",
                "pathType": "Prefix",
                "backend": {"service": {"name": "web", "port": {"name": "a", "number": 1}}},
            },
            "cannot set both port name & port number",
        ),
    ],
)
def test_an_ingress_path_needs_a_type_that_fits_and_a_backend(path: dict[str, Any], why: str) -> None:
    assert why in refusal(ingress(path))


def test_an_ingress_needs_rules_or_a_backend_and_names_for_hosts() -> None:
    empty = manifest("Ingress", "web", NETWORKING, spec={})
    assert "spec: Invalid value: []: either `defaultBackend` or `rules` must be specified" in refusal(empty)
    assert "must be a DNS name, not an IP address" in refusal(ingress(host="10.0.0.1"))
    assert "a wildcard DNS-1123 subdomain must start with '*.'" in refusal(ingress(host="a.*.example"))
    assert stored(ingress(host="*.a.example")).spec.rules[0].host == "*.a.example"


def test_an_ingress_without_a_class_gets_the_default_one() -> None:
    classes = [ingress_class("other", default=False), ingress_class("nginx", default=True)]
    assert stored(ingress(), *classes).spec.ingress_class_name == "nginx"
    assert stored(ingress(ingressClassName="other"), *classes).spec.ingress_class_name == "other"
    assert stored(ingress()).spec.ingress_class_name is None


def test_the_controller_of_an_ingress_class_never_changes() -> None:
    state = holding(ingress_class("nginx", default=True))
    other = manifest("IngressClass", "nginx", NETWORKING, spec={"controller": "a.example/b"})
    with pytest.raises(Invalid, match=r'spec.controller: Invalid value: "a.example/b": field is immutable'):
        submitted(state, Update(other))


def test_a_policy_without_types_is_about_ingress_and_about_egress_where_it_has_rules() -> None:
    assert stored(policy()).spec.policy_types == ("Ingress",)
    assert stored(policy(egress=[{}])).spec.policy_types == ("Ingress", "Egress")
    made = stored(policy(ingress=[{"ports": [{"port": 80}]}]))
    assert made.spec.ingress[0].ports[0].protocol == "TCP"
    assert to_manifest(made)["spec"]["podSelector"] == {}


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"from": [{}]}, "spec.ingress[0].from[0]: Required value: must specify a peer"),
        (
            {"from": [{"podSelector": {}, "ipBlock": {"cidr": "10.0.0.0/8"}}]},
            "spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer",
        ),
        (
            {"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["11.0.0.0/16"]}}]},
            'except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
        ),
        ({"ports": [{"port": 90, "endPort": 80}]}, "must be greater than or equal to `port`"),
        ({"ports": [{"endPort": 80}]}, "may not be specified when `port` is not specified"),
    ],
)
def test_a_policy_rule_names_peers_and_ports_that_make_sense(rule: dict[str, Any], why: str) -> None:
    assert why in refusal(policy(ingress=[rule]))


def test_an_address_pool_holds_ranges_and_networks_that_do_not_overlap() -> None:
    def pool(*addresses: str) -> Object:
        return manifest("IPAddressPool", "p", "metallb.io/v1beta1", spec={"addresses": list(addresses)})

    assert stored(pool("10.0.0.0/30", "10.0.0.4-10.0.0.9")).spec.auto_assign is True
    assert 'invalid CIDR "many" in pool "p"' in refusal(pool("many"))
    assert 'invalid CIDR "10.0.0.9-10.0.0.1"' in refusal(pool("10.0.0.9-10.0.0.1"))
    overlap = 'CIDR "10.0.0.0-10.0.0.9" in pool "p" overlaps with already defined CIDR "10.0.0.8/29"'
    assert overlap in refusal(pool("10.0.0.8/29", "10.0.0.0-10.0.0.9"))
    assert "spec.addresses: Required value" in refusal(pool())
    assert span("10.0.0.0/30") == (167772160, 167772163)


OBJECTS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: default, creationTimestamp: "2026-05-28T20:16:40Z", annotations: {a: b}}
spec:
  ingressClassName: nginx
  tls: [{hosts: [a.example], secretName: cert}]
  defaultBackend: {service: {name: gone, port: {name: http}}}
  rules:
  - host: a.example
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /api, pathType: Exact, backend: {service: {name: web, port: {name: api}}}}
status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
spec: {ports: [{name: http, port: 80}, {name: api, port: 81}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: web-1, namespace: default, labels: {kubernetes.io/service-name: web}}
addressType: IPv4
ports: [{name: http, port: 8080, protocol: TCP}]
endpoints: [{addresses: [10.244.1.3], conditions: {ready: true}}, {addresses: [10.244.1.4], conditions: {ready: true}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: default, creationTimestamp: "2026-05-28T20:16:40Z"}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress, Egress]
  ingress:
  - ports: [{port: 5432, protocol: TCP}]
    from:
    - {podSelector: {matchLabels: {app: web}}, namespaceSelector: {}}
    - {ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx, creationTimestamp: "2026-05-28T20:16:40Z"}
spec: {controller: k8s.io/ingress-nginx}
"""


def shown(kind: str, name: str, namespace: str = "default") -> str:
    objects = tuple(from_manifest(each) for each in load_yaml(OBJECTS, "test"))
    state = fold(State(), Commit(revision=1, time=NOW, actor="user", puts=objects))
    found = state.get(Ref(kind, namespace, name))
    assert found is not None
    listed = "|".join(PRINTERS[kind].cells(found, state, NOW))
    return "".join(f"{line.rstrip()}\n" for line in [listed, *describe(found, state, NOW)])


def test_an_ingress_is_described_with_its_rules_and_the_endpoints_behind_them() -> None:
    assert shown("Ingress", "shop") == """\
shop|nginx|a.example|192.0.2.1|80, 443|10m
Name:             shop
Labels:           <none>
Namespace:        default
Address:          192.0.2.1
Ingress Class:    nginx
Default backend:  gone:http (<error: services "gone" not found>)
TLS:
  cert terminates a.example
Rules:
  Host        Path  Backends
  ----        ----  --------
  a.example
              /      web:80 (10.244.1.3:8080,10.244.1.4:8080)
              /api   web:api ()
Annotations:  a: b
Events:       <none>
"""


def test_a_policy_is_described_rule_by_rule() -> None:
    assert shown("NetworkPolicy", "db") == """\
db|app=db|10m
Name:         db
Namespace:    default
Created on:   2026-05-28 20:16:40 +0000 UTC
Labels:       <none>
Annotations:  <none>
Spec:
  PodSelector:     app=db
  Allowing ingress traffic:
    To Port: 5432/TCP
    From:
      NamespaceSelector: <none>
      PodSelector: app=web
    From:
      IPBlock:
        CIDR: 10.0.0.0/8
        Except: 10.1.0.0/16
  Allowing egress traffic:
    <none> (Selected pods are isolated for egress connectivity)
  Policy Types: Ingress, Egress
"""


def test_an_ingress_class_shows_its_controller() -> None:
    assert shown("IngressClass", "nginx", "").splitlines()[0] == "nginx|k8s.io/ingress-nginx|<none>|10m"
    assert "Controller:   k8s.io/ingress-nginx" in shown("IngressClass", "nginx", "")


def test_an_ingress_without_a_service_behind_it_is_not_well() -> None:
    objects = {each["kind"]: from_manifest(each) for each in load_yaml(OBJECTS, "test")}

    def health_of(found: Object, *others: Object) -> str:
        state = fold(State(), Commit(revision=1, time=NOW, actor="user", puts=(found, *others)))
        return health(found, state, NOW).reason

    web = objects["Service"]
    assert health_of(objects["Ingress"], web) == "no service gone"
    assert health_of(with_metadata(ingress(), namespace="default"), web) == "no ingress class: nobody serves it"
    named = with_metadata(ingress(ingressClassName="nginx"), namespace="default")
    assert health_of(named, web) == "no ingress class nginx"
    nginx = {"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "nginx"}}
    assert health_of(named, web, from_manifest(nginx)) == "no address yet"
    far = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"name": "far"}}}}
    assert health_of(with_metadata(ingress(far), namespace="default"), web) == "service web has no port far"
