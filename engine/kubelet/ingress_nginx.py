"""What the ingress controller's nginx answers: ``reply(...)``, by asking the pods behind the Ingress that matches.

Pages, status codes and the format of its log are ingress-nginx's own. Differs in that backends are asked in plain
HTTP and that its certificate is not looked at.
"""

from collections.abc import Callable, Mapping
from hashlib import md5

from attrs import evolve

from engine.add_ons import runs
from engine.kinds import Container, Service, ServicePort
from engine.kinds.frozen import frozen
from engine.network import http as pages
from engine.network import ingress
from engine.network.dates import formatted
from engine.store.state import State

IMAGE = "ingress-nginx/controller"
_SERVES = (80, 443)
_REASONS = {
    308: "Permanent Redirect", 404: "Not Found", 502: "Bad Gateway", 503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
}  # fmt: skip


@frozen(kw_only=True)
class Upstream:
    """Who was asked, and what it answered; ``problem`` is "" or why nothing came."""

    address: str
    problem: str = ""
    reply: pages.Reply | None = None


Ask = Callable[[Service, ServicePort, pages.Request], Upstream | None]
"""Asks one of the pods behind a port; None if there is none."""


def routes(container: Container, port: int) -> bool:
    return port in _SERVES and runs(container.image, IMAGE)


def reply(state: State, container: Container, request: pages.Request, ask: Ask, *, secure: bool) -> pages.Reply:
    """With the line that the controller logs."""
    given = _arguments(container)
    ingresses = ingress.served(
        state,
        given.get("controller-class", ingress.CONTROLLER),
        given.get("ingress-class", ingress.CLASS),
        without_class=given.get("watch-ingress-without-class") == "true",
    )
    rule = ingress.routed(ingresses, request.host, request.path)
    upstream: Upstream | None = None
    name = "upstream-default-backend"
    if rule is None:
        found = _page(404)
    elif ingress.redirects_to_https(rule) and not secure:
        found = evolve(_page(308), location=f"https://{request.host.partition(':')[0]}{request.path}")
    else:
        wanted = None if rule.backend is None else rule.backend.service
        namespace = rule.ingress.metadata.namespace
        behind = None if wanted is None else ingress.service_port(state, namespace, wanted)
        name = "" if wanted is None else f"{namespace}-{wanted.name}-{wanted.port}"
        if behind is not None:
            upstream = ask(*behind, evolve(request, path=rule.path))
        found = _passed_on(upstream)
    return evolve(found, log=(_logged(request, found, name, upstream),))


def _passed_on(upstream: Upstream | None) -> pages.Reply:
    if upstream is None:
        return _page(503)
    if upstream.reply is None:
        return _page(504 if upstream.problem == "timeout" else 502)
    return evolve(upstream.reply, server="", log=())


def _page(status: int) -> pages.Reply:
    title = f"{status} {_REASONS[status]}"
    body = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
    body += "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    return pages.Reply(status=status, body=body, reason=_REASONS[status])


def _logged(request: pages.Request, found: pages.Reply, name: str, upstream: Upstream | None) -> str:
    stamp = formatted(request.time, "%d/%b/%Y:%H:%M:%S +0000")
    size = len(found.body.encode(errors="replace"))
    asked = f"{request.method} {request.path} HTTP/1.1"
    length = len(asked) + len(request.host) + len(request.agent) + 40
    behind = "- - - -"
    if upstream is not None:
        status = 502 if upstream.reply is None else upstream.reply.status
        behind = f"{upstream.address} {0 if upstream.reply is None else size} 0.001 {status}"
    digest = md5(f"{stamp}{asked}{request.number}".encode(), usedforsecurity=False).hexdigest()
    return (
        f'{request.client_ip} - - [{stamp}] "{asked}" {found.status} {size} "-" "{request.agent or "-"}" '
        f"{length} 0.001 [{name}] [] {behind} {digest}"
    )


def _arguments(container: Container) -> Mapping[str, str]:
    found = {}
    for argument in container.args:
        name, _, value = argument.lstrip("-").partition("=")
        found[name] = value
    return found
