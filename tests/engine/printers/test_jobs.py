"""Jobs and CronJobs as kubectl describes them, and how the console says they are doing."""

from engine.kinds import evolve
from engine.printers import PRINTERS
from engine.printers.describe import describe
from engine.printers.health import health
from tests.builders import cluster, node
from tests.engine.batch_given import WORK, cron_job, indexed, job, later, patched, the_cron_job, the_job


def test_a_job_is_described_in_kubectls_order_and_words() -> None:
    made = later(cluster(node(), job("sleep 5", ttlSecondsAfterFinished=900, activeDeadlineSeconds=60)), 30)
    lines = describe(the_job(made), made.state, made.now)
    uid = the_job(made).metadata.uid
    start = lines.index("Parallelism:                 1")
    assert lines[2] == f"Selector:                    batch.kubernetes.io/controller-uid={uid}"
    assert lines[start : start + 12] == [
        "Parallelism:                 1",
        "Completions:                 1",
        "Completion Mode:             NonIndexed",
        "Suspend:                     false",
        "Backoff Limit:               6",
        "TTL Seconds After Finished:  900",
        "Start Time:                  Thu, 28 May 2026 20:26:40 +0000",
        "Completed At:                Thu, 28 May 2026 20:26:47 +0000",
        "Duration:                    7s",
        "Active Deadline Seconds:     60s",
        "Pods Statuses:               0 Active (0 Ready) / 1 Succeeded / 0 Failed",
        "Pod Template:",
    ]
    assert lines[-1].split()[:4] == ["Normal", "Completed", "23s", "job-controller"]


def test_the_indexes_of_a_description_are_cut_behind_fifty_letters() -> None:
    made = cluster(node(), indexed(completions=100))
    found = the_job(made)
    many = ",".join(str(each) for each in range(0, 100, 2))
    shown = describe(evolve(found, status=evolve(found.status, completed_indexes=many)), made.state, made.now)
    [line] = [each for each in shown if each.startswith("Completed Indexes:")]
    shown_indexes = line.split(":")[1].strip()
    assert shown_indexes.endswith(",...") and 50 < len(shown_indexes) < 58 and many.startswith(shown_indexes[:-3])
    assert any(each.split() == ["Completed", "Indexes:", "<none>"] for each in describe(found, made.state, made.now))


def test_a_cron_job_is_described_with_what_its_template_leaves_open() -> None:
    made = later(cluster(node(), cron_job("*/5 * * * *", timeZone="Europe/Berlin", startingDeadlineSeconds=30)), 5)
    lines = [line.rstrip() for line in describe(the_cron_job(made), made.state, made.now)]
    start = lines.index("Schedule:                      */5 * * * *")
    assert lines[start : start + 10] == [
        "Schedule:                      */5 * * * *",
        "Concurrency Policy:            Allow",
        "Suspend:                       False",
        "Time Zone:                     Europe/Berlin",
        "Successful Job History Limit:  3",
        "Failed Job History Limit:      1",
        "Starting Deadline Seconds:     30s",
        "Selector:                      <unset>",
        "Parallelism:                   <unset>",
        "Completions:                   <unset>",
    ]
    assert lines[-3:] == [
        "Last Schedule Time:  <unset>",
        "Active Jobs:         <none>",
        "Events:              <none>",
    ]


def test_a_row_says_whether_a_job_runs_rests_is_done_or_failed() -> None:
    made = later(cluster(node(), job("sleep 20")), 5)
    assert PRINTERS["Job"].cells(the_job(made), made.state, made.now)[1:5] == ("Running", "0/1", "5s", "5s")
    assert health(the_job(made), made.state, made.now).level == "ok"
    later(made, 60)
    assert PRINTERS["Job"].cells(the_job(made), made.state, made.now)[1:4] == ("Complete", "1/1", "22s")
    assert health(the_job(made), made.state, made.now).level == "done"
    suspended = patched(cluster(node(), job("sleep 20")), WORK, {"suspend": True})
    assert PRINTERS["Job"].cells(the_job(suspended), suspended.state, suspended.now)[1] == "Suspended"
    assert health(the_job(suspended), suspended.state, suspended.now).reason == "suspended"


def test_a_failing_job_says_how_often_and_a_failed_one_why() -> None:
    made = later(cluster(node(), job("exit 1", backoffLimit=1)), 8)
    found = health(the_job(made), made.state, made.now)
    assert (found.level, found.reason) == ("warn", "1 failed so far, at most 1 may")
    later(made, 30)
    found = health(the_job(made), made.state, made.now)
    assert (found.level, found.reason) == (
        "bad",
        "BackoffLimitExceeded: Job has reached the specified backoff limit",
    )


def test_a_job_that_cannot_start_names_the_pod_and_its_reason() -> None:
    made = job()
    container = evolve(made.spec.template.spec.containers[0], image="nowhere/at:all")
    spec = evolve(made.spec.template.spec, containers=(container,))
    template = evolve(made.spec.template, spec=spec)
    waiting = later(cluster(node(), evolve(made, spec=evolve(made.spec, template=template))), 20)
    found = health(the_job(waiting), waiting.state, waiting.now)
    assert found.level == "bad" and found.reason.startswith("work-") and "ImagePull" in found.reason


def test_a_cron_job_whose_last_run_failed_is_worth_a_look() -> None:
    made = later(cluster(node(), cron_job(script="exit 1", job={"backoffLimit": 0})), 30)
    found = health(the_cron_job(made), made.state, made.now)
    assert found.level == "warn" and found.reason.startswith("the last run failed: tick-")
    assert PRINTERS["CronJob"].cells(the_cron_job(made), made.state, made.now)[:7] == (
        "tick", "* * * * *", "<none>", "False", "0", "10s", "30s",
    )  # fmt: skip
