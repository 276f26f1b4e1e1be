"""A command line means what it means to kubectl, and is refused in kubectl's words."""

import pytest

from engine.errors import UsageError
from engine.kinds import Ref
from engine.store.commit import Commit
from engine.store.state import State, fold
from k9lite.kubectl import HELP, argvs, deed_of, help_lines, parse, split_line, verb_help
from k9lite.not_offered import OF_EVERY_VERB, is_kubectls
from k9lite.verb import Args, Say, View
from k9lite.verbs import VERBS
from tests.builders import node


def args_of(line: str) -> Args:
    return parse(split_line(line))[1]


def refusal(line: str) -> str:
    with pytest.raises(UsageError) as caught:
        parse(split_line(line))
    return str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        "get pods -n shop -o yaml",
        "get -n shop pods -oyaml",
        "get -nshop -o=yaml pods",
        "get --namespace shop --output yaml pods",
        "get --namespace=shop --output=yaml pods",
        "-n shop get pods -o yaml",
        "--namespace=shop get pods -o yaml",
        "kubectl get pods -n shop -o yaml",
    ],
)
def test_flags_may_stand_anywhere_and_in_every_form(line: str) -> None:
    verb, args = parse(split_line(line))
    assert verb.name == "get"
    assert args.words == ("pods",)
    assert args.namespace == "shop"
    assert args.flags["output"] == "yaml"


def test_without_a_namespace_flag_the_present_one_holds() -> None:
    assert parse(["get", "pods"], "shop")[1].namespace == "shop"
    assert parse(["get", "pods", "-n", "other"], "shop")[1].namespace == "other"
    assert parse(["get", "pods", "-A"], "shop")[1].all_namespaces


def test_switches_can_be_written_out_and_turned_off() -> None:
    assert args_of("label no w1 a=b --overwrite").on("overwrite")
    assert not args_of("label no w1 a=b --overwrite=false").on("overwrite")
    assert refusal("label no w1 a=b --overwrite=maybe") == (
        'invalid argument "maybe" for "--overwrite" flag: strconv.ParseBool: parsing "maybe": invalid syntax\n'
        "See 'kubectl label --help' for usage."
    )


def test_a_negative_number_is_a_value_and_not_a_flag() -> None:
    assert args_of("scale deploy/web --replicas -3").flags["replicas"] == "-3"
    assert args_of("scale deploy/web --replicas=3").flags["current-replicas"] == "-1"


def test_words_after_two_dashes_are_never_flags() -> None:
    assert args_of("get -- pods -x").words == ("pods", "-x")


def test_a_flag_that_repeats_keeps_every_value() -> None:
    assert args_of("get po -L app -L tier").flags["label-columns"] == "app\ntier"


def test_unknown_flags_are_refused_as_pflag_does() -> None:
    assert refusal("get pods --foo") == "unknown flag: --foo\nSee 'kubectl get --help' for usage."
    assert refusal("get pods -o yaml -Zx") == (
        "unknown shorthand flag: 'Z' in -Zx\nSee 'kubectl get --help' for usage."
    )
    assert refusal("get pods -o") == "flag needs an argument: 'o' in -o\nSee 'kubectl get --help' for usage."
    assert refusal("scale rs/a --replicas") == (
        "flag needs an argument: --replicas\nSee 'kubectl scale --help' for usage."
    )
    assert refusal("scale rs/a --replicas=many") == (
        'invalid argument "many" for "--replicas" flag: strconv.ParseInt: parsing "many": invalid syntax\n'
        "See 'kubectl scale --help' for usage."
    )


def test_an_unknown_verb_is_refused_with_what_is_near() -> None:
    assert refusal("foobar") == 'unknown command "foobar" for "kubectl"'
    assert refusal("gett pods") == 'unknown command "gett" for "kubectl"\n\nDid you mean this?\n\tget\n\tset\n'


def test_an_open_quote_is_refused() -> None:
    assert "is not closed" in refusal('get "pods')


def test_help_in_any_form_is_the_help_verb() -> None:
    assert parse(["get", "pods", "--help"]) == (HELP, Args(words=("get",)))
    assert parse(["get", "-h"])[1].words == ("get",)
    assert parse([])[0] is HELP
    assert parse(["--help"])[0] is HELP
    verb, args = parse(["help", "scale"])
    assert (verb, args.words) == (HELP, ("scale",))


def test_help_lists_every_verb_once_and_each_verb_shows_its_options() -> None:
    text = "\n".join(help_lines())
    for name, verb in VERBS.items():
        assert (verb.summary in text) == (" -" not in name)
    scale = "\n".join(verb_help(VERBS["scale"]))
    assert "kubectl scale --replicas=COUNT TYPE NAME [flags]" in scale
    assert "--replicas=-1:" in scale
    assert "-l, --selector='':" in scale


