"""id, hostname, uname, df, free and their like: what a container can say of itself and its node."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.kubelet.shell.machine import Call, Program
from engine.kubelet.shell.options import options


def id_(call: Call) -> int:
    facts = call.machine.facts
    given = options(call, "u g n G")
    if "u" in given:
        call.out(f"{facts.user if 'n' in given else facts.uid}\n")
    elif "g G" in given:
        call.out(f"{facts.user if 'n' in given else facts.gid}\n")
    else:
        name = facts.user if facts.uid == 0 or facts.user != str(facts.uid) else ""
        call.out(
            f"uid={facts.uid}({name}) gid={facts.gid}({name})\n" if name else f"uid={facts.uid} gid={facts.gid}\n"
        )
    return 0


def whoami(call: Call) -> int:
    call.out(f"{call.machine.facts.user}\n")
    return 0


def hostname(call: Call) -> int:
    given = options(call, "i I f s d a")
    facts = call.machine.facts
    shown = facts.pod_ip if "i I" in given else facts.hostname
    if "f fqdn long" in given:
        hosts = call.machine.files.entries.get("/etc/hosts", "").splitlines()
        shown = next((words[1] for words in map(str.split, hosts) if facts.hostname in words[1:]), shown)
    call.out(f"{shown}\n")
    return 0


def uname(call: Call) -> int:
    given = options(call, "a s n r v m p o i")
    facts = call.machine.facts
    parts = {"s": "Linux", "n": facts.hostname, "r": facts.kernel, "v": "#1 SMP PREEMPT_DYNAMIC", "m": "x86_64",
             "o": "GNU/Linux"}  # fmt: skip
    letters = "snrvmo" if "a all" in given else [letter for letter in parts if letter in given.flags] or "s"
    call.out(" ".join(parts[letter] for letter in letters) + "\n")
    return 0


def nproc(call: Call) -> int:
    call.out(f"{call.machine.facts.cpus}\n")
    return 0


def df(call: Call) -> int:
    human = "h" in options(call, "h k T m a i").flags
    total, used = 101_590_008, 21_334_508
    call.out("Filesystem                Size      Used Available Use% Mounted on\n" if human
             else "Filesystem           1K-blocks      Used Available Use% Mounted on\n")  # fmt: skip
    for name, at in (
        ("overlay", "/"),
        ("tmpfs", "/dev"),
        *(("/dev/vda1", path) for path in call.machine.facts.mounts),
    ):
        size, taken = (65_536, 0) if name == "tmpfs" else (total, used)
        if human:
            shown = [
                f"{each / 1048576:.1f}G" if each > 1048576 else f"{each // 1024}.0M"
                for each in (size, taken, size - taken)
            ]
            call.out(f"{name:<20} {shown[0]:>9} {shown[1]:>9} {shown[2]:>9} {taken * 100 // size:>3}% {at}\n")
        else:
            call.out(f"{name:<20} {size:>9} {taken:>9} {size - taken:>9} {taken * 100 // size:>3}% {at}\n")
    return 0


def free(call: Call) -> int:
    given = options(call, "h m k g b")
    facts = call.machine.facts
    unit = 1 << 20 if "m h" in given else 1 << 30 if "g" in given else 1 if "b" in given else 1 << 10
    mark = "Mi" if "h" in given else ""
    total, used = facts.memory_bytes // unit, facts.memory_used_bytes // unit
    call.out("              total        used        free      shared  buff/cache   available\n")
    cells = [total, used, total - used - used // 2, 0, used // 2, total - used]
    call.out("Mem:    " + "".join(f"{str(cell) + mark:>12}" for cell in cells).lstrip(" ").rjust(70) + "\n")
    call.out("Swap:   " + "".join(f"{str(cell) + mark:>12}" for cell in (0, 0, 0)).lstrip(" ").rjust(34) + "\n")
    return 0


def uptime(call: Call) -> int:
    seconds = max(0, call.machine.now - call.machine.facts.booted_at)
    days, rest = divmod(seconds, 86400)
    clock = f"{call.machine.now % 86400 // 3600:02}:{call.machine.now % 3600 // 60:02}:{call.machine.now % 60:02}"
    up = (f"{days} days, " if days else "") + f"{rest // 3600}:{rest % 3600 // 60:02}"
    call.out(f" {clock} up {up},  0 users,  load average: 0.08, 0.05, 0.01\n")
    return 0


def mount(call: Call) -> int:
    call.out(
        "overlay on / type overlay (rw,relatime)\nproc on /proc type proc (rw,nosuid,nodev,noexec,relatime)\n"
    )
    call.out("tmpfs on /dev type tmpfs (rw,nosuid,size=65536k,mode=755)\n")
    for path in call.machine.facts.mounts:
        mode = "ro" if call.machine.files.is_read_only(path) else "rw"
        call.out(f"/dev/vda1 on {path} type ext4 ({mode},relatime)\n")
    return 0


def which(call: Call) -> int:
    status = 0
    for name in options(call, "a").rest:
        if "/" not in name and call.machine.find(name, call.shell) is not None:
            call.out(
                f"/usr/bin/{name}\n" if name in ("curl", "env", "id", "which", "nslookup") else f"/bin/{name}\n"
            )
        else:
            status = 1
    return status


def tty(call: Call) -> int:
    call.out("not a tty\n")
    return 1


def arch(call: Call) -> int:
    call.out("x86_64\n")
    return 0


COMMANDS: Mapping[str, Program] = MappingProxyType(
    {
        "id": id_, "whoami": whoami, "hostname": hostname, "uname": uname, "nproc": nproc, "df": df, "free": free,
        "uptime": uptime, "mount": mount, "which": which, "tty": tty, "arch": arch,
    }
)  # fmt: skip
