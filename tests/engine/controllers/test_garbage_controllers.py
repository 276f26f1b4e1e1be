"""Rules 14: dependents without owners, pods without nodes, namespaces and events that end."""

from typing import Any

from attrs import evolve

from engine.api.writes import Create, Delete, Emit, Update
from engine.controllers.event_ttl import EVENT_TTL
from engine.controllers.garbage import GARBAGE_COLLECTOR
from engine.controllers.namespace import NAMESPACE
from engine.controllers.pod_gc import POD_GC
from engine.kinds import (
    ConfigMap,
    Event,
    Namespace,
    Node,
    Object,
    OwnerReference,
    Pod,
    Ref,
    condition,
    owner_reference,
    ref_of,
    with_metadata,
)
from engine.reconcile import Result
from engine.store.state import State
from tests.engine.given import (
    NOW,
    manifest,
    put,
    reconciled,
    removed,
    started,
    state_with,
    stored,
    woken,
    writes_of,
    written,
)

PARENT, CHILD = Ref("ConfigMap", "default", "parent"), Ref("ConfigMap", "default", "child")


def config_map(name: str, namespace: str = "default") -> ConfigMap:
    made = manifest("ConfigMap", name, namespace=namespace)
    assert isinstance(made, ConfigMap)
    return made


def family(children: int = 1, *, block: bool = True) -> State:
    """ConfigMap parent and its children child, child1, child2, ..."""
    state = state_with(config_map("parent"))
    owner = stored(state, config_map("parent"))
    reference = evolve(owner_reference(owner), block_owner_deletion=block)
    names = ["child", *(f"child{number}" for number in range(1, children))]
    made = [with_metadata(config_map(name), owner_references=(reference,)) for name in names]
    return written(state, *map(Create, made))


def collected(state: State) -> State:
    """The collector has run until no object keeps it busy."""
    for _ in range(20):
        before = state
        for ref in [ref_of(obj) for obj in state.objects("ConfigMap")]:
            state = reconciled(state, GARBAGE_COLLECTOR, ref)
        if state is before:
            return state
    raise AssertionError("the collector never rests")


def names(state: State) -> list[str]:
    return [obj.metadata.name for obj in state.objects("ConfigMap")]


def owners(state: State, name: str) -> tuple[OwnerReference, ...]:
    return stored(state, config_map(name)).metadata.owner_references


def test_a_family_with_its_owner_is_left_alone() -> None:
    state = family()
    assert GARBAGE_COLLECTOR.reconcile(state, CHILD, NOW).writes == ()
    assert GARBAGE_COLLECTOR.reconcile(state, PARENT, NOW).writes == ()


def test_dependents_go_after_their_owner() -> None:
    state = written(family(3), Delete(ref=PARENT))
    assert names(collected(state)) == []


def test_the_dependents_of_one_owner_go_in_one_commit() -> None:
    state = written(family(20), Delete(ref=PARENT))
    assert len(writes_of(GARBAGE_COLLECTOR.reconcile(state, CHILD, NOW), Delete)) == 20


def test_an_owner_of_the_same_name_and_another_uid_is_not_the_owner() -> None:
    state = written(family(), Delete(ref=PARENT))
    state = written(state, Create(config_map("parent")))
    assert names(collected(state)) == ["parent"]


def test_one_owner_that_is_left_is_enough_and_the_lost_one_is_dropped() -> None:
    state = written(family(), Create(config_map("second")))
    second = owner_reference(stored(state, config_map("second")), controller=False)
    child = stored(state, config_map("child"))
    both = (*child.metadata.owner_references, second)
    state = written(state, Update(with_metadata(child, owner_references=both)), Delete(ref=PARENT))
    state = collected(state)
    assert [owner.name for owner in owners(state, "child")] == ["second"]


def test_orphaned_dependents_stay_without_their_owner() -> None:
    state = collected(written(family(2), Delete(ref=PARENT, propagation="Orphan")))
    assert names(state) == ["child", "child1"]
    assert owners(state, "child") == () and owners(state, "child1") == ()


def test_an_owner_deleted_in_foreground_waits_for_those_that_block_it() -> None:
    state = written(family(2), Delete(ref=PARENT, propagation="Foreground"))
    child = with_metadata(stored(state, config_map("child")), finalizers=("example.com/hold",))
    state = collected(put(state, child))
    assert names(state) == ["child", "parent"], "the child is held, so the parent waits"
    held = stored(state, config_map("child"))
    state = collected(written(state, Update(with_metadata(held, finalizers=()))))
    assert names(state) == []


