"""curl and wget: one request through the cluster network. Texts and exit codes are curl 8's and busybox wget's."""

import re
from urllib.parse import urlsplit

from engine.kinds.frozen import frozen
from engine.kubelet.shell.commands.resolver import named, unconnected
from engine.kubelet.shell.machine import UNREACHABLE_MS, Call, HttpReply, HttpRequest
from engine.kubelet.shell.options import Options, options

_CURL_SWITCHES = "s S f L k v I i g N O 4 6 G n"
_CURL_VALUES = (
    "o w m X H d A u e b x T F connect-timeout max-time output write-out request header data user-agent retry "
    "retry-delay resolve data-raw data-binary interface cacert user"
)
_UNTRUSTED = """SSL certificate problem: self-signed certificate
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above."""
_VARIABLE = re.compile(r"%\{(\w+)\}|\\n|\\t|%%")


@frozen(kw_only=True)
class _Url:
    scheme: str
    host: str
    port: int
    path: str

    @property
    def shown_host(self) -> str:
        usual = {"http": 80, "https": 443}.get(self.scheme)
        return self.host if self.port == usual else f"{self.host}:{self.port}"


def curl(call: Call) -> int:
    given = options(call, _CURL_SWITCHES, _CURL_VALUES)
    if "version V" in given:
        call.out("curl 8.5.0 (x86_64-pc-linux-gnu) libcurl/8.5.0\n")
        return 0
    urls = [each for each in (_url(text) for text in given.rest) if each is not None]
    if not urls:
        call.err(
            "curl: (2) no URL specified\n"
            if not given.rest
            else "curl: (3) URL using bad/illegal format or missing URL\n"
        )
        return 3 if given.rest else 2
    status = 0
    for url in urls:
        status = _curl_one(call, given, url)
    return status


def _curl_one(call: Call, given: Options, url: _Url) -> int:
    loud = "s silent" not in given or "S show-error" in given
    reply = _curl_request(call, given, url)
    for _ in range(5):
        target = (
            _url(reply.headers.get("Location", ""))
            if "L location" in given and 300 <= reply.status < 400
            else None
        )
        if target is None:
            break
        reply = _curl_request(call, given, target)
    if "v verbose" in given:
        _verbose(call, given, url, reply)
    code, message = _curl_problem(given, url, reply)
    if code:
        if loud:
            call.err(f"curl: ({code}) {message}\n")
        _write_out(call, given, reply, url)
        return code
    if "f fail" in given and reply.status >= 400:
        if loud:
            call.err(f"curl: (22) The requested URL returned error: {reply.status}\n")
        _write_out(call, given, reply, url)
        return 22
    _deliver(call, given, url, reply)
    _write_out(call, given, reply, url)
    return 0


def _curl_request(call: Call, given: Options, url: _Url) -> HttpReply:
    body = given.value("d data data-raw data-binary")
    method = given.value("X request") or ("HEAD" if "I head" in given else "POST" if body else "GET")
    timeout = _seconds(given.value("connect-timeout") or given.value("m max-time"), 130)
    known = _resolved(call, url)
    host = _host_header(call, url)
    return _ask(call, url, method, given.value("A user-agent", "curl/8.5.0"), host, timeout, known)


def _host_header(call: Call, url: _Url) -> str:
    """The last Host among all headers given, else the URL's own."""
    for header in reversed(_given(call, "-H", "--header")):
        name, _, value = header.partition(":")
        if name.strip().lower() == "host":
            return value.strip()
    return url.shown_host


def _credentials(call: Call) -> dict[str, str]:
    """The last Authorization among the headers given."""
    for header in reversed(_given(call, "-H", "--header")):
        name, _, value = header.partition(":")
        if name.strip().lower() == "authorization":
            return {"Authorization": value.strip()}
    return {}


def _resolved(call: Call, url: _Url) -> str:
    """The address that ``--resolve host:port:address`` gives the URL's host, if it does."""
    for each in _given(call, "--resolve", "--resolve"):
        host, port, address = (*each.lstrip("+").split(":", 2), "", "")[:3]
        if host.lower() in (url.host, "*") and port == str(url.port):
            return address
    return ""