def test_a_deed_is_the_line_as_it_could_be_typed_again() -> None:
    line = "kubectl label pods web-1 'note=two words'"
    assert deed_of(split_line(line)) == "kubectl label pods web-1 'note=two words'"


def test_a_selection_over_namespaces_becomes_one_line_each_and_none_names_a_stranger() -> None:
    refs = [Ref("Pod", "a", "x"), Ref("Pod", "b", "x"), Ref("Pod", "a", "y")]
    assert argvs(VERBS["label"], refs, {"changes": "k=v"}) == [
        ["label", "pods", "x", "y", "-n", "a", "k=v"],
        ["label", "pods", "x", "-n", "b", "k=v"],
    ]
    assert VERBS["label"].argv is not None
    assert VERBS["label"].argv(refs, {"changes": "k=v"}) == ["label", "pods", "x", "y", "-n", "a", "k=v"]


def test_no_two_verbs_of_one_kind_share_a_key_and_none_takes_the_tables_keys() -> None:
    tables = {*"jkgGhVnN/:?q0123456789[],.+-wmf", "space", "tab", "enter", "escape"}
    taken: dict[str, list[str]] = {}
    for verb in VERBS.values():
        for key in filter(None, verb.key.split(",")):
            assert key not in tables, verb.name
            taken.setdefault(key, []).append(verb.name)
            assert verb.argv is not None, verb.name
    for key, names in taken.items():
        assert len(names) == 1, f"{key}: {names}"


def test_a_verb_is_found_by_its_other_names() -> None:
    assert parse(["top", "nodes"])[0].name == "top node"
    assert parse(["top", "po"])[0].name == "top pod"


@pytest.mark.parametrize("value", ["client", "server"])
def test_a_dry_run_of_either_kind_writes_nothing_and_says_so(value: str) -> None:
    verb, args = parse(["label", "node", "w1", "a=b", f"--dry-run={value}"])
    run = verb.run(View(fold(State(), Commit(revision=1, time=0, actor="user", puts=(node("w1"),))), 0), args)
    step = next(run)
    assert isinstance(step, Say)
    assert step.text == f"node/w1 labeled ({'server ' if value == 'server' else ''}dry run)"


def test_a_dry_run_of_no_kind_is_refused() -> None:
    with pytest.raises(UsageError, match=r"Invalid dry-run value \(soon\)"):
        parse(["label", "node", "w1", "a=b", "--dry-run=soon"])


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("alpha debug web", "alpha"),
        ("apply edit-last-applied cm x", "apply edit-last-applied"),
        ("apply -f a.yaml --prune --all --applyset=x", "apply --applyset"),
        ("get pods --username=eve", "get --username"),
        ("--kubeconfig=f get pods", "--kubeconfig"),
    ],
)
def test_what_kubectl_has_and_is_not_here_is_said_to_be_so(line: str, what: str) -> None:
    assert refusal(line).startswith(f'"kubectl {what}" is not offered here yet')


def test_nothing_that_is_offered_is_said_not_to_be() -> None:
    for verb in VERBS.values():
        name = verb.name.partition(" -")[0]
        assert parse([*name.split()])[0].name == name
        for option in verb.options:
            is_own = option.name in OF_EVERY_VERB  # a role binding's --user stands before every verb's
            assert is_own or not is_kubectls(name, option.name), (name, option.name)
            assert not option.short or not is_kubectls(name, option.short), (name, option.short)


def test_a_namespace_flag_needs_a_name() -> None:
    assert refusal("-n").startswith("flag needs an argument: 'n' in -n\n")
    assert refusal("--namespace").startswith("flag needs an argument: --namespace\n")


@pytest.mark.parametrize(
    ("flag", "meant", "warning"),
    [
        ("--dry-run", "client", "--dry-run is deprecated and can be replaced with --dry-run=client."),
        (
            "--dry-run=true",
            "client",
            "--dry-run=true is deprecated (boolean value) and can be replaced with --dry-run=client.",
        ),
        (
            "--dry-run=false",
            "none",
            "--dry-run=false is deprecated (boolean value) and can be replaced with --dry-run=none.",
        ),
    ],
)
def test_old_forms_of_a_dry_run_are_warned_of(flag: str, meant: str, warning: str) -> None:
    verb, args = parse(["cordon", "w1", flag])
    state = fold(State(), Commit(revision=1, time=0, actor="user", puts=(node("w1"),)))
    first = next(verb.run(View(state, 0), args))
    assert first == Say(f"Warning: {warning}", error=True)
    assert args.flags["dry-run"] == meant
