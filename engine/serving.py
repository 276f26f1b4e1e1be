"""Which kinds a State serves beyond KINDS: those of its CustomResourceDefinitions that are established.

A custom kind is called by its kind and group (``CronTab.stable.example.com``) wherever kinds have names: that, and
all an object needs to be read, follows from a manifest alone, so logs and replays never ask here. What only the
definition knows (plural, scope, schema, columns) is asked for at the edges: admission, grammar, printers.
"""

import re
from collections.abc import Iterator
from typing import Protocol

from engine.kinds import KINDS, Kind, Object, kind_named
from engine.kinds.extensions import CustomResourceDefinition, DefinitionVersion, ScaleSubresource
from engine.kinds.meta import is_true
from engine.kinds.registry import is_custom


class Holder(Protocol):
    """A State, or a draft over one."""

    def objects(self, kind: str, namespace: str = "") -> Iterator[Object]: ...


def definitions(holder: Holder) -> Iterator[CustomResourceDefinition]:
    """Established or not. Whoever asks: discovery is open to all, what somebody sees has the State ``behind`` it."""
    source: Holder = getattr(holder, "behind", holder)
    return (each for each in source.objects("CustomResourceDefinition") if isinstance(each, CustomResourceDefinition))


def definition_of(holder: Holder, kind: str) -> CustomResourceDefinition | None:
    """The established definition a custom kind comes from."""
    return next((each for each in definitions(holder) if name_of(each) == kind and is_established(each)), None)


def name_of(definition: CustomResourceDefinition) -> str:
    return f"{definition.spec.names.kind}.{definition.spec.group}"


def is_established(definition: CustomResourceDefinition) -> bool:
    return is_true(definition.status.conditions, "Established")


def custom_kinds(holder: Holder) -> list[Kind]:
    return [kind_from(each) for each in definitions(holder) if is_established(each) and served_versions(each)]


def kind_from(definition: CustomResourceDefinition) -> Kind:
    """Its api_version is the one that is preferred."""
    names, versions = definition.spec.names, served_versions(definition)
    return Kind(
        name_of(definition),
        names.plural,
        names.short_names,
        f"{definition.spec.group}/{versions[0].name if versions else ''}",
        definition.spec.scope == "Namespaced",
        categories=names.categories,
    )


def served_kind(holder: Holder, name: str) -> Kind | None:
    """A kind by its name inside; None for one that is not served."""
    if not is_custom(name):
        return KINDS.get(name)
    found = definition_of(holder, name)
    return kind_from(found) if found is not None and served_versions(found) else None


def served_versions(definition: CustomResourceDefinition) -> list[DefinitionVersion]:
    """The preferred one first: v2 before v1, both before v1beta1."""
    return sorted((each for each in definition.spec.versions if each.served), key=_priority)


def version_of(definition: CustomResourceDefinition, api_version: str) -> DefinitionVersion | None:
    """The served version that an object names."""
    wanted = api_version.rpartition("/")[2]
    return next((each for each in definition.spec.versions if each.served and each.name == wanted), None)


def kind_meant(holder: Holder, word: str) -> Kind | None:
    """As ``kind_named``, with the custom kinds: ``ct``, ``crontabs``, ``crontabs.v1.stable.example.com``."""
    found = kind_named(word)
    if found is not None:
        return found
    lowered = word.lower()
    for definition in definitions(holder):
        if not is_established(definition):
            continue
        kind, names = kind_from(definition), definition.spec.names
        words = (names.plural, names.singular, kind.singular, *names.short_names)
        ends = ("", f".{kind.group}", *(f".{each.name}.{kind.group}" for each in served_versions(definition)))
        if any(lowered == word + end for word in words for end in ends):
            return kind
    return None


def scale_paths(holder: Holder, kind: str) -> ScaleSubresource | None:
    """Where a custom kind's objects say how many replicas they want; None where they have no scale."""
    definition = definition_of(holder, kind) if is_custom(kind) else None
    versions = served_versions(definition) if definition is not None else []
    return versions[0].scale if versions else None


def kinds_in_category(holder: Holder, category: str) -> list[Kind]:
    return [kind for kind in custom_kinds(holder) if category in kind.categories]


_VERSION = re.compile(r"v(\d+)(?:(alpha|beta)(\d+))?")


def _priority(version: DefinitionVersion) -> tuple[int, int, int, str]:
    """``version.CompareKubeAwareVersionStrings`` of apimachinery."""
    match = _VERSION.fullmatch(version.name)
    if match is None:
        return 3, 0, 0, version.name
    return {None: 0, "beta": 1, "alpha": 2}[match[2]], -int(match[1]), -int(match[3] or 0), ""
