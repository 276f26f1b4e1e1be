"""A manifest comes back as it was written, whatever fields it has: nothing that is applied is lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.api.patching.merge import merge_patch
from engine.api.patching.strategic import strategic_patch
from engine.api.patching.three_way import three_way
from engine.api.writes import Create, Patch
from engine.kinds import Ref, dump_yaml, from_manifest, load_yaml, to_manifest
from tests.engine.admitting import holding, submitted

Json = Any
words = st.text("abcdefghij", min_size=1, max_size=6)
scalars = st.one_of(words, st.integers(1, 10**6), st.just(True))
"""Values that differ from every default: Go leaves zero values out, and so does the codec."""
values: st.SearchStrategy[Json] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3), st.dictionaries(words, inner, min_size=1, max_size=3)
    ),
    max_leaves=6,
)
unknown = st.dictionaries(words.map(lambda word: f"x-{word}"), values, max_size=2)
labels = st.dictionaries(words, words, min_size=1, max_size=2)


def with_unknown(known: dict[str, st.SearchStrategy[Json]], needed: dict[str, Any]) -> st.SearchStrategy[Json]:
    """Mappings with the ``needed`` fields, some of the ``known`` and some that nobody has heard of."""
    fixed = st.fixed_dictionaries(needed, optional=known)
    return st.builds(lambda first, second: {**second, **first}, fixed, unknown)


quantities = st.sampled_from(["100m", "1", "64Mi", "1.5Gi", "2e3"])
resources = with_unknown(
    {
        "limits": st.dictionaries(st.sampled_from(["cpu", "memory"]), quantities, min_size=1),
        "requests": st.dictionaries(st.sampled_from(["cpu", "memory"]), quantities, min_size=1),
    },
    {},
)
probes = with_unknown(
    {"periodSeconds": st.integers(1, 99), "initialDelaySeconds": st.integers(1, 99)},
    {"httpGet": with_unknown({"path": words}, {"port": st.one_of(st.integers(1, 65535), words)})},
)
ports = with_unknown({"name": words, "hostPort": st.integers(1, 65535)}, {"containerPort": st.integers(1, 65535)})
env = with_unknown({"value": words, "valueFrom": st.fixed_dictionaries({"fieldRef": unknown})}, {"name": words})
containers = with_unknown(
    {
        "command": st.lists(words, min_size=1, max_size=3),
        "ports": st.lists(ports, min_size=1, max_size=2),
        "env": st.lists(env, min_size=1, max_size=2),
        "resources": resources,
        "livenessProbe": probes,
        "volumeMounts": st.lists(
            with_unknown({"readOnly": st.just(True)}, {"name": words, "mountPath": words}), min_size=1, max_size=2
        ),
    },
    {"name": words, "image": words},
)
pod_specs = with_unknown(
    {
        "restartPolicy": words,
        "nodeSelector": labels,
        "volumes": st.lists(with_unknown({"emptyDir": unknown}, {"name": words}), min_size=1, max_size=2),
        "tolerations": st.lists(
            with_unknown({"tolerationSeconds": st.integers(1, 9)}, {}), min_size=1, max_size=2
        ),
        "terminationGracePeriodSeconds": st.integers(0, 99),
    },
    {"containers": st.lists(containers, min_size=1, max_size=2)},
)
metadata = with_unknown({"labels": labels, "annotations": labels, "namespace": words}, {"name": words})
heads = {
    "Pod": ("v1", pod_specs),
    "Deployment": (
        "apps/v1",
        with_unknown(
            {"replicas": st.integers(0, 9), "strategy": with_unknown({"type": words}, {})},
            {
                "selector": with_unknown({"matchLabels": labels}, {}),
                "template": with_unknown({}, {"metadata": metadata, "spec": pod_specs}),
            },
        ),
    ),
    "Service": (
        "v1",
        with_unknown(
            {
                "type": words,
                "selector": labels,
                "clusterIP": words,
                "ports": st.lists(
                    with_unknown(
                        {"targetPort": st.one_of(st.integers(1, 99), words), "nodePort": st.integers(1, 9)},
                        {"port": st.integers(1, 99)},
                    ),
                    min_size=1,
                    max_size=2,
                ),
            },
            {},
        ),
    ),
    "Ingress": ("networking.k8s.io/v1", unknown),
}
manifests = st.one_of(
    [
        with_unknown(
            {},
            {"apiVersion": st.just(version), "kind": st.just(kind), "metadata": metadata, "spec": spec},
        )
        for kind, (version, spec) in heads.items()
    ]
)


@given(manifests)
def test_an_object_gives_back_the_manifest_it_was_read_from(manifest: dict[str, Json]) -> None:
    written = to_manifest(from_manifest(manifest))
    if not manifest["spec"]:
        written.setdefault("spec", {})  # an empty spec is no spec
    assert written == manifest


@given(manifests)
def test_an_object_equals_itself_read_back_from_yaml(manifest: dict[str, Json]) -> None:
    obj = from_manifest(manifest)
    (read,) = load_yaml(dump_yaml(to_manifest(obj)), "it")
    assert from_manifest(read) == obj


@given(unknown)
def test_fields_that_nobody_models_live_in_the_cluster(fields: dict[str, Json]) -> None:
    made = from_manifest({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", **fields}, **fields})
    state = submitted(holding(), Create(made))
    ref = Ref("ConfigMap", "default", "c")
    state = submitted(state, Patch(ref, {"data": {"a": "1"}}))
    stored = state.get(ref)
    assert stored is not None
    written = to_manifest(stored)
    assert fields.items() <= written.items()
    assert fields.items() <= written["metadata"].items()


documents = st.dictionaries(words, values, max_size=4)


@given(documents, documents)
def test_a_merge_patch_is_idempotent(target: Json, patch: Json) -> None:
    once = merge_patch(target, patch)
    assert merge_patch(once, patch) == once


@given(documents)
def test_an_empty_patch_changes_nothing(target: Json) -> None:
    assert merge_patch(target, {}) == target == strategic_patch(target, {})


@given(documents, documents)
def test_applying_twice_is_applying_once(last: Json, new: Json) -> None:
    once = three_way(last, new, last, strategic=True)
    assert three_way(new, new, once, strategic=True) == once


@given(documents, documents)
def test_an_apply_over_its_own_last_one_gives_what_is_asked(last: Json, new: Json) -> None:
    assert three_way(last, new, last, strategic=True) == new


@given(documents, documents, documents)
def test_an_apply_keeps_what_it_never_spoke_of(last: Json, new: Json, theirs: Json) -> None:
    own = {f"theirs-{key}": value for key, value in theirs.items()}
    merged = three_way(last, new, {**last, **own}, strategic=True)
    assert own.items() <= merged.items()


@given(st.one_of(st.text(max_size=8), st.text("0123456789_+-.:eExob TZyn~", max_size=8)))
def test_any_text_comes_back_from_yaml_as_text(text: str) -> None:
    manifest = {"kind": "ConfigMap", "data": {"key": text, f"key-{text}": "x"}}
    assert list(load_yaml(dump_yaml(manifest), "it")) == [manifest]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("True", '"True"'), ("97", '"97"'), ("", '""'), ("2026-01-02T03:04:05Z", '"2026-01-02T03:04:05Z"'),
        ("y", '"y"'), ("off", '"off"'), ("1e3", '"1e3"'), ("0x1F", '"0x1F"'), ("1_000", '"1_000"'),
        ("12:30", '"12:30"'),
        (".5", '".5"'), ("~", '"~"'), ("null", '"null"'),
        ("*", "'*'"), ("a: b", "'a: b'"), ("- x", "'- x'"), ("#x", "'#x'"),
        ("nginx:1.27", "nginx:1.27"), ("10.0.0.1", "10.0.0.1"), ("100m", "100m"), ("v1.36.0", "v1.36.0"),
        ("don't", "don't"),
    ],
)  # fmt: skip
def test_yaml_has_quotes_where_kubectl_has_them(text: str, shown: str) -> None:
    assert dump_yaml({"key": text}) == f"key: {shown}\n"
