"""Kustomizations: folders in, the YAML that kubectl 1.32 with kustomize 5 prints for them out."""

from pathlib import Path
from textwrap import dedent

import pytest

from engine.errors import UsageError
from engine.kinds import load_yaml
from k9lite.kustomizing.build import Built, built

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, finalizers: [a, b]}
    spec:
      containers:
      - {name: a, image: nginx, args: [x, y], env: [{name: P, value: "1"}]}
      - {name: b, image: nginx}
"""


def write(folder: Path, **files: str) -> None:
    """Names with ``__`` for a slash and ``_`` for a dot."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))


def nothing(url: str) -> str:
    raise AssertionError(f"nobody asked for {url}")


def build(folder: Path, kustomization: str, **files: str) -> Built:
    write(folder, kustomization_yaml=kustomization, dep_yaml=DEPLOYMENT, **files)
    return built(str(folder), nothing)


def objects(found: Built) -> dict[str, dict[str, object]]:
    return {f"{each['kind']}/{each['metadata']['name']}": each for each in load_yaml(found.text, "built")}


def refused(folder: Path, kustomization: str, **files: str) -> str:
    with pytest.raises(UsageError) as caught:
        build(folder, kustomization, **files)
    return str(caught.value)


def test_generated_names_end_in_the_hash_that_kubectl_gives_them(tmp_path: Path) -> None:
    found = build(
        tmp_path,
        r"""
        configMapGenerator:
        - {name: cfg, literals: [a=b]}
        - {name: html, literals: ["k=<b>&", 'e="quoted"', "u=é"], options: {labels: {a: b}, immutable: true}}
        - {name: empty}
        - {name: plain, literals: [a=b], options: {disableNameSuffixHash: true}}
        secretGenerator:
        - {name: pass, literals: [p=q]}
        """,
    )
    assert list(objects(found)) == [
        "ConfigMap/cfg-4h2mbtbbt6", "ConfigMap/empty-6ct58987ht", "ConfigMap/html-t5tgc28ctb", "ConfigMap/plain",
        "Secret/pass-hb2dth72f6",
    ]  # fmt: skip
    html = objects(found)["ConfigMap/html-t5tgc28ctb"]
    assert html["data"] == {"e": "quoted", "k": "<b>&", "u": "é"}
    assert html["immutable"] is True


def test_long_secrets_are_broken_into_lines(tmp_path: Path) -> None:
    found = build(tmp_path, f"secretGenerator: [{{name: long, literals: ['k={'a' * 87}']}}]")
    assert found.text == dedent("""\
        apiVersion: v1
        data:
          k: |
            YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYW
            FhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh
        kind: Secret
        metadata:
          name: long-5hc46hdt9d
        type: Opaque
        """)


def test_a_merge_begins_lists_with_what_the_patch_names(tmp_path: Path) -> None:
    found = build(
        tmp_path,
        """
        resources: [dep.yaml]
        patches:
        - patch: |-
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              template:
                metadata: {finalizers: [c]}
                spec:
                  containers:
                  - {name: z, image: zz}
                  - {name: b, $patch: delete}
                  - {name: a, args: [z], env: [{name: Q, value: "2"}]}
        """,
    )
    assert found.text == dedent("""\
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: web
        spec:
          selector:
            matchLabels:
              app: web
          template:
            metadata:
              finalizers:
              - c
              - a
              - b
              labels:
                app: web
            spec:
              containers:
              - image: zz
                name: z
              - args:
                - z
                env:
                - name: Q
                  value: "2"
                - name: P
                  value: "1"
                image: nginx
                name: a
        """)


def test_a_json_patch_goes_to_all_that_its_target_selects(tmp_path: Path) -> None:
    found = build(
        tmp_path,
        """
        resources: [dep.yaml]
        patches:
        - path: patch.yaml
          target: {kind: Deploy.*, labelSelector: "a!=b"}
        - target: {name: other}
          patch: '[{"op": "remove", "path": "/spec"}]'
        """,
        patch_yaml="""
        - {op: replace, path: /spec/paused, value: true}
        - {op: remove, path: /spec/template/spec/containers/1}
        """,
    )
    spec = objects(found)["Deployment/web"]["spec"]
    assert isinstance(spec, dict)
    assert spec["paused"] is True
    assert [each["name"] for each in spec["template"]["spec"]["containers"]] == ["a"]


