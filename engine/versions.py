"""Which Kubernetes this cluster follows, as its server says it."""

from collections.abc import Mapping
from types import MappingProxyType

SERVER: Mapping[str, str] = MappingProxyType(
    {
        "major": "1",
        "minor": "36",
        "gitVersion": "v1.36.0",
        "gitCommit": "0000000000000000000000000000000000000000",
        "gitTreeState": "clean",
        "buildDate": "2026-04-22T00:00:00Z",
        "goVersion": "go1.26.0",
        "compiler": "gc",
        "platform": "linux/amd64",
    }
)
