"""k9lite.dev/v1: what an operator or a fault did to running containers, recorded as objects of the cluster.

Files, processes and requests inside a container are not Kubernetes' API, but whoever looks back must find
them. So an exec line and a fault are objects like any other: they travel in commits, replay with them, and
are removed with the pod or when the fault is lifted.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.kinds.codec import EMPTY, Quantity
from engine.kinds.frozen import frozen
from engine.kinds.meta import ObjectMeta


@frozen(kw_only=True)
class Request:
    """One request that a container received: the line its server logs, if it logs one."""

    pod_uid: str
    container: str
    restart_count: int
    time: int
    line: str


@frozen(kw_only=True)
class Exec:
    """One line typed into a container and all that came of it.

    ``metadata.name`` is ``<pod uid>-<number>``, so that a container's lines list in the order they were typed.
    ``restart_count`` names the container's life the line belongs to: files and processes end with it.
    """

    kind: ClassVar[str] = "Exec"
    api_version: ClassVar[str] = "k9lite.dev/v1"
    metadata: ObjectMeta
    pod: str
    pod_uid: str
    container: str
    restart_count: int
    session: str
    line: str
    time: int
    duration_seconds: int = 0
    stdout: str = ""
    stderr: str = ""
    exit_code: int
    closed: bool = False
    """The shell ended with this line (``exit``)."""
    cwd: str = ""
    """Working directory of the session after the line."""
    env: Mapping[str, str | None] = EMPTY
    """Variables the line set in its session; None for unset."""
    files: Mapping[str, str | None] = EMPTY
    """Files the line left: absolute path -> text; a path ending in "/" is a directory; None means removed."""
    processes: tuple[str, ...] = ()
    """Processes the line left running, as ``pid command``."""
    signals: Mapping[str, int] = EMPTY
    """pid -> signal sent."""
    requests: tuple[Request, ...] = ()
    """What containers (others or this one) received because of the line."""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class FileWrite:
    """At an epoch second ``text`` was put in a file, or appended to it; None for its removal."""

    at: int
    path: str
    text: str | None = None
    append: bool = False
    by: str = ""
    """Whose program wrote it: ``<pod uid>/<container>``, "" for what was typed."""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class VolumeContent:
    """Files that outlive who wrote them: those of a volume, or what a ConfigMap or Secret held before it changed.

    Paths have no slash in front; one that ends in "/" is a directory. ``writes`` came after ``files`` and are kept
    apart as long as somebody may have read the files before them.
    """

    kind: ClassVar[str] = "VolumeContent"
    api_version: ClassVar[str] = "k9lite.dev/v1"
    metadata: ObjectMeta
    files: Mapping[str, str] = EMPTY
    writes: tuple[FileWrite, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class FaultSpec:
    """What goes wrong until the fault is deleted; which of the other fields matter depends on ``type``.

    NodeDown     ``node``: its kubelet stops, no heartbeat, no status
    MemoryFull   ``node``: something outside its pods takes ``memory``, or without it all that they leave but 50Mi
    DiskFull     ``node``: something outside its pods fills the disk up to 5 %
    MemoryLeak   ``namespace``, ``pod``, maybe ``container``: takes ``memory`` more every second (10Mi), from the
                 beginning of the fault, after a restart from that of the container
    ComponentDown  ``component``: kube-scheduler or kube-controller-manager ends as often as its pod starts it, and
                 does nothing meanwhile
    """

    type: str
    node: str = ""
    namespace: str = ""
    pod: str = ""
    container: str = ""
    component: str = ""
    memory: Quantity | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Fault:
    kind: ClassVar[str] = "Fault"
    api_version: ClassVar[str] = "k9lite.dev/v1"
    metadata: ObjectMeta
    spec: FaultSpec
    extra: Mapping[str, Any] = EMPTY
