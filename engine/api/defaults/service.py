"""Defaults of Services (rules 11); addresses are given out by ``api.addresses``.

Follows ``pkg/apis/core/v1/defaults.go``. This cluster has IPv4 only.
"""


from engine.api.defaults.filling import changed, each, filled
from engine.api.services import affinity_seconds, is_externally_accessible
from engine.kinds import Service, ServicePort, ServiceSpec, evolve

CLIENT_IP_SECONDS = 10800


def default_service(service: Service) -> Service:
    spec = filled(service.spec, session_affinity="None", type="ClusterIP")
    spec = _default_affinity(changed(spec, ports=each(spec.ports, _default_port)))
    if is_externally_accessible(spec):
        spec = filled(spec, external_traffic_policy="Cluster")
    if spec.type != "ExternalName":
        spec = filled(spec, internal_traffic_policy="Cluster")
    if spec.type == "LoadBalancer" and spec.allocate_load_balancer_node_ports is None:
        spec = evolve(spec, allocate_load_balancer_node_ports=True)
    return changed(service, spec=spec)


def _default_port(port: ServicePort) -> ServicePort:
    return filled(port, protocol="TCP", target_port=port.port)


def _default_affinity(spec: ServiceSpec) -> ServiceSpec:
    config = spec.extra.get("sessionAffinityConfig")
    if spec.session_affinity == "None" and config is not None:
        rest = {key: value for key, value in spec.extra.items() if key != "sessionAffinityConfig"}
        return evolve(spec, extra=rest)
    if spec.session_affinity == "ClientIP" and affinity_seconds(spec) is None:
        limit = {"clientIP": {"timeoutSeconds": CLIENT_IP_SECONDS}}
        return evolve(spec, extra={**spec.extra, "sessionAffinityConfig": limit})
    return spec