def _given(call: Call, short: str, long: str) -> list[str]:
    """Every value of an option that may be repeated."""
    found: list[str] = []
    for at, arg in enumerate(call.args):
        if arg in (short, long):
            found += call.args[at + 1 : at + 2]
        elif arg.startswith(f"{long}="):
            found.append(arg[len(long) + 1 :])
        elif len(short) == len("-H") and arg.startswith(short):
            found.append(arg[len(short) :])
    return found


def _ask(
    call: Call, url: _Url, method: str, agent: str, host_header: str, timeout: float, address: str = ""
) -> HttpReply:
    """One request; waiting for nobody takes as long as the caller is willing to wait."""
    found = named(call, address or url.host)
    if not found.addresses:
        return HttpReply(problem="resolve-timeout" if found.problem == "timeout" else "resolve")
    request = HttpRequest(
        host=url.host,
        ip=found.addresses[0],
        port=url.port,
        path=url.path,
        method=method,
        agent=agent,
        headers={"Host": host_header, "scheme": url.scheme, **_credentials(call)},
    )
    reply = call.machine.http(request)
    if reply.problem == "timeout":
        call.machine.time_ms += int(timeout * 1000)
    return reply


def _curl_problem(given: Options, url: _Url, reply: HttpReply) -> tuple[int, str]:
    match reply.problem:
        case "" if reply.self_signed and "k insecure" not in given:
            return 60, _UNTRUSTED
        case "":
            return 0, ""
        case "resolve":
            return 6, f"Could not resolve host: {url.host}"
        case "resolve-timeout":
            return 28, "Resolving timed out after 5000 milliseconds"
        case "refused":
            return 7, f"Failed to connect to {url.host} port {url.port} after 0 ms: Couldn't connect to server"
        case "unreachable":
            where = f"{url.host} port {url.port} after {UNREACHABLE_MS} ms"
            return 7, f"Failed to connect to {where}: Couldn't connect to server"
        case "timeout":
            limit = _seconds(given.value("connect-timeout") or given.value("m max-time"), 130)
            if given.value("connect-timeout") or given.value("m max-time"):
                return 28, f"Connection timed out after {int(limit * 1000)} milliseconds"
            where = f"{url.host} port {url.port} after {int(limit * 1000)} ms"
            return 28, f"Failed to connect to {where}: Couldn't connect to server"
        case "http09":
            return 1, "Received HTTP/0.9 when not allowed"
        case "tls":
            return 35, "OpenSSL/3.0.13: error:0A00010B:SSL routines::wrong version number"
    return 52, "Empty reply from server"


def _deliver(call: Call, given: Options, url: _Url, reply: HttpReply) -> None:
    head = _head(reply) if "I i include head" in given else ""
    body = "" if "I head" in given else reply.body
    target = given.value("o output") or (
        url.path.rpartition("/")[2] or "index.html" if "O remote-name" in given else ""
    )
    if target in ("", "-"):
        call.out(head + body)
    elif call.shell.path(target) != "/dev/null":
        call.machine.files.write(call.shell.path(target), head + body, call.machine.now)


def _head(reply: HttpReply) -> str:
    return (
        f"HTTP/1.1 {reply.status} {reply.phrase}\r\n"
        + "".join(f"{k}: {v}\r\n" for k, v in reply.headers.items())
        + "\r\n"
    )


def _verbose(call: Call, given: Options, url: _Url, reply: HttpReply) -> None:
    if reply.ip:
        call.err(f"*   Trying {reply.ip}:{url.port}...\n")
    if reply.problem:
        return
    call.err(f"* Connected to {url.host} ({reply.ip}) port {url.port}\n")
    method = given.value("X request") or ("HEAD" if "I head" in given else "GET")
    call.err(
        f"> {method} {url.path} HTTP/1.1\n> Host: {url.shown_host}\n> User-Agent: curl/8.5.0\n> Accept: */*\n> \n"
    )
    call.err(
        f"< HTTP/1.1 {reply.status} {reply.phrase}\n" + "".join(f"< {k}: {v}\n" for k, v in reply.headers.items())
    )
    call.err(f"< \n* Connection #0 to host {url.host} left intact\n")


