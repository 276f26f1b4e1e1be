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
    container = {"name": "c", "image": image, "env": env}
    if image.startswith("python"):
        container["command"] = ["sleep", "infinity"]
    return EmbeddedClient(settled(node(), pod("db", containers=[container])))


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
    out, err = talked("mysql:8.4", "mysql -uroot -px", "select 1\n;\nuse sys;\nshow tables;\nfoo;\nuse shop;\nexit\n")
    table = "+---+\n| 1 |\n+---+\n| 1 |\n+---+\n1 row in set (0.00 sec)\n\n"
    chosen = "Database changed\n\nmysql> Empty set (0.00 sec)\n\n"
    assert out == f"mysql>     -> {table}mysql> {chosen}mysql> mysql> mysql> Bye\n"
    assert err.startswith("ERROR 1064 (42000): You have an error in your SQL syntax; ")
    assert err.endswith("ERROR 1049 (42000): Unknown database 'shop'\n")


def test_mysql_remembers_the_database_that_was_chosen() -> None:
    typed = "select database();\nshow tables;\nuse mysql;\nselect database();\nexit\n"
    out, err = talked("mysql:8.4", "mysql -px", typed)
    assert "| NULL       |" in out and "mysql> Database changed\n\nmysql> " in out and "| mysql      |" in out
    assert err == "ERROR 1046 (3D000): No database selected\n"


def test_python_shows_what_an_expression_is_worth_and_remembers_names() -> None:
    typed = "1 + 1\nname = 'kube'\nname\nprint(name * 2)\nfor each in range(2):\n    print(each)\n\nfoo\nexit()\n"
    out, err = talked("python:3.13", "python3", typed)
    assert out == ">>> 2\n>>> >>> 'kube'\n>>> kubekube\n>>> ... ... 0\n1\n>>> >>> "
    assert err.endswith("NameError: name 'foo' is not defined\n")


def test_python_says_that_a_script_is_not_there() -> None:
    err = io.StringIO()
    assert run_command(client("python:3.13"), ["exec", "db", "--", "python", "x.py"], out=io.StringIO(), err=err) == 2
    assert err.getvalue().startswith("python: can't open file '/x.py': [Errno 2] No such file or directory\n")


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