def test_an_owner_deleted_in_foreground_does_not_wait_for_others() -> None:
    state = written(family(block=False), Delete(ref=PARENT, propagation="Foreground"))
    assert GARBAGE_COLLECTOR.reconcile(state, PARENT, NOW).writes != ()
    assert names(collected(state)) == []


def test_foreground_goes_down_the_generations() -> None:
    state = family()
    child = stored(state, config_map("child"))
    grandchild = with_metadata(config_map("grandchild"), owner_references=(owner_reference(child),))
    state = written(state, Create(grandchild), Delete(ref=PARENT, propagation="Foreground"))
    state = reconciled(state, GARBAGE_COLLECTOR, CHILD)
    assert stored(state, config_map("child")).metadata.finalizers == ("foregroundDeletion",)
    assert names(collected(state)) == []


def test_an_owner_of_a_kind_that_is_not_served_keeps_its_dependents() -> None:
    strange = OwnerReference(api_version="example.com/v1", kind="Widget", name="w", uid="1")
    state = state_with(with_metadata(config_map("child"), owner_references=(strange,)))
    assert GARBAGE_COLLECTOR.reconcile(state, CHILD, NOW).writes == ()


def test_removing_an_owner_wakes_its_dependents_and_removing_them_one_that_waits() -> None:
    before = family()
    assert woken(GARBAGE_COLLECTOR, before, removed(before, PARENT), PARENT) == [CHILD]
    waiting = written(before, Delete(ref=PARENT, propagation="Foreground"))
    assert woken(GARBAGE_COLLECTOR, before, waiting, PARENT) == [PARENT, CHILD]
    assert woken(GARBAGE_COLLECTOR, waiting, removed(waiting, CHILD), CHILD) == [PARENT]


def test_ordinary_changes_wake_nobody() -> None:
    before = family()
    after = put(before, with_metadata(stored(before, config_map("child")), labels={"a": "b"}))
    assert woken(GARBAGE_COLLECTOR, before, after, CHILD) == []
    assert woken(GARBAGE_COLLECTOR, state_with(), before, CHILD) == []


def pod(name: str = "p", **spec: Any) -> Pod:
    made = manifest("Pod", name, spec={"containers": [{"name": "main", "image": "nginx"}], **spec})
    assert isinstance(made, Pod)
    return made


def node() -> Node:
    made = manifest("Node", "w1", namespace="", status={"capacity": {"cpu": "4"}})
    assert isinstance(made, Node)
    return made


def test_pods_of_a_node_that_is_gone_are_removed_even_if_they_were_terminating() -> None:
    state = state_with(node(), pod("a"), pod("b"), pod("waiting"))
    leaving = with_metadata(started(stored(state, pod("b"))), deletion_timestamp=NOW + 30)
    state = put(state, started(stored(state, pod("a"))), leaving)
    gone = removed(state, ref_of(node()))
    assert woken(POD_GC, state, gone, ref_of(node())) == [ref_of(pod("a")), ref_of(pod("b"))]
    for name in ("a", "b", "waiting"):
        gone = reconciled(gone, POD_GC, Ref("Pod", "default", name), now=NOW + 40)
    assert [each.metadata.name for each in gone.all(Pod)] == ["waiting"]


def test_a_pod_made_for_a_node_that_is_not_there_waits_40_seconds_for_it() -> None:
    state = state_with(pod())
    state = put(state, started(stored(state, pod())))
    assert POD_GC.reconcile(state, ref_of(pod()), NOW + 39) == Result(again_at=NOW + 40)
    assert list(reconciled(state, POD_GC, ref_of(pod()), now=NOW + 40).all(Pod)) == []


def test_pods_of_a_node_that_is_there_are_left_alone() -> None:
    state = state_with(node(), pod())
    state = put(state, started(stored(state, pod())))
    assert POD_GC.reconcile(state, ref_of(pod()), NOW).writes == ()
    assert woken(POD_GC, state_with(), state, ref_of(pod())) == []


SHOP = Ref("Namespace", "", "shop")


def shop(*objects: Object) -> State:
    """Namespace shop, being deleted, with ``objects`` still in it."""
    state = written(state_with(manifest("Namespace", "shop", namespace="")), *map(Create, objects))
    return written(state, Delete(ref=SHOP))


