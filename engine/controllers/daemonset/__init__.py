"""DaemonSets: one pod on every node that is eligible, as nodes come, change and go."""

from engine.controllers.daemonset.controller import DAEMONSET

__all__ = ["DAEMONSET"]
