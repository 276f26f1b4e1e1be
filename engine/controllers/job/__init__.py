"""Jobs: pods that run to their end, counted once each, replaced while the Job allows it."""

from engine.controllers.job.controller import JOB
from engine.controllers.job.orphans import JOB_ORPHANS

__all__ = ["JOB", "JOB_ORPHANS"]
