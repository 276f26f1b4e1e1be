"""Networks to think with: one that answers everything, one that answers nothing, one that changes at a second."""

from engine.kinds.frozen import frozen
from engine.kubelet.shell.machine import HttpReply, HttpRequest, Lookup, Wire


@frozen
class Answering:
    """Every name resolves, every port is open, every request succeeds."""

    def lookup(self, name: str, _time: int, _type: str = "A", _asked: str = "", /) -> Lookup:
        return Lookup(name=name, addresses=("10.96.0.1",))

    def connect(self, _ip: str, _port: int, _time: int, _protocol: str = "TCP", /) -> str:
        return ""

    def ping(self, _ip: str, _time: int, /) -> bool:
        return True

    def http(self, request: HttpRequest, _time: int, /) -> HttpReply:
        return HttpReply(status=200, phrase="OK", body="", ip=request.ip)

    def talk(self, _ip: str, _port: int, _text: str, _time: int, /) -> str:
        return ""


@frozen
class Silent:
    """No name, no answer."""

    def lookup(self, name: str, _time: int, _type: str = "A", _asked: str = "", /) -> Lookup:
        return Lookup(name=name, problem="nxdomain")

    def connect(self, _ip: str, _port: int, _time: int, _protocol: str = "TCP", /) -> str:
        return "refused"

    def ping(self, _ip: str, _time: int, /) -> bool:
        return False

    def http(self, request: HttpRequest, _time: int, /) -> HttpReply:
        return HttpReply(problem="refused", ip=request.ip)

    def talk(self, _ip: str, _port: int, _text: str, _time: int, /) -> str:
        return ""


@frozen
class Until:
    """``before`` up to epoch second ``at`` (exclusive), ``after`` from then on."""

    at: int
    before: Wire
    after: Wire

    def _then(self, time: int) -> Wire:
        return self.before if time < self.at else self.after

    def lookup(self, name: str, time: int, type_: str = "A", asked: str = "", /) -> Lookup:
        return self._then(time).lookup(name, time, type_, asked)

    def connect(self, ip: str, port: int, time: int, protocol: str = "TCP", /) -> str:
        return self._then(time).connect(ip, port, time, protocol)

    def ping(self, ip: str, time: int, /) -> bool:
        return self._then(time).ping(ip, time)

    def http(self, request: HttpRequest, time: int, /) -> HttpReply:
        return self._then(time).http(request, time)

    def talk(self, ip: str, port: int, text: str, time: int, /) -> str:
        return self._then(time).talk(ip, port, text, time)


ANSWERING: Wire = Answering()
SILENT: Wire = Silent()
