"""Flags that several verbs share, in kubectl's words."""

from k9lite.verb import Option

ALL_NAMESPACES = Option(name="all-namespaces", short="A", summary="Objects of all namespaces")
SELECTOR = Option(name="selector", short="l", value="string", summary="Label selector, as in app=web,tier!=db")
FIELD_SELECTOR = Option(name="field-selector", value="string", summary="Field selector, as in status.phase=Running")
FILENAME = Option(
    name="filename",
    short="f",
    value="strings",
    repeats=True,
    summary="File or folder of manifests, or - for stdin",
)
KUSTOMIZE = Option(
    name="kustomize", short="k", value="string", summary="Folder with a kustomization; stands alone, without -f or -R"
)
RECURSIVE = Option(name="recursive", short="R", summary="Take the folders inside a -f folder as well")
DRY_RUN = Option(
    name="dry-run", value="string", default="none", summary='"none"; "client" or "server" only print what would be done'
)
ALL = Option(name="all", summary="All objects of the kind in the namespace")
OUTPUT = Option(name="output", short="o", value="string", summary="Output format: json, yaml, name or wide")
CHUNK_SIZE = Option(name="chunk-size", value="int", default="500", summary="Taken and not used: lists come whole")
POD_RUNNING_TIMEOUT = Option(
    name="pod-running-timeout", value="duration", default="1m0s", summary="How long to wait for the pod to run"
)
