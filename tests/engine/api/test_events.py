"""Events: reported once, then counted."""

import re

from attrs import evolve

from engine.api.admit import admit
from engine.api.writes import Create, Delete, Emit
from engine.kinds import Event, EventSource, Namespace, Object, ObjectReference, Pod, Ref
from engine.store.state import State
from tests.builders import namespace, node, pod
from tests.engine.admitting import NOW, holding, submitted


def pulled(subject: Object, message: str = "Successfully pulled image", host: str = "w1") -> Emit:
    return Emit(subject=subject, type="Normal", reason="Pulled", message=message, component="kubelet", host=host)


def the(state: State) -> Pod:
    return next(state.all(Pod))


def test_a_report_becomes_an_event_beside_its_subject() -> None:
    state = holding(pod("p"))
    state = submitted(state, pulled(the(state)))
    (event,) = state.events_of(the(state))
    assert re.fullmatch(r"p\.[0-9a-f]{16}", event.metadata.name)
    assert event.metadata.namespace == "default"
    assert event.involved_object == ObjectReference(
        kind="Pod",
        namespace="default",
        name="p",
        uid=the(state).metadata.uid,
        api_version="v1",
        resource_version="2",
    )
    assert (event.type, event.reason, event.count) == ("Normal", "Pulled", 1)
    assert (event.first_timestamp, event.last_timestamp) == (NOW, NOW)
    assert event.source == EventSource(component="kubelet", host="w1")


def test_the_same_report_counts_up() -> None:
    state = holding(pod("p"))
    for later in (0, 5, 9):
        state = submitted(state, pulled(the(state)), now=NOW + later)
    (event,) = state.all(Event)
    assert (event.count, event.first_timestamp, event.last_timestamp) == (3, NOW, NOW + 9)


def test_the_same_report_twice_in_one_call_counts_two() -> None:
    state = holding(pod("p"))
    state = submitted(state, pulled(the(state)), pulled(the(state)))
    assert [event.count for event in state.all(Event)] == [2]


def test_another_message_is_another_event() -> None:
    state = holding(pod("p"))
    state = submitted(state, pulled(the(state)), pulled(the(state), "Something else"))
    assert state.count("Event") == 2


def test_a_pod_of_the_same_name_starts_its_own_events() -> None:
    state = holding(pod("p"))
    state = submitted(state, pulled(the(state)))
    state = submitted(state, Delete(ref=Ref("Pod", "default", "p")))
    state = submitted(state, Create(pod("p")))
    state = submitted(state, pulled(the(state)))
    assert [event.count for event in state.all(Event)] == [1, 1]


def test_events_about_nodes_are_kept_in_default() -> None:
    state = holding(node("w1"))
    (subject,) = state.objects("Node")
    (event,) = submitted(state, pulled(subject)).all(Event)
    assert (event.metadata.namespace, event.involved_object.namespace) == ("default", "")


def test_a_terminating_namespace_drops_new_reports_and_nothing_fails() -> None:
    state = holding(namespace("old"), pod("p", namespace="old"))
    subject = the(state)
    state = submitted(state, Delete(ref=Ref("Namespace", "", "old")))
    assert submitted(state, pulled(subject)) is state


def test_a_namespace_that_is_deleted_or_made_in_one_call_drops_or_takes_the_reports_after_that() -> None:
    state = holding(namespace("old"), pod("p", namespace="old"))
    before, after = (pulled(the(state), message) for message in ("before", "after"))
    told = submitted(state, before, Delete(ref=Ref("Namespace", "", "old")), after)
    assert [event.message for event in told.all(Event)] == ["before"]
    elsewhere = evolve(the(state), metadata=evolve(the(state).metadata, namespace="new"))
    told = submitted(state, pulled(elsewhere, "before"), Create(namespace("new")), pulled(elsewhere, "after"))
    assert [event.message for event in told.all(Event)] == ["after"]


def test_reports_of_one_call_about_one_part_of_an_object_share_their_reference() -> None:
    state = holding(pod("p"))
    first, second = submitted(state, pulled(the(state), "a"), pulled(the(state), "b")).all(Event)
    assert first.involved_object is second.involved_object


def test_a_missing_namespace_drops_reports() -> None:
    state = holding(pod("p"))
    gone = evolve(the(state), metadata=evolve(the(state).metadata, namespace="nowhere"))
    assert submitted(state, pulled(gone)) is state


def test_an_event_name_does_not_depend_on_the_seed() -> None:
    state = holding(pod("p"))
    names = {admit(state, [pulled(the(state))], now=NOW, seed=seed).puts[0].metadata.name for seed in "ab"}
    assert len(names) == 1


def test_a_namespaces_own_events_live_in_default() -> None:
    state = holding(namespace("shop"))
    subject = state.find(Namespace, "shop")
    assert subject is not None
    assert next(submitted(state, pulled(subject)).all(Event)).metadata.namespace == "default"
