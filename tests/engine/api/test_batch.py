"""Jobs and CronJobs at the API server: what is filled in, what is refused and in which words."""

from typing import Any

import pytest

from engine.api.writes import Patch, Update
from engine.errors import Invalid
from engine.kinds import Ref, evolve, to_manifest
from engine.kinds.batch import CronJob, Job
from engine.kinds.unknown_fields import unknown_fields
from engine.store.state import State
from tests.engine.batch_given import TICK, WORK, cron_job, job
from tests.engine.given import NOW, manifest, state_with, stored, written

LABELS = ("batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "controller-uid", "job-name")


def refusals(made: Job | CronJob) -> list[str]:
    with pytest.raises(Invalid) as refused:
        state_with(made)
    return [str(each) for each in refused.value.errors]


def changed(state: State, ref: Ref, spec: dict[str, Any]) -> State:
    return written(state, Patch(ref, {"spec": spec}, "merge"))


def test_a_job_leaves_open_what_kubernetes_fills_in() -> None:
    made = job()
    filled = stored(state_with(made), made).spec
    assert (filled.parallelism, filled.completions, filled.backoff_limit) == (1, 1, 6)
    assert (filled.completion_mode, filled.suspend, filled.manual_selector) == ("NonIndexed", False, False)
    assert filled.pod_replacement_policy == "TerminatingOrFailed"
    wide = job(parallelism=3)
    assert stored(state_with(wide), wide).spec.completions is None
    each = job(completionMode="Indexed", completions=2, backoffLimitPerIndex=1)
    assert stored(state_with(each), each).spec.backoff_limit == 2**31 - 1
    rule = {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}
    policy = job(podFailurePolicy={"rules": [rule]})
    filled = stored(state_with(policy), policy).spec
    assert filled.pod_replacement_policy == "Failed" and filled.pod_failure_policy is not None
    assert filled.pod_failure_policy.rules[0].on_pod_conditions[0].status == "True"


def test_a_selector_and_labels_are_generated_that_only_its_pods_have() -> None:
    made = job()
    found = stored(state_with(made), made)
    uid = found.metadata.uid
    assert found.spec.selector is not None
    assert dict(found.spec.selector.match_labels) == {LABELS[0]: uid}
    labels = found.spec.template.metadata.labels
    assert [labels[each] for each in LABELS] == [uid, "work", uid, "work"]
    assert dict(found.metadata.labels) == dict(labels)


def test_a_cron_jobs_template_stays_as_it_was_written() -> None:
    made = cron_job()
    spec = stored(state_with(made), made).spec
    assert (spec.concurrency_policy, spec.suspend) == ("Allow", False)
    assert (spec.successful_jobs_history_limit, spec.failed_jobs_history_limit) == (3, 1)
    assert spec.job_template.spec.parallelism is None and spec.job_template.spec.selector is None
    assert spec.job_template.spec.template.spec.dns_policy == "ClusterFirst"


def test_a_pod_of_a_job_must_be_able_to_end() -> None:
    why = 'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'
    assert refusals(job(policy="Always")) == [why]


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"parallelism": -1}, "spec.parallelism: Invalid value: -1: must be greater than or equal to 0"),
        ({"completionMode": "Sorted"}, 'spec.completionMode: Unsupported value: "Sorted": supported values: '
         '"NonIndexed", "Indexed"'),
        ({"completionMode": "Indexed", "parallelism": 2},
         "spec.completions: Required value: when completion mode is Indexed"),
        ({"backoffLimitPerIndex": 1},
         "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"),
        ({"maxFailedIndexes": 1, "completions": 3, "completionMode": "Indexed"},
         "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified"),
        ({"podReplacementPolicy": "Never"}, 'spec.podReplacementPolicy: Unsupported value: "Never": supported '
         'values: "Failed", "TerminatingOrFailed"'),
        ({"podFailurePolicy": {"rules": [{"action": "Ignore"}]}}, "spec.podFailurePolicy.rules[0]: Invalid value: "
         "specifying one of OnExitCodes and OnPodConditions is required"),
        ({"podFailurePolicy": {"rules": [{"action": "Ignore", "onExitCodes": {"operator": "In", "values": [0]}}]}},
         "spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator"),
        ({"podFailurePolicy": {"rules": [{"action": "Ignore", "onExitCodes": {
            "operator": "In", "values": [2, 1], "containerName": "x"}}]}},
         'spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: "x": must be one of the container '
         "or initContainer names in the pod template"),
        ({"completionMode": "Indexed", "completions": 3, "successPolicy": {"rules": [{"succeededIndexes": "1-3"}]}},
         'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "1-3": error parsing succeededIndexes: '
         'too large index: "3"'),
        ({"completionMode": "Indexed", "completions": 3, "successPolicy": {"rules": []}},
         "spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is "
         "specified"),
        ({"selector": {"matchLabels": {"app": "x"}}}, "spec.template.metadata.labels: Invalid value: "),
    ],
)  # fmt: skip
def test_what_a_job_may_not_say_is_refused_in_kubernetes_words(spec: dict[str, Any], why: str) -> None:
    assert any(each.startswith(why) for each in refusals(job(**spec))), refusals(job(**spec))


