"""What servers print besides requests: when they start, now and then, when they stop; in the real images' words."""

from collections.abc import Callable, Mapping

from attrs import frozen

from engine.kubelet.image_files import redis_version
from engine.kubelet.image_table import ImageEntry
from engine.network.dates import formatted
from engine.network.http import nginx_version

Lines = list[tuple[int, str]]
_MURMUR_SECONDS = {"loadgenerator": 5, "examplevotingapp_worker": 30}
_MOST = 25_000


@frozen(kw_only=True)
class Printing:
    """A server that began at epoch second ``began``; ``failed`` if it gave up at once."""

    entry: ImageEntry
    profile: str
    tag: str
    began: int
    ready: int
    listens: tuple[int, ...]
    pod: str
    failed: bool = False

    @property
    def name(self) -> str:
        return self.entry.name.rpartition("/")[2]

    @property
    def port(self) -> int:
        return self.listens[0] if self.listens else 80


def banner(printing: Printing) -> Lines:
    """The lines of a start."""
    if printing.failed and printing.entry.needs_env:
        return _without_password(printing)
    made = _BANNERS.get(printing.profile)
    if made is not None:
        return made(printing)
    return [(printing.ready, f"{printing.name} listening on :{printing.port}")] if printing.listens else []


def taken_port(printing: Printing) -> Lines:
    """The lines of a server that finds its port taken (rules 16)."""
    at, port = printing.began, printing.port
    if printing.profile == "nginx":
        failed = f"bind() to 0.0.0.0:{port} failed (98: Address already in use)"
        return [
            *_entrypoint(printing),
            (at, f"{_slashed(at)} [emerg] 1#1: {failed}"),
            (at, f"nginx: [emerg] {failed}"),
            (at + 1, f"{_slashed(at + 1)} [emerg] 1#1: still could not bind(): bind: address already in use"),
            (at + 1, "nginx: [emerg] still could not bind()"),
        ]
    if printing.profile == "httpd":
        return [
            (at, f"(98)Address in use: AH00072: make_sock: could not bind to address 0.0.0.0:{port}"),
            (at, f"listen tcp 0.0.0.0:{port}: bind: address already in use"),
            (at, "AH00015: Unable to open logs"),
        ]
    return [(at, f"listen tcp 0.0.0.0:{port}: bind: address already in use")]