def namespace(state: State) -> Namespace:
    found = state.find(Namespace, "shop")
    assert found is not None
    return found


def shop_pod() -> Pod:
    return with_metadata(pod(), namespace="shop")


def test_an_active_namespace_is_left_alone() -> None:
    state = state_with(manifest("Namespace", "shop", namespace=""), config_map("a", "shop"))
    assert NAMESPACE.reconcile(state, SHOP, NOW).writes == ()


def test_an_empty_namespace_goes_at_once() -> None:
    state = reconciled(shop(), NAMESPACE, SHOP)
    assert state.find(Namespace, "shop") is None


def test_a_namespace_takes_its_content_along_and_nothing_else() -> None:
    secret = manifest("Secret", "key", namespace="shop")
    state = reconciled(written(shop(config_map("a", "shop"), secret), Create(config_map("b"))), NAMESPACE, SHOP)
    assert state.find(Namespace, "shop") is None
    assert names(state) == ["b"] and state.count("Secret") == 0


def test_pods_go_first_and_hold_the_namespace_up_for_their_grace() -> None:
    state = shop(shop_pod(), config_map("a", "shop"))
    state = put(state, started(stored(state, shop_pod())))
    state = reconciled(state, NAMESPACE, SHOP)
    assert stored(state, shop_pod()).metadata.deletion_timestamp == NOW + 30
    assert names(state) == ["a"]
    remaining = condition(namespace(state).status.conditions, "NamespaceContentRemaining")
    assert remaining is not None
    assert remaining.message == "Some resources are remaining: pods. has 1 resource instances"
    gone = removed(state, ref_of(shop_pod()))
    assert woken(NAMESPACE, state, gone, ref_of(shop_pod())) == [SHOP]
    assert reconciled(gone, NAMESPACE, SHOP).find(Namespace, "shop") is None


def test_finalizers_hold_a_namespace_up_and_are_named() -> None:
    held = with_metadata(config_map("a", "shop"), finalizers=("example.com/hold",))
    state = reconciled(shop(held), NAMESPACE, SHOP)
    told = condition(namespace(state).status.conditions, "NamespaceFinalizersRemaining")
    assert told is not None and told.status == "True"
    assert told.message == (
        "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances"
    )
    assert NAMESPACE.reconcile(state, SHOP, NOW + 60).writes == ()


def test_what_stays_for_its_finalizers_wakes_the_namespace_that_is_to_tell_of_it() -> None:
    before = shop(with_metadata(config_map("a", "shop"), finalizers=("example.com/hold",)))
    ref = Ref("ConfigMap", "shop", "a")
    after = written(before, Delete(ref=ref))
    assert woken(NAMESPACE, before, after, ref) == [SHOP]


def test_what_happens_in_an_active_namespace_does_not_wake_it() -> None:
    before = state_with()
    after = written(before, Create(config_map("a")))
    assert woken(NAMESPACE, before, after, Ref("ConfigMap", "default", "a")) == []


def with_event(at: int) -> State:
    state = state_with(config_map("a"))
    said = Emit(
        subject=stored(state, config_map("a")), type="Normal", reason="Said", message="hello", component="test"
    )
    return written(state, said, now=at)


def test_an_event_is_kept_for_an_hour_and_goes_within_the_next_minute() -> None:
    state = with_event(NOW)
    (event,) = state.all(Event)
    (key,) = woken(EVENT_TTL, state_with(), state, ref_of(event))
    waiting = EVENT_TTL.reconcile(state, key, NOW + 3599)
    assert waiting.writes == () and waiting.again_at is not None
    assert NOW + 3600 <= waiting.again_at < NOW + 3660
    state = reconciled(state, EVENT_TTL, key, now=waiting.again_at)
    assert state.count("Event") == 0


def test_an_event_that_was_counted_again_stays() -> None:
    state = with_event(NOW)
    (event,) = state.all(Event)
    (key,) = woken(EVENT_TTL, state_with(), state, ref_of(event))
    state = put(state, evolve(event, last_timestamp=NOW + 1800, count=2))
    result = EVENT_TTL.reconcile(state, key, NOW + 3660)
    assert result.writes == ()


def test_events_of_the_same_minute_share_a_key() -> None:
    first, second = with_event(NOW - NOW % 60 + 1), with_event(NOW - NOW % 60 + 59)
    keys = [woken(EVENT_TTL, state_with(), state, ref_of(next(state.all(Event)))) for state in (first, second)]
    assert keys[0] == keys[1]
