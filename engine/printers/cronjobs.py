"""CronJobs as ``kubectl get cronjobs`` lists them."""

from engine.kinds import Unmodelled
from engine.printers.durations import NONE, age, human_duration
from engine.printers.parts.body import at, container_cells, items, selector, text, time
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.selectors import selector_text
from engine.store.state import State


def cells(cron_job: Unmodelled, _state: State, now: int) -> tuple[str, ...]:
    body = cron_job.body
    last = time(body, "status", "lastScheduleTime")
    template = at(body, "spec", "jobTemplate")
    return (
        cron_job.metadata.name,
        text(body, "spec", "schedule"),
        text(body, "spec", "timeZone", default=NONE),
        text(body, "spec", "suspend", default="<unset>"),
        str(len(items(body, "status", "active"))),
        NONE if last is None else human_duration(now - last),
        age(cron_job, now),
        *container_cells(at(template, "spec", "template")),
        selector_text(selector(template, "spec", "selector")) or NONE,
    )


PRINTER = Printer(
    columns("NAME,SCHEDULE,TIMEZONE,SUSPEND,ACTIVE,LAST SCHEDULE,AGE", "CONTAINERS,IMAGES,SELECTOR"), cells
)
