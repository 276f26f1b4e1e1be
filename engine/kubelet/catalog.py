"""What images there are: resolving a reference, and what a resolved image brings along.

No registry is asked: ``IMAGES`` (image_table.py) is all there is, and everything else answers as a registry
without that repository or tag does. Error texts follow distribution/reference and containerd 2.
"""

import hashlib
import re
from functools import lru_cache

from attrs import field

from engine.kinds.frozen import frozen
from engine.kubelet.image_table import IMAGES, SHELL_PROGRAMS, ImageEntry

__all__ = [
    "BadReference", "ImageEntry", "Missing", "Reference", "Resolved", "base_name", "has_program",
    "parse_reference", "resolve",
]  # fmt: skip

_PULL_BYTES_PER_SECOND = 50_000_000
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}")
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?)+(?::\d+)?")
_REGISTRIES = frozenset(
    ("docker.io", "registry.k8s.io", "gcr.io", "quay.io", "ghcr.io", "mcr.microsoft.com", "public.ecr.aws")
)


@frozen(kw_only=True)
class Reference:
    """A full reference: ``docker.io/library/nginx`` + ``1.25``; ``digest`` as ``sha256:...`` or ""."""

    repository: str
    tag: str
    digest: str = ""

    def __str__(self) -> str:
        return self.repository + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")

    @property
    def registry(self) -> str:
        return self.repository.partition("/")[0]


@frozen
class BadReference:
    """Not a reference at all (InvalidImageName); ``message`` is the waiting container's."""

    message: str


@frozen
class Missing:
    """A reference to nothing (ErrImagePull); ``message`` is the runtime's answer."""

    message: str


@frozen(kw_only=True)
class Resolved:
    """``digest`` names the content: the same for every pull of the reference, on every node."""

    reference: Reference
    entry: ImageEntry
    digest: str
    image_id: str = field(init=False)
    listed_name: str = field(init=False)
    """As a node that has it lists it."""

    @image_id.default
    def _image_id(self) -> str:
        return f"{self.reference.repository}@{self.digest}"

    @listed_name.default
    def _listed_name(self) -> str:
        return str(self.reference) if self.reference.tag and not self.reference.digest else self.image_id

    @property
    def pull_seconds(self) -> int:
        return max(1, round(self.entry.size_bytes / _PULL_BYTES_PER_SECOND))


def has_program(entry: ImageEntry, program: str) -> bool:
    """Whether the image can run ``program`` (a bare name on the PATH, or a path whose last part counts)."""
    name = base_name(program)
    own = (*entry.entrypoint[:1], *entry.cmd[:1], entry.server)
    if name in entry.programs or any(name == base_name(each) for each in own if each):
        return True
    return entry.shell != "" and (name == "sh" or name == entry.shell or name in SHELL_PROGRAMS)


def base_name(program: str) -> str:
    """The last part of a path."""
    return program.rpartition("/")[2]


@lru_cache(maxsize=4096)
def parse_reference(image: str) -> Reference | BadReference:
    """The reference ``image`` stands for, with Docker Hub and ``latest`` filled in."""
    rest, at, digest = image.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        return _bad(image, "invalid reference format")
    head, slash, tail = rest.partition("/")
    if slash and ("." in head or ":" in head or head == "localhost"):
        registry, path = head, tail
        if not _HOST.fullmatch(registry):
            return _bad(image, "invalid reference format")
    else:
        registry, path = "docker.io", rest
    path, colon, tag = path.partition(":")
    if colon and not _TAG.fullmatch(tag):
        return _bad(image, "invalid reference format")
    if registry in ("docker.io", "index.docker.io"):
        registry, path = "docker.io", path if "/" in path or not path else f"library/{path}"
    if path != path.lower():
        return _bad(image, f"invalid reference format: repository name ({path}) must be lowercase")
    if not _PATH.fullmatch(path):
        return _bad(image, "invalid reference format")
    return Reference(repository=f"{registry}/{path}", tag=tag or ("" if digest else "latest"), digest=digest)


@lru_cache(maxsize=4096)
def resolve(image: str) -> Resolved | Missing | BadReference:
    """What a pull of ``image`` finds."""
    reference = parse_reference(image)
    if isinstance(reference, BadReference):
        return reference
    entry = IMAGES.get(reference.repository)
    if entry is None:
        return Missing(_unknown_repository(reference))
    if reference.tag and entry.tags and not re.fullmatch(entry.tags, reference.tag):
        return Missing(_answer(reference, "NotFound", f"{reference}: not found"))
    seed = f"{reference.repository}:{reference.tag}".encode()
    digest = reference.digest or f"sha256:{hashlib.sha256(seed).hexdigest()}"
    return Resolved(reference=reference, entry=entry, digest=digest)


def _bad(image: str, why: str) -> BadReference:
    parsing = f'couldn\'t parse image name "{image}": {why}'
    return BadReference(f'Failed to apply default image tag "{image}": {parsing}')


def _unknown_repository(reference: Reference) -> str:
    registry = reference.registry
    if registry == "docker.io":
        return _answer(
            reference,
            "Unknown",
            "pull access denied, repository does not exist or may require authorization: "
            "server message: insufficient_scope: authorization failed",
        )
    if registry in _REGISTRIES:
        return _answer(reference, "NotFound", f"{reference}: not found")
    path = reference.repository.partition("/")[2]
    url = f"https://{registry}/v2/{path}/manifests/{reference.digest or reference.tag}"
    host = registry.partition(":")[0]
    why = f'failed to do request: Head "{url}": dial tcp: lookup {host}: no such host'
    return _answer(reference, "Unknown", why)


def _answer(reference: Reference, code: str, why: str) -> str:
    return (
        f'rpc error: code = {code} desc = failed to pull and unpack image "{reference}": '
        f'failed to resolve reference "{reference}": {why}'
    )