def test_names_follow_through_every_folder(tmp_path: Path) -> None:
    others = """
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: acct}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: rb}
        roleRef: {kind: Role, name: reader, apiGroup: rbac.authorization.k8s.io}
        subjects:
        - {kind: ServiceAccount, name: acct, namespace: default}
        - {kind: ServiceAccount, name: default}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: p}
        spec:
          serviceAccountName: acct
          containers: [{name: c, image: "busybox:1.28", envFrom: [{secretRef: {name: key}}, {secretRef: {name: far}}]}]
        """
    write(
        tmp_path,
        base__kustomization_yaml="resources: [all.yaml]\nsecretGenerator: [{name: key, literals: [p=q]}]",
        base__all_yaml=others,
        over__kustomization_yaml="""
        resources: [../base]
        namespace: prod
        namePrefix: p-
        nameSuffix: -v1
        images: [{name: busybox, newName: alpine}]
        """,
    )
    found = objects(built(str(tmp_path / "over"), nothing))
    assert list(found) == [
        "ServiceAccount/p-acct-v1", "RoleBinding/p-rb-v1", "Secret/p-key-v1-hb2dth72f6", "Pod/p-p-v1",
    ]  # fmt: skip
    assert found["RoleBinding/p-rb-v1"]["subjects"] == [
        {"kind": "ServiceAccount", "name": "p-acct-v1", "namespace": "prod"},
        {"kind": "ServiceAccount", "name": "default", "namespace": "prod"},
    ]
    spec = found["Pod/p-p-v1"]["spec"]
    assert isinstance(spec, dict)
    assert spec["serviceAccountName"] == "p-acct-v1"
    (container,) = spec["containers"]
    assert container["image"] == "alpine:1.28"
    names = [each["secretRef"]["name"] for each in container["envFrom"]]
    assert names == ["p-key-v1-hb2dth72f6", "far"]


def test_two_variants_of_one_base_keep_their_own_references(tmp_path: Path) -> None:
    base = DEPLOYMENT.replace('env: [{name: P, value: "1"}]', "envFrom: [{configMapRef: {name: cfg}}]")
    write(
        tmp_path,
        base__kustomization_yaml="resources: [dep.yaml]\nconfigMapGenerator: [{name: cfg, literals: [a=b]}]",
        base__dep_yaml=base,
        a__kustomization_yaml="resources: [../base]\nnamePrefix: a-",
        b__kustomization_yaml="resources: [../base]\nnamePrefix: b-",
        both__kustomization_yaml="resources: [../a, ../b]",
    )
    text = built(str(tmp_path / "both"), nothing).text
    assert text.count("a-cfg-4h2mbtbbt6") == 2
    assert text.count("b-cfg-4h2mbtbbt6") == 2


def test_labels_go_as_far_as_they_are_told(tmp_path: Path) -> None:
    found = build(
        tmp_path,
        """
        resources: [dep.yaml]
        commonAnnotations: {note: "yes"}
        labels:
        - {pairs: {own: x}}
        - {pairs: {tier: web}, includeTemplates: true}
        - {pairs: {sel: x}, includeSelectors: true}
        """,
    )
    obj = objects(found)["Deployment/web"]
    assert obj["metadata"] == {
        "name": "web", "labels": {"own": "x", "tier": "web", "sel": "x"}, "annotations": {"note": "yes"},
    }  # fmt: skip
    spec = obj["spec"]
    assert isinstance(spec, dict)
    assert spec["selector"] == {"matchLabels": {"app": "web", "sel": "x"}}
    assert spec["template"]["metadata"]["labels"] == {"app": "web", "tier": "web", "sel": "x"}


def test_a_component_works_on_what_it_is_put_on(tmp_path: Path) -> None:
    write(
        tmp_path,
        base__kustomization_yaml="resources: [dep.yaml]",
        base__dep_yaml=DEPLOYMENT,
        comp__kustomization_yaml="""
        apiVersion: kustomize.config.k8s.io/v1alpha1
        kind: Component
        configMapGenerator: [{name: c, literals: [a=b]}]
        replicas: [{name: web, count: 4}]
        """,
        over__kustomization_yaml="""
        resources: [../base]
        components: [../comp]
        sortOptions: {order: fifo}
        """,
    )
    found = objects(built(str(tmp_path / "over"), nothing))
    assert list(found) == ["Deployment/web", "ConfigMap/c-4h2mbtbbt6"]
    spec = found["Deployment/web"]["spec"]
    assert isinstance(spec, dict)
    assert spec["replicas"] == 4


def test_a_replacement_copies_a_value_to_where_its_targets_say(tmp_path: Path) -> None:
    found = build(
        tmp_path,
        r"""
        resources: [dep.yaml]
        namePrefix: x-
        configMapGenerator:
        - {name: src, literals: ["host=db.example.com:5432", n=3], options: {annotations: {a.b/c: v}}}
        replacements:
        - source: {kind: ConfigMap, name: src, fieldPath: data.host, options: {delimiter: ":", index: 0}}
          targets:
          - select: {kind: Deployment}
            fieldPaths: ["spec.template.spec.containers.[name=a].env.[name=P].value"]
        - source: {kind: ConfigMap, name: src, fieldPath: "metadata.annotations.[a.b/c]"}
          targets:
          - {select: {kind: Deployment}, fieldPaths: [metadata.labels.new], options: {create: true}}
        - path: more.yaml
        """,
        more_yaml="""
        - source: {kind: ConfigMap, name: src, fieldPath: data.n}
          targets:
          - select: {kind: Deployment, name: web}
            reject: [{name: other}]
            fieldPaths: ["spec.template.spec.containers.*.image"]
            options: {delimiter: ":", index: 1}
        """,
    )
    obj = objects(found)["Deployment/x-web"]
    assert obj["metadata"] == {"name": "x-web", "labels": {"new": "v"}}
    spec = obj["spec"]
    assert isinstance(spec, dict)
    containers = spec["template"]["spec"]["containers"]
    assert containers[0]["env"] == [{"name": "P", "value": "db.example.com"}]
    assert [each["image"] for each in containers] == ["nginx:3", "nginx:3"]


