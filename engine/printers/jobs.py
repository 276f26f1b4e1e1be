"""Jobs as ``kubectl get jobs`` lists them (rules 5)."""

from engine.kinds import Unmodelled
from engine.printers.durations import NONE, age, human_duration
from engine.printers.parts.body import at, container_cells, is_true, number, selector, time
from engine.printers.parts.columns import Printer, columns
from engine.printers.parts.selectors import selector_text
from engine.store.state import State


def cells(job: Unmodelled, _state: State, now: int) -> tuple[str, ...]:
    body = job.body
    return (
        job.metadata.name,
        job_status(job),
        _completions(job),
        _duration(job, now),
        age(job, now),
        *container_cells(at(body, "spec", "template")),
        selector_text(selector(body, "spec", "selector")) or NONE,
    )


PRINTER = Printer(columns("NAME,STATUS,COMPLETIONS,DURATION,AGE", "CONTAINERS,IMAGES,SELECTOR"), cells)


def job_status(job: Unmodelled) -> str:
    for condition in ("Complete", "Failed"):
        if is_true(job, condition):
            return condition
    if job.metadata.deletion_timestamp is not None:
        return "Terminating"
    for condition in ("Suspended", "FailureTarget", "SuccessCriteriaMet"):
        if is_true(job, condition):
            return condition
    return "Running"


def _completions(job: Unmodelled) -> str:
    succeeded = number(job.body, "status", "succeeded")
    if at(job.body, "spec", "completions") is not None:
        return f"{succeeded}/{number(job.body, 'spec', 'completions')}"
    parallelism = number(job.body, "spec", "parallelism")
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def _duration(job: Unmodelled, now: int) -> str:
    started = time(job.body, "status", "startTime")
    if started is None:
        return ""
    completed = time(job.body, "status", "completionTime")
    return human_duration((now if completed is None else completed) - started)
