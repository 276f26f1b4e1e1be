"""Whatever is typed, kubectl answers with lines and an exit code: a mistake is a refusal, never a crash."""

import shlex

from hypothesis import example, given, settings
from hypothesis import strategies as st

from k9lite.kubectl import GLOBAL_OPTIONS
from k9lite.prompt import complete
from k9lite.verbs import VERBS
from tests.builders import deployment, node, pod, service, stateful_set
from tests.console.running import INTERRUPTED, Session, created

STATE = created(
    node("w1", zone="a"),
    node("w2"),
    pod("web-1", labels={"app": "web"}),
    pod("web-2", labels={"app": "web"}, nodeName="w1"),
    deployment("web", replicas=2),
    service("web"),
    stateful_set("db"),
)
FILES = {
    "good.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
    "bad.yaml": "kind: [\n",
    "odd.yaml": "apiVersion: v1\nkind: Pod\nmetadata: [1, 2]\nspec: 7\n---\njust text\n",
}

FLAGS = sorted({f"--{option.name}" for verb in VERBS.values() for option in (*verb.options, *GLOBAL_OPTIONS)})
NAMES = ["w1", "w2", "web", "web-1", "web-2", "db", "nope", "pod/web-1", "deploy/web", "sts/db", "svc/web", "no/w1"]
KINDS = ["pods", "po", "node", "deploy", "rs,deploy", "svc", "sts", "all", "things", "deploy/", "/web", "a/b/c"]
VALUES = [
    "0",
    "-1",
    "1",
    "9999999999999",
    "x",
    "",
    "=",
    "5s",
    "1h30m",
    "-",
    "app=web",
    "a in (",
    "yaml",
    "wide",
    "{.a[}",
]
CHANGES = ["a=b", "a-", "a=b=c", "*=nginx", "main=nginx:1.28", "=x", "ä=ö", "--", "-", "-f", "good.yaml", "-x"]
WORDS = st.one_of(
    st.sampled_from([*NAMES, *KINDS, *VALUES, *CHANGES, *FLAGS]),
    st.builds("{}={}".format, st.sampled_from(FLAGS), st.sampled_from([*VALUES, *NAMES, *FILES])),
    st.text(max_size=6),
)
LINES = st.builds(
    lambda verb, words: [*verb.split(), *words], st.sampled_from(list(VERBS)), st.lists(WORDS, max_size=6)
)


@settings(max_examples=400, deadline=None)
@given(LINES)
@example(["get", "pods", "-o", "jsonpath={.items[0"])
@example(["delete", "pods", "--all", "--timeout=3s"])
@example(["apply", "-f", "odd.yaml"])
@example(["rollout", "undo", "sts/db"])
@example(["rollout", "restart", "sts/db"])
@example(["set", "image", "sts/db", "*=x"])
def test_any_line_ends_with_an_exit_code(words: list[str]) -> None:
    cluster = Session(STATE, files=FILES)
    done = cluster.run(shlex.join(words))
    assert 0 <= done.code <= 255
    assert done.code in (0, INTERRUPTED) or done.err or done.out


@settings(max_examples=200, deadline=None)
@given(LINES, st.booleans())
def test_any_half_typed_line_can_be_completed(words: list[str], spaced: bool) -> None:
    text = " ".join(words) + " " * spaced
    for offered in complete(STATE, text, "default"):
        assert offered.startswith(text.split(" ")[-1])
