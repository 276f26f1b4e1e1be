"""The language after ``/``: each of its rules, on rows of real tables; and one clear line for what cannot be read."""

import pytest
from attrs import evolve
from textual.pilot import Pilot

from engine.errors import K9liteError
from engine.kinds import Event, Object, OwnerReference, Pod, from_manifest
from engine.store.state import State
from k9lite.filtering.amounts import amount, duration_seconds, leading_amount, natural
from k9lite.filtering.grammar import parse
from k9lite.filters import Filter, field_completions, unknown_field
from k9lite.listing import Listing
from k9lite.resource import Query
from k9lite.resources import RESOURCES
from tests.builders import deployment, node, service
from tests.console.running import created, state_of
from tests.console.showing import WIDE, living, show, shown

NOW = 1_780_000_600


def shaped(
    name: str, namespace: str = "shop", *, node: str = "", age: int = 0, app: str = "web", restarts: int = 0,
    phase: str = "Running", image: str = "nginx:1.27",
) -> Pod:  # fmt: skip
    manifest = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": app}, "uid": f"{namespace}/{name}"},
        "spec": {"containers": [{"name": "main", "image": image}], "nodeName": node},
        "status": {
            "phase": phase,
            "containerStatuses": [
                {"name": "main", "restartCount": restarts, "ready": phase == "Running", "image": image,
                 "imageID": "", "state": {"running": {"startedAt": "2026-05-28T20:26:40Z"}}}
            ],
        },
    }  # fmt: skip
    made = from_manifest(manifest)
    assert isinstance(made, Pod)
    return evolve(made, metadata=evolve(made.metadata, creation_timestamp=NOW - age))


ROWS = state_of(
    shaped("web-1", node="n3", age=30, restarts=4),
    shaped("web-2", node="n30", age=400, restarts=13),
    shaped("db-1", node="n3", age=4000, app="db", image="redis:7"),
    shaped("dns", "kube-system", node="n1", age=90_000, app="dns", phase="Pending"),
)


