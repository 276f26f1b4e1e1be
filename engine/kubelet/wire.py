"""The network as one container sees it: names, connections and requests, and what the other side logs of them.

Joins engine.network to what containers run (behaviour). Every request that reaches a server becomes a Request,
recorded with the line that caused it, so that the server's own log shows it.
"""

from collections.abc import Callable
from zlib import crc32

from attrs import define, evolve, field

from engine.faults import is_down
from engine.kinds import Container, Pod, Ref, Request, Service, ServicePort, ref_of
from engine.kubelet import api_server, ingress_nginx, zookeeper
from engine.kubelet import inside as inner
from engine.kubelet.behaviour import Behaviour
from engine.kubelet.environment import hostname
from engine.kubelet.inside import Inside, inside
from engine.kubelet.process import containers_of, process_of, status_of
from engine.kubelet.resolver_config import resolver_of
from engine.kubelet.shell.machine import HttpReply, HttpRequest, Lookup
from engine.network import dns, policies, proxy
from engine.network import http as pages
from engine.network.proxy import (
    Backend,
    ControlPlane,
    HealthCheck,
    Listener,
    Listeners,
    NoEndpoints,
    NoRoute,
    Origin,
    Refused,
    Route,
)
from engine.store.state import State

_HANG_UP = ("", "postgres", "redis")
"""Servers that close the connection when they are asked in HTTP, instead of complaining in their own words."""
MAX_REQUESTS = 1000
"""A line records no more requests than this; what it asks beyond is answered, not logged."""


def listeners_at(state: State, now: int) -> Callable[[Pod], tuple[Listener, ...]]:
    """Which containers of a pod accept connections at ``now``."""

    def listeners(pod: Pod) -> tuple[Listener, ...]:
        found: dict[int, Listener] = {}
        for container in containers_of(pod):
            acts = running_behaviour(state, pod, container, now)
            for port in acts.listens if acts is not None else ():
                found.setdefault(port, Listener(container=container.name, port=port))
        return tuple(found.values())

    return listeners


def running_behaviour(state: State, pod: Pod, container: Container, now: int) -> Behaviour | None:
    """What a running container does, once it is ready to do it."""
    status = status_of(pod, container.name)
    if status is None or status.state.running is None:
        return None
    acts = process_of(state, pod, container, now)
    started = status.state.running.started_at or 0
    return acts if now >= started + acts.ready_after_seconds else None


