"""chroot /host at a terminal: what is typed after it happens on the node's file system."""

import io

from k9lite.clients.embedded import EmbeddedClient
from k9lite.drive import run_command
from tests.builders import node, pod, settled


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_after_chroot_are_typed_on_the_node() -> None:
    container = {
        "name": "c", "image": "busybox", "command": ["sleep", "1d"],
        "volumeMounts": [{"name": "root", "mountPath": "/host"}],
    }  # fmt: skip
    looker = pod("looker", containers=[container], volumes=[{"name": "root", "hostPath": {"path": "/"}}])
    client, out = EmbeddedClient(settled(node(), looker)), Tty()
    typed = "cat /etc/hostname\nchroot /host\ncat /etc/hostname\necho 1 > /tmp/x\ncat /tmp/x\ncd /etc\npwd\nexit\n"
    run_command(client, ["exec", "-it", "looker", "--", "sh"], out=out, err=out, stdin=Tty(typed))
    assert [line for line in out.getvalue().replace("/ # ", "").replace("/etc # ", "").splitlines() if line] == [
        "looker", "w1", "1", "/etc",
    ]  # fmt: skip
    words = ["exec", "looker", "--", "cat", "/host/tmp/x"]
    shown = io.StringIO()
    assert run_command(client, words, out=shown) == 0 and shown.getvalue() == "1\n"
