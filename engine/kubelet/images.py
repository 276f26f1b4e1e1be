"""Getting a container's image onto its node: present, pulled in some seconds, or failing with back-off.

Follows ``pkg/kubelet/images/image_manager.go``. A pull starts when the container's turn comes and takes as
long as its size says; pulls do not share the wire. What a node has is ``status.images`` of the Node.
"""

from functools import lru_cache
from hashlib import blake2b

from engine.api.events import reported_at
from engine.kinds import Container, ContainerImage, ContainerStateWaiting, Node, evolve
from engine.kinds.frozen import frozen
from engine.kubelet.backoff import pull_try
from engine.kubelet.catalog import BadReference, Missing, Resolved, parse_reference, resolve
from engine.kubelet.scene import Said, Scene, emit, normal, path_of, warning


@frozen(kw_only=True)
class Fetched:
    """The image is there; ``pulled`` if this made it so."""

    image: Resolved
    events: tuple[Said, ...]
    pulled: bool


@frozen(kw_only=True)
class Held:
    """The image is not there (yet). ``waiting`` None leaves the container as it is; ``events`` go with it."""

    waiting: ContainerStateWaiting | None = None
    events: tuple[Said, ...] = ()
    again_at: int | None = None


def fetch(scene: Scene, container: Container, since: int, *, restart: bool) -> Fetched | Held:
    """Where the image of a container stands whose turn came at ``since``."""
    image = resolve(container.image)
    path = path_of(scene.pod, container)
    if isinstance(image, BadReference):
        return _refused(path, "InvalidImageName", image.message, warning("InspectFailed", image.message, path))
    name = container.image
    if isinstance(image, Missing):
        if container.image_pull_policy == "Never":
            return _never(name, path)
        return _failing(path, name, image.message, since, scene.now)
    present = is_present(scene.node, image)
    if present and container.image_pull_policy != "Always" and not _was_pulling(scene, name):
        text = f'Container image "{name}" already present on machine and can be accessed by the pod'
        return Fetched(image=image, events=(normal("Pulled", text, path),), pulled=False)
    if not present and container.image_pull_policy == "Never":
        return _never(name, path)
    if not present and scene.now < since + image.pull_seconds:
        return Held(again_at=since + image.pull_seconds)
    fraction = _fraction(f"{scene.pod.metadata.uid}/{container.name}")
    took = _go_seconds(0 if present else image.pull_seconds, fraction)
    waited = _go_seconds(min(scene.now - since, image.pull_seconds), fraction)
    text = (
        f'Successfully pulled image "{name}" in {took} ({waited} including waiting). '
        f"Image size: {image.entry.size_bytes} bytes."
    )
    events = (normal("Pulled", text, path),)
    return Fetched(image=image, events=(_pulling(name, path), *events) if restart else events, pulled=not present)


def comes_at(scene: Scene, container: Container, since: int) -> int | None:
    """When the pull is done that begins at ``since``; None where there is none to wait for."""
    image = resolve(container.image)
    if not isinstance(image, Resolved) or container.image_pull_policy == "Never" or is_present(scene.node, image):
        return None
    return since + image.pull_seconds


def announced(scene: Scene, container: Container) -> tuple[Said, ...]:
    """What is reported when the container's turn comes: that its image is being pulled, if it is."""
    image = resolve(container.image)
    if not isinstance(image, Resolved) or container.image_pull_policy == "Never":
        return ()
    if container.image_pull_policy != "Always" and is_present(scene.node, image):
        return ()
    return (_pulling(container.image, path_of(scene.pod, container)),)


def is_present(node: Node, image: Resolved) -> bool:
    name = image.listed_name
    for each in node.status.images:  # noqa: SIM110  # asked twice for every pod
        if name in each.names:
            return True
    return False


def _was_pulling(scene: Scene, name: str) -> bool:
    """Whether this pod's own pull was under way when another's brought the image."""
    if scene.pod.status.phase != "Pending":
        return False
    spec = scene.pod.spec
    for each in (*spec.containers, *spec.init_containers, *spec.ephemeral_containers):
        if each.image == name:
            said = emit(scene, _pulling(name, path_of(scene.pod, each)))
            if reported_at(scene.state, said) is not None:
                return True
    return False


def with_images(node: Node, pulled: list[Resolved]) -> Node:
    """The node with what was pulled appended to ``status.images``."""
    images = node.status.images
    for image in pulled:
        names = tuple(dict.fromkeys((image.image_id, str(image.reference))))
        if not any(each.names == names for each in images):
            images = (*images, ContainerImage(names=names, size_bytes=image.entry.size_bytes))
    return evolve(node, status=evolve(node.status, images=images))


@lru_cache(maxsize=4096)
def image_name(image: str) -> str:
    """How the runtime names it in a status: in full. Pods of a template share one."""
    reference = parse_reference(image)
    return image if isinstance(reference, BadReference) else str(reference)


@lru_cache(maxsize=1024)
def _pulling(name: str, path: str) -> Said:
    """Pods of a template share one."""
    return normal("Pulling", f'Pulling image "{name}"', path)


def _refused(path: str, reason: str, message: str, *events: Said) -> Held:
    failed = warning("Failed", f"Error: {reason}", path)
    return Held(waiting=ContainerStateWaiting(reason=reason, message=message), events=(*events, failed))


def _never(name: str, path: str) -> Held:
    message = f'Container image "{name}" is not present with pull policy of Never'
    return _refused(path, "ErrImageNeverPull", message, warning("ErrImageNeverPull", message, path))


def _failing(path: str, name: str, why: str, since: int, now: int) -> Held:
    state = pull_try(since, now)
    if state.backing_off:
        message = f'Back-off pulling image "{name}": ErrImagePull: {why}'
        said = normal("BackOff", f'Back-off pulling image "{name}"', path)
        held = _refused(path, "ImagePullBackOff", message, said)
    else:
        failed = warning("Failed", f'Failed to pull image "{name}": {why}', path)
        held = _refused(path, "ErrImagePull", why, _pulling(name, path), failed)
    return evolve(held, again_at=state.changes_at)


def _fraction(seed: str) -> int:
    """The milliseconds of a duration."""
    return int.from_bytes(blake2b(seed.encode(), digest_size=2).digest(), "big") % 900 + 50


@lru_cache(maxsize=4096)
def _go_seconds(seconds: int, fraction: int) -> str:
    """A duration of about so many seconds as Go prints it, with its milliseconds: ``2.135s``, ``512ms``."""
    if seconds <= 1:
        return f"{fraction}ms"
    return f"{seconds - 1}.{fraction:03d}".rstrip("0") + "s"
