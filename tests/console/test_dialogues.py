"""Clients of databases, talked to at their own prompt, through a pipe, and as the process of a pod."""

import io

import pytest

from engine.kubelet.typed_input import dialogue_of
from k9lite.clients.embedded import EmbeddedClient
from k9lite.drive import run_command
from tests.builders import node, pod, settled


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def client(image: str) -> EmbeddedClient:
    env = [{"name": "MYSQL_ROOT_PASSWORD", "value": "x"}, {"name": "POSTGRES_PASSWORD", "value": "x"}]
    return EmbeddedClient(settled(node(), pod("db", containers=[{"name": "c", "image": image, "env": env}])))


def talked(image: str, line: str, typed: str) -> tuple[str, str]:
    """What is printed, the greeting apart."""
    out, err = Tty(), Tty()
    words = ["exec", "-it", "db", "--", *line.split()]
    assert run_command(client(image), words, out=out, err=err, stdin=Tty(typed)) == 0
    dialogue = dialogue_of(line.split())
    assert dialogue is not None
    return out.getvalue().removeprefix(dialogue.greeting), err.getvalue()


def test_redis_answers_at_its_prompt() -> None:
    prompt = "127.0.0.1:6379> "
    out, _ = talked("redis:7", "redis-cli", "ping\nset a 1\nget a\nfoo\nexit\n")
    shown = ["PONG\n", "OK\n", '"1"\n', "(error) ERR unknown command 'FOO'\n", ""]
    assert out == "".join(prompt + each for each in shown)


def test_mysql_gathers_a_statement_until_it_ends() -> None:
    out, err = talked("mysql:8.4", "mysql -uroot -px", "select 1\n;\nshow tables;\nfoo;\nuse shop;\nexit\n")
    table = "+---+\n| 1 |\n+---+\n| 1 |\n+---+\n1 row in set (0.00 sec)\n\n"
    assert out == f"mysql>     -> {table}mysql> Empty set (0.00 sec)\n\nmysql> mysql> mysql> Bye\n"
    assert err.startswith("ERROR 1064 (42000): You have an error in your SQL syntax; ")
    assert err.endswith("ERROR 1049 (42000): Unknown database 'shop'\n")


def test_psql_knows_its_commands() -> None:
    out, err = talked("postgres:16", "psql -U postgres", "\\l\n\\dt\nselect 1;\nfoo;\n\\q\n")
    assert out.startswith("postgres=#    Name    |  Owner   | Encoding |")
    assert "Did not find any relations.\n" in out and " ?column? \n----------\n        1\n(1 row)\n" in out
    assert err == 'ERROR:  syntax error at or near "foo"\nLINE 1: foo;\n        ^\n'


def test_mongosh_lists_what_an_empty_server_has() -> None:
    out, _ = talked("mongo:8.0", "mongosh", "show dbs\nuse shop\nfoo\ndb.runCommand({ping: 1})\n")
    assert "admin   40.00 KiB\n" in out and "switched to db shop\n" in out and "{ ok: 1 }\n" in out
    assert "ReferenceError: foo is not defined\n" in out


def test_a_pipe_gets_the_answers_without_prompts() -> None:
    out = io.StringIO()
    words = ["exec", "-i", "db", "--", "psql", "-U", "postgres"]
    assert run_command(client("postgres:16"), words, out=out, stdin=io.StringIO("select 1;\n")) == 0
    assert out.getvalue() == " ?column? \n----------\n        1\n(1 row)\n\n"


def test_a_pod_whose_process_is_a_client_waits_for_what_is_typed() -> None:
    made, out, err = client("redis:7"), Tty(), Tty()
    address = next(each.status.pod_ip for each in made.state.pods_on("w1"))
    words = ["run", "cli", "--rm", "-it", "--image=redis:7", "--restart=Never", "--", "redis-cli", "-h", address]
    assert run_command(made, words, out=out, err=err, stdin=Tty("ping\nexit\n")) == 0
    assert f"{address}:6379> PONG\n" in out.getvalue()
    assert 'pod "cli" deleted' in out.getvalue()


@pytest.mark.parametrize("line", ["mysql -e 1", "redis-cli ping", "psql -c select", "mongosh --eval 1", "sh", ""])
def test_a_client_that_was_told_what_to_ask_has_no_dialogue(line: str) -> None:
    assert dialogue_of(line.split()) is None
