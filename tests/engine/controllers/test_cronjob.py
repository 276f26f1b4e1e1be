"""CronJobs in a whole cluster: a Job each time it is due, as the policy allows, and only the newest are kept."""

from engine.api.writes import Create, Delete
from engine.cron_jobs import manual_job, scheduled_job, zoned_time
from engine.kinds import evolve, parse_time, ref_of
from tests.builders import START, cluster, node
from tests.engine.batch_given import TICK, cron_job, jobs, later, patched, the_cron_job, told

MINUTE = START // 60 + 1
"""The first full minute of the cluster."""


def names(count: int, first: int = MINUTE) -> list[str]:
    return [f"tick-{first + at}" for at in range(count)]


def test_each_minute_has_its_job_named_after_it() -> None:
    made = later(cluster(node(), cron_job()), 125)
    found = jobs(made)
    assert [each.metadata.name for each in found] == names(2)
    assert [each.metadata.creation_timestamp for each in found] == [MINUTE * 60, MINUTE * 60 + 60]
    first = found[0].metadata
    assert first.annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"] == "2026-05-28T20:27:00Z"
    assert first.controller is not None and first.controller.block_owner_deletion
    status = the_cron_job(made).status
    assert status.last_schedule_time == MINUTE * 60 + 60
    assert status.last_successful_time == MINUTE * 60 + 66
    assert told(made, the_cron_job(made))[:2] == [
        f"SuccessfulCreate: Created job {names(1)[0]}",
        f"SawCompletedJob: Saw completed job: {names(1)[0]}, condition: Complete",
    ]


def test_a_running_job_is_in_the_list_of_active_ones() -> None:
    made = later(cluster(node(), cron_job(script="sleep 30")), 25)
    [active] = the_cron_job(made).status.active
    [running] = jobs(made)
    assert (active.kind, active.name, active.uid) == ("Job", running.metadata.name, running.metadata.uid)
    later(made, 40)
    assert the_cron_job(made).status.active == () or the_cron_job(made).status.active[0].uid != active.uid


def test_three_done_jobs_and_one_failed_are_kept() -> None:
    made = later(cluster(node(), cron_job()), 60 * 8)
    assert len(jobs(made)) == 3
    failing = later(cluster(node(), cron_job(script="exit 1", job={"backoffLimit": 0})), 60 * 8)
    assert len(jobs(failing)) == 1
    limited = cron_job(successfulJobsHistoryLimit=0)
    assert jobs(later(cluster(node(), limited), 60 * 4 - 15)) == []


def test_jobs_run_side_by_side_unless_that_is_forbidden() -> None:
    allowed = later(cluster(node(), cron_job(script="sleep 150")), 170)
    assert len(the_cron_job(allowed).status.active) == 3
    forbidden = later(cluster(node(), cron_job(script="sleep 150", concurrencyPolicy="Forbid")), 150)
    assert [each.metadata.name for each in jobs(forbidden)] == names(1)
    why = "JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid"
    assert why in told(forbidden, the_cron_job(forbidden))
    later(forbidden, 60)
    assert [each.metadata.name for each in jobs(forbidden)] == [names(1)[0], f"tick-{MINUTE + 2}"]


def test_a_job_may_be_replaced_by_the_next() -> None:
    made = later(cluster(node(), cron_job(script="sleep 1000", concurrencyPolicy="Replace")), 130)
    [running] = [each for each in jobs(made) if each.metadata.deletion_timestamp is None]
    assert running.metadata.name == f"tick-{MINUTE + 1}"
    assert f"SuccessfulDelete: Deleted job {names(1)[0]}" in told(made, the_cron_job(made))
    assert [each.name for each in the_cron_job(made).status.active] == [running.metadata.name]


def test_a_suspended_one_starts_nothing_and_then_what_it_missed_last() -> None:
    made = later(cluster(node(), cron_job(suspend=True)), 300)
    assert jobs(made) == []
    later(patched(made, TICK, {"suspend": False}), 1)
    assert [each.metadata.name for each in jobs(made)] == [f"tick-{made.now // 60}"]


