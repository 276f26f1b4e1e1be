"""What the stress programs print: what they set out to do, and how it ended. In the words of stress and vish/stress."""

from engine.kinds import Container, ContainerStateTerminated
from engine.kubelet.behaviour import command_line
from engine.kubelet.catalog import Resolved, base_name, resolve
from engine.kubelet.demand import count, demand_of, flags, stress
from engine.network.dates import formatted

Lines = list[tuple[int, str]]
_HOGS = (("cpu", "c"), ("io", "i"), ("vm", "m"), ("hdd", "d"))


def stress_lines(container: Container, began: int, ended: ContainerStateTerminated | None) -> Lines:
    """Of one life; nothing for any other program."""
    image = resolve(container.image)
    argv = command_line(container, image.entry) if isinstance(image, Resolved) else ()
    if not argv or base_name(argv[0]) not in ("stress", "stress-ng") or stress(argv) is None:
        return []
    given = flags(argv[1:])
    if "logtostderr" in given or any(flag in given for flag in ("mem-total", "cpus")):
        return _allocated(container, given, began, ended)
    said = ", ".join(f"{count(given, name, short)} {name}" for name, short in _HOGS)
    lines = [(began, f"stress: info: [1] dispatching hogs: {said}")]
    if ended is None or ended.finished_at is None:
        return lines
    at, lasted = ended.finished_at, ended.finished_at - began
    if ended.reason == "OOMKilled":
        return [
            *lines,
            (at, "stress: FAIL: [1] (416) <-- worker 7 got signal 9"),
            (at, "stress: WARN: [1] (418) now reaping child worker processes"),
            (at, f"stress: FAIL: [1] (452) failed run completed in {lasted}s"),
        ]
    return [*lines, (at, f"stress: info: [1] successful run completed in {lasted}s")] if not ended.exit_code else lines


def _allocated(
    container: Container, given: dict[str, str], began: int, ended: ContainerStateTerminated | None
) -> Lines:
    total, step = given.get("mem-total", "0"), given.get("mem-alloc-size", "4Ki")
    pause = given.get("mem-alloc-sleep", "1ms")
    text = f'Allocating "{total}" memory, in "{step}" chunks, with a {pause} sleep between allocations'
    lines = [(began, _glog(began, 26, text))]
    lines += [(began, _glog(began, 39, "Spawning a thread to consume CPU")) for _ in range(count(given, "cpus"))]
    wanted = demand_of(container)
    pace = wanted.growth_bytes_a_second
    done_at = began + (-(-wanted.memory_bytes // pace) if pace else 0)
    if ended is None or (ended.finished_at or 0) > done_at:
        lines.append((done_at, _glog(done_at, 29, f'Allocated "{total}" memory')))
    return lines


def _glog(at: int, line: int, text: str) -> str:
    return f"I{formatted(at, '%m%d %H:%M:%S')}.000000       1 main.go:{line}] {text}"
