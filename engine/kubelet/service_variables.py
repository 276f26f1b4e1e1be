"""WEB_SERVICE_HOST and its like: the variables a container gets of the Services in its namespace.

Follows ``FromServices`` in ``pkg/kubelet/envvars``: Services that were there when the container started.
"""

from engine.kinds import Pod, Service
from engine.store.state import State


def service_variables(state: State, pod: Pod, at: int) -> dict[str, str]:
    """``at`` is when the container started."""
    if pod.spec.extra.get("enableServiceLinks") is False:
        return {}
    found: dict[str, str] = {}
    for service in state.all(Service, pod.metadata.namespace):
        address = service.spec.cluster_ip
        if (
            not address
            or address == "None"
            or (service.metadata.creation_timestamp or 0) > at
            or not service.spec.ports
        ):
            continue
        found.update(_variables_of(service, address))
    return found


def _variables_of(service: Service, address: str) -> dict[str, str]:
    name = service.metadata.name.upper().replace("-", "_")
    first = service.spec.ports[0]
    found = {f"{name}_SERVICE_HOST": address, f"{name}_SERVICE_PORT": str(first.port)}
    for port in service.spec.ports:
        if port.name:
            found[f"{name}_SERVICE_PORT_{port.name.upper().replace('-', '_')}"] = str(port.port)
    protocol = (first.protocol or "TCP").lower()
    found[f"{name}_PORT"] = f"{protocol}://{address}:{first.port}"
    for port in service.spec.ports:
        protocol = (port.protocol or "TCP").lower()
        prefix = f"{name}_PORT_{port.port}_{protocol.upper()}"
        found[prefix] = f"{protocol}://{address}:{port.port}"
        found[f"{prefix}_PROTO"] = protocol
        found[f"{prefix}_PORT"] = str(port.port)
        found[f"{prefix}_ADDR"] = address
    return found
