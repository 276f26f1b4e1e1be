"""CronJobs as ``kubectl get cronjobs`` lists them."""

from engine.kinds.batch import CronJob
from engine.printers.durations import NONE, age, human_duration
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.selectors import container_cells, selector_text
from engine.store.state import State


def cells(cron_job: CronJob, _state: State, now: int) -> tuple[str, ...]:
    spec, status = cron_job.spec, cron_job.status
    template, last = spec.job_template.spec, status.last_schedule_time
    return (
        cron_job.metadata.name,
        spec.schedule,
        NONE if spec.time_zone is None else spec.time_zone,
        "<unset>" if spec.suspend is None else str(spec.suspend),
        str(len(status.active)),
        NONE if last is None else human_duration(now - last),
        age(cron_job, now),
        *container_cells(template.template.spec.containers),
        selector_text(template.selector) or NONE,
    )


PRINTER = Printer(
    columns("NAME,SCHEDULE,TIMEZONE,SUSPEND,ACTIVE,LAST SCHEDULE,AGE", "CONTAINERS,IMAGES,SELECTOR"), cells
)
