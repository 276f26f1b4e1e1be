"""What the prompt offers while a command is typed."""

import pytest

from engine.kinds import from_manifest
from k9lite.commands import Show, completions, understand
from k9lite.prompt import complete
from k9lite.resource import Query
from k9lite.resources import resource_of
from k9lite.verbs import VERBS
from tests.builders import deployment, namespace, node, pod
from tests.console.running import NOW, state_of

STATE = state_of(
    namespace("default"),
    namespace("shop"),
    node("w1"),
    node("w2"),
    pod("web-1"),
    pod("web-2"),
    pod("cart", namespace="shop"),
    deployment("web"),
    from_manifest(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "two", "namespace": "default"},
            "spec": {"containers": [{"name": "app"}, {"name": "side"}], "initContainers": [{"name": "setup"}]},
        }
    ),
)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("cor", ["cordon"]),
        ("kubectl unc", ["uncordon"]),
        ("rollout ", ["history", "pause", "restart", "resume", "status", "undo"]),
        ("rollout u", ["undo"]),
        ("get dep", ["deployments"]),
        ("get pods ", ["two", "web-1", "web-2"]),
        ("get pods web-1 w", ["web-2"]),
        ("get pods -n shop ", ["cart"]),
        ("get pods -n s", ["shop"]),
        ("get pods --namespace=s", ["--namespace=shop"]),
        ("get pods -o y", ["yaml"]),
        ("get pods --show", ["--show-kind", "--show-labels", "--show-managed-fields"]),
        ("get deploy/", ["deploy/web"]),
        ("get deploy/w", ["deploy/web"]),
        ("cordon ", ["w1", "w2"]),
        ("drain w1 ", ["w2"]),
        ("drain w1 --ig", ["--ignore-daemonsets"]),
        ("scale ", ["deployments", "nodepools", "replicasets", "replicationcontrollers", "statefulsets"]),
        ("scale deploy ", ["web"]),
        ("rollout undo deploy/", ["deploy/web"]),
        ("exec two -c ", ["app", "setup", "side"]),
        ("exec w", ["web-1", "web-2"]),
        ("exec deploy/web -c ", ["main"]),
        ("delete pod web-1 --cascade=o", ["--cascade=orphan"]),
        ("get pods -o custom", ["custom-columns-file=", "custom-columns="]),
        ("run x -o custom", []),
        ("run x --restart=N", ["--restart=Never"]),
        ("patch deploy web --type=s", ["--type=strategic"]),
        ("expose d", ["deployments"]),
        ("taint n", ["nodes"]),
        ("taint nodes ", ["w1", "w2"]),
        ("edit pod ", ["two", "web-1", "web-2"]),
        ("port-forward w", ["web-1", "web-2"]),
        ("cp we", ["web-1:", "web-2:"]),
        ("explain dep", ["deployments"]),
        ("create secret ", ["docker-registry", "generic", "tls"]),
        ("create sec", ["secret"]),
        ("nonsense ", []),
    ],
)
def test_the_last_word_is_completed(text: str, offered: list[str]) -> None:
    assert complete(STATE, text, "default") == offered


def test_an_empty_prompt_offers_every_verb() -> None:
    offered = complete(STATE, "", "default")
    assert {name.split()[0] for name in VERBS} | {"help"} == set(offered)


def test_kinds_that_a_definition_brings_are_offered_and_looked_at_like_others() -> None:
    columns = [{"name": "Size", "type": "integer", "jsonPath": ".spec.size"}]
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    names = {"plural": "gadgets", "singular": "gadget", "kind": "Gadget", "shortNames": ["gd"]}
    version = {"name": "v1", "served": True, "storage": True, "schema": schema, "additionalPrinterColumns": columns}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "gadgets.example.com"},
        "spec": {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]},
        "status": {"conditions": [{"type": "Established", "status": "True"}]},
    }
    gadget = {"apiVersion": "example.com/v1", "kind": "Gadget", "metadata": {"name": "one", "namespace": "shop"}}
    state = state_of(from_manifest(definition), from_manifest(gadget))
    assert list(complete(state, "get gad", "default")) == ["gadgets"]
    assert list(complete(state, "get gd/", "shop")) == ["gd/one"]
    assert "gadgets" in completions(state, "gad", "")
    kind = "Gadget.example.com"
    assert understand("gd shop", state) == Show(Query(kind=kind, namespace="shop"))
    cells = resource_of(kind, state).row(next(state.objects(kind)), state, NOW)
    assert [cell.text for cell in cells][1:3] == ["shop", "one"]
