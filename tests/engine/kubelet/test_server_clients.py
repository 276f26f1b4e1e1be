"""Clients of databases, typed beside a server or run as a container of their own."""

from engine.kinds import Pod
from engine.kubelet.process import program_of
from engine.kubelet.wire import wire_of
from tests.engine.containers import NOW, Terminal, running, service, slice_of, terminal

BEGAN = 1_779_998_400
REDIS = running("p", "redis:8", "10.244.1.9", container={"command": ["redis-server", "/conf/redis.conf"]})


def sql(*args: str) -> tuple[Terminal, Pod]:
    mysql = running("db", "mysql:8.4", "10.244.1.3", container={"env": [{"name": "MYSQL_ROOT_PASSWORD", "value": "x"}]})
    client = running("p", "mysql:8.4", "10.244.1.9", container={"args": ["mysql", *args]})
    behind = service("mysql", "10.96.5.5", port=3306, target=3306), slice_of("mysql", mysql, port=3306)
    return terminal(mysql, client, *behind), client


def printed(box: Terminal, pod: Pod, now: int = NOW) -> tuple[list[str], int]:
    container = pod.spec.containers[0]
    found = program_of(box.state, pod, container, now, wire_of(box.state, pod, container, now))
    assert found is not None
    return [text for _, text in found.lines_between(0, 5)], found.exit_code


def test_redis_tells_the_settings_of_its_file_and_its_flags() -> None:
    box = terminal(REDIS)
    assert box.type("p", "redis-cli CONFIG GET maxmemory").stdout == "maxmemory\n0\n"
    box.type("p", "mkdir /conf; printf 'maxmemory 2mb\\nmaxmemory-policy allkeys-lru\\n' > /conf/redis.conf")
    assert box.type("p", "redis-cli CONFIG GET maxmemory").stdout == "maxmemory\n2097152\n"


def test_redis_answers_typed_lines_as_on_a_terminal() -> None:
    lines = "SET a 1\nGET a\nGET b\nINCR a\nCONFIG GET maxmemory-policy\nNO\nexit\nGET a\n"
    assert terminal(REDIS).type("p", f"printf '{lines}' | redis-cli").stdout.splitlines() == [
        "OK", '"1"', "(nil)", "(integer) 2", '1) "maxmemory-policy"', '2) "noeviction"',
        "(error) ERR unknown command 'NO'",
    ]  # fmt: skip


def test_a_mysql_client_of_its_own_asks_the_server_and_ends() -> None:
    assert printed(*sql("-h", "10.96.5.5", "-ppassword", "-e", "SELECT 1; SHOW DATABASES;")) == (
        [
            "+---+", "| 1 |", "+---+", "| 1 |", "+---+",
            "+--------------------+", "| Database           |", "+--------------------+", "| information_schema |",
            "| mysql              |", "| performance_schema |", "| sys                |", "+--------------------+",
        ],
        0,
    )  # fmt: skip


def test_a_mysql_client_without_a_server_says_so() -> None:
    lines, code = printed(*sql("-h", "10.244.1.3", "-P", "3307", "-e", "SELECT 1"), BEGAN)
    assert (lines, code) == (["ERROR 2003 (HY000): Can't connect to MySQL server on '10.244.1.3:3307' (111)"], 1)


def test_what_a_server_without_tables_cannot_do_is_refused() -> None:
    box, _ = sql()
    typed = box.type("db", "mysql -uroot -px -e 'CREATE DATABASE test'")
    assert typed.stderr.startswith("ERROR 1290 (HY000) at line 1: this cluster keeps no tables")
    assert typed.exit_code == 1


def test_a_pod_with_a_subdomain_knows_its_full_name() -> None:
    named = running("zk-0", "busybox", "10.244.1.9", hostname="zk-0", subdomain="zk-hs")
    box = terminal(named, running("p", "busybox", "10.244.1.8"))
    assert box.type("zk-0", "hostname -f").stdout == "zk-0.zk-hs.default.svc.cluster.local\n"
    assert box.type("p", "hostname -f").stdout == "p\n"