def test_labels_that_were_to_be_generated_must_be_right_where_they_are_given() -> None:
    made = job()
    labels = {"job-name": "other"}
    template = evolve(made.spec.template, metadata=evolve(made.spec.template.metadata, labels=labels))
    found = refusals(evolve(made, spec=evolve(made.spec, template=template)))
    assert any(each.endswith("must be 'work'") for each in found), found


def test_an_indexed_jobs_name_must_leave_its_pods_a_hostname() -> None:
    found = refusals(job(name="a.b", completionMode="Indexed", completions=12))
    assert found == ['metadata.name: Invalid value: "a.b": will not able to create pod with invalid DNS label: a.b-11']


def test_the_template_of_a_job_is_fixed_once_it_is_made() -> None:
    made = job()
    state = state_with(made)
    with pytest.raises(Invalid, match=r"spec\.template: Invalid value: .*field is immutable"):
        changed(state, WORK, {"template": {"spec": {"nodeSelector": {"disk": "ssd"}}}})
    for spec in ({"completions": 2}, {"completionMode": "Indexed"}):
        with pytest.raises(Invalid, match="field is immutable"):
            changed(state, WORK, spec)
    assert stored(changed(state, WORK, {"parallelism": 5}), made).spec.parallelism == 5


def test_where_a_suspended_jobs_pods_will_go_may_still_change() -> None:
    made = job(suspend=True)
    state = changed(state_with(made), WORK, {"template": {"spec": {"nodeSelector": {"disk": "ssd"}}}})
    assert dict(stored(state, made).spec.template.spec.node_selector) == {"disk": "ssd"}
    with pytest.raises(Invalid, match="field is immutable"):
        changed(state, WORK, {"template": {"spec": {"dnsPolicy": "Default"}}})


def test_completions_of_an_indexed_job_move_with_its_parallelism() -> None:
    made = job(completionMode="Indexed", completions=2, parallelism=2)
    state = state_with(made)
    assert stored(changed(state, WORK, {"completions": 4, "parallelism": 4}), made).spec.completions == 4
    with pytest.raises(Invalid, match=r"can only be modified in tandem with spec\.parallelism"):
        changed(state, WORK, {"completions": 4})


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"schedule": ""}, "spec.schedule: Required value"),
        ({"schedule": "* * *"},
         'spec.schedule: Invalid value: "* * *": expected exactly 5 fields, found 3: [* * *]'),
        ({"schedule": "TZ=UTC * * * * *"}, 'spec.schedule: Invalid value: "TZ=UTC * * * * *": cannot use TZ or '
         "CRON_TZ in schedule, use timeZone field instead"),
        ({"timeZone": "Europe/Bonn"}, 'spec.timeZone: Invalid value: "Europe/Bonn": unknown time zone Europe/Bonn'),
        ({"timeZone": "../etc"}, 'spec.timeZone: Invalid value: "../etc": unknown time zone ../etc'),
        ({"timeZone": "Local"}, 'spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as '
         "defined in https://www.iana.org/time-zones"),
        ({"concurrencyPolicy": "Never"}, 'spec.concurrencyPolicy: Unsupported value: "Never": supported values: '
         '"Allow", "Forbid", "Replace"'),
        ({"failedJobsHistoryLimit": -1},
         "spec.failedJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0"),
        ({"job": {"manualSelector": True}}, "spec.jobTemplate.spec.manualSelector: Unsupported value: true: "
         'supported values: "nil", "false"'),
    ],
)  # fmt: skip
def test_what_a_cron_job_may_not_say_is_refused_in_kubernetes_words(spec: dict[str, Any], why: str) -> None:
    schedule = spec.pop("schedule", "* * * * *") if "schedule" in spec else "* * * * *"
    assert refusals(cron_job(schedule, **spec)) == [why]


def test_a_cron_jobs_name_leaves_room_for_the_time() -> None:
    made = evolve(cron_job(), metadata=evolve(cron_job().metadata, name="a" * 53))
    assert refusals(made) == [f'metadata.name: Invalid value: "{"a" * 53}": must be no more than 52 characters']


def test_when_a_schedule_was_changed_is_noted_and_kept() -> None:
    made = cron_job("0 0 1 1 *")
    state = changed(state_with(made), TICK, {"schedule": "* * * * *"})
    [entry] = stored(state, made).metadata.extra["managedFields"]
    assert entry["time"] == "2026-05-28T20:26:40Z" and NOW == 1_780_000_000
    replaced = evolve(stored(state, made), metadata=evolve(stored(state, made).metadata, extra={}))
    state = written(state, Update(replaced), now=NOW + 500)
    assert stored(state, made).metadata.extra["managedFields"] == [entry]


def test_a_typo_anywhere_in_a_cron_job_is_found() -> None:
    wrong = to_manifest(manifest("CronJob", "x", "batch/v1", spec={
        "schedule": "* * * * *", "suspended": True,
        "jobTemplate": {"spec": {"completion": 1, "template": {"spec": {"containers": [{"name": "a", "img": "b"}]}}}},
    }))  # fmt: skip
    assert unknown_fields(wrong) == [
        "spec.jobTemplate.spec.completion", "spec.jobTemplate.spec.template.spec.containers[0].img",
        "spec.suspended",
    ]  # fmt: skip
