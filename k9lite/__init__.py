"""The console: a Kubernetes cluster on a terminal, in the present or at any past revision."""

__version__ = "0.1.0"
