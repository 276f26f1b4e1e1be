"""CustomResourceDefinition (apiextensions.k8s.io/v1): a kind that comes from an object. Its schema stays as written."""

from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import field

from engine.kinds.codec import EMPTY
from engine.kinds.frozen import frozen
from engine.kinds.meta import Condition, ObjectMeta

CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io"


@frozen(kw_only=True)
class DefinitionNames:
    plural: str = ""
    singular: str = ""
    short_names: tuple[str, ...] = ()
    kind: str
    list_kind: str = ""
    categories: tuple[str, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class DefinitionSchema:
    open_api_v3_schema: Mapping[str, Any] = field(default=EMPTY, metadata={"json": "openAPIV3Schema"})
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class ScaleSubresource:
    spec_replicas_path: str
    status_replicas_path: str
    label_selector_path: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class Subresources:
    status: Mapping[str, Any] | None = None
    scale: ScaleSubresource | None = None
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class PrinterColumn:
    name: str
    type: str
    format: str = ""
    description: str = ""
    priority: int = 0
    json_path: str
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class DefinitionVersion:
    name: str
    served: bool
    storage: bool
    deprecated: bool = False
    schema: DefinitionSchema | None = None
    subresources: Subresources | None = None
    additional_printer_columns: tuple[PrinterColumn, ...] = ()
    extra: Mapping[str, Any] = EMPTY

    @property
    def has_status(self) -> bool:
        return self.subresources is not None and self.subresources.status is not None

    @property
    def scale(self) -> ScaleSubresource | None:
        return None if self.subresources is None else self.subresources.scale

    @property
    def root(self) -> Mapping[str, Any]:
        """The schema of a whole object."""
        return EMPTY if self.schema is None else self.schema.open_api_v3_schema


@frozen(kw_only=True)
class Conversion:
    strategy: str
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class DefinitionSpec:
    group: str
    names: DefinitionNames
    scope: str
    versions: tuple[DefinitionVersion, ...] = ()
    conversion: Conversion | None = None
    preserve_unknown_fields: bool = False
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class DefinitionStatus:
    conditions: tuple[Condition, ...] = ()
    accepted_names: DefinitionNames = DefinitionNames(kind="")
    stored_versions: tuple[str, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class CustomResourceDefinition:
    kind: ClassVar[str] = "CustomResourceDefinition"
    api_version: ClassVar[str] = "apiextensions.k8s.io/v1"
    metadata: ObjectMeta
    spec: DefinitionSpec = DefinitionSpec(group="", names=DefinitionNames(kind=""), scope="")
    status: DefinitionStatus = DefinitionStatus()
    extra: Mapping[str, Any] = EMPTY
