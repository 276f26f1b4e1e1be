"""What a container's server answers to one request, and the lines it logs for it: ``answer(site, request)``.

Pages are those of the images' real default content, shortened. Which of them a site shows follows from its
image; a web server with a document root (nginx, httpd) reads its files, so that a changed file changes it.
"""

import json
from collections.abc import Callable, Mapping

from attrs import evolve, field

from engine.kinds import Service
from engine.kinds.frozen import frozen
from engine.network.dates import formatted

_PHRASES = {
    200: "OK", 301: "Moved Permanently", 302: "Found", 400: "Bad Request", 403: "Forbidden", 404: "Not Found",
    405: "Not Allowed", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
}  # fmt: skip
_TYPES = {
    "html": "text/html", "htm": "text/html", "txt": "text/plain", "json": "application/json", "css": "text/css",
    "js": "application/javascript", "xml": "text/xml", "svg": "image/svg+xml",
}  # fmt: skip
WELCOME = """<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
<style>
html { color-scheme: light dark; }
body { width: 35em; margin: 0 auto;
font-family: Tahoma, Verdana, Arial, sans-serif; }
</style>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>

<p>For online documentation and support please refer to
<a href="http://nginx.org/">nginx.org</a>.<br/>
Commercial support is available at
<a href="http://nginx.com/">nginx.com</a>.</p>

<p><em>Thank you for using nginx.</em></p>
</body>
</html>
"""
IT_WORKS = "<html><body><h1>It works!</h1></body></html>\n"


@frozen(kw_only=True)
class Request:
    method: str = "GET"
    path: str = "/"
    host: str = ""
    agent: str = ""
    client_ip: str = ""
    time: int
    number: int = 1
    """How many requests the server has had, this one included."""


@frozen(kw_only=True)
class Site:
    """A server as it runs: ``image`` is the repository's last part, ``read`` gives its files' text."""

    image: str
    profile: str = ""
    version: str = "latest"
    hostname: str = ""
    ip: str = ""
    port: int = 80
    namespace: str = ""
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(factory=dict)
    paths: tuple[str, ...] | None = None
    fails_from: int | None = None
    """From which epoch second on it answers 500, whatever it is asked."""
    read: Callable[[str], str | None] = lambda _path: None


@frozen(kw_only=True)
class Reply:
    status: int = 200
    body: str = ""
    server: str = ""
    type: str = "text/html"
    log: tuple[str, ...] = ()
    reason: str = ""
    """What stands behind the status, where it is not the usual phrase."""
    location: str = ""

    @property
    def phrase(self) -> str:
        return self.reason or _PHRASES.get(self.status, "Unknown")

    def headers(self, at: int) -> dict[str, str]:
        found = {"Server": self.server} if self.server else {}
        found["Date"] = formatted(at, "%a, %d %b %Y %H:%M:%S GMT")
        found["Content-Type"] = self.type
        found["Content-Length"] = str(len(self.body.encode(errors="replace")))
        if self.location:
            found["Location"] = self.location
        found["Connection"] = "keep-alive" if "nginx" in self.server else "close"
        return found


def answer(site: Site, request: Request) -> Reply:
    """The reply with the lines the server logs."""
    path = request.path.partition("?")[0]
    page = _PAGES.get(site.image)
    if site.fails_from is not None and request.time >= site.fails_from:
        why = "error: 10.0" if site.image == "agnhost" else "I'm not well. Please restart me!\n"
        reply = Reply(status=500, body=why, type="text/plain; charset=utf-8")
    elif page is not None:
        reply = page(site, request)
    elif site.profile == "nginx" or site.image.startswith("nginx"):
        reply = _nginx(site, request)
    elif site.profile == "httpd":
        reply = _httpd(site, request)
    elif site.paths is not None and path not in site.paths:
        reply = Reply(status=404, body="404 page not found\n", type="text/plain; charset=utf-8")
    else:
        reply = _application(site, request)
    if request.method not in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        reply = Reply(status=405, body="", server=reply.server)
    return Reply(
        status=reply.status, body=reply.body, server=reply.server, type=reply.type,
        log=(*reply.log, *access_lines(site, request, reply.status, len(reply.body.encode(errors="replace")))),
    )  # fmt: skip