def test_what_is_deprecated_is_understood_and_said(tmp_path: Path) -> None:
    write(tmp_path, base__kustomization_yaml="resources: [dep.yaml]", base__dep_yaml=DEPLOYMENT)
    found = build(tmp_path, "bases: [base]\ncommonLabels: {a: b}\npatchesStrategicMerge: [patch.yaml]", patch_yaml="""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        $patch: delete
        """)
    assert found.text == ""
    assert found.warnings[0] == (
        "# Warning: 'bases' is deprecated. Please use 'resources' instead. "
        "Run 'kustomize edit fix' to update your Kustomization automatically."
    )
    assert [each.split("'")[1] for each in found.warnings] == ["bases", "commonLabels", "patchesStrategicMerge"]


@pytest.mark.parametrize(
    ("kustomization", "refusal"),
    [
        ("foo: bar\nresources: [dep.yaml]", 'invalid Kustomization: json: unknown field "foo"'),
        ("vars: [{}]", '"vars" of a kustomization is not offered here yet ({folder})'),
        (
            "resources: [dep.yaml]\nreplacements: [{source: {kind: ConfigMap, name: my}, targets: []}]",
            "nothing selected by ConfigMap.[noVer].[noGrp]/my.[noNs]",
        ),
        (
            "resources: [dep.yaml]\n"
            "replacements: [{sourceValue: x, targets: [{select: {kind: Deployment}, fieldPaths: [spec.my]}]}]",
            'unable to find field "spec.my" in replacement target',
        ),
        ("resources: dep.yaml", 'invalid Kustomization: "resources" is to be a list ({folder})'),
        ("{}", "kustomization.yaml is empty"),
        (
            "apiVersion: v1\nresources: [dep.yaml]",
            "Failed to read kustomization file under {folder}:\n"
            "apiVersion for Kustomization should be kustomize.config.k8s.io/v1beta1",
        ),
        (
            "resources: [none.yaml]",
            "accumulating resources: accumulation err='accumulating resources from 'none.yaml': evalsymlink failure "
            "on '{folder}/none.yaml' : lstat {folder}/none.yaml: no such file or directory': must build at directory: "
            "not a valid directory: evalsymlink failure on '{folder}/none.yaml' : lstat {folder}/none.yaml: no such "
            "file or directory",
        ),
        (
            "resources: [dep.yaml, dep.yaml]",
            "accumulating resources: accumulation err='merging resources from 'dep.yaml': may not add resource with an "
            "already registered id: Deployment.v1.apps/web.[noNs]'",
        ),
        (
            "resources: [.]",
            "cycle detected: candidate root '{folder}' contains visited root: {folder} -> {folder}",
        ),
        (
            "resources: [dep.yaml]\nreplicas: [{name: nope, count: 1}]",
            "resource with name nope does not match a config with the following GVK [Deployment.[noVer].[noGrp] "
            "StatefulSet.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] ReplicationController.[noVer].[noGrp]]",
        ),
        (
            "resources: [dep.yaml]\npatches: [{patch: '[{op: remove, path: /spec}]'}]",
            'must specify a target for JSON patch [patch: "[{op: remove, path: /spec}]"]',
        ),
        (
            "resources: [dep.yaml]\n"
            "patches: [{patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: nope}}'}]",
            'no resource matches strategic merge patch "Deployment.v1.apps/nope.[noNs]": no matches for Id '
            "Deployment.v1.apps/nope.[noNs]; failed to find unique target for patch Deployment.v1.apps/nope.[noNs]",
        ),
    ],
)
def test_what_kustomize_refuses_is_one_clear_line(tmp_path: Path, kustomization: str, refusal: str) -> None:
    assert refused(tmp_path, kustomization) == refusal.replace("{folder}", str(tmp_path))


def test_files_outside_the_folder_are_not_read(tmp_path: Path) -> None:
    write(tmp_path, dep_yaml=DEPLOYMENT, inner__kustomization_yaml="resources: [../dep.yaml]")
    with pytest.raises(UsageError, match=r"security; file '.*/dep.yaml' is not in or below '.*/inner'"):
        built(str(tmp_path / "inner"), nothing)
