"""StatefulSets: pods with a number each, made, replaced and taken away in the order of their numbers."""

from engine.controllers.statefulset.controller import STATEFULSET

__all__ = ["STATEFULSET"]
