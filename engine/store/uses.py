"""What a pod's spec refers to: the claims, ConfigMaps and Secrets behind its volumes and variables.

Pods of a template share these parts of their spec in memory: each is read once.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from engine.kinds.pod import Container, PodSpec, Volume
from engine.kinds.same import Same, same

CLAIM = "PersistentVolumeClaim"
Use = tuple[str, str]
"""Kind and name of what is used, in the pod's namespace."""


def uses_of(spec: PodSpec) -> tuple[Use, ...]:
    """Each once, in order. The claim of an ``ephemeral`` volume is ``-<volume>``, to follow the pod's name."""
    if not (spec.volumes or spec.init_containers):
        return _uses_of_containers(same(spec.containers))
    return _uses(same(spec.volumes), same(spec.init_containers), same(spec.containers))


def calls_others(spec: PodSpec) -> bool:
    """Whether a command line has a loop in it that asks over HTTP; pods without any command cost nothing."""
    return any(_calls(same(each)) for each in spec.containers if each.command or each.args)


@lru_cache(maxsize=4096)
def _calls(same: Same[Container]) -> bool:
    words = (*same().command, *same().args)
    text = " ".join(words)
    return any(word in text for word in ("wget", "curl")) and any(word in text for word in ("while", "until"))


@lru_cache(maxsize=4096)
def _uses_of_containers(main: Same[tuple[Container, ...]]) -> tuple[Use, ...]:
    return _uses(same(()), same(()), main)


@lru_cache(maxsize=4096)
def _uses(
    volumes: Same[tuple[Volume, ...]], init: Same[tuple[Container, ...]], main: Same[tuple[Container, ...]]
) -> tuple[Use, ...]:
    found = {use for volume in volumes() for use in _of_source(volume.extra)}
    found |= {(CLAIM, f"-{volume.name}") for volume in volumes() if "ephemeral" in volume.extra}
    for container in (*init(), *main()):
        found |= set(_of_variables(container))
    return tuple(sorted(use for use in found if use[1]))


def _of_source(extra: Mapping[str, Any]) -> Iterator[Use]:
    for kind, source, field in (
        (CLAIM, "persistentVolumeClaim", "claimName"),
        ("ConfigMap", "configMap", "name"),
        ("Secret", "secret", "secretName"),
    ):
        body = extra.get(source)
        if isinstance(body, Mapping):
            # Projected sources name a Secret plainly.
            yield kind, str(body.get(field) or body.get("name") or "")
    projected = extra.get("projected")
    if isinstance(projected, Mapping):
        for part in _mappings(projected.get("sources")):
            yield from _of_source(part)


def _of_variables(container: Container) -> Iterator[Use]:
    for source in container.env_from:
        yield from _named(source, (("ConfigMap", "configMapRef"), ("Secret", "secretRef")))
    for variable in container.env:
        if variable.value_from:
            yield from _named(variable.value_from, (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")))


def _named(source: Mapping[str, Any], fields: Iterable[tuple[str, str]]) -> Iterator[Use]:
    for kind, field in fields:
        body = source.get(field)
        if isinstance(body, Mapping):
            yield kind, str(body.get("name") or "")


def _mappings(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (each for each in value or () if isinstance(each, Mapping))
