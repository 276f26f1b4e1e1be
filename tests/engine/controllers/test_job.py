"""Jobs in a whole cluster: pods that run to their end, are counted once and replaced while that is allowed."""

from itertools import pairwise

from engine.api.writes import BACKGROUND, FOREGROUND, Create, Delete, Evict, Patch
from engine.controllers.job.failures import finished_at, wait_seconds, waits_until
from engine.kinds import Ref, evolve, from_manifest, ref_of
from tests.builders import START, cluster, node, pod
from tests.engine.batch_given import WORK, conditions, job, later, patched, phases, pods, the_job, told


def test_a_job_runs_one_pod_to_its_end_and_is_complete() -> None:
    made = later(cluster(node(), job("echo hi; sleep 5")), 30)
    done = the_job(made)
    [worker] = pods(made)
    assert worker.metadata.name.startswith("work-") and worker.metadata.generate_name == "work-"
    assert (worker.status.phase, worker.metadata.finalizers) == ("Succeeded", ())
    assert conditions(done) == ["SuccessCriteriaMet=True CompletionsReached", "Complete=True CompletionsReached"]
    assert (done.status.active, done.status.ready, done.status.succeeded, done.status.failed) == (0, 0, 1, 0)
    assert done.status.start_time == START and done.status.completion_time == START + 7
    assert told(made, done) == [f"SuccessfulCreate: Created pod: {worker.metadata.name}", "Completed: Job completed"]


def test_a_running_job_shows_its_active_and_ready_pods() -> None:
    made = later(cluster(node(), job("sleep 60", parallelism=2, completions=4)), 10)
    status = the_job(made).status
    assert (status.active, status.ready, status.terminating, status.succeeded) == (2, 2, 0, 0)
    assert all("batch.kubernetes.io/job-tracking" in each.metadata.finalizers for each in pods(made))
    assert {each.metadata.labels["batch.kubernetes.io/job-name"] for each in pods(made)} == {"work"}
    assert {each.metadata.labels["job-name"] for each in pods(made)} == {"work"}


def test_no_more_pods_run_than_are_still_to_succeed() -> None:
    made = cluster(node(), job("sleep 5", parallelism=3, completions=4))
    most = 0
    for _ in range(40):
        later(made, 1)
        most = max(most, sum(each.active for each in pods(made)))
    assert most == 3
    assert phases(made) == ["Succeeded"] * 4
    assert the_job(made).status.succeeded == 4


def test_without_a_number_of_completions_the_first_success_decides() -> None:
    script = "test $(hostname) = $(hostname) && sleep $((RANDOM % 3 + 3))"
    made = later(cluster(node(), job(script, parallelism=3)), 40)
    assert conditions(the_job(made))[-1] == "Complete=True CompletionsReached"
    assert len(pods(made)) == 3 and the_job(made).status.succeeded == 3


def test_failed_pods_are_replaced_after_10_20_and_40_seconds_until_the_limit() -> None:
    made = later(cluster(node(), job("exit 3", backoffLimit=3)), 200)
    times = [(each.metadata.creation_timestamp or 0) - START for each in pods(made)]
    gaps = [after - before for before, after in pairwise(times)]
    assert phases(made) == ["Failed"] * 4
    assert gaps == [12, 21, 41]  # a second or two to start, then the wait
    failed = the_job(made)
    assert failed.status.failed == 4
    assert conditions(failed) == ["FailureTarget=True BackoffLimitExceeded", "Failed=True BackoffLimitExceeded"]
    assert told(made, failed)[-1] == "BackoffLimitExceeded: Job has reached the specified backoff limit"


def test_a_long_job_of_few_pods_at_a_time_counts_each_pod_once() -> None:
    made = later(cluster(node(), job("sleep 1", completions=12, parallelism=2)), 120)
    done = the_job(made)
    assert (done.status.succeeded, done.status.failed, len(pods(made))) == (12, 0, 12)
    assert done.finished and not any(each.metadata.finalizers for each in pods(made))


