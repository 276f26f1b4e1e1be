"""What a pane lists, in which order, and what that costs; what a filter and a line at the prompt mean."""

import pytest
from attrs import evolve

from engine.errors import K9liteError, UsageError
from engine.kinds import Pod
from engine.store.commit import Commit
from engine.store.state import State, fold
from k9lite.commands import Kubectl, Own, Show, completions, understand
from k9lite.filters import Filter
from k9lite.listing import Listing, Sort, natural
from k9lite.resource import Query
from k9lite.resources import RESOURCES
from k9lite.widgets.columns import Column, arrange
from tests.builders import deployment, node, pod
from tests.console.running import created, state_of

NOW = 1_780_000_600


def listing(state: State, filter_: str = "", sort: Sort = Sort()) -> list[str]:
    found = Listing(RESOURCES["Pod"], Query(kind="Pod"), Filter(filter_), sort)
    found.update(state, NOW)
    return [ref.name for key in found.keys if (ref := found.ref(key)) is not None]


def test_a_listing_is_in_kubectls_order_until_it_is_sorted() -> None:
    state = created(pod("b"), pod("a", namespace="kube-system"), pod("a10"), pod("a9"))
    assert listing(state) == ["a10", "a9", "b", "a"]
    assert listing(state, sort=Sort("NAME")) == ["a", "a9", "a10", "b"]
    assert listing(state, sort=Sort("NAME", reverse=True)) == ["b", "a10", "a9", "a"]
    assert listing(state, sort=Sort(reverse=True)) == ["a", "b", "a9", "a10"]


def test_ages_sort_by_time_and_not_by_their_text() -> None:
    pods = [evolve(pod(name), metadata=evolve(pod(name).metadata, uid=name, creation_timestamp=NOW - age))
            for name, age in (("old", 9 * 86400), ("young", 50), ("middle", 7200))]  # fmt: skip
    assert listing(state_of(*pods), sort=Sort("AGE")) == ["young", "middle", "old"]
    ordered = listing(state_of(*pods), sort=Sort("AGE", reverse=True))
    assert ordered == ["old", "middle", "young"]


@pytest.mark.parametrize(
    ("smaller", "larger"), [("50s", "3m"), ("23h", "2d"), ("web-9", "web-10"), ("5%", "12%"), ("2d3h", "2d4h")]
)
def test_texts_sort_by_the_numbers_in_them(smaller: str, larger: str) -> None:
    assert natural(smaller) < natural(larger)


def test_a_filter_reads_each_version_of_an_object_once() -> None:
    state = created(pod("a"), pod("b"))
    asked = 0

    def text(obj: Pod, _state: State, _now: int) -> str:
        nonlocal asked
        asked += 1
        return obj.metadata.name

    found = Listing(evolve(RESOURCES["Pod"], text=text), Query(kind="Pod"), Filter("a"))
    for typed in ("a", "b", "ab", "!a"):
        found.filter = Filter(typed)
        found.update(state, NOW)
    assert asked == 2 and [found.ref(key).name for key in found.keys] == ["b"]  # type: ignore[union-attr]  # they are there


def test_a_changed_object_is_read_anew_and_goes_where_it_now_belongs() -> None:
    before = [evolve(pod(name, nodeName="n3"), metadata=evolve(pod(name).metadata, uid=name)) for name in "abc"]
    state = state_of(*before)
    words, fields = (Listing(RESOURCES["Pod"], Query(kind="Pod"), Filter(text)) for text in ("n3", "node:n3"))
    ordered = Listing(RESOURCES["Pod"], Query(kind="Pod"), Filter(), Sort("NODE"))
    for each in (words, fields, ordered):
        each.update(state, NOW)
    moved = evolve(before[0], spec=evolve(before[0].spec, node_name="n4"))
    later = fold(state, Commit(revision=2, time=NOW, actor="user", puts=(moved,)))
    changed = [each.update(later, NOW) for each in (words, fields, ordered)]
    assert changed == [{"a"}] * 3
    assert [list(each.keys) for each in (words, fields, ordered)] == [["b", "c"], ["b", "c"], ["b", "c", "a"]]
    for each in (words, fields, ordered):
        each.update(state, NOW)
        assert list(each.keys) == ["a", "b", "c"]


def test_a_filter_is_a_regex_an_inverse_or_a_selector() -> None:
    state = created(pod("web-1", labels={"app": "web"}), pod("db-1", labels={"app": "db"}))
    assert listing(state, "WEB-\\d") == ["web-1"]
    assert listing(state, "!web") == ["db-1"]
    assert listing(state, "-l app in (db, cache)") == ["db-1"]
    with pytest.raises(UsageError, match="no regular expression"):
        Filter("[")
    with pytest.raises(K9liteError):
        Filter("-l a=b=c")


def test_a_query_narrows_by_node_owner_and_name() -> None:
    state = created(node("w1"), pod("a"), pod("b"))
    names = [obj.metadata.name for obj in Query(kind="Pod", name="b").objects(state)]
    assert names == ["b"]
    assert list(Query(kind="Pod", node="w1").objects(state)) == []
    assert [obj.metadata.name for obj in Query(kind="Node", namespace="default").objects(state)] == ["w1"]


def test_a_line_is_a_kind_an_own_word_or_a_kubectl_command() -> None:
    assert understand("po kube-system", State()) == Show(Query(kind="Pod", namespace="kube-system"))
    shown = understand("deploy -n shop -l app=web", State())
    assert isinstance(shown, Show) and shown.query.namespace == "shop" and shown.query.selector is not None
    assert understand("q", State()) == Own("quit")
    assert understand("seek rev 12", State()) == Own("seek", "rev 12")
    assert understand("ns shop", State()) == Own("ns", "shop")
    assert understand("ns", State()) == Show(Query(kind="Namespace"))
    scaled = understand("kubectl scale deploy web --replicas=3", State())
    assert scaled == Kubectl(("scale", "deploy", "web", "--replicas=3"))
    assert understand("exec -it web -- sh", State()) == Kubectl(("exec", "-it", "web", "--", "sh"))


@pytest.mark.parametrize("line", ["", "po -x", "no shop", "po 'a"])
def test_a_line_that_means_nothing_says_so_in_one_line(line: str) -> None:
    with pytest.raises(K9liteError) as refused:
        understand(line, State())
    assert "\n" not in str(refused.value)


def test_completions_are_whole_lines() -> None:
    state = created(deployment("web"), pod("a"))
    assert completions(state, "dep", "default") == ["deployments"]
    assert "scale" in completions(state, "s", "default") and "speed" in completions(state, "s", "default")
    assert completions(state, "po kube", "default") == ["po kube-system"]
    assert completions(state, "scale deployment w", "default") == ["scale deployment web"]


def test_a_column_that_was_left_out_comes_back_where_it_fits() -> None:
    columns = (Column("NAME"), Column("WIDE", priority=2), Column("S", priority=3))
    assert arrange(columns, [10, 30, 3], 20).shown == (0, 2)