def names(text: str, state: State = ROWS, kind: str = "Pod", now: int = NOW) -> list[str]:
    found = Listing(RESOURCES[kind], Query(kind=kind), Filter(text))
    found.update(state, now)
    return [ref.name for key in found.keys if (ref := found.ref(key)) is not None]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "dns db-1 web-1 web-2"),
        ("web", "web-1 web-2"),
        ("WEB n30", "web-2"),
        ("web 10.9.9.9", ""),
        ("!web", "dns db-1"),
        ("!web !dns", "db-1"),
        ('"web-1"', "web-1"),
        ("'shop db'", "db-1"),
        ("web-\\d", "web-1 web-2"),
        ("/web-[12] +1/1/", "web-1 web-2"),
        ("!/web-[12]/", "dns db-1"),
        ("-l app=db", "db-1"),
        ("-l app in (db, dns)", "dns db-1"),
        ("-l app in (db, dns),app!=db", "dns"),
        ("-l app=web n30", "web-2"),
        ("-l 'app in (db,dns)' shop", "db-1"),
        ("-f wb2", "web-2"),
        ("web-1 | db", "db-1 web-1"),
        ("web-1 or dns", "dns web-1"),
        ("status:pending", "dns"),
        ("status:!Pending node:n3", "db-1 web-1"),
        ("!status:Pending node:n3", "db-1 web-1"),
        ("node:n3", "db-1 web-1"),
        ("node=n3", "db-1 web-1"),
        ("node!=n3", "dns web-2"),
        ("node:/^n30?$/", "db-1 web-1 web-2"),
        ("node:n(1|30)", "dns web-2"),
        ("node:!n(1|30)", "db-1 web-1"),
        ("ns:!kube-system", "db-1 web-1 web-2"),
        ("namespace:shop db", "db-1"),
        ("NS:SHOP web-2", "web-2"),
        ("age<5m", "web-1"),
        ("age<=400s", "web-1 web-2"),
        ("age>1h", "dns db-1"),
        ("age>=1d1h", "dns"),
        ("age=6m", "web-2"),
        ("age!=6m web", "web-1"),
        ("!age<5m", "dns db-1 web-2"),
        ("restarts>3", "web-1 web-2"),
        ("restarts:3", ""),
        ("restarts=13", "web-2"),
        ("restarts>=4 restarts<13", "web-1"),
        ("ready:0/1", "dns"),
        ("ready=1/1 db", "db-1"),
        ("image:nginx", "dns web-1 web-2"),
        ("image:redis:7", "db-1"),
        ("label:app=web age>1m", "web-2"),
        ("label:!app=web", "dns db-1"),
        ("label:'app in (db)'", "db-1"),
        ("name:web", "web-1 web-2"),
        ("name:1", "db-1 web-1"),
        ("name:'eb-1'", "web-1"),
        ("name>dns", "web-1 web-2"),
        ("ip:<none>", "dns db-1 web-1 web-2"),
        ("nominated-node:<none> db", "db-1"),
        ("status:", "dns db-1 web-1 web-2"),
        ("redis:7", ""),
        ("none:>", ""),
    ],
)
def test_a_filter_lets_through_what_it_says(text: str, found: str) -> None:
    assert sorted(names(text)) == sorted(found.split())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(", "/( is no regular expression: missing ), unterminated subpattern (at character 1)"),
        ("web [", "/[ is no regular expression: unterminated character set (at character 5)"),
        ("name:/(/", "/name:/(/ is no regular expression: missing ), unterminated subpattern (at character 1)"),
        ('web "no space', '/"no space: this quote is not closed (at character 5)'),
        ("age<banana", "/age<banana: banana is no duration (90s, 5m, 2h30m, 3d) (at character 1)"),
        ("web age<", "/age<: compared with what? (at character 5)"),
        ("-l a=b=c", "/-l a=b=c: found '=', expected: ',' or 'end of string' (at ch"),
        ("db stauts>5", "/stauts>5: no column stauts here, only "),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_line_that_says_where(text: str, said: str) -> None:
    with pytest.raises(K9liteError) as refused:
        names(text)
    assert str(refused.value).startswith(said) and "\n" not in str(refused.value)


def test_a_word_before_a_colon_that_is_no_column_is_text() -> None:
    state = state_of(deployment("web", template={"containers": [{"name": "main", "image": "nginx:1.27"}]}))
    assert names("nginx:1.27", state, "Deployment") == ["web"]
    assert names("image:nginx images:1.27", state, "Deployment") == ["web"]
    assert names("!nginx:1.27", state, "Deployment") == []


def test_cells_compare_by_their_numbers_and_versions_by_the_numbers_in_them() -> None:
    def kubelet(name: str, version: str) -> Object:
        made = node(name)
        return evolve(made, status=evolve(made.status, node_info={"kubeletVersion": version}))

    state = state_of(kubelet("w1", "v1.9.3"), kubelet("w2", "v1.30.1"))
    assert names("version<v1.30", state, "Node") == ["w1"]
    assert names("version>=v1.30.1", state, "Node") == ["w2"]
    assert names("pods<1", state, "Node") == ["w1", "w2"]
    assert names("cpu>5%", state, "Node") == []


def test_columns_of_any_table_are_fields() -> None:
    state = created(service("web"), deployment("web", replicas=3))
    assert names("type:ClusterIP cluster-ip:10 cluster-ip:!10.9.9.9", state, "Service") == ["web"]
    assert names("up-to-date=0 AVAILABLE<1", state, "Deployment") == ["web"]


def test_events_are_asked_when_they_were_seen_last() -> None:
    def event(name: str, seconds_ago: int) -> Object:
        made = from_manifest({
            "apiVersion": "v1", "kind": "Event", "metadata": {"name": name, "namespace": "shop"},
            "involvedObject": {"kind": "Pod", "name": name, "namespace": "shop"}, "reason": "Failed", "message": "no",
        })  # fmt: skip
        assert isinstance(made, Event)
        return evolve(made, metadata=evolve(made.metadata, uid=name), last_timestamp=NOW - seconds_ago)

    state = state_of(event("a.1", 20), event("b.2", 900))
    assert names("lastseen<1m", state, "Event") == ["a.1"]
    assert names("last-seen>1m reason:fail", state, "Event") == ["b.2"]


def test_words_are_not_looked_for_in_what_runs_on_by_itself() -> None:
    state = state_of(shaped("web-1", age=42), shaped("db-42", age=400))
    assert names("42", state) == ["db-42"] and names("42s", state) == [] and names("age:42s", state) == ["web-1"]


def test_an_owner_is_a_kind_and_a_name() -> None:
    owned = shaped("web-1")
    owner = OwnerReference(api_version="apps/v1", kind="ReplicaSet", name="web-7d9f", uid="u")
    owned = evolve(owned, metadata=evolve(owned.metadata, owner_references=(owner,)))
    assert names("owner:replicaset/web", state_of(owned, shaped("other"))) == ["web-1"]


def test_ages_come_and_go_as_time_does_and_nobody_is_asked_before() -> None:
    asked = 0
    state = state_of(*(shaped(f"p-{number}", age=number) for number in range(300)))
    found = Listing(RESOURCES["Pod"], Query(kind="Pod"), Filter("age<200s age>=100s"))
    found.update(state, NOW)
    assert len(found.keys) == 100
    for test in found._sieve.groups[0]:
        inner = test.passing

        def counted(*args: object, inner: object = inner) -> object:
            nonlocal asked
            asked += 1
            return inner(*args)  # type: ignore[operator]  # what it stands for

        object.__setattr__(test, "passing", counted)
    for seconds in range(1, 250):
        found.update(state, NOW + seconds)
        ages = [NOW + seconds - (NOW - number) for number in range(300)]
        assert len(found.keys) == sum(100 <= age < 200 for age in ages)
    assert asked <= 2 * 200, "only in seconds in which somebody comes or goes"
    found.update(state, NOW)
    assert len(found.keys) == 100, "back in time as well"


def test_a_longer_word_looks_only_at_what_passed_the_shorter_one() -> None:
    def sieve(text: str) -> object:
        return Filter(text).over(RESOURCES["Pod"])

    for longer, shorter in [("web", "we"), ("web x", "web"), ("we node:nab", "we node:na"), ("web age<5m", "we")]:
        assert sieve(longer).narrows(sieve(shorter)), (longer, shorter)  # type: ignore[attr-defined]
    for longer, shorter in [
        ("we", "web"), ("!web", "!we"), ("node:n30", "node:n3"), ("a | b", "a"), ("web age<5m", "age<5m"),
    ]:  # fmt: skip
        assert not sieve(longer).narrows(sieve(shorter)), (longer, shorter)  # type: ignore[attr-defined]


def test_terms_know_where_they_stand() -> None:
    ((first, second),) = parse("web  age<5m")
    assert (first.raw, first.at, second.raw, second.at, second.operator) == ("web", 0, "age<5m", 5, "<")
    assert parse("a | b or c | ") == (parse("a")[0], *parse("    b"), *parse("         c"))


def test_amounts_are_read_as_people_write_them() -> None:
    assert [duration_seconds(text) for text in ("90s", "5m", "2h30m", "1d", "45", "x", "5")] == [
        90, 300, 9000, 86400, 45, None, 5,
    ]  # fmt: skip
    assert [amount(text) for text in ("100m", "1Gi", "1gi", "1.5", "42%", "2k", "n3", "")] == [
        0.1, 2**30, 2**30, 1.5, 42, 2000, None, None,
    ]  # fmt: skip
    assert [leading_amount(text) for text in ("3 (5m ago)", "1/2", "-", "64Mi")] == [3, 1, None, 64 * 2**20]
    assert natural("100m") > natural("5m") and natural("v1.9") < natural("v1.30")


def test_names_of_fields_complete_the_last_word() -> None:
    pods = RESOURCES["Pod"]
    assert field_completions(pods, "web st") == ["web status:"]
    assert field_completions(pods, "!na") == ["!namespace:", "!name:"]
    assert field_completions(pods, "la") == ["label:"]
    assert field_completions(pods, "web ") == [] and field_completions(pods, "status:Pen") == []


def test_a_field_that_there_is_not_is_told_where_nothing_is_found_and_a_colon_in_a_word_is_none() -> None:
    async def story(pilot: Pilot[int]) -> None:
        await pilot.press("slash", *"foo:bar")
        await pilot.pause()
        assert "0 of 4: no field foo; fields here: %cpu/l" in shown(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert "no field foo; fields here:" in shown(pilot) and "/foo:bar" in shown(pilot)
        await pilot.press("escape", "slash", *"web")
        await pilot.pause()
        assert "no field" not in shown(pilot)

    show(living(), story, WIDE)
    pods = RESOURCES["Pod"]
    assert unknown_field(Filter("status:Pending ns:shop label:a=b -l x=y web"), pods) == ""
    assert unknown_field(Filter("web | colour=red"), pods).startswith("no field colour; fields here: %cpu/l, ")