@define
class PodWire:
    """``unrecorded`` gives what the running line has changed so far, for servers in the same pod."""

    life: Inside
    unrecorded: Callable[[], dict[str, str | None]] = dict
    requests: list[Request] = field(factory=list)
    asked: int = 0
    before: dict[str, int] = field(factory=dict)
    """Requests so far, by the pod that received them; "" for those that this pod made."""
    _names: dict[tuple[str, str, str], Lookup] = field(factory=dict, init=False)
    _moment: "_Moment" = field(factory=lambda: _Moment(-1), init=False)

    @property
    def state(self) -> State:
        return self.life.state

    def lookup(self, name: str, _time: int, type_: str = "A", asked: str = "", /) -> Lookup:
        """A name means the same as long as the State is the same: a loop asks for it again and again."""
        found = self._names.get((name, type_, asked))
        if found is None:
            found = self._names[name, type_, asked] = self._looked_up(name, type_, asked)
        return found

    def _looked_up(self, name: str, type_: str, asked: str) -> Lookup:
        pod = self.life.pod
        cluster_server = dns.server_ip(self.state)
        config = resolver_of(pod, cluster_server)
        server = asked or next(iter(config.servers), "127.0.0.1")
        found: dns.Answer | dns.NoSuchName | dns.NoServer = dns.NoSuchName(name)
        if not self._is_dns(server, cluster_server):
            found = dns.NoServer() if asked or not config.servers else dns.NoSuchName(name)
        elif not self._reaches_dns():
            found = dns.NoServer()
        else:
            found = dns.resolve(
                self.state, name, pod.metadata.namespace, type_=type_, searches=config.searches, ndots=config.ndots
            )
        if isinstance(found, dns.Answer):
            return Lookup(
                name=found.name,
                addresses=found.addresses,
                canonical=found.canonical,
                server=server,
                records=tuple((each.name, each.type, each.data) for each in found.records),
            )
        problem = "timeout" if isinstance(found, dns.NoServer) else "nxdomain"
        return Lookup(name=name, problem=problem, server=server)

    def _is_dns(self, server: str, cluster_server: str) -> bool:
        """The Service's address, or that of one of the pods behind it."""
        return server == cluster_server or any(pod.status.pod_ip == server for pod, _ in dns.servers(self.state))

    def ping(self, ip: str, _time: int, /) -> bool:
        """Pods and nodes answer; a Service's address is no host."""
        if ip == "127.0.0.1" or ip == self.life.pod.status.pod_ip:
            return True
        node = proxy.node_at(self.state, ip)
        if node is not None:
            return not is_down(self.state, node.metadata.name)
        pod = proxy.pod_at(self.state, ip)
        if pod is None or is_down(self.state, pod.spec.node_name):
            return False
        return policies.allows(self.state, self.life.pod, pod, 0, policies.ICMP)

    def _reaches_dns(self) -> bool:
        """Whether NetworkPolicies let the pod ask a DNS server; names without a server just work."""
        pods = dns.servers(self.state)
        return not pods or any(policies.allows(self.state, self.life.pod, pod, port, "UDP") for pod, port in pods)

    def connect(self, ip: str, port: int, time: int, protocol: str = "TCP", /) -> str:
        return _problem(self._route(ip, port, time, protocol))

    def talk(self, ip: str, port: int, text: str, time: int, /) -> str:
        target = self._route(ip, port, time)
        if not isinstance(target, Backend):
            return ""
        acts = self._acts(target, time)
        if acts is not None and acts.serves == "http" and text.split(" ")[0] in ("GET", "HEAD"):
            path = [*text.split(" "), "/"][1]
            reply = self.http(HttpRequest(host=ip, ip=ip, port=port, path=path, method=text.split(" ")[0]), time)
            head = "".join(f"{name}: {value}\r\n" for name, value in reply.headers.items())
            return f"HTTP/1.1 {reply.status} {reply.phrase}\r\n{head}\r\n{reply.body}"
        if acts is not None and acts.log_profile == "zookeeper" and port == zookeeper.CLIENT_PORT:
            container = next(each for each in containers_of(target.pod) if each.name == target.container)
            life = inside(self.state, target.pod, container, time)
            return "" if life is None else zookeeper.answered(self._files(life), text)
        return (pages.greeting(acts.serves, text) if acts is not None else None) or ""

    def http(self, request: HttpRequest, time: int, /) -> HttpReply:
        target = self._route(request.ip, request.port, time)
        secure = request.headers.get("scheme") == "https"
        if isinstance(target, ControlPlane):
            credentials = request.headers.get("Authorization", "")
            reply = api_server.answer(self.state, request.method, request.path, credentials, time)
            return (
                _reply(reply, request, time)
                if secure
                else HttpReply(
                    ip=request.ip,
                    status=400,
                    phrase="Bad Request",
                    body="Client sent an HTTP request to an HTTPS server.\n",
                )
            )
        if isinstance(target, HealthCheck):
            return _reply(pages.health(target.service, target.local_endpoints), request, time)
        if not isinstance(target, Backend):
            return HttpReply(problem=_problem(target), ip=request.ip)
        acts = self._acts(target, time)
        if acts is None or acts.serves != "http":
            speaks = acts is not None and acts.serves not in _HANG_UP
            return HttpReply(problem="http09" if speaks else "empty", ip=request.ip)
        if secure and request.port != 443:
            return HttpReply(problem="tls", ip=request.ip)
        return self._served(target, request, acts, time)

    def _served(self, target: Backend, request: HttpRequest, acts: Behaviour, time: int) -> HttpReply:
        container = next(each for each in containers_of(target.pod) if each.name == target.container)
        asked = pages.Request(
            method=request.method,
            path=request.path,
            host=request.headers.get("Host", request.host),
            agent=request.agent,
            client_ip="127.0.0.1" if request.ip == "127.0.0.1" else self.life.pod.status.pod_ip,
            time=time,
        )
        if not ingress_nginx.routes(container, target.port):
            reply = self._answer(target, container, asked, acts)
            return HttpReply(problem="empty", ip=request.ip) if reply is None else _reply(reply, request, time)
        life = inside(self.state, target.pod, container, time)
        if life is None:
            return HttpReply(problem="empty", ip=request.ip)
        number = self._number(target)

        def ask(service: Service, port: ServicePort, passed: pages.Request) -> ingress_nginx.Upstream | None:
            return self._upstream(target.pod, service, port, passed, number)

        secure = request.headers.get("scheme") == "https"
        numbered = evolve(asked, number=number)
        found = ingress_nginx.reply(self.state, container, numbered, ask, secure=secure)
        self._record(life, found.log, time)
        return evolve(_reply(found, request, time), self_signed=secure)

    def _answer(
        self, target: Backend, container: Container, asked: pages.Request, acts: Behaviour
    ) -> pages.Reply | None:
        """What the container's server answers; it logs it, too. None if there is no such container any more."""
        life = inside(self.state, target.pod, container, asked.time)
        if life is None:
            return None
        reply = pages.answer(self._site(life, target, acts), evolve(asked, number=self._number(target)))
        self._record(life, reply.log, asked.time)
        return reply

    def _upstream(
        self, controller: Pod, service: Service, port: ServicePort, asked: pages.Request, turn: int
    ) -> ingress_nginx.Upstream | None:
        """The ingress controller asks pods itself, one after the other, past the Service's address."""
        endpoints = proxy.ready_endpoints(self.state, service, port)
        if not endpoints:
            return None
        endpoint, number = endpoints[turn % len(endpoints)]
        address = endpoint.addresses[0]
        origin = Origin(node=controller.spec.node_name, ip=controller.status.pod_ip, pod=controller, time=asked.time)
        listeners = listeners_at(self.state, asked.time)
        target = proxy.route(self.state, address, number, listeners=listeners, origin=origin)
        shown = f"{address}:{number}"
        if not isinstance(target, Backend):
            return ingress_nginx.Upstream(address=shown, problem=_problem(target) or "refused")
        acts = self._acts(target, asked.time)
        container = next(each for each in containers_of(target.pod) if each.name == target.container)
        if acts is None or acts.serves != "http":
            return ingress_nginx.Upstream(address=shown, problem="http09")
        reply = self._answer(target, container, evolve(asked, client_ip=controller.status.pod_ip), acts)
        return ingress_nginx.Upstream(address=shown, reply=reply, problem="" if reply is not None else "empty")

    def _site(self, life: Inside, target: Backend, acts: Behaviour) -> pages.Site:
        return pages.Site(
            image=life.entry.name.rpartition("/")[2],
            profile=acts.log_profile,
            version=life.tag,
            hostname=hostname(life.pod),
            ip=life.pod.status.pod_ip,
            port=target.port,
            namespace=life.pod.metadata.namespace,
            arguments=life.argv[1:],
            fails_from=None if acts.fails_after_seconds is None else life.started_at + acts.fails_after_seconds,
            environment={each.name: each.value for each in life.container.env},
            paths=acts.paths,
            read=lambda path: self._files(life).get(path),
        )

    def _files(self, life: Inside) -> dict[str, str]:
        """Those that the other side sees; in this pod also what the running line has changed."""
        also: tuple[inner.Changes, ...] = ()
        if life.pod.metadata.uid == self.life.pod.metadata.uid:
            mine = self.life
            also = ((mine.container.name, mine.status.restart_count, mine.now, self.unrecorded()),)
        return inner.files(life, also).entries

    def _record(self, life: Inside, lines: tuple[str, ...], time: int) -> None:
        for line in lines or ("",):
            if len(self.requests) < MAX_REQUESTS:
                self.requests.append(
                    Request(
                        pod_uid=life.pod.metadata.uid,
                        container=life.container.name,
                        restart_count=life.status.restart_count,
                        time=time,
                        line=line,
                    )
                )

    def _route(self, ip: str, port: int, time: int, protocol: str = "TCP") -> Route:
        pod, listeners = self.life.pod, self._at(time).listeners(self.state)
        if ip.startswith("127.") or (ip == pod.status.pod_ip and not pod.spec.host_network):
            found = proxy.in_pod(self.state, pod, port, listeners)
            return found if isinstance(found, Backend) else Refused()
        turn = crc32(pod.metadata.uid.encode()) + self._earlier() + self.asked
        self.asked += 1
        origin = Origin(
            node=pod.spec.node_name, ip=pod.status.pod_ip, turn=turn, pod=pod, time=time, answered=self._answered
        )
        return proxy.route(self.state, ip, port, listeners=listeners, protocol=protocol, origin=origin)

    def _answered(self) -> list[tuple[int, str]]:
        """When which pod answered this one, oldest first."""
        lines = self.state.execs_of(self.life.pod.metadata.uid)
        found = [(each.time, each.pod_uid) for line in lines for each in line.requests]
        return [*found, *((each.time, each.pod_uid) for each in self.requests)]

    def _earlier(self) -> int:
        """How many requests the pod's lines made before this one."""
        if "" not in self.before:
            lines = self.state.execs_of(self.life.pod.metadata.uid)
            self.before[""] = sum(len(line.requests) for line in lines)
        return self.before[""]

    def _number(self, target: Backend) -> int:
        """Which of the server's requests this one is."""
        uid = target.pod.metadata.uid
        if uid not in self.before:
            lines = self.state.received_by(uid)
            self.before[uid] = sum(each.pod_uid == uid for line in lines for each in line.requests)
        self.before[uid] += 1
        return self.before[uid]

    def _acts(self, target: Backend, time: int) -> Behaviour | None:
        return self._at(time).acts(self.state, target)

    def _at(self, time: int) -> "_Moment":
        if self._moment.time != time:
            self._moment = _Moment(time)
        return self._moment


