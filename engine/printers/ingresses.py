"""Ingresses and their classes as ``kubectl get`` lists them."""

from engine.kinds.networking import Ingress, IngressClass
from engine.printers.durations import NONE, age
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State

_SHOWN = 3


def cells(ingress: Ingress, _state: State, now: int) -> tuple[str, ...]:
    spec = ingress.spec
    return (
        ingress.metadata.name,
        NONE if spec.ingress_class_name is None else spec.ingress_class_name,
        _hosts(ingress),
        ",".join(addresses(ingress)),
        "80, 443" if spec.tls else "80",
        age(ingress, now),
    )


def class_cells(ingress_class: IngressClass, _state: State, now: int) -> tuple[str, ...]:
    parameters, shown = ingress_class.spec.parameters, NONE
    if parameters is not None:
        group = f".{parameters['apiGroup']}" if parameters.get("apiGroup") else ""
        shown = f"{parameters.get('kind', '')}{group}/{parameters.get('name', '')}"
    return ingress_class.metadata.name, ingress_class.spec.controller, shown, age(ingress_class, now)


PRINTER = Printer(columns("NAME,CLASS,HOSTS,ADDRESS,PORTS,AGE"), cells)
CLASS_PRINTER = Printer(columns("NAME,CONTROLLER,PARAMETERS,AGE"), class_cells)


def addresses(ingress: Ingress) -> list[str]:
    """Where its load balancer answers, sorted."""
    found = {str(each.get("ip") or each.get("hostname") or "") for each in ingress.status.load_balancer.ingress}
    return sorted(found - {""})


def _hosts(ingress: Ingress) -> str:
    """Three hosts, then how many more rules; ``*`` where no rule names one."""
    rules = ingress.spec.rules
    hosts = [rule.host for rule in rules if rule.host]
    more = f" + {len(rules) - _SHOWN} more..." if len(hosts) > _SHOWN else ""
    return (",".join(hosts[:_SHOWN]) or "*") + more