def test_successes_that_are_counted_still_end_the_back_off() -> None:
    made = later(cluster(node(), job("sleep 2", completions=40, parallelism=1, backoffLimit=6)), 12)
    early, running = pods(made)[0], pods(made)[-1]
    assert early.status.phase == "Succeeded" and not early.metadata.finalizers
    made.submit("user", [Evict(ref=ref_of(running))])
    before = the_job(made).status.succeeded
    made = later(made, 60)
    after = the_job(made).status
    assert (after.failed, after.succeeded > before + 5) == (1, True), "a failure after a success waits 10 seconds"


def test_a_success_ends_the_back_off() -> None:
    [failed] = pods(later(cluster(node(), job("exit 1", backoffLimit=6)), 8))
    succeeded = evolve(failed, status=evolve(failed.status, phase="Succeeded"))
    assert waits_until([failed]) == finished_at(failed) + 10
    assert waits_until([failed, succeeded]) == 0


def test_the_longest_wait_is_ten_minutes() -> None:
    assert [wait_seconds(count) for count in (0, 1, 2, 6, 7, 100)] == [0, 10, 20, 320, 600, 600]


def test_restarts_in_place_count_against_the_limit() -> None:
    made = later(cluster(node(), job("exit 1", policy="OnFailure", backoffLimit=2)), 60)
    failed = the_job(made)
    assert conditions(failed)[-1] == "Failed=True BackoffLimitExceeded"
    assert failed.status.failed == 1 and pods(made) == []


def test_a_deadline_stops_the_pods_and_fails_the_job() -> None:
    made = later(cluster(node(), job("trap 'exit 1' TERM; sleep 1000 & wait", activeDeadlineSeconds=20)), 20)
    assert conditions(the_job(made)) == ["FailureTarget=True DeadlineExceeded"]
    assert the_job(made).status.terminating == 1
    later(made, 60)
    failed = the_job(made)
    assert conditions(failed)[-1] == "Failed=True DeadlineExceeded"
    assert pods(made) == [] and failed.status.failed == 1
    assert told(made, failed)[-1] == "DeadlineExceeded: Job was active longer than specified deadline"


def test_a_finished_job_goes_with_its_pods_when_its_time_to_live_is_over() -> None:
    made = later(cluster(node(), job("sleep 5", ttlSecondsAfterFinished=30)), 36)
    assert the_job(made).finished == "Complete"
    later(made, 2)
    assert made.state.count("Job") == 0 and pods(made) == []


def test_a_suspended_job_has_no_pods_and_goes_on_when_it_is_resumed() -> None:
    made = later(cluster(node(), job("sleep 30", suspend=True)), 10)
    waiting = the_job(made)
    assert pods(made) == [] and waiting.status.start_time is None
    assert conditions(waiting) == ["Suspended=True JobSuspended"]
    later(patched(made, WORK, {"suspend": False}), 5)
    running = the_job(made)
    assert conditions(running) == ["Suspended=False JobResumed"] and running.status.start_time == START + 10
    later(patched(made, WORK, {"suspend": True}), 40)
    assert pods(made) == [] and the_job(made).status.failed == 0
    later(patched(made, WORK, {"suspend": False}), 60)
    assert the_job(made).finished == "Complete"
    assert [each for each in told(made, the_job(made)) if each.startswith(("Susp", "Resu"))] == [
        "Suspended: Job suspended", "Resumed: Job resumed",
    ]  # fmt: skip


def test_less_parallelism_deletes_pods_that_count_for_nothing() -> None:
    made = later(cluster(node(), job("sleep 300", parallelism=4, completions=8)), 5)
    later(patched(made, WORK, {"parallelism": 1}), 40)
    assert len(pods(made)) == 1
    assert (the_job(made).status.active, the_job(made).status.failed) == (1, 0)


def test_a_pod_that_somebody_deletes_counts_as_failed_and_is_replaced() -> None:
    made = later(cluster(node(), job("sleep 300")), 5)
    [first] = pods(made)
    made.submit("user", [Delete(ref=ref_of(first))])
    later(made, 60)
    [second] = pods(made)
    assert second.metadata.uid != first.metadata.uid and the_job(made).status.failed == 1


def test_an_evicted_pod_is_let_go_and_replaced_elsewhere() -> None:
    made = later(cluster(node("w1"), node("w2"), job("sleep 300")), 5)
    [first] = pods(made)
    made.submit("user", [Patch(Ref("Node", "", first.spec.node_name), {"spec": {"unschedulable": True}}, "merge")])
    made.submit("user", [Evict(ref=ref_of(first))])
    later(made, 60)
    [second] = pods(made)
    assert second.spec.node_name not in ("", first.spec.node_name)