def access_lines(site: Site, request: Request, status: int, size: int) -> tuple[str, ...]:
    """The access log of one request, in the server's own format; servers that log none have none."""
    stamp = formatted(request.time, "%d/%b/%Y:%H:%M:%S +0000")
    asked = f'"{request.method} {request.path} HTTP/1.1"'
    shown = 0 if request.method == "HEAD" else size
    if site.profile == "nginx":
        agent = request.agent or "-"
        return (f'{request.client_ip} - - [{stamp}] {asked} {status} {shown} "-" "{agent}" "-"',)
    if site.profile == "httpd":
        return (f"{request.client_ip} - - [{stamp}] {asked} {status} {shown}",)
    if site.profile == "http":
        return (_structured(request, status, shown),)
    if site.profile == "kubia":
        return (f"Received request from ::ffff:{request.client_ip}",)
    if site.profile == "bootcamp":
        told = formatted(request.time, "%Y-%m-%dT%H:%M:%S.000Z")
        return (f"Running On: {site.hostname} | Total Requests: {request.number} | Log Time: {told}",)
    return ()


def _structured(request: Request, status: int, size: int) -> str:
    stamp = formatted(request.time, "%Y-%m-%dT%H:%M:%SZ")
    facts = {
        "http.req.method": request.method, "http.req.path": request.path, "http.resp.bytes": size,
        "http.resp.status": status, "message": "request complete", "severity": "debug", "timestamp": stamp,
    }  # fmt: skip
    return json.dumps(facts, separators=(",", ":"))


def _nginx(site: Site, request: Request, root: str = "/usr/share/nginx/html") -> Reply:
    server = f"nginx/{nginx_version(site.version)}"
    path = request.path.partition("?")[0]
    file = _document(root, path)
    if file is not None and (text := site.read(file)) is not None:
        return Reply(
            body=text, server=server, type=_TYPES.get(file.rpartition(".")[2], "application/octet-stream")
        )
    status = 403 if path.endswith("/") else 404
    title = f"{status} {_PHRASES[status]}"
    body = f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
    body += f"<hr><center>{server}</center>\r\n</body>\r\n</html>\r\n"
    return Reply(status=status, body=body, server=server, log=(_nginx_error(root, path, request, status),))


def _document(root: str, path: str) -> str | None:
    if ".." in path.split("/"):
        return None
    return f"{root}{path}index.html" if path.endswith("/") else f"{root}{path}"


def _nginx_error(root: str, path: str, request: Request, status: int) -> str:
    stamp = formatted(request.time, "%Y/%m/%d %H:%M:%S")
    what = f'open() "{root}{path}" failed (2: No such file or directory)'
    if status == 403:
        what = f'directory index of "{root}{path}" is forbidden'
    return (
        f"{stamp} [error] 29#29: *{request.number} {what}, client: {request.client_ip}, server: localhost, "
        f'request: "{request.method} {request.path} HTTP/1.1", host: "{request.host}"'
    )


def nginx_version(tag: str) -> str:
    """The full version behind a tag: ``1.25`` -> ``1.25.5``, ``alpine`` -> the newest."""
    number = tag.partition("-")[0]
    if not number[:1].isdigit():
        return "1.27.5"
    return number if number.count(".") == 2 else f"{number}.5" if number.count(".") else "1.27.5"


def _httpd(site: Site, request: Request) -> Reply:
    server = "Apache/2.4.63 (Unix)"
    path = request.path.partition("?")[0]
    file = _document("/usr/local/apache2/htdocs", path)
    text = site.read(file) if file is not None else None
    if text is not None and file is not None:
        return Reply(body=text, server=server, type=_TYPES.get(file.rpartition(".")[2], "text/plain"))
    body = '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n'
    body += "</head><body>\n<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n"
    body += "</body></html>\n"
    return Reply(status=404, body=body, server=server, type="text/html; charset=iso-8859-1")


def _application(site: Site, request: Request) -> Reply:
    path = request.path.partition("?")[0]
    if path in ("/healthz", "/health", "/ready", "/readyz", "/livez", "/_healthz"):
        return _text("ok\n" if path != "/_healthz" else "ok")
    if path == "/metrics":
        return _text(f"# TYPE http_requests_total counter\nhttp_requests_total {request.number}\n")
    return _text(f"{site.image} on {site.hostname}\n")


