"""Containers that read what is typed: a bare shell with an open input runs until the session attached to it ends.

Follows a container with ``stdin: true`` in containerd: its process waits for input, and ends with it.
"""

from engine.kinds import Container
from engine.kubelet.behaviour import command_line
from engine.kubelet.catalog import Resolved, base_name, resolve

ATTACHED = "attach-"
"""How the sessions begin whose lines go to process one itself."""
_READERS = ("sh", "bash", "ash", "dash", "cat")


def reads_typing(container: Container) -> bool:
    """Whether its process does nothing but wait for input that can come."""
    if not container.extra.get("stdin"):
        return False
    resolved = resolve(container.image)
    argv = command_line(container, resolved.entry) if isinstance(resolved, Resolved) else tuple(container.command)
    return bool(argv) and base_name(argv[0]) in _READERS and all(word in ("-i", "-l", "-il") for word in argv[1:])