def test_where_only_failed_pods_are_replaced_one_that_terminates_is_waited_for() -> None:
    made = later(cluster(node(), job("sleep 300", podReplacementPolicy="Failed")), 5)
    [first] = pods(made)
    made.submit("user", [Delete(ref=ref_of(first), grace_seconds=20)])
    later(made, 10)
    assert len(pods(made)) == 1 and the_job(made).status.terminating == 1
    later(made, 60)
    [second] = pods(made)
    assert second.metadata.uid != first.metadata.uid


def test_a_deleted_job_takes_its_pods_along() -> None:
    for propagation in (BACKGROUND, FOREGROUND):
        made = later(cluster(node(), job("sleep 300", parallelism=2, completions=2)), 5)
        made.submit("user", [Delete(ref=WORK, propagation=propagation)])
        later(made, 60)
        assert made.state.count("Job") == 0 and pods(made) == []


def test_a_rule_of_the_failure_policy_fails_the_job_at_once() -> None:
    rule = {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42]}}
    made = later(cluster(node(), job("sleep 3; exit 42", podFailurePolicy={"rules": [rule]}, parallelism=2,
                                     completions=4)), 60)  # fmt: skip
    failed = the_job(made)
    first = pods(made)[0].metadata.name
    why = f"Container main for pod default/{first} failed with exit code 42 matching FailJob rule at index 0"
    assert failed.status.conditions[-1].message == why
    assert conditions(failed)[-1] == "Failed=True PodFailurePolicy"


def test_an_ignored_failure_does_not_count() -> None:
    rule = {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}
    made = later(
        cluster(node(), job("sleep 300", podFailurePolicy={"rules": [rule]}, backoffLimit=0)), 5
    )
    made.submit("user", [Evict(ref=ref_of(pods(made)[0]))])
    later(made, 90)
    assert the_job(made).status.failed == 0 and not the_job(made).finished
    assert [each.active for each in pods(made)][-1]


def test_a_job_adopts_a_matching_orphan_and_counts_it() -> None:
    selector = {"matchLabels": {"app": "x"}}
    made = job("sleep 30", manualSelector=True, selector=selector)
    meta = evolve(made.spec.template.metadata, labels={"app": "x"})
    made = evolve(made, spec=evolve(made.spec, template=evolve(made.spec.template, metadata=meta)))
    orphan = pod("orphan", labels={"app": "x"}, restartPolicy="Never",
                 containers=[{"name": "c", "image": "busybox:1.36", "command": ["sleep", "5"]}])  # fmt: skip
    running = later(cluster(node(), orphan, made), 30)
    assert [each.metadata.name for each in pods(running)] == ["orphan"]
    assert the_job(running).finished == "Complete"


def test_a_job_of_another_controller_is_left_alone() -> None:
    made = later(cluster(node(), job("sleep 5", managedBy="example.com/queue")), 10)
    assert pods(made) == [] and the_job(made).status.start_time is None


def test_a_refused_pod_is_asked_for_again_and_told_of() -> None:
    quarantined = job("sleep 5")
    spec = evolve(quarantined.spec.template.spec, priority_class_name="gone")
    template = evolve(quarantined.spec.template, spec=spec)
    made = later(cluster(node(), evolve(quarantined, spec=evolve(quarantined.spec, template=template))), 20)
    assert pods(made) == []
    assert any(each.startswith("FailedCreate: Error creating: pods \"work-") for each in told(made, the_job(made)))
    high = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "gone"}, "value": 5}
    made.submit("user", [Create(from_manifest(high))])
    later(made, 90)
    assert the_job(made).finished == "Complete"


def test_waking_everything_changes_nothing_whatever_a_job_is_at() -> None:
    made = cluster(node(), job("exit 1", backoffLimit=2), job("sleep 20", name="other", parallelism=2, completions=5))
    for _ in range(20):
        later(made, 5)
        revision = made.state.revision
        made.jump(made.now)
        made.settle()
        assert made.state.revision == revision + 1  # the jump itself


