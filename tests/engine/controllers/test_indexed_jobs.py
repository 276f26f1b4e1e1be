"""Indexed Jobs: each index once, under its own name, with limits of its own; and the compact form of indexes."""

from hypothesis import given
from hypothesis import strategies as st

from engine.indexes import (
    common_count,
    count_of,
    format_indexes,
    gaps,
    has_index,
    merged,
    parse_indexes,
    with_indexes,
)
from engine.kubelet.logs import log_lines
from tests.builders import cluster, node
from tests.engine.batch_given import (
    WORK,
    conditions,
    indexed,
    indexes,
    job,
    later,
    patched,
    pods,
    the_job,
    told,
)

sets = st.frozensets(st.integers(0, 60), max_size=40)


def test_each_index_has_a_pod_that_knows_it() -> None:
    made = later(cluster(node(), indexed("echo index $JOB_COMPLETION_INDEX on $(hostname); sleep 3")), 20)
    assert indexes(made) == ["0", "1", "2"]
    for number, each in enumerate(pods(made)):
        assert each.metadata.name.startswith(f"work-{number}-")
        assert each.metadata.labels["batch.kubernetes.io/job-completion-index"] == str(number)
        assert each.spec.extra["hostname"] == f"work-{number}"
        [line] = log_lines(made.state, each, "main", made.now)
        assert line.text == f"index {number} on work-{number}"
    done = the_job(made)
    assert (done.status.completed_indexes, done.status.succeeded) == ("0-2", 3)
    assert done.finished == "Complete"


def test_the_lowest_free_indexes_come_first() -> None:
    made = cluster(node(), indexed("sleep 5", completions=5, parallelism=2))
    later(made, 3)
    assert indexes(made) == ["0", "1"]
    later(made, 6)
    assert indexes(made) == ["0", "1", "2", "3"]
    assert the_job(made).status.completed_indexes == "0,1"


def test_an_index_that_failed_too_often_is_lost_and_the_others_go_on() -> None:
    script = "sleep 2; test $JOB_COMPLETION_INDEX != 1"
    made = later(cluster(node(), indexed(script, backoffLimitPerIndex=1)), 60)
    failed = the_job(made)
    assert indexes(made) == ["0", "1", "2", "1"]
    assert (failed.status.completed_indexes, failed.status.failed_indexes) == ("0,2", "1")
    assert conditions(failed)[-1] == "Failed=True FailedIndexes"
    counts = [each.metadata.annotations["batch.kubernetes.io/job-index-failure-count"] for each in pods(made)]
    assert counts == ["0", "0", "0", "1"]
    assert told(made, failed)[-1] == "FailedIndexes: Job has failed indexes"


def test_too_many_lost_indexes_fail_the_job_early() -> None:
    made = later(
        cluster(node(), indexed("exit 1", completions=6, backoffLimitPerIndex=0, maxFailedIndexes=1, parallelism=2)),
        30,
    )
    assert conditions(the_job(made))[-1] == "Failed=True MaxFailedIndexesExceeded"
    assert len(pods(made)) == 2


def test_a_failure_policy_can_give_an_index_up() -> None:
    rule = {"action": "FailIndex", "onExitCodes": {"operator": "In", "values": [9]}}
    policy = {"rules": [rule]}
    script = "test $JOB_COMPLETION_INDEX = 2 && exit 9; sleep 3"
    made = later(cluster(node(), indexed(script, backoffLimitPerIndex=5, podFailurePolicy=policy)), 30)
    assert the_job(made).status.failed_indexes == "2"
    assert len(pods(made)) == 3


def test_a_success_policy_ends_the_job_when_its_indexes_are_done() -> None:
    policy = {"rules": [{"succeededIndexes": "0-1", "succeededCount": 1}]}
    script = "test $JOB_COMPLETION_INDEX = 1 || sleep 300; sleep 2"
    made = later(cluster(node(), indexed(script, successPolicy=policy)), 60)
    done = the_job(made)
    assert conditions(done) == ["SuccessCriteriaMet=True SuccessPolicy", "Complete=True SuccessPolicy"]
    assert done.status.conditions[0].message == "Matched rules at index 0"
    assert (done.status.completed_indexes, done.status.failed) == ("1", 0)
    assert indexes(made) == ["1"]


def test_an_indexed_job_shrinks_and_grows_with_its_parallelism() -> None:
    made = later(cluster(node(), indexed("sleep 200", completions=4)), 5)
    later(patched(made, WORK, {"completions": 2, "parallelism": 2}), 40)
    assert sorted(indexes(made)) == ["0", "1"]
    later(patched(made, WORK, {"completions": 3, "parallelism": 3}), 5)
    assert sorted(indexes(made)) == ["0", "1", "2"]


def test_long_names_leave_room_for_the_index() -> None:
    name = "a" * 60
    made = later(cluster(node(), job(name=name, completionMode="Indexed", completions=1)), 5)
    [worker] = pods(made)
    assert worker.metadata.name.startswith("a" * 55 + "-0-") and len(worker.metadata.name) == 63


@given(sets)
def test_indexes_read_back_as_they_were_written(wanted: frozenset[int]) -> None:
    intervals = with_indexes((), wanted)
    assert parse_indexes(format_indexes(intervals), 100) == intervals
    assert count_of(intervals) == len(wanted)
    assert [each for each in range(61) if has_index(intervals, each)] == sorted(wanted)
    assert list(gaps(intervals, 61)) == [each for each in range(61) if each not in wanted]


@given(sets, sets)
def test_two_sets_of_indexes_meet_and_join_as_sets_do(left: frozenset[int], right: frozenset[int]) -> None:
    first, second = with_indexes((), left), with_indexes((), right)
    assert merged(first, second) == with_indexes((), left | right)
    assert common_count(first, second) == len(left & right)


def test_two_neighbours_are_written_as_two_and_what_lies_beyond_is_cut() -> None:
    assert format_indexes(with_indexes((), (0, 1, 3, 4, 5, 9))) == "0,1,3-5,9"
    assert parse_indexes("0,1,3-5,9", 5) == ((0, 1), (3, 4))
    assert parse_indexes("x,2,3-y", 5) == ((2, 2),)
