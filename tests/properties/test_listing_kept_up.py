"""A listing that was kept up through any changes, filters and orders shows what a fresh one would show."""

from collections.abc import Callable
from functools import cache

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kinds import Pod, Ref
from engine.store.commit import Commit
from engine.store.state import State, fold
from k9lite.filters import Filter
from k9lite.listing import Listing, Sort
from k9lite.resource import Query
from k9lite.resources import RESOURCES
from tests.builders import pod

START = 1_780_000_000
NAMESPACES, NODES, APPS = ("default", "shop", "shop-2"), ("", "n3", "n30"), ("web", "db")
FILTERS = (
    "", "w", "we", "web", "web-1", "!web", "-l app=db", "ns:shop", "node:n3", "age<30s", "age>20s web", "web | ns:shop",
    "label:app=web age>=10s", "status:Pending", "restarts>0", "-f wb1", "cpu>0", "age=10s", "/^.* web-1/",
    "n30", "n3 !n30", "age<20s", "age<40s age>=5s",
)  # fmt: skip
SORTS = ("", "NAME", "AGE", "NODE", "NAMESPACE", "STATUS", "CPU")
QUERIES = (
    Query(kind="Pod"), Query(kind="Pod", namespace="shop"),
    Query(kind="Pod", node="n3"), Query(kind="Pod", name="web-1"),
)  # fmt: skip

_pods = st.builds(
    lambda number, namespace, node, app, age: (number, namespace, node, app, age),
    st.integers(0, 12), st.sampled_from(NAMESPACES), st.sampled_from(NODES), st.sampled_from(APPS), st.integers(0, 60),
)  # fmt: skip
_steps = st.one_of(
    st.tuples(st.just("put"), st.lists(_pods, min_size=1, max_size=40)),
    st.tuples(st.just("remove"), st.lists(_pods, min_size=1, max_size=5)),
    st.tuples(st.just("filter"), st.sampled_from(FILTERS)),
    st.tuples(st.just("sort"), st.tuples(st.sampled_from(SORTS), st.booleans())),
    st.tuples(st.just("wait"), st.integers(-20, 40)),
)


@cache
def crowd() -> State:
    """More than a chunk of pods, of every age up to a minute."""
    one = made(0, "default", "n3", "web", 0)
    pods = [
        evolve(one, metadata=evolve(
            one.metadata, name=f"{app}-{number:04}", namespace=namespace, uid=f"{namespace}/{app}-{number}",
            creation_timestamp=START - number % 61,
        ))
        for number in range(240) for namespace, app in (("default", "web"), ("shop", "db"), ("shop-2", "web"))
    ]  # fmt: skip
    return fold(State(time=START), Commit(revision=1, time=START, actor="user", puts=tuple(pods)))


@cache
def made(number: int, namespace: str, node: str, app: str, age: int) -> Pod:
    given_pod = pod(f"{app}-{number}", namespace=namespace, labels={"app": app}, nodeName=node)
    meta = evolve(given_pod.metadata, uid=f"{namespace}/{app}-{number}/{age % 3}", creation_timestamp=START - age)
    return evolve(given_pod, metadata=meta)


def after(state: State, what: str, pods: list[tuple[int, str, str, str, int]]) -> State:
    objects = {(each.metadata.namespace, each.metadata.name): each for each in (made(*args) for args in pods)}
    removes = tuple(
        Ref("Pod", *name) for name in objects if what == "remove" and state.get(Ref("Pod", *name)) is not None
    )
    puts = tuple(objects.values()) if what == "put" else ()
    return fold(state, Commit(revision=state.revision + 1, time=START, actor="user", puts=puts, removes=removes))


def hesitant(answers: list[bool]) -> Callable[[], bool]:
    left = iter(answers)
    return lambda: next(left, False)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(QUERIES),
    st.sampled_from(FILTERS),
    st.sampled_from(SORTS),
    st.lists(_steps, min_size=2, max_size=10),
    st.lists(st.booleans(), max_size=40),
)
def test_a_listing_kept_up_equals_a_fresh_one(
    query: Query, text: str, column: str, steps: list[tuple[str, object]], patience: list[bool]
) -> None:
    state, now = crowd(), START
    kept = Listing(RESOURCES["Pod"], query, Filter(text), Sort(column))
    more = hesitant(patience)
    kept.update(state, now, more)
    for what, argument in steps:
        match what, argument:
            case ("put" | "remove", list() as pods):
                state = after(state, what, pods)
            case "filter", str() as text:
                kept.filter = Filter(text)
            case "sort", (str() as column, bool() as reverse):
                kept.sort = Sort(column, reverse)
            case "wait", int() as seconds:
                now += seconds
        kept.update(state, now, more)
        assert all(kept.get(key) is not None for key in kept.keys), "what is shown is there"
    while kept.unfinished:
        kept.go_on(state, now, more)
    kept.update(state, now)
    fresh = Listing(RESOURCES["Pod"], query, Filter(kept.filter.text), kept.sort)
    fresh.update(state, now)
    assert list(kept.keys) == list(fresh.keys)
    assert len(kept.keys) == len(list(kept.keys)) and kept.total == fresh.total
    assert [kept.keys.index(key) for key in list(kept.keys)] == list(range(len(kept.keys)))
    assert kept.keys[1:3] == list(kept.keys)[1:3]
    plain = Listing(RESOURCES["Pod"], query, Filter(kept.filter.text))
    plain.update(state, now)
    assert set(fresh.keys) == set(plain.keys)