def test_a_cluster_that_was_away_starts_the_newest_time_only() -> None:
    made = later(cluster(node(), cron_job()), 5)
    made.jump(made.now + 60 * 30)
    made.settle()
    assert [each.metadata.name for each in jobs(made)] == [f"tick-{made.now // 60}"]
    made.jump(made.now + 60 * 60 * 24 * 40)
    made.settle()
    why = "TooManyMissedTimes: too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check"
    assert any(each.startswith(why) for each in told(made, the_cron_job(made)))


def test_a_time_missed_for_longer_than_the_deadline_is_let_go() -> None:
    hourly = cron_job("0 * * * *", startingDeadlineSeconds=100)
    made = later(cluster(node(), hourly), 5)
    made.jump(made.now - made.now % 3600 + 3600 + 101)
    made.settle()
    assert jobs(made) == []
    made.jump(made.now - made.now % 3600 + 3600 + 99)
    made.settle()
    assert len(jobs(made)) == 1


def test_a_new_schedule_does_not_make_up_for_times_before_it() -> None:
    made = later(cluster(node(), cron_job("0 0 1 1 *")), 600)
    later(patched(made, TICK, {"schedule": "*/5 * * * *"}), 1)
    assert jobs(made) == []
    later(made, 300)
    [first] = jobs(made)
    assert (first.metadata.creation_timestamp or 0) % 300 == 0


def test_the_zone_says_when_a_day_begins() -> None:
    made = cluster(node(), cron_job("30 22 * * *", timeZone="Europe/Berlin"))
    later(made, 200)
    assert made.now >= parse_time("2026-05-28T20:30:00Z")
    [job] = jobs(made)
    assert job.metadata.creation_timestamp == parse_time("2026-05-28T20:30:00Z")
    stamp = job.metadata.annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"]
    assert stamp == "2026-05-28T22:30:00+02:00"


def test_a_job_that_is_deleted_by_hand_is_missed() -> None:
    made = later(cluster(node(), cron_job(script="sleep 500")), 25)
    made.submit("user", [Delete(ref=ref_of(jobs(made)[0]), propagation="Background")])
    later(made, 1)
    assert f"MissingJob: Active job went missing: {names(1)[0]}" in told(made, the_cron_job(made))
    assert the_cron_job(made).status.active == ()


def test_a_job_made_by_hand_from_a_cron_job_runs_at_once_and_is_unexpected_once() -> None:
    made = later(cluster(node(), cron_job("0 0 1 1 *")), 5)
    job = manual_job(the_cron_job(made), "now")
    assert job.metadata.annotations == {"cronjob.kubernetes.io/instantiate": "manual"}
    made.submit("user", [Create(job)])
    later(made, 30)
    [done] = jobs(made)
    assert done.finished == "Complete" and the_cron_job(made).status.last_successful_time is not None
    assert the_cron_job(made).status.last_schedule_time is None
    unexpected = "UnexpectedJob: Saw a job that the controller did not create or forgot: now"
    assert told(made, the_cron_job(made)).count(unexpected) == 1


def test_a_deleted_cron_job_takes_its_jobs_and_their_pods_along() -> None:
    made = later(cluster(node(), cron_job(script="sleep 500")), 70)
    made.submit("user", [Delete(ref=TICK, propagation="Background")])
    later(made, 60)
    assert [made.state.count(kind) for kind in ("CronJob", "Job", "Pod")] == [0, 0, 0]


def test_a_day_that_never_comes_starts_nothing_and_sets_no_timer() -> None:
    made = later(cluster(cron_job("0 0 31 2 *")), 100)
    assert jobs(made) == []


def test_the_job_of_a_time_is_the_template_with_the_time_on_it() -> None:
    template = cron_job(job={"backoffLimit": 2})
    template = evolve(template, metadata=evolve(template.metadata, uid="u1"))
    job = scheduled_job(template, 1_780_000_020)
    assert job.metadata.name == "tick-29666667" and job.spec is template.spec.job_template.spec
    assert zoned_time(0, "America/New_York") == "1969-12-31T19:00:00-05:00"


def test_waking_everything_changes_nothing_whatever_a_cron_job_is_at() -> None:
    made = cluster(node(), cron_job(script="sleep 70", concurrencyPolicy="Forbid"))
    for _ in range(40):
        later(made, 7)
        revision = made.state.revision
        made.jump(made.now)
        made.settle()
        assert made.state.revision == revision + 1  # the jump itself
