"""Which Kubernetes this cluster follows, and how its server and kubectl say so."""

from collections.abc import Mapping
from types import MappingProxyType

VERSION = "v1.36.0"

CLIENT: Mapping[str, str] = MappingProxyType(
    {
        "major": "1",
        "minor": "36",
        "gitVersion": VERSION,
        "gitCommit": "0000000000000000000000000000000000000000",
        "gitTreeState": "clean",
        "buildDate": "2026-04-22T00:00:00Z",
        "goVersion": "go1.26.0",
        "compiler": "gc",
        "platform": "linux/amd64",
    }
)
SERVER = CLIENT
KUSTOMIZE = "v5.8.1"
