"""The processes of a container: what its image's server forks, and what typed lines left running.

Follows what ``ps`` shows in the real images. A job left in the background lives until its ``sleep`` is over, until
it is killed, or as long as the container.
"""

import re
from collections.abc import Iterable

from attrs import evolve

from engine.kinds import Exec
from engine.kubelet.image_table import ImageEntry
from engine.kubelet.shell.machine import Process

_SLEEP = re.compile(r"sleep (\d{1,9})(?:\.\d+)?s?")
_ZOOKEEPER_UID = 1000
_DEADLY = (1, 2, 3, 9, 15)


def main_processes(entry: ImageEntry, argv: tuple[str, ...], started_at: int, uid: int) -> tuple[Process, ...]:
    user = "root" if uid == 0 else str(uid)
    command = " ".join(argv) or entry.server
    program = argv[0].rpartition("/")[2] if argv else ""
    if entry.log_profile == "nginx" and program == "nginx":
        master = Process(pid=1, user=user, command=f"nginx: master process {command}", started_at=started_at)
        worker = "nginx" if uid == 0 else user
        return (master, *_workers(worker, "nginx: worker process", (29, 30), started_at))
    if entry.log_profile == "httpd" and program == entry.server:
        master = Process(pid=1, user=user, command="httpd -DFOREGROUND", started_at=started_at)
        return (master, *_workers("www-data" if uid == 0 else user, "httpd -DFOREGROUND", (8, 9, 10), started_at))
    if entry.log_profile == "postgres" and program == "postgres":
        master = Process(pid=1, user="postgres", command="postgres", started_at=started_at)
        names = ("checkpointer", "background writer", "walwriter", "autovacuum launcher")
        return (master, *(
            Process(pid=62 + at, user="postgres", command=f"postgres: {name}", started_at=started_at)
            for at, name in enumerate(names)
        ))  # fmt: skip
    if entry.log_profile == "zookeeper":
        java = "/usr/lib/jvm/java-8-openjdk-amd64/bin/java -cp /opt/zookeeper org.apache.zookeeper.server.quorum"
        owner = "zookeep+" if uid == _ZOOKEEPER_UID else user
        return (Process(pid=1, user=owner, command=f"{java}.QuorumPeerMain", started_at=started_at),)
    if entry.log_profile == "redis" and program == "redis-server":
        return (Process(pid=1, user="redis", command="redis-server *:6379", started_at=started_at),)
    return (Process(pid=1, user=user, command=command, started_at=started_at),)


def _workers(user: str, command: str, pids: tuple[int, ...], started_at: int) -> tuple[Process, ...]:
    return tuple(Process(pid=pid, user=user, command=command, started_at=started_at) for pid in pids)


def left_running(lines: Iterable[Exec], now: int) -> tuple[Process, ...]:
    """Jobs in the background that earlier lines of this life left and that still run."""
    found: dict[int, Process] = {}
    for line in lines:
        for pid, signal in line.signals.items():
            if signal in _DEADLY and pid.isdecimal():
                found.pop(int(pid), None)
        for text in line.processes:
            pid_text, _, command = text.partition(" ")
            if pid_text.isdecimal():
                found[int(pid_text)] = Process(
                    pid=int(pid_text), user="root", command=command, started_at=line.time
                )
    return tuple(each for each in found.values() if not _over(each, now))


def beside(first: tuple[Process, ...], others: tuple[Process, ...]) -> tuple[Process, ...]:
    """All in one process namespace: ``others`` began later, and have later numbers."""
    start = -(-max((each.pid for each in first), default=0) // 6) * 6
    return (*first, *(evolve(each, pid=start + each.pid) for each in others))


def _over(process: Process, now: int) -> bool:
    match = _SLEEP.fullmatch(process.command)
    return match is not None and process.started_at + int(match.group(1)) <= now
