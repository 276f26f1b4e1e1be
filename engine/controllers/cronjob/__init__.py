"""CronJobs: a Job each time the clock says so."""

from engine.controllers.cronjob.controller import CRONJOB

__all__ = ["CRONJOB"]