def _write_out(call: Call, given: Options, reply: HttpReply, url: _Url) -> None:
    values = {
        "http_code": f"{reply.status:03}", "response_code": f"{reply.status:03}", "remote_ip": reply.ip,
        "size_download": str(len(reply.body.encode(errors="replace"))), "time_total": "0.002134",
        "url": url.shown_host, "time_connect": "0.000711", "remote_port": str(url.port),
        "content_type": reply.headers.get("Content-Type", ""),
    }  # fmt: skip

    def one(match: re.Match[str]) -> str:
        if match.group(1) is None:
            return {"\\n": "\n", "\\t": "\t"}.get(match.group(), "%")
        return values.get(match.group(1), "")

    call.out(_VARIABLE.sub(one, given.value("w write-out")))


def wget(call: Call) -> int:
    words = [arg.replace("-nv", "-q") for arg in call.args]
    words = [part for word in words for part in (("-q", "-O", "-") if word in ("-qO-", "-qO -") else (word,))]
    inner = Call(shell=call.shell, argv=(call.argv[0], *words), streams=call.streams)
    given = options(inner, "q S c s", "O T t P U Y o timeout tries output-document user-agent header post-data")
    url = _url(given.rest[0]) if given.rest else None
    if url is None:
        return call.fail("bad address ''" if given.rest else "usage: wget [-qS] [-O FILE] [-T SEC] [--spider] URL")
    quiet = "q quiet" in given
    method = "HEAD" if "spider" in given else "POST" if given.value("post-data") else "GET"
    timeout = _seconds(given.value("T timeout"), 130)
    reply = _ask(call, url, method, "Wget", _host_header(call, url), timeout)
    if not quiet and reply.ip:
        call.err(f"Connecting to {url.shown_host} ({reply.ip}:{url.port})\n")
    if reply.problem:
        return call.fail(_wget_problem(given, url, reply))
    if "S server-response" in given:
        call.err(
            f"  HTTP/1.1 {reply.status} {reply.phrase}\n"
            + "".join(f"  {k}: {v}\n" for k, v in reply.headers.items())
        )
    if reply.status >= 400:
        return call.fail(f"server returned error: HTTP/1.1 {reply.status} {reply.phrase}")
    if "spider" in given:
        call.err("" if quiet else "remote file exists\n")
        return 0
    return _save(call, given, url, reply, quiet=quiet)


def _wget_problem(given: Options, url: _Url, reply: HttpReply) -> str:
    if reply.problem.startswith("resolve"):
        return f"bad address '{url.host if url.port in (80, 443) else url.shown_host}'"
    if reply.problem == "timeout" and "T timeout" in given:
        return "download timed out"
    why = unconnected(reply.problem)
    return f"can't connect to remote host ({reply.ip}): {why}" if why else "error getting response"


def _save(call: Call, given: Options, url: _Url, reply: HttpReply, *, quiet: bool) -> int:
    target = given.value("O output-document") or url.path.partition("?")[0].rpartition("/")[2] or "index.html"
    if target == "-":
        call.out(reply.body)
        target = "-"
    elif call.shell.path(target) != "/dev/null":
        path = call.shell.path(target)
        if "O output-document" not in given and call.machine.files.exists(path):
            return call.fail(f"can't open '{target}': File exists")
        problem = _unwritable(call, path)
        if problem:
            return call.fail(f"can't open '{target}': {problem}")
        call.machine.files.write(path, reply.body, call.machine.now)
    if not quiet:
        size = len(reply.body.encode(errors="replace"))
        call.err("writing to stdout\n" if target == "-" else f"saving to '{target}'\n")
        call.err(f"{target:<20} 100% |{'*' * 32}| {size:>5}  0:00:00 ETA\n")
        call.err("written to stdout\n" if target == "-" else f"'{target}' saved\n")
    return 0


def _unwritable(call: Call, path: str) -> str:
    files = call.machine.files
    if files.is_read_only(path):
        return "Read-only file system"
    return "" if files.is_dir(path.rpartition("/")[0] or "/") else "No such file or directory"


def _url(text: str) -> _Url | None:
    """The parts of a URL, ``http://`` understood; None if it has no host or a bad port."""
    if not text:
        return None
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port or {"https": 443}.get(parts.scheme, 80)
    except ValueError:
        return None
    if not parts.hostname or any(not 32 < ord(char) < 127 for char in parts.path):
        return None
    query = f"?{parts.query}" if parts.query else ""
    return _Url(scheme=parts.scheme, host=parts.hostname, port=port, path=(parts.path or "/") + query)


def _seconds(text: str, default: float) -> float:
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text) else default
