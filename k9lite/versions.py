"""Which kubectl this one follows, and how it and the server say so."""

from engine.versions import SERVER

__all__ = ["CLIENT", "KUSTOMIZE", "SERVER"]

CLIENT = SERVER
KUSTOMIZE = "v5.8.1"
