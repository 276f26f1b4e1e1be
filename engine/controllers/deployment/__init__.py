"""Deployments: ReplicaSets made, scaled, kept and forgotten, so that one template replaces another in steps."""

from engine.controllers.deployment.controller import DEPLOYMENT

__all__ = ["DEPLOYMENT"]
