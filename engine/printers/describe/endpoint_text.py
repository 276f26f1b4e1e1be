"""The endpoints behind a port of a Service, as one line. Follows formatEndpointSlices of kubectl's describe.go."""

from collections.abc import Sequence

from engine.kinds import EndpointSlice, LabelSelector, Service
from engine.printers.parts.selectors import first_three, host_port
from engine.store.state import State

_SERVICE_LABEL = "kubernetes.io/service-name"


def slices_of(service: Service, state: State) -> list[EndpointSlice]:
    return slices_named(service.metadata.name, service.metadata.namespace, state)


def slices_named(service: str, namespace: str, state: State) -> list[EndpointSlice]:
    selector = LabelSelector(match_labels={_SERVICE_LABEL: service})
    found = state.select("EndpointSlice", namespace, selector)
    return [each for each in found if isinstance(each, EndpointSlice)]


def endpoints_text(port_name: str, slices: Sequence[EndpointSlice]) -> str:
    """The ready endpoints of the port: three of them, then how many more."""
    shown: list[str] = []
    for each in slices:
        ready = [
            endpoint.addresses[0]
            for endpoint in each.endpoints
            if endpoint.addresses and endpoint.conditions.ready is not False
        ]
        if not each.ports:
            shown += ready
        for port in each.ports:
            if port.name == port_name:
                shown += [host_port(address, port.port) for address in ready]
    return first_three(shown, len(shown))
