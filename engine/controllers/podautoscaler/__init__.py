"""How many replicas a HorizontalPodAutoscaler asks for: measured, stabilised, bounded (rules 13)."""

from engine.controllers.podautoscaler.controller import horizontal_pod_autoscaler
from engine.controllers.podautoscaler.replicas import Measure

__all__ = ["Measure", "horizontal_pod_autoscaler"]
