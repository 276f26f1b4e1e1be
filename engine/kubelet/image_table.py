"""The images that exist, one entry a repository: what each runs by default, how big it is, what it answers.

Sizes and memory are rounded from what these images use when idle. Whether an image handles SIGTERM decides
how its pod ends: a process without a handler, as PID 1, waits for the SIGKILL after the grace period.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict, Unpack

from engine.kinds.frozen import frozen

_MI = 1024 * 1024

_SHELL_PROGRAMS = """
    ash awk base64 basename cat chmod chown cp cut date dd df diff dirname dmesg du echo egrep env expr fallocate
    false fgrep find free grep gunzip gzip head hostname id ifconfig ip kill less ln ls md5sum mkdir mkfifo mktemp more
    mount mv nc netstat nl nohup nproc nslookup od paste ping pidof printenv printf ps pwd readlink realpath rev rm
    rmdir route sed seq sh sha256sum sleep sort split stat sync tac tail tar tee telnet test time timeout top touch
    tr true truncate tty uname uniq uptime usleep vi watch wc wget which whoami xargs yes chroot ["""
SHELL_PROGRAMS = frozenset(_SHELL_PROGRAMS.split())
"""What an image with a shell can run besides (busybox and coreutils alike; the union of both)."""


@frozen(kw_only=True)
class ImageEntry:
    """``server`` is the program whose run without further words is the image's own server.

    ``tags`` is a regular expression of the tags there are, "" for any. ``paths`` are those that its HTTP
    server answers with 200, None for every path. ``term_exit_code`` is what SIGTERM ends it with, None where
    the process has no handler. ``needs_env`` names variables of which one must be set for it to start.
    """

    name: str
    tags: str = ""
    size_bytes: int = 50 * _MI
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    server: str = ""
    shell: str = "sh"
    programs: frozenset[str] = frozenset()
    listens: tuple[int, ...] = ()
    serves: str = ""
    paths: tuple[str, ...] | None = None
    speaks_grpc: bool = False
    ready_after_seconds: int = 0
    fails_after_seconds: int | None = None
    exits_after_seconds: int | None = None
    exit_code: int = 0
    term_exit_code: int | None = None
    stops_after_seconds: int = 1
    needs_env: tuple[str, ...] = ()
    cpu_milli: int = 1
    memory_bytes: int = 10 * _MI
    log_profile: str = ""
    request_cpu_microseconds: int = 300


class _Rest(TypedDict, total=False):
    tags: str
    entrypoint: tuple[str, ...]
    cmd: tuple[str, ...]
    shell: str
    programs: frozenset[str]
    listens: tuple[int, ...]
    serves: str
    paths: tuple[str, ...] | None
    speaks_grpc: bool
    ready_after_seconds: int
    fails_after_seconds: int | None
    exits_after_seconds: int | None
    term_exit_code: int | None
    stops_after_seconds: int
    needs_env: tuple[str, ...]
    cpu_milli: int
    log_profile: str
    request_cpu_microseconds: int


def _server(name: str, program: str, *, size: int, memory: int, **rest: Unpack[_Rest]) -> ImageEntry:
    """An image that runs one server and ends on SIGTERM; ``size`` and ``memory`` in MiB.

    One without a shell has its program as ENTRYPOINT, so that ``args`` are its flags.
    """
    if rest.get("shell") == "" and "cmd" not in rest:
        rest.setdefault("entrypoint", (program,))
    else:
        rest.setdefault("cmd", (program,))
    rest.setdefault("term_exit_code", 0)
    return ImageEntry(name=name, server=program, size_bytes=size * _MI, memory_bytes=memory * _MI, **rest)


def _tool(name: str, *, size: int, **rest: Unpack[_Rest]) -> ImageEntry:
    """An image whose default is a shell, which finds no terminal and ends at once."""
    rest.setdefault("cmd", ("sh",))
    return ImageEntry(name=name, size_bytes=size * _MI, memory_bytes=2 * _MI, **rest)


def _nginx_like(name: str) -> ImageEntry:
    return _server(
        name, "nginx", size=56, memory=5, listens=(80,), serves="http", shell="bash",
        cmd=("nginx", "-g", "daemon off;"), log_profile="nginx",
    )  # fmt: skip


def _boutique(name: str, port: int, *, memory: int = 35, size: int = 60, **rest: Unpack[_Rest]) -> ImageEntry:
    """A service of Online Boutique; Go ones end with 2 on SIGTERM, node and python ones do not listen to it."""
    rest.setdefault("serves", "grpc")
    rest.setdefault("log_profile", "grpc")
    rest.setdefault("ready_after_seconds", 2)
    rest.setdefault("shell", "")
    rest.setdefault("term_exit_code", 2)
    rest["listens"] = (port,)
    return _server(f"docker.io/library/{name}", name, size=size, memory=memory, **rest)


def _bookshop(name: str) -> ImageEntry:
    """The services of the sample cluster; mailer listens to nobody."""
    listens = () if name == "mailer" else (8080,)
    return _server(
        f"ghcr.io/bookshop/{name}", name, size=48, memory=40, listens=listens, serves="http" if listens else "",
        ready_after_seconds=2, log_profile="bookshop", tags=r"latest|\d+\.\d+\.\d+",
    )  # fmt: skip


_PACKET_FILTER = frozenset(("iptables", "iptables-save", "iptables-nft", "iptables-nft-save"))
_NETWORK_TOOLS = _PACKET_FILTER | frozenset(
    ("zsh", "curl", "dig", "host", "tcpdump", "iperf3", "nmap", "jq", "traceroute")
)
_TUTORIAL = ("echo-hname", "echo-ip", "chk-hn", "chk-info", "chk-log", "audit-trail")
_VERSION = r"\d{1,2}(\.\d{1,2}){0,2}"
_OS = r"(-(alpine|slim|perl|bookworm|bullseye|buster|trixie)[\w.-]*)?"
_LIBRARY = "docker.io/library"
_TAGS = rf"latest|stable|alpine|slim|{_VERSION}{_OS}|(stable|mainline)-(alpine|perl)"

_FORTUNE = (
    "while :; do echo `date` Writing fortune to /var/htdocs/index.html; mkdir -p /var/htdocs; "
    "echo You will be hungry again in one hour. > /var/htdocs/index.html; sleep ${INTERVAL:-10}; done"
)
_NGINX_TAGS = rf"latest|(stable|mainline){_OS}|alpine|perl|1\.\d{{1,2}}(\.\d{{1,2}})?{_OS}"
_BUSYBOX_TAGS = r"latest|stable|musl|glibc|uclibc|1(\.\d{1,2}(\.\d{1,2})?)?(-(musl|glibc|uclibc))?"
_TABLE = (
    _server(f"{_LIBRARY}/nginx", "nginx", size=69, memory=5, entrypoint=("/docker-entrypoint.sh",),
        cmd=("nginx", "-g", "daemon off;"), listens=(80,), serves="http", log_profile="nginx",
        paths=("/", "/index.html", "/50x.html"), shell="bash", programs=frozenset(("curl", "nginx-debug")),
        tags=_NGINX_TAGS),
    _server(f"{_LIBRARY}/httpd", "httpd-foreground", size=59, memory=8, listens=(80,), serves="http",
        log_profile="httpd", paths=("/", "/index.html"), shell="bash",
        programs=frozenset(("httpd", "apachectl")), tags=rf"latest|alpine|2(\.4(\.\d{{1,2}})?)?{_OS}"),
    _server(f"{_LIBRARY}/redis", "redis-server", size=43, memory=9, cpu_milli=3, listens=(6379,),
        serves="redis", entrypoint=("docker-entrypoint.sh",), log_profile="redis", tags=_TAGS,
        programs=frozenset(("redis-cli", "redis-benchmark", "redis-sentinel"))),
    _server("registry.k8s.io/redis", "redis-server", size=160, memory=9, cpu_milli=3, listens=(6379,),
        serves="redis", log_profile="redis", tags="e2e", programs=frozenset(("redis-cli",))),
    _server(f"{_LIBRARY}/postgres", "postgres", size=104, memory=38, cpu_milli=2, listens=(5432,),
        serves="postgres", entrypoint=("docker-entrypoint.sh",), ready_after_seconds=3, shell="bash",
        log_profile="postgres", tags=_TAGS, programs=frozenset(("psql", "pg_isready", "pg_dump", "pg_ctl")),
        needs_env=("POSTGRES_PASSWORD", "POSTGRES_HOST_AUTH_METHOD", "POSTGRES_PASSWORD_FILE")),
    _server(f"{_LIBRARY}/mysql", "mysqld", size=230, memory=400, cpu_milli=8, listens=(3306, 33060),
        serves="mysql", entrypoint=("docker-entrypoint.sh",), ready_after_seconds=8, stops_after_seconds=2,
        shell="bash", log_profile="mysql", programs=frozenset(("mysql", "mysqladmin", "mysqldump")),
        tags=rf"latest|lts|innovation|{_VERSION}([-.][\w.-]+)?",
        needs_env=("MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD")),
    _server(f"{_LIBRARY}/mariadb", "mariadbd", size=120, memory=90, cpu_milli=4, listens=(3306,),
        serves="mysql", entrypoint=("docker-entrypoint.sh",), ready_after_seconds=5, shell="bash",
        log_profile="mysql", tags=rf"latest|lts|{_VERSION}([-.][\w.-]+)?",
        programs=frozenset(("mariadb", "mariadb-admin")),
        needs_env=("MARIADB_ROOT_PASSWORD", "MYSQL_ROOT_PASSWORD", "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD")),
    _server(f"{_LIBRARY}/mongo", "mongod", size=260, memory=85, cpu_milli=6, listens=(27017,),
        serves="mongo", entrypoint=("docker-entrypoint.sh",), ready_after_seconds=3, shell="bash",
        log_profile="mongo", tags=rf"latest|{_VERSION}(-[\w.-]+)?", programs=frozenset(("mongosh",))),
    _server(f"{_LIBRARY}/memcached", "memcached", size=29, memory=3, listens=(11211,), serves="memcached",
        entrypoint=("docker-entrypoint.sh",), tags=_TAGS),
    _server(f"{_LIBRARY}/rabbitmq", "rabbitmq-server", size=100, memory=110, cpu_milli=12, listens=(5672,),
        serves="amqp", entrypoint=("docker-entrypoint.sh",), ready_after_seconds=6, tags=""),
    _server(f"{_LIBRARY}/traefik", "traefik", size=45, memory=25, listens=(80,), serves="http", tags=""),
    _server(f"{_LIBRARY}/registry", "registry", size=10, memory=12, listens=(5000,), serves="http",
        tags=""),
    _server(f"{_LIBRARY}/tomcat", "catalina.sh", size=150, memory=120, listens=(8080,), serves="http",
        shell="bash", ready_after_seconds=4, term_exit_code=143, tags="", paths=()),
    _server(f"{_LIBRARY}/wordpress", "apache2-foreground", size=240, memory=60, listens=(80,),
        serves="http", entrypoint=("docker-entrypoint.sh",), ready_after_seconds=2, shell="bash", tags="",
        log_profile="httpd"),
    _tool(f"{_LIBRARY}/busybox", size=2, tags=_BUSYBOX_TAGS, programs=frozenset(("httpd",))),
    _tool(f"{_LIBRARY}/alpine", size=4, cmd=("/bin/sh",), tags=r"latest|edge|3(\.\d{1,2}(\.\d{1,2})?)?"),
    _tool(f"{_LIBRARY}/ubuntu", size=29, cmd=("/bin/bash",), shell="bash",
        tags=r"latest|rolling|devel|\d\d\.\d\d|[a-z]+"),
    _tool(f"{_LIBRARY}/debian", size=49, cmd=("bash",), shell="bash", tags=""),
    _tool(f"{_LIBRARY}/centos", size=83, cmd=("/bin/bash",), shell="bash",
        tags=r"latest|(centos)?[678][\w.]*"),
    _tool(f"{_LIBRARY}/bash", size=6, cmd=("bash",), shell="bash", entrypoint=("docker-entrypoint.sh",),
        tags=""),
    _tool(f"{_LIBRARY}/perl", size=350, cmd=("perl",), shell="bash", programs=frozenset(("perl",)),
        tags=_TAGS + r"|5[\w.-]*"),
    _tool(f"{_LIBRARY}/python", size=360, cmd=("python3",), shell="bash",
        tags=r"latest|slim|alpine|[23](\.\d{1,2}){0,2}" + _OS,
        programs=frozenset(("python", "python3", "pip", "pip3"))),
    _tool(f"{_LIBRARY}/node", size=390, cmd=("node",), shell="bash", entrypoint=("docker-entrypoint.sh",),
        tags="", programs=frozenset(("node", "npm", "npx", "yarn"))),
    _tool(f"{_LIBRARY}/golang", size=290, cmd=("bash",), shell="bash", programs=frozenset(("go",)),
        tags=""),
    _tool(f"{_LIBRARY}/docker", size=130, cmd=("sh",), programs=frozenset(("docker",)), tags=""),
    _server(f"{_LIBRARY}/hello-world", "/hello", size=1, memory=1, shell="", exits_after_seconds=0,
        log_profile="hello-world", tags="latest|linux|nanoserver"),
    _tool("docker.io/curlimages/curl", size=9, cmd=("curl",), entrypoint=("/entrypoint.sh",),
        programs=frozenset(("curl",))),
    _tool("docker.io/nicolaka/netshoot", size=200, cmd=("zsh",), shell="bash", programs=_NETWORK_TOOLS),
    _tool("registry.k8s.io/e2e-test-images/jessie-dnsutils", size=114, cmd=("sleep", "3600"), shell="bash",
        programs=frozenset(("dig", "host", "curl"))),
    _tool("registry.k8s.io/busybox", size=2, tags=r"latest|1\.\d+(\.\d+)?"),
    _tool("gcr.io/google_containers/busybox", size=2),
    _tool("docker.io/polinux/stress", size=4, cmd=("stress",), programs=frozenset(("stress",))),
    _tool("docker.io/vish/stress", size=5, entrypoint=("/stress", "-logtostderr"), cmd=(), shell="",
        programs=frozenset(("stress",))),
    _tool("docker.io/alexeiled/stress-ng", size=4, entrypoint=("/stress-ng",), cmd=("--help",), shell="",
        programs=frozenset(("stress-ng",))),
    _tool("docker.io/bitnami/kubectl", size=90, cmd=("kubectl",), shell="bash",
        programs=frozenset(("kubectl", "curl"))),
    _server("registry.k8s.io/pause", "/pause", size=1, memory=1, cpu_milli=0, shell="",
        tags=r"latest|go|\d\.\d+(\.\d+)?"),
    _server("registry.k8s.io/echoserver", "nginx", size=45, memory=6, listens=(8080,), serves="http",
        log_profile="nginx"),
    _server("gcr.io/google_containers/echoserver", "nginx", size=45, memory=6, listens=(8080,),
        serves="http"),
    _server("docker.io/hashicorp/http-echo", "/http-echo", size=5, memory=3, listens=(5678,), serves="http",
        shell=""),
    _server("docker.io/traefik/whoami", "/whoami", size=3, memory=3, listens=(80,), serves="http",
        shell=""),
    _server("docker.io/kennethreitz/httpbin", "gunicorn", size=180, memory=60, listens=(80,), serves="http",
        shell="bash", ready_after_seconds=2),
    _server("docker.io/nginxdemos/hello", "nginx", size=20, memory=5, listens=(80,), serves="http",
        log_profile="nginx", cmd=("nginx", "-g", "daemon off;"), entrypoint=("/docker-entrypoint.sh",)),
    _server("docker.io/nginxinc/nginx-unprivileged", "nginx", size=69, memory=5, listens=(8080,),
        serves="http", log_profile="nginx", cmd=("nginx", "-g", "daemon off;"),
        entrypoint=("/docker-entrypoint.sh",), shell="bash", paths=("/", "/index.html", "/50x.html")),
    _server("registry.k8s.io/e2e-test-images/agnhost", "/agnhost", size=52, memory=8, listens=(), serves="",
        shell="bash", programs=frozenset(("agnhost", "curl", "dig")), entrypoint=("/agnhost",),
        cmd=("pause",), term_exit_code=2),
    _server("registry.k8s.io/serve_hostname", "/serve_hostname", size=4, memory=3, listens=(9376,),
        serves="http", shell=""),
    _server("registry.k8s.io/goproxy", "/goproxy", size=2, memory=4, listens=(8080,), serves="", shell=""),
    _tool("gcr.io/google-containers/busybox", size=2),
    _server("registry.k8s.io/kubernetes-zookeeper", "start-zookeeper", size=320, memory=70,
        listens=(2181, 2888, 3888), ready_after_seconds=4, term_exit_code=143, shell="bash", cmd=("start-zookeeper",),
        programs=frozenset(("zookeeper-ready", "zkServer.sh", "zkCli.sh", "pkill")), log_profile="zookeeper"),
    *(_server(f"docker.io/luksa/kubia{end}", "node", size=260, memory=30, listens=(8080,), serves="http",
        shell="bash", entrypoint=("node", "app.js"), cmd=(), term_exit_code=None, log_profile="kubia",
        programs=frozenset(("curl",)), fails_after_seconds=50 if end == "-unhealthy" else None)
        for end in ("", "-unhealthy")),
    _tool("docker.io/luksa/fortune", size=50, shell="bash", entrypoint=("sh", "-c", _FORTUNE), cmd=()),
    _tool("docker.io/luksa/batch-job", size=2,
        entrypoint=("sh", "-c", "echo `date` Batch job starting; sleep 120; echo `date` Finished succesfully"), cmd=()),
    _tool("docker.io/luksa/ssd-monitor", size=2,
        entrypoint=("sh", "-c", "while true; do echo SSD OK; sleep 5; done"), cmd=()),
    _server("gcr.io/kuar-demo/kuard-amd64", "/kuard", size=12, memory=6, listens=(8080,), serves="http",
        tags="blue|green|purple|[1-4]|v0.[0-9].[0-9]-(blue|green|purple)"),
    _server("registry.k8s.io/e2e-test-images/nginx", "nginx", size=60, memory=5, listens=(80,),
        serves="http", log_profile="nginx", cmd=("nginx", "-g", "daemon off;")),
    _server("registry.k8s.io/nginx-slim", "nginx", size=30, memory=5, listens=(80,), serves="http",
        log_profile="nginx", cmd=("nginx", "-g", "daemon off;")),
    _server("registry.k8s.io/hpa-example", "apache2-foreground", size=160, memory=12, listens=(80,),
        serves="http", shell="bash", request_cpu_microseconds=26_000),
    _server("registry.k8s.io/coredns/coredns", "/coredns", size=17, memory=14, cpu_milli=2,
        listens=(53, 8080, 8181, 9153), serves="http", shell="", log_profile="coredns"),
    _server("registry.k8s.io/kube-proxy", "/usr/local/bin/kube-proxy", size=30, memory=20,
        listens=(10249, 10256), serves="http", entrypoint=("/usr/local/bin/kube-proxy",), cmd=(),
        programs=_PACKET_FILTER),
    _server("registry.k8s.io/kube-apiserver", "kube-apiserver", size=30, memory=280, cpu_milli=45,
        listens=(6443,), serves="https", shell="", ready_after_seconds=3),
    _server("registry.k8s.io/kube-controller-manager", "kube-controller-manager", size=26, memory=50,
        cpu_milli=15, listens=(10257,), serves="https", shell="", ready_after_seconds=2),
    _server("registry.k8s.io/kube-scheduler", "kube-scheduler", size=20, memory=22, cpu_milli=4,
        listens=(10259,), serves="https", shell="", ready_after_seconds=2),
    _server("registry.k8s.io/etcd", "etcd", size=60, memory=55, cpu_milli=20, listens=(2379, 2380, 2381),
        serves="http", speaks_grpc=True, ready_after_seconds=2),
    _server("registry.k8s.io/metrics-server/metrics-server", "/metrics-server", size=20, memory=18,
        cpu_milli=3, listens=(4443, 10250), serves="http", shell="", ready_after_seconds=4),
    _server("registry.k8s.io/ingress-nginx/controller", "/nginx-ingress-controller", size=100, memory=85,
        cpu_milli=3, listens=(80, 443, 10254, 8443), serves="http", shell="bash", ready_after_seconds=3),
    _server("docker.io/flannel/flannel", "/opt/bin/flanneld", size=31, memory=15, cpu_milli=3,
        shell="bash"),
    _server("docker.io/flannel/flannel-cni-plugin", "cp", size=4, memory=2),
    _server("docker.io/calico/node", "start_runit", size=120, memory=110, cpu_milli=15, shell="bash"),
    _server("quay.io/metallb/controller", "/controller", size=27, memory=22, cpu_milli=2, listens=(7472,),
        serves="http", shell="", ready_after_seconds=2),
    _server("quay.io/metallb/speaker", "/speaker", size=48, memory=25, cpu_milli=4, listens=(7472, 7946),
        serves="http", shell="", ready_after_seconds=2),
    _server("docker.io/metallb/controller", "/controller", size=27, memory=22, listens=(7472,),
        serves="http", shell=""),
    _server("docker.io/metallb/speaker", "/speaker", size=48, memory=25, listens=(7472, 7946),
        serves="http", shell=""),
    _server("docker.io/rancher/local-path-provisioner", "local-path-provisioner", size=18, memory=12),
    _server("docker.io/kubernetesui/dashboard", "/dashboard", size=75, memory=30, listens=(8443, 9090),
        serves="http", shell=""),
    _server("gcr.io/google-samples/hello-app", "/hello-app", size=12, memory=5, listens=(8080,),
        serves="http", shell="", log_profile="hello-app", term_exit_code=2),
    _server("us-docker.pkg.dev/google-samples/containers/gke/hello-app", "/hello-app", size=12, memory=5,
        listens=(8080,), serves="http", shell="", log_profile="hello-app", term_exit_code=2),
    _server("gcr.io/google-samples/node-hello", "node", size=260, memory=30, listens=(8080,), serves="http",
        shell="bash", term_exit_code=None),
    _server("gcr.io/google-samples/kubernetes-bootcamp", "node", size=80, memory=25, listens=(8080,),
        serves="http", shell="bash", term_exit_code=None, tags="v1|v2|latest",
        log_profile="bootcamp", programs=frozenset(("curl",))),
    _server("docker.io/jocatalin/kubernetes-bootcamp", "node", size=80, memory=25, listens=(8080,),
        serves="http", shell="bash", term_exit_code=None, tags="v1|v2|latest",
        log_profile="bootcamp", programs=frozenset(("curl",))),
    _server("gcr.io/google_samples/gb-frontend", "apache2-foreground", size=180, memory=20, listens=(80,),
        serves="http", shell="bash", log_profile="httpd", programs=frozenset(("php",))),
    _server("gcr.io/google-samples/gb-frontend", "apache2-foreground", size=180, memory=20, listens=(80,),
        serves="http", shell="bash", log_profile="httpd", programs=frozenset(("php",))),
    _server("us-docker.pkg.dev/google-samples/containers/gke/gb-frontend", "apache2-foreground", size=180,
        memory=20, listens=(80,), serves="http", shell="bash", log_profile="httpd"),
    _server("gcr.io/google_samples/gb-redisslave", "/run.sh", size=110, memory=9, listens=(6379,),
        serves="redis", log_profile="redis", programs=frozenset(("redis-cli",))),
    _server("gcr.io/google_samples/gb-redis-follower", "/run.sh", size=45, memory=9, listens=(6379,),
        serves="redis", log_profile="redis", programs=frozenset(("redis-cli",))),
    _server("us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower", "/run.sh", size=45,
        memory=9, listens=(6379,), serves="redis", log_profile="redis", programs=frozenset(("redis-cli",))),
    _server("gcr.io/google-samples/cassandra", "/run.sh", size=260, memory=1200, cpu_milli=30,
        listens=(7000, 7001, 7199, 9042), serves="cassandra", ready_after_seconds=20, stops_after_seconds=3,
        term_exit_code=143, shell="bash", programs=frozenset(("nodetool", "cqlsh", "ready-probe.sh"))),
    _server("docker.io/dockersamples/examplevotingapp_vote", "gunicorn", size=150, memory=45, listens=(80,),
        serves="http", ready_after_seconds=1, log_profile="http"),
    _server("docker.io/dockersamples/examplevotingapp_result", "nodemon", size=240, memory=40,
        listens=(80,), serves="http", ready_after_seconds=1, term_exit_code=143, log_profile="http"),
    _server("docker.io/dockersamples/examplevotingapp_worker", "dotnet", size=80, memory=30, cpu_milli=8,
        term_exit_code=143, log_profile="worker"),
    *(_nginx_like(f"docker.io/sysnet4admin/{name}") for name in _TUTORIAL),
    _server("docker.io/sysnet4admin/tardy-nginx", "nginx", size=56, memory=5, listens=(80,), serves="http",
        log_profile="nginx", cmd=("nginx", "-g", "daemon off;"), shell="bash", ready_after_seconds=20),
    _server("docker.io/sysnet4admin/mysql-auth", "mysqld", size=170, memory=400, listens=(3306,),
        serves="mysql", shell="bash", ready_after_seconds=8),
    _tool("docker.io/sysnet4admin/net-tools", size=110, cmd=("/bin/bash",), shell="bash",
        programs=_NETWORK_TOOLS),
    _tool("docker.io/sysnet4admin/net-tools-ifn", size=110, cmd=("sleep", "infinity"), shell="bash",
        programs=_NETWORK_TOOLS),
    _tool("docker.io/sysnet4admin/sleepy", size=2, cmd=("sleep", "3600")),
    _server("docker.io/grafana/grafana", "grafana", size=170, memory=90, cpu_milli=5, listens=(3000,),
        serves="http", ready_after_seconds=4, entrypoint=("/run.sh",), cmd=()),
    _server("docker.io/prom/prometheus", "/bin/prometheus", size=110, memory=60, cpu_milli=6,
        listens=(9090,), serves="http", ready_after_seconds=3, entrypoint=("/bin/prometheus",), cmd=()),
    _server("quay.io/prometheus/prometheus", "/bin/prometheus", size=110, memory=60, cpu_milli=6,
        listens=(9090,), serves="http", ready_after_seconds=3, entrypoint=("/bin/prometheus",), cmd=()),
    _server("quay.io/prometheus/node-exporter", "/bin/node_exporter", size=12, memory=12, cpu_milli=2,
        listens=(9100,), serves="http", entrypoint=("/bin/node_exporter",), cmd=()),
    _server("docker.io/library/haproxy", "haproxy", size=42, memory=25,
        entrypoint=("docker-entrypoint.sh",)),
    _server("docker.io/library/caddy", "caddy", size=18, memory=12, listens=(80, 443, 2019), serves="http"),
    _server("docker.io/library/phpmyadmin", "apache2-foreground", size=190, memory=30, listens=(80,),
        serves="http", entrypoint=("/docker-entrypoint.sh",), shell="bash"),
    _server("docker.io/library/elasticsearch", "elasticsearch", size=480, memory=900, cpu_milli=30,
        listens=(9200, 9300), serves="http", ready_after_seconds=20, term_exit_code=143, shell="bash"),
    _server("docker.io/library/zookeeper", "zkServer.sh", size=110, memory=90,
        listens=(2181, 2888, 3888, 8080), ready_after_seconds=4, term_exit_code=143, shell="bash",
        entrypoint=("/docker-entrypoint.sh",)),
    _server("docker.io/library/nats", "nats-server", size=7, memory=12, listens=(4222, 6222, 8222),
        serves="nats"),
    _server("docker.io/bitnami/nginx", "nginx", size=75, memory=6, listens=(8080, 8443), serves="http",
        shell="bash", log_profile="nginx"),
    _server("docker.io/bitnami/redis", "redis-server", size=50, memory=10, cpu_milli=3, listens=(6379,),
        serves="redis", shell="bash", log_profile="redis", programs=frozenset(("redis-cli",)),
        needs_env=("REDIS_PASSWORD", "ALLOW_EMPTY_PASSWORD")),
    _server("docker.io/fluent/fluentd", "fluentd", size=70, memory=55, cpu_milli=4, listens=(24224,)),
    _server("quay.io/fluentd_elasticsearch/fluentd", "fluentd", size=90, memory=60, cpu_milli=4, listens=(24224,)),
    _server("docker.io/fluent/fluent-bit", "/fluent-bit/bin/fluent-bit", size=35, memory=12, cpu_milli=2,
        listens=(2020,), serves="http", shell=""),
    _server("registry.k8s.io/git-sync/git-sync", "/git-sync", size=25, memory=12, term_exit_code=2,
        shell=""),
    _server("docker.io/envoyproxy/envoy", "envoy", size=60, memory=30, cpu_milli=4, listens=(10000,),
        serves="http"),
    _server("docker.io/istio/proxyv2", "pilot-agent", size=90, memory=50, cpu_milli=5,
        listens=(15001, 15006, 15020, 15021, 15090), serves="http", ready_after_seconds=2),
    *(_bookshop(name) for name in ("catalog", "cart", "mailer")),
    _boutique("adservice", 9555, term_exit_code=143, memory=110, ready_after_seconds=8, size=110),
    _boutique("cartservice", 7070, memory=60, term_exit_code=0),
    _boutique("checkoutservice", 5050),
    _boutique("currencyservice", 7000, memory=50, term_exit_code=None, size=70),
    _boutique("emailservice", 8080, memory=50, term_exit_code=None, size=80),
    _boutique("frontend", 8080, serves="http", memory=20, log_profile="http"),
    _boutique("loadgenerator", 8089, serves="", memory=60, cpu_milli=40, shell="sh", term_exit_code=0),
    _boutique("paymentservice", 50051, memory=50, term_exit_code=None),
    _boutique("productcatalogservice", 3550, memory=18),
    _boutique("recommendationservice", 8080, memory=60, term_exit_code=None, ready_after_seconds=3,
        size=80),
    _boutique("shippingservice", 50051, memory=14),
)  # fmt: skip

IMAGES: Mapping[str, ImageEntry] = MappingProxyType({entry.name: entry for entry in _TABLE})
