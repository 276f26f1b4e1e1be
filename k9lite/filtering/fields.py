"""What a filter may ask of a row by name: every column of its table, and what an object has beside them.

A field is read off the object where the object says it (an age is when it was created, a pod's restarts are a
number); only the rest is read off the formatted row. Names are compared without case, spaces and hyphens.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from attrs import field

from engine.kinds import Object
from engine.kinds.frozen import frozen
from engine.kubelet.usage import pod_usage
from engine.printers.durations import NONE, since
from engine.printers.health import health
from engine.printers.parts.pod_status import pod_status_cells
from engine.store.state import State
from k9lite.filtering.amounts import duration_seconds, leading_amount
from k9lite.resource import Resource

Text = Callable[[Any, State, int], str]
Number = Callable[[Any, State, int], float | None]
Since = Callable[[Any], int | None]

LABEL = "label"
"""The one field whose value is a selector."""
_DURATIONS = frozenset({"age", "lastseen", "firstseen", "duration", "lastschedule"})
_RUNNING = _DURATIONS | {"cpu", "mem", "%cpu", "%mem", "targets"}
"""What changes though the object does not."""


@frozen(kw_only=True)
class Field:
    """``since`` is the moment an age counts from. One that is not ``lasting`` runs on by itself."""

    name: str
    text: Text = field(eq=False)
    number: Number = field(eq=False)
    since: Since | None = field(default=None, eq=False)
    is_duration: bool = False
    lasting: bool = True


def key_of(name: str) -> str:
    """``LAST SEEN``, ``last-seen`` and ``lastseen`` are one name."""
    return "".join(char for char in name.lower() if char not in " -_()")


def fields_of(resource: Resource) -> Mapping[str, Field]:
    """By name, the columns in their order first; ``label`` is not among them. Rows of no kind have only columns,
    and the health of what they stand for.
    """
    own = {each.name: each for each in (*_EVERY_KIND, *_OF_KIND.get(resource.kind, ())) if resource.kind}
    found: dict[str, Field] = {}
    for at, column in enumerate(resource.columns):
        if name := key_of(column.name):
            found[name] = own.get(name) or _of_column(resource, at, name)
    for name, each in own.items():
        found.setdefault(name, each)
    if resource.stands_for is not None:
        found.setdefault("health", _health(resource.stands_for))
    for alias, name in _ALIASES.items():
        if name in found:
            found.setdefault(alias, found[name])
    return MappingProxyType(found)


def _of_column(resource: Resource, at: int, name: str) -> Field:
    row = resource.row
    read = duration_seconds if name in _DURATIONS else leading_amount
    return Field(
        name=name,
        text=lambda obj, state, now: row(obj, state, now)[at].text,
        number=lambda obj, state, now: read(row(obj, state, now)[at].text),
        is_duration=name in _DURATIONS,
        lasting=name not in _RUNNING and not resource.columns[at].quiet,
    )


def _of_text(name: str, text: Text) -> Field:
    return Field(name=name, text=text, number=lambda obj, state, now: leading_amount(text(obj, state, now)))


def _of_number(name: str, number: Number, text: Text, *, lasting: bool = True) -> Field:
    return Field(name=name, text=text, number=number, lasting=lasting)


def _age_of(name: str, moment: Since) -> Field:
    def seconds(obj: Object, _state: State, now: int) -> float | None:
        began = moment(obj)
        return None if began is None else now - began

    return Field(
        name=name,
        text=lambda obj, _state, now: since(moment(obj), now),
        number=seconds,
        since=moment,
        is_duration=True,
        lasting=False,
    )


def _health(object_of: Callable[[Any, State], Object | None]) -> Field:
    def level(row: Any, state: State, now: int) -> str:
        obj = object_of(row, state)
        return "" if obj is None else health(obj, state, now).level

    return Field(name="health", text=level, number=lambda _row, _state, _now: None, lasting=False)


def _owners(obj: Object, _state: State, _now: int) -> str:
    return " ".join(f"{owner.kind.lower()}/{owner.name}" for owner in obj.metadata.owner_references)


def _images(obj: Any, _state: State, _now: int) -> str:
    """Of a pod, or of what makes pods from a template."""
    spec = getattr(obj, "spec", None)
    if (job := getattr(spec, "job_template", None)) is not None:
        spec = job.spec
    if (template := getattr(spec, "template", None)) is not None:
        spec = getattr(template, "spec", None)
    found: Iterable[Any] = (*getattr(spec, "init_containers", ()), *getattr(spec, "containers", ()))
    return " ".join(each.image for each in found)


def _cpu(pod: Any, state: State, now: int) -> float:
    return pod_usage(state, pod, now).cpu_milli / 1000


def _memory(pod: Any, state: State, now: int) -> float:
    return float(pod_usage(state, pod, now).memory_bytes)


def _ready(pod: Any, _state: State, _now: int) -> str:
    shown = pod_status_cells(pod)
    return f"{shown.ready}/{shown.total}"


_EVERY_KIND = (
    _of_text("namespace", lambda obj, _state, _now: obj.metadata.namespace),
    _of_text("name", lambda obj, _state, _now: obj.metadata.name),
    _age_of("age", lambda obj: obj.metadata.creation_timestamp),
    _of_text("image", _images),
    _of_text("owner", _owners),
    _health(lambda obj, _state: obj),
)
_OF_KIND: Mapping[str, tuple[Field, ...]] = {
    "Pod": (
        _of_text("status", lambda pod, _state, _now: pod_status_cells(pod).status),
        _of_text("ready", _ready),
        _of_number(
            "restarts",
            lambda pod, _state, _now: pod_status_cells(pod).restarts,
            lambda pod, _state, _now: str(pod_status_cells(pod).restarts),
        ),
        _of_text("node", lambda pod, _state, _now: pod.spec.node_name or NONE),
        _of_text("ip", lambda pod, _state, _now: pod.status.pod_ip or NONE),
        _of_number("cpu", _cpu, lambda *args: f"{_cpu(*args) * 1000:.0f}m", lasting=False),
        _of_number("mem", _memory, lambda *args: f"{_memory(*args) / 2**20:.0f}Mi", lasting=False),
    ),
    "Event": (
        _age_of("lastseen", lambda event: event.last_timestamp or event.first_timestamp),
        _age_of("firstseen", lambda event: event.first_timestamp),
    ),
}
_ALIASES = {"ns": "namespace", "memory": "mem", "images": "image"}
