"""Jobs: pods that run to their end, counted once each, replaced while the Job allows it."""

from engine.controllers.job.belonging import JOB_PODS
from engine.controllers.job.controller import JOB

__all__ = ["JOB", "JOB_PODS"]