def _text(body: str, server: str = "") -> Reply:
    return Reply(body=body, type="text/plain; charset=utf-8", server=server)


def _html(title: str, heading: str, body: str = "") -> Reply:
    page = f"<!DOCTYPE html>\n<html>\n<head>\n<title>{title}</title>\n</head>\n<body>\n<h1>{heading}</h1>\n"
    return Reply(body=f"{page}{body}</body>\n</html>\n", type="text/html; charset=utf-8")


def _hostname(site: Site, _request: Request) -> Reply:
    return _text(f"{site.hostname}\n", "nginx/1.27.5")


def _echo_ip(site: Site, request: Request) -> Reply:
    return _text(f"request_method : {request.method} | ip_dest: {site.ip}\n", "nginx/1.27.5")


def _check_info(site: Site, _request: Request) -> Reply:
    return _text(f"pod_n: {site.hostname} | ip_dest: {site.ip}\n", "nginx/1.27.5")


def _hello_app(site: Site, _request: Request) -> Reply:
    version = "2.0.0" if site.version.startswith("2") else "1.0.0"
    return _text(f"Hello, world!\nVersion: {version}\nHostname: {site.hostname}\n")


def _http_echo(site: Site, _request: Request) -> Reply:
    words = " ".join(site.arguments)
    text = words.partition("-text=")[2] or words.partition("-text ")[2] or "hello-world"
    return _text(text.partition(" -")[0].strip("\"'") + "\n")


def _whoami(site: Site, request: Request) -> Reply:
    lines = (
        f"Hostname: {site.hostname}", "IP: 127.0.0.1", f"IP: {site.ip}", f"RemoteAddr: {request.client_ip}:40000",
        f"{request.method} {request.path} HTTP/1.1", f"Host: {request.host}", f"User-Agent: {request.agent}",
        "Accept: */*",
    )  # fmt: skip
    return _text("\n".join(lines) + "\n\n")


def _echoserver(site: Site, request: Request) -> Reply:
    return _text(
        f"\n\nHostname: {site.hostname}\n\nPod Information:\n\t-no pod information available-\n\n"
        f"Request Information:\n\tclient_address={request.client_ip}\n\tmethod={request.method}\n"
        f"\treal path={request.path}\n\trequest_uri=http://{request.host}:{site.port}{request.path}\n",
        "echoserver",
    )


def _httpbin(_site: Site, request: Request) -> Reply:
    path, _, _ = request.path.partition("?")
    if path.startswith("/status/") and path[8:].isdigit():
        return Reply(status=int(path[8:]) if 100 <= int(path[8:]) < 600 else 400, server="gunicorn/19.9.0")
    facts = {
        "headers": {"Accept": "*/*", "Host": request.host, "User-Agent": request.agent},
        "origin": request.client_ip, "url": f"http://{request.host}{request.path}",
    }  # fmt: skip
    if path == "/":
        return _html("httpbin.org", "httpbin.org")
    return Reply(body=json.dumps(facts, indent=2) + "\n", type="application/json", server="gunicorn/19.9.0")


def _bootcamp(site: Site, _request: Request) -> Reply:
    version = site.version.lstrip("v") if site.version.lstrip("v").isdigit() else "1"
    return _text(f"Hello Kubernetes bootcamp! | Running on: {site.hostname} | v={version}\n")


def _agnhost(site: Site, request: Request) -> Reply:
    """``netexec``, ``serve-hostname``, ``liveness`` and ``test-webserver``, as far as people ask them."""
    path, _, query = request.path.partition("?")
    mode = next((each for each in site.arguments if not each.startswith(("-", "/"))), "")
    if mode == "serve-hostname" or path == "/hostname":
        return _text(site.hostname)
    if path in ("/healthz", "/readyz"):
        return _text("ok")
    if path == "/clientip":
        return _text(f"{request.client_ip}:40000")
    if path == "/echo":
        return _text(query.removeprefix("msg="))
    if mode in ("netexec", "") and path == "/":
        return _text(f"NOW: {formatted(request.time, '%Y-%m-%d %H:%M:%S.000000000 +0000 UTC')} m=+1.000000000")
    return Reply(status=404, body="404 page not found\n", type="text/plain; charset=utf-8")


