"""Installing packages in a container: what is there already is said to be, nothing else can be had."""

from tests.engine.containers import running, terminal


def test_a_tutorials_package_is_there_already() -> None:
    box = terminal(running("p", "nginx:1.27", "10.244.1.9"))
    assert box.type("p", "apt-get update").stdout == (
        "Hit:1 http://deb.debian.org/debian bookworm InRelease\nReading package lists... Done\n"
    )
    installed = box.type("p", "apt-get install -y curl procps")
    assert installed.exit_code == 0
    assert "procps is already the newest version." in installed.stdout.splitlines()


def test_a_package_of_anything_else_cannot_be_had() -> None:
    box = terminal(running("p", "debian", "10.244.1.9", container={"command": ["sleep", "infinity"]}))
    tried = box.type("p", "apt-get install -y curl cowsay")
    assert (tried.exit_code, tried.stderr) == (100, "E: Unable to locate package cowsay\n")


def test_each_distribution_has_its_own() -> None:
    box = terminal(running("p", "alpine", "10.244.1.9", container={"command": ["sleep", "infinity"]}))
    assert box.type("p", "apk add --no-cache curl").stdout == "OK: 8 MiB in 15 packages\n"
    assert box.type("p", "apk add cowsay").exit_code == 1
    refused = box.type("p", "apt-get update")
    assert (refused.exit_code, refused.stderr) == (127, "sh: apt-get: not found\n")
