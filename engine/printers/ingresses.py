"""Ingresses as ``kubectl get ingresses`` lists them."""

from engine.kinds import Unmodelled
from engine.printers.durations import NONE, age
from engine.printers.parts.body import items, text
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State

_SHOWN = 3


def cells(ingress: Unmodelled, _state: State, now: int) -> tuple[str, ...]:
    body = ingress.body
    balancers = items(body, "status", "loadBalancer", "ingress")
    addresses = {text(each, "ip") or text(each, "hostname") for each in balancers}
    return (
        ingress.metadata.name,
        text(body, "spec", "ingressClassName", default=NONE),
        _hosts(ingress),
        ",".join(sorted(addresses - {""})),
        "80, 443" if items(body, "spec", "tls") else "80",
        age(ingress, now),
    )


PRINTER = Printer(columns("NAME,CLASS,HOSTS,ADDRESS,PORTS,AGE"), cells)


def _hosts(ingress: Unmodelled) -> str:
    """Three hosts, then how many more rules; ``*`` where no rule names one."""
    rules = items(ingress.body, "spec", "rules")
    hosts = [host for host in (text(rule, "host") for rule in rules) if host]
    more = f" + {len(rules) - _SHOWN} more..." if len(hosts) > _SHOWN else ""
    return (",".join(hosts[:_SHOWN]) or "*") + more