def murmur(printing: Printing, start: int, until: int) -> Lines:
    """What comes every few seconds from programs that report by themselves."""
    period = _MURMUR_SECONDS.get(printing.name)
    if period is None:
        return []
    first = max(0, -(-(start - printing.ready) // period), (until - printing.ready) // period - _MOST)
    ticks = range(printing.ready + first * period, until + 1, period)
    if printing.name == "loadgenerator":
        return [(at, f"[{_comma(at)}] {printing.pod}/INFO/locust.main: 10 users, 0 failures") for at in ticks]
    return [(at, "Connected to redis") for at in ticks if at == printing.ready]


def farewell(printing: Printing, at: int) -> Lines:
    match printing.profile:
        case "nginx":
            stamp = _slashed(at)
            return [
                (at, f"{stamp} [notice] 1#1: signal 15 (SIGTERM) received, exiting"),
                (at, f"{stamp} [notice] 29#29: exiting"),
                (at, f"{stamp} [notice] 29#29: exit"),
                (at, f"{stamp} [notice] 1#1: signal 17 (SIGCHLD) received from 29"),
                (at, f"{stamp} [notice] 1#1: worker process 29 exited with code 0"),
                (at, f"{stamp} [notice] 1#1: exit"),
            ]
        case "httpd":
            return [
                (at, f"[{_apache(at)}] [mpm_event:notice] [pid 1:tid 1] AH00491: caught SIGTERM, shutting down")
            ]
        case "redis":
            return [
                (at, f"1:signal-handler ({at}) Received SIGTERM scheduling shutdown..."),
                (at, f"1:M {_redis(at)} * User requested shutdown..."),
                (at, f"1:M {_redis(at)} # Redis is now ready to exit, bye bye..."),
            ]
        case "postgres":
            return [
                (at, f"{_utc(at)} [1] LOG:  received fast shutdown request"),
                (at, f"{_utc(at)} [1] LOG:  database system is shut down"),
            ]
    return []


def _entrypoint(printing: Printing) -> Lines:
    if not printing.entry.entrypoint:
        return []
    script, at = "/docker-entrypoint.sh", printing.began
    steps = ("10-listen-on-ipv6-by-default.sh", "20-envsubst-on-templates.sh", "30-tune-worker-processes.sh")
    launching = [f"{script}: Launching /docker-entrypoint.d/{step}" for step in steps]
    got = "10-listen-on-ipv6-by-default.sh: info: "
    texts = [
        f"{script}: /docker-entrypoint.d/ is not empty, will attempt to perform configuration",
        f"{script}: Looking for shell scripts in /docker-entrypoint.d/",
        launching[0],
        f"{got}Getting the checksum of /etc/nginx/conf.d/default.conf",
        f"{got}Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf",
        f"{script}: Sourcing /docker-entrypoint.d/15-local-resolvers.envsh",
        *launching[1:],
        f"{script}: Configuration complete; ready for start up",
    ]
    return [(at, text) for text in texts]


def _nginx(printing: Printing) -> Lines:
    at = printing.began
    stamp = f"{_slashed(at)} [notice] 1#1:"
    texts = (
        f'{stamp} using the "epoll" event method',
        f"{stamp} nginx/{nginx_version(printing.tag)}",
        f"{stamp} built by gcc 12.2.0 (Debian 12.2.0-14)",
        f"{stamp} OS: Linux 6.8.0",
        f"{stamp} getrlimit(RLIMIT_NOFILE): 1048576:1048576",
        f"{stamp} start worker processes",
        f"{stamp} start worker process 29",
        f"{stamp} start worker process 30",
    )
    return [*_entrypoint(printing), *((at, text) for text in texts)]


def _httpd(printing: Printing) -> Lines:
    at = printing.began
    name = "AH00558: httpd: Could not reliably determine the server's fully qualified domain name"
    ready = "AH00489: Apache/2.4.63 (Unix) configured -- resuming normal operations"
    return [
        (at, f"{name}, using 127.0.0.1. Set the 'ServerName' directive globally to suppress this message"),
        (at, f"[{_apache(at)}] [mpm_event:notice] [pid 1:tid 1] {ready}"),
        (at, f"[{_apache(at)}] [core:notice] [pid 1:tid 1] AH00094: Command line: 'httpd -D FOREGROUND'"),
    ]


def _http(printing: Printing) -> Lines:
    at = printing.ready
    return [(at, _json(at, f"starting server on :{printing.port}"))]


def _grpc(printing: Printing) -> Lines:
    begun, at = printing.began, printing.ready
    return [
        (begun, _json(begun, f"{printing.name} starting")),
        (at, _json(at, f"listening on port {printing.port}")),
    ]


def _redis_banner(printing: Printing) -> Lines:
    at = printing.began
    head = f"1:C {_redis(at)} *"
    main = f"1:M {_redis(at)} *"
    build = "bits=64, commit=00000000, modified=0"
    return [
        (at, f"{head} oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo"),
        (at, f"{head} Redis version={redis_version(printing.tag)}, {build}, pid=1, just started"),
        (at, f"1:C {_redis(at)} # Warning: no config file specified, using the default config."),
        (at, f"{main} monotonic clock: POSIX clock_gettime"),
        (at, f"{main} Running mode=standalone, port=6379."),
        (at, f"{main} Server initialized"),
        (printing.ready, f"{main} Ready to accept connections tcp"),
    ]


def _postgres(printing: Printing) -> Lines:
    at, ready = printing.began, printing.ready
    return [
        (at, 'The files belonging to this database system will be owned by user "postgres".'),
        (at, "This user must also own the server process."),
        (at, ""),
        (at + 1, "PostgreSQL init process complete; ready for start up."),
        (at + 1, ""),
        (ready, f"{_utc(ready)} [1] LOG:  starting PostgreSQL 16.8 on x86_64-pc-linux-gnu, 64-bit"),
        (ready, f'{_utc(ready)} [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432'),
        (ready, f"{_utc(ready)} [1] LOG:  database system is ready to accept connections"),
    ]


def _mysql(printing: Printing) -> Lines:
    at, ready = printing.began, printing.ready
    stamp = formatted(at, "%Y-%m-%d %H:%M:%S+00:00")
    start = "mysqld (mysqld 8.4.4) starting as process 1"
    connections = "ready for connections. Version: '8.4.4'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306"
    return [
        (at, f"{stamp} [Note] [Entrypoint]: Entrypoint script for MySQL Server started."),
        (at + 1, f"{_zulu(at + 1)} 0 [System] [MY-010116] [Server] /usr/sbin/{start}"),
        (ready, f"{_zulu(ready)} 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: {connections}"),
    ]


def _mongo(printing: Printing) -> Lines:
    at, ready = printing.began, printing.ready

    def line(moment: int, identity: int, message: str) -> str:
        head = f'{{"t":{{"$date":"{formatted(moment, "%Y-%m-%dT%H:%M:%S.000+00:00")}"}},"s":"I","c":"NETWORK"'
        return f'{head},"id":{identity},"ctx":"listener","msg":"{message}"}}'

    return [(at, line(at, 4615611, "MongoDB starting")), (ready, line(ready, 23016, "Waiting for connections"))]


def _coredns(printing: Printing) -> Lines:
    at = printing.began
    return [
        (at, ".:53"),
        (at, "[INFO] plugin/reload: Running configuration SHA512 = 591cf328cccc12bc490481273e738df5"),
        (at, "CoreDNS-1.11.3"),
        (at, "linux/amd64, go1.21.11, a6338e9"),
    ]


def _hello_world(printing: Printing) -> Lines:
    texts = (
        "",
        "Hello from Docker!",
        "This message shows that your installation appears to be working correctly.",
        "",
    )
    return [(printing.began, text) for text in texts]


def _worker(printing: Printing) -> Lines:
    return [(printing.ready, "Connected to db"), (printing.ready, "Found redis, connecting to it")]


def _netexec(printing: Printing) -> Lines:
    at, port = printing.ready, printing.port
    head = formatted(at, "I%m%d %H:%M:%S.000000       1 log.go:245]")
    return [(at, f"{head} Started HTTP server on port {port}"), (at, f"{head} Started UDP server on port 8081")]


def _serve_hostname(printing: Printing) -> Lines:
    at = printing.ready
    return [(at, formatted(at, f"I%m%d %H:%M:%S.000000       1 log.go:245] Serving on port {printing.port}."))]


def _bootcamp(printing: Printing) -> Lines:
    at = printing.ready
    begun = formatted(at, "%Y-%m-%dT%H:%M:%S.000Z")
    return [(at, f"Kubernetes Bootcamp App Started At: {begun} | Running On:  {printing.pod} "), (at, "")]


def _zookeeper(printing: Printing) -> Lines:
    began, ready = printing.began, printing.ready
    identity = int(printing.pod.rpartition("-")[2]) + 1 if printing.pod.rpartition("-")[2].isdecimal() else 1

    def line(at: int, thread: str, message: str) -> tuple[int, str]:
        return at, f"{formatted(at, '%Y-%m-%d %H:%M:%S,000')} [myid:{identity}] - INFO  [{thread}] - {message}"

    return [
        line(began, "main:QuorumPeerConfig@124", "Reading configuration from: /opt/zookeeper/bin/../conf/zoo.cfg"),
        line(began, "main:QuorumPeerMain@127", "Starting quorum peer"),
        line(ready, "main:NIOServerCnxnFactory@89", "binding to port 0.0.0.0/0.0.0.0:2181"),
    ]


def _without_password(printing: Printing) -> Lines:
    at = printing.began
    if printing.profile == "postgres":
        return [
            (at, "Error: Database is uninitialized and superuser password is not specified."),
            (at, "       You must specify POSTGRES_PASSWORD to a non-empty value for the"),
            (at, '       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".'),
        ]
    stamp = formatted(at, "%Y-%m-%d %H:%M:%S+00:00")
    why = "Database is uninitialized and password option is not specified"
    return [
        (at, f"{stamp} [ERROR] [Entrypoint]: {why}"),
        (at, "    You need to specify one of the following as an environment variable:"),
        *((at, f"    - {name}") for name in printing.entry.needs_env),
    ]


_BANNERS: Mapping[str, Callable[[Printing], Lines]] = {
    "nginx": _nginx, "httpd": _httpd, "http": _http, "grpc": _grpc, "redis": _redis_banner,
    "postgres": _postgres, "mysql": _mysql, "mongo": _mongo, "coredns": _coredns, "hello-world": _hello_world,
    "worker": _worker, "zookeeper": _zookeeper, "bootcamp": _bootcamp, "agnhost netexec": _netexec,
    "agnhost serve-hostname": _serve_hostname, "agnhost liveness": lambda _printing: [],
    "kubia": lambda printing: [(printing.ready, "Kubia server starting...")],
    "hello-app": lambda printing: [
        (printing.ready, f"{_slashed(printing.ready)} Server listening on port {printing.port}")
    ],
}  # fmt: skip


def _json(at: int, message: str) -> str:
    stamp = formatted(at, "%Y-%m-%dT%H:%M:%SZ")
    return f'{{"message":"{message}","severity":"info","timestamp":"{stamp}"}}'


def _slashed(at: int) -> str:
    return formatted(at, "%Y/%m/%d %H:%M:%S")


def _apache(at: int) -> str:
    return formatted(at, "%a %b %d %H:%M:%S.000000 %Y")


def _redis(at: int) -> str:
    return formatted(at, "%d %b %Y %H:%M:%S.000")


def _utc(at: int) -> str:
    return formatted(at, "%Y-%m-%d %H:%M:%S.000 UTC")


def _zulu(at: int) -> str:
    return formatted(at, "%Y-%m-%dT%H:%M:%S.000000Z")


def _comma(at: int) -> str:
    return formatted(at, "%Y-%m-%d %H:%M:%S,000")