def _kubia(site: Site, _request: Request) -> Reply:
    version = site.version if site.version in ("v1", "v2", "v3", "v4") else ""
    if version:
        return _text(f"This is {version} running in pod {site.hostname}\n")
    return _text(f"You've hit {site.hostname}\n")


def _frontend(site: Site, request: Request) -> Reply:
    path = request.path.partition("?")[0]
    if path == "/_healthz":
        return _text("ok")
    if path == "/" or path in ("/cart", "/product") or path.startswith(("/product/", "/static/")):
        return _html("Online Boutique", "Hot Products", f"<p>Pod: {site.hostname}</p>\n")
    return Reply(status=404, body="404 page not found\n", type="text/plain; charset=utf-8")


def _vote(site: Site, _request: Request) -> Reply:
    cats = site.environment.get("OPTION_A", "Cats")
    dogs = site.environment.get("OPTION_B", "Dogs")
    return _html(f"{cats} vs {dogs}!", f"{cats} vs {dogs}!", f"<p>Processed by container ID {site.hostname}</p>\n")


def _wordpress(_site: Site, request: Request) -> Reply:
    """Until somebody fills in the page that sets it up, which nobody can here, every page leads to it."""
    if request.path.partition("?")[0] == "/wp-admin/install.php":
        text = "<p>Welcome to the famous five-minute WordPress installation process!</p>\n"
        return evolve(_html("WordPress &rsaquo; Installation", "Welcome", text), server="Apache/2.4.62 (Debian)")
    return Reply(status=302, server="Apache/2.4.62 (Debian)", location="/wp-admin/install.php")


def _coredns(site: Site, request: Request) -> Reply:
    page = {(8080, "/health"): "OK", (8181, "/ready"): "OK"}.get((site.port, request.path))
    if page is None and site.port == 9153:
        page = f"# TYPE coredns_dns_requests_total counter\ncoredns_dns_requests_total {request.number}\n"
    return _text(page) if page is not None else Reply(status=404, body="404 page not found\n", type="text/plain")


_PAGES: Mapping[str, Callable[[Site, Request], Reply]] = {
    "echo-hname": _hostname, "chk-hn": _hostname, "echo-ip": _echo_ip, "chk-info": _check_info,
    "hello-app": _hello_app, "http-echo": _http_echo, "whoami": _whoami, "echoserver": _echoserver,
    "httpbin": _httpbin, "kubernetes-bootcamp": _bootcamp, "frontend": _frontend,
    "hpa-example": lambda _site, _request: _text("OK!", "Apache/2.4.10 (Debian)"),
    "node-hello": lambda _site, _request: _text("Hello Kubernetes!"),
    "gb-frontend": lambda _site, _request: _html("Guestbook", "Guestbook"),
    "examplevotingapp_vote": _vote,
    "examplevotingapp_result": lambda _site, _request: _html("Cats vs Dogs -- Result", "Cats vs Dogs"),
    "coredns": _coredns, "wordpress": _wordpress, "agnhost": _agnhost, "kubia": _kubia, "kubia-unhealthy": _kubia,
    "serve_hostname": lambda site, _request: _text(site.hostname),
}  # fmt: skip


def health(service: Service, local_endpoints: int) -> Reply:
    """What kube-proxy answers a load balancer that asks a node whether it has endpoints of a Service."""
    meta = service.metadata
    name = f'"namespace": "{meta.namespace}",\n\t\t"name": "{meta.name}"'
    body = f'{{\n\t"service": {{\n\t\t{name}\n\t}},\n\t"localEndpoints": {local_endpoints},\n'
    body += '\t"serviceProxyHealthy": true\n}'
    return Reply(status=200 if local_endpoints else 503, body=body, type="application/json")


def greeting(serves: str, text: str) -> str | None:
    """What a server that does not speak HTTP answers to text; None if it closes the connection without a word."""
    word = text.strip().split(" ")[0].upper() if text.strip() else ""
    if serves == "redis":
        return {"PING": "+PONG\r\n", "QUIT": "+OK\r\n"}.get(
            word, f"-ERR unknown command '{word}'\r\n" if word else ""
        )
    if serves == "memcached":
        return "VERSION 1.6.21\r\n" if word == "VERSION" else "ERROR\r\n" if word else ""
    return None