@define
class _Moment:
    """What containers do in one second, each looked at once however often they are asked in it."""

    time: int
    _listeners: dict[Ref, tuple[Listener, ...]] = field(factory=dict, init=False)
    _acts: dict[tuple[Ref, str], Behaviour | None] = field(factory=dict, init=False)

    def listeners(self, state: State) -> Listeners:
        look = listeners_at(state, self.time)

        def known(pod: Pod) -> tuple[Listener, ...]:
            ref = ref_of(pod)
            if ref not in self._listeners:
                self._listeners[ref] = look(pod)
            return self._listeners[ref]

        return known

    def acts(self, state: State, target: Backend) -> Behaviour | None:
        key = ref_of(target.pod), target.container
        if key not in self._acts:
            container = next((each for each in containers_of(target.pod) if each.name == target.container), None)
            found = None if container is None else running_behaviour(state, target.pod, container, self.time)
            self._acts[key] = found
        return self._acts[key]


def wire_of(state: State, pod: Pod, container: Container, now: int) -> PodWire:
    """The network as the container's main program sees it; what it asks is answered, not recorded."""
    return PodWire(inner.life_to_be(state, pod, container, now))


def _problem(target: Route) -> str:
    if isinstance(target, Backend | ControlPlane | HealthCheck):
        return ""
    if isinstance(target, NoRoute):
        return "unreachable"
    return "refused" if isinstance(target, Refused | NoEndpoints) else "timeout"


def _reply(reply: pages.Reply, request: HttpRequest, time: int) -> HttpReply:
    return HttpReply(
        status=reply.status,
        phrase=reply.phrase,
        headers=reply.headers(time),
        body="" if request.method == "HEAD" else reply.body,
        ip=request.ip,
    )
