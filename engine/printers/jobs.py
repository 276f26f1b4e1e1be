"""Jobs as ``kubectl get jobs`` lists them (rules 5)."""

from engine.kinds import is_true
from engine.kinds.batch import Job
from engine.printers.durations import NONE, age, human_duration
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.selectors import container_cells, selector_text
from engine.store.state import State


def cells(job: Job, _state: State, now: int) -> tuple[str, ...]:
    return (
        job.metadata.name,
        job_status(job),
        _completions(job),
        _duration(job, now),
        age(job, now),
        *container_cells(job.spec.template.spec.containers),
        selector_text(job.spec.selector) or NONE,
    )


PRINTER = Printer(columns("NAME,STATUS,COMPLETIONS,DURATION,AGE", "CONTAINERS,IMAGES,SELECTOR"), cells)


def job_status(job: Job) -> str:
    if job.finished:
        return job.finished
    if job.metadata.deletion_timestamp is not None:
        return "Terminating"
    for condition in ("Suspended", "FailureTarget", "SuccessCriteriaMet"):
        if is_true(job.status.conditions, condition):
            return condition
    return "Running"


def _completions(job: Job) -> str:
    succeeded, parallelism = job.status.succeeded, job.spec.parallelism or 0
    if job.spec.completions is not None:
        return f"{succeeded}/{job.spec.completions}"
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def _duration(job: Job, now: int) -> str:
    started, completed = job.status.start_time, job.status.completion_time
    if started is None:
        return ""
    return human_duration((now if completed is None else completed) - started)
