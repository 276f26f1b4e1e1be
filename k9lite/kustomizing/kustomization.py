"""One ``kustomization.yaml``: its keys checked, and what kustomize calls deprecated said and still understood.

Follows kustomize's ``api/types``.
"""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from engine.errors import ManifestError, UsageError
from engine.kinds import load_yaml
from k9lite.kustomizing.folders import Folder
from k9lite.wording import quoted

COMPONENT = "Component"
_API_VERSIONS = {"Kustomization": "kustomize.config.k8s.io/v1beta1", COMPONENT: "kustomize.config.k8s.io/v1alpha1"}
_LISTS = (
    "resources", "bases", "components", "patches", "patchesStrategicMerge", "patchesJson6902", "images", "imageTags",
    "replicas", "replacements", "labels", "configMapGenerator", "secretGenerator",
)  # fmt: skip
_MAPPINGS = ("metadata", "commonLabels", "commonAnnotations", "generatorOptions", "sortOptions")
_TEXTS = ("apiVersion", "kind", "namespace", "namePrefix", "nameSuffix")
_NOT_OFFERED = (
    "buildMetadata", "configurations", "crds", "generators", "helmChartInflationGenerator", "helmCharts",
    "helmGlobals", "openapi", "transformers", "validators", "vars",
)  # fmt: skip
_DEPRECATED = {
    "bases": "resources", "commonLabels": "labels", "imageTags": "images", "patchesJson6902": "patches",
    "patchesStrategicMerge": "patches",
}  # fmt: skip


@frozen(kw_only=True)
class Kustomization:
    data: Mapping[str, Any]
    warnings: tuple[str, ...]

    @property
    def is_component(self) -> bool:
        return self.data.get("kind") == COMPONENT


def kustomization_in(folder: Folder) -> Kustomization:
    """Raises UsageError for what kustomize refuses, and for keys of it that are not offered here."""
    path, text = folder.kustomization()
    try:
        documents = list(load_yaml(text, path))
    except ManifestError as error:
        raise UsageError(f"invalid Kustomization: {error}") from None
    data = documents[0] if documents else {}
    _check(data, folder)
    warnings = tuple(
        f"# Warning: '{old}' is deprecated. Please use '{new}' instead. "
        "Run 'kustomize edit fix' to update your Kustomization automatically."
        for old, new in _DEPRECATED.items()
        if data.get(old) is not None
    )
    return Kustomization(data=data, warnings=warnings)


def _check(data: Mapping[str, Any], folder: Folder) -> None:
    if not any(value for key, value in data.items() if key not in ("apiVersion", "kind")):
        raise UsageError("kustomization.yaml is empty")
    for key, value in data.items():
        if key in _NOT_OFFERED:
            raise UsageError(f"{quoted(key)} of a kustomization is not offered here yet ({folder.path})")
        for keys, form, shown in ((_LISTS, list, "a list"), (_MAPPINGS, dict, "a mapping"), (_TEXTS, str, "a text")):
            if key in keys:
                if value is not None and not isinstance(value, form):
                    raise UsageError(f"invalid Kustomization: {quoted(key)} is to be {shown} ({folder.path})")
                break
        else:
            raise UsageError(f"invalid Kustomization: json: unknown field {quoted(key)}")
    kind = data.get("kind") or "Kustomization"
    if kind not in _API_VERSIONS:
        raise UsageError(
            f"Failed to read kustomization file under {folder.path}:\nkind should be Kustomization or Component"
        )
    version = data.get("apiVersion")
    if version and version != _API_VERSIONS[kind]:
        raise UsageError(
            f"Failed to read kustomization file under {folder.path}:\n"
            f"apiVersion for {kind} should be {_API_VERSIONS[kind]}"
        )
