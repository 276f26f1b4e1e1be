"""The containers of a pod: those that prepare it, those beside it, its own, and those added to look into it."""

from collections.abc import Iterator
from functools import partial

from textual.screen import Screen

from engine.errors import NotFound
from engine.kinds import Container, Pod, Ref
from engine.kinds.quantity import cpu_milli, whole
from engine.kubelet.usage import container_usage
from engine.printers.durations import since
from k9lite.at_hand import object_meant
from k9lite.client import Client
from k9lite.containers.of_a_pod import Part, parts_of, state_of_part
from k9lite.place import Here, Onward
from k9lite.resources.listed import LEVEL_STYLES
from k9lite.screens.rows import Line, RowKey, RowsScreen
from k9lite.widgets.columns import Cell, Column

_COLUMNS = (
    Column("", min_width=1),
    Column("NAME", flexible=True),
    Column("KIND", priority=4),
    Column("IMAGE", priority=3, max_width=48),
    Column("READY", priority=1),
    Column("STATE", max_width=40),
    Column("RESTARTS", right=True, priority=1),
    Column("PROBES", priority=5),
    Column("CPU", right=True, priority=2, quiet=True),
    Column("MEM", right=True, priority=2, quiet=True),
    Column("PORTS", priority=5),
    Column("AGE", priority=6, quiet=True),
)


def opened(here: Here, rest: str) -> Screen[Onward]:
    ref = object_meant(here, rest, Pod.kind)
    do = partial(_do, here, ref)
    keys = (
        RowKey(name="containers.logs", act=lambda line: do(line, "logs")),
        RowKey(name="containers.previous", act=lambda line: do(line, "logs", "--previous")),
        RowKey(name="containers.shell", act=lambda line: do(line, "exec", "-it", tail=("--", "sh"))),
    )
    return RowsScreen(
        here, f"containers pod/{ref.name}", _COLUMNS, lambda: list(_lines(here.client, ref)), watches=("Pod",),
        keys=keys, opens=lambda line: do(line, "logs"), empty_text="this pod is gone",
    )  # fmt: skip


def _lines(client: Client, ref: Ref) -> Iterator[Line]:
    pod = client.state.find(Pod, ref.name, ref.namespace)
    if pod is None:
        raise NotFound(f"pod {ref.namespace}/{ref.name} is gone; this is how it last was")
    for part in parts_of(pod):
        yield Line(key=part.container.name, cells=partial(_cells, client, pod, part), ref=ref)


def _cells(client: Client, pod: Pod, part: Part) -> tuple[Cell, ...]:
    container, status = part.container, part.status
    shown = state_of_part(part)
    style = LEVEL_STYLES[shown.level]
    usage = container_usage(client.state, pod, container, client.now)
    runs = status is not None and status.state.running is not None
    began = status.state.running.started_at if status is not None and status.state.running is not None else None
    return (
        Cell(shown.glyph, style),
        Cell(container.name),
        Cell(part.role, "" if part.role == "main" else "dim"),
        Cell(container.image),
        Cell("-" if status is None else "yes" if status.ready else "no", style),
        Cell(shown.words, style),
        Cell("0" if status is None else str(status.restart_count)),
        Cell(_probes(container), "dim"),
        Cell(_of_limit(f"{usage.cpu_milli}m", container, "cpu") if runs else "-"),
        Cell(_of_limit(f"{usage.memory_bytes >> 20}Mi", container, "memory") if runs else "-"),
        Cell(" ".join(_port(each.container_port, each.name, each.protocol) for each in container.ports) or "-"),
        Cell(since(began, client.now) if runs else "-"),
    )


def _probes(container: Container) -> str:
    probes = {
        "live": container.liveness_probe, "ready": container.readiness_probe, "start": container.startup_probe,
    }  # fmt: skip
    return " ".join(word for word, probe in probes.items() if probe is not None) or "-"


def _of_limit(used: str, container: Container, resource: str) -> str:
    """``12m/100m``, where there is a limit."""
    text = "" if container.resources is None else container.resources.limits.get(resource, "")
    if not text:
        return used
    return f"{used}/{cpu_milli(text)}m" if resource == "cpu" else f"{used}/{whole(text) >> 20}Mi"


def _port(number: int, name: str, protocol: str) -> str:
    shown = f"{name}:{number}" if name else str(number)
    return shown if protocol in ("", "TCP") else f"{shown}/{protocol}"


def _do(here: Here, ref: Ref, line: Line, *words: str, tail: tuple[str, ...] = ()) -> None:
    """What kubectl would do with ``-c``. Raises K9liteError."""
    here.operator.run([*words, ref.name, "-c", line.key, *tail], namespace=ref.namespace)
