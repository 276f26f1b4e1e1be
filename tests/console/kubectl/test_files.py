"""apply, create, replace and delete: manifests in, the lines kubectl prints out."""

from collections.abc import Mapping

from engine.api.writes import Delete
from engine.kinds import ConfigMap
from tests.console.running import Session, created

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, labels: {app: web}}\ndata: {color: blue}\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: nginx}]}\n"


def session(files: Mapping[str, str]) -> Session:
    return Session(created(), files=files)


def color(cluster: Session, namespace: str = "default") -> str | None:
    found = cluster.state.find(ConfigMap, "settings", namespace)
    return None if found is None else found.data["color"]


def test_apply_creates_configures_and_leaves_alone() -> None:
    cluster = session({"a.yaml": f"{CONFIG}---\n{POD}"})
    assert cluster.run("apply -f a.yaml").out == "configmap/settings created\npod/web created"
    again = cluster.run("apply -f a.yaml")
    assert again.out == "configmap/settings unchanged\npod/web unchanged"
    cluster.files = {"a.yaml": CONFIG.replace("blue", "red")}
    assert cluster.run("apply -f a.yaml").out == "configmap/settings configured"
    assert color(cluster) == "red"


def test_objects_come_in_the_order_of_the_files() -> None:
    cluster = session({"b.yaml": POD, "a.yaml": CONFIG})
    assert cluster.run("apply -f .").out == "pod/web created\nconfigmap/settings created"


def test_a_refused_object_does_not_stop_the_next_one() -> None:
    bad = POD.replace("name: web", "name: Not_A_Name")
    cluster = session({"a.yaml": f"{bad}---\n{CONFIG}"})
    done = cluster.run("apply -f a.yaml")
    assert done.out == "configmap/settings created"
    assert done.code == 1
    assert done.err.startswith('The Pod "Not_A_Name" is invalid: metadata.name: Invalid value: ')


def test_what_is_no_manifest_is_told_and_the_rest_applied() -> None:
    other = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\n"
    done = session({"x.yaml": "a: [", "a.yaml": f"{other}---\n{CONFIG}"}).run("apply -f .")
    assert done.out == "configmap/settings created"
    first, second, hint = done.err.splitlines()
    assert hint == "ensure CRDs are installed first"
    assert first.startswith("error parsing x.yaml: yaml: line ")
    assert second == (
        'resource mapping not found for name: "x" namespace: "" from "a.yaml": '
        'no matches for kind "Thing" in version "example.com/v1"'
    )


def test_the_namespace_flag_fills_in_but_never_overrules() -> None:
    cluster = session({"a.yaml": CONFIG})
    assert cluster.run("apply -f a.yaml -n kube-system").code == 0
    assert color(cluster, "kube-system") == "blue"
    cluster.files = {"a.yaml": CONFIG.replace("name: settings", "name: settings, namespace: kube-system")}
    refused = cluster.run("apply -f a.yaml -n default")
    assert refused.err == (
        'error: the namespace from the provided object "kube-system" does not match the namespace "default". '
        "You must pass '--namespace=kube-system' to perform this operation."
    )
    assert cluster.run("apply -f a.yaml").out == "configmap/settings unchanged"


def test_an_object_without_a_record_is_applied_with_a_warning() -> None:
    cluster = session({"a.yaml": CONFIG})
    assert cluster.run("create -f a.yaml").out == "configmap/settings created"
    applied = cluster.run("apply -f a.yaml")
    assert applied.err.startswith("Warning: resource configmap/settings is missing the kubectl.kubernetes.io/")
    assert applied.out == "configmap/settings configured"


def test_apply_needs_files() -> None:
    assert session({}).run("apply").err == "error: must specify one of -f and -k"
    assert session({"a.yaml": "---\n"}).run("apply -f a.yaml").err == "error: no objects passed to apply"
    assert session({}).run("apply extra").err.startswith("error: Unexpected args: [extra]")


def test_create_refuses_what_is_there_and_names_what_it_generates() -> None:
    cluster = session({"a.yaml": CONFIG})
    cluster.run("create -f a.yaml")
    again = cluster.run("create -f a.yaml")
    assert again.err == (
        'Error from server (AlreadyExists): error when creating "a.yaml": configmaps "settings" already exists'
    )
    cluster.files = {"p.yaml": POD.replace("name: web", "generateName: web-")}
    made = cluster.run("create -f p.yaml").out
    assert made.startswith("pod/web-")
    assert made.endswith(" created")
    assert len(made) == len("pod/web-abcde created")


def test_replace_puts_the_manifest_in_the_objects_place() -> None:
    cluster = session({"a.yaml": CONFIG})
    missing = cluster.run("replace -f a.yaml")
    assert missing.err == (
        'Error from server (NotFound): error when replacing "a.yaml": configmaps "settings" not found'
    )
    cluster.run("create -f a.yaml")
    cluster.files = {"a.yaml": CONFIG.replace("blue", "red")}
    assert cluster.run("replace -f a.yaml").out == "configmap/settings replaced"
    assert color(cluster) == "red"


def test_a_dry_run_of_files_writes_nothing() -> None:
    cluster = session({"a.yaml": CONFIG})
    for verb, word in (("apply", "created"), ("create", "created")):
        tried = cluster.run(f"{verb} -f a.yaml --dry-run=client")
        assert (tried.out, tried.submitted) == (f"configmap/settings {word} (dry run)", ())


def test_delete_names_object_and_namespace() -> None:
    cluster = session({"a.yaml": f"{CONFIG}---\n{POD}"})
    cluster.run("apply -f a.yaml")
    assert cluster.run("delete cm settings").out == 'configmap "settings" deleted from default namespace'
    assert cluster.run("delete pod web").out == 'pod "web" deleted from default namespace'
    gone = cluster.run("delete pod web")
    assert (gone.err, gone.code) == ('Error from server (NotFound): pods "web" not found', 1)
    assert cluster.run("delete pod web --ignore-not-found").code == 0


def test_delete_takes_files_selectors_and_all() -> None:
    cluster = session({"a.yaml": f"{CONFIG}---\n{POD}"})
    cluster.run("apply -f a.yaml")
    by_file = cluster.run("delete -f a.yaml")
    assert by_file.out.splitlines() == [
        'configmap "settings" deleted from default namespace',
        'pod "web" deleted from default namespace',
    ]
    assert cluster.run("delete -f a.yaml").err.splitlines()[1] == (
        'Error from server (NotFound): error when deleting "a.yaml": pods "web" not found'
    )
    cluster.run("apply -f a.yaml")
    assert cluster.run("delete cm -l app=web").out == 'configmap "settings" deleted from default namespace'
    assert cluster.run("delete pods --all").out == 'pod "web" deleted from default namespace'
    assert cluster.run("delete pods --all").out == "No resources found"


def test_grace_and_cascade_are_kubectls() -> None:
    cluster = session({"a.yaml": POD})

    def deleted(flags: str) -> Delete:
        cluster.run("apply -f a.yaml")
        done = cluster.run(f"delete pod web --wait=false {flags}")
        write = done.submitted[0].writes[0]
        assert isinstance(write, Delete)
        return write

    assert deleted("").grace_seconds is None
    assert deleted("").propagation == "Background"
    assert deleted("--now").grace_seconds == 1
    assert deleted("--grace-period=0").grace_seconds == 1
    assert deleted("--force").grace_seconds == 0
    assert deleted("--force --grace-period=0").grace_seconds == 0
    assert deleted("--cascade=orphan").propagation == "Orphan"
    assert deleted("--cascade").propagation == "Background"


def test_a_forced_delete_is_warned_of_and_worded() -> None:
    cluster = session({"a.yaml": POD})
    cluster.run("apply -f a.yaml")
    done = cluster.run("delete pod web --force")
    assert done.err.startswith("Warning: Immediate deletion does not wait for confirmation")
    assert done.out == 'pod "web" force deleted from default namespace'


def test_delete_refuses_flags_that_contradict_each_other() -> None:
    cluster = session({})
    said = {
        "delete pod web --now --grace-period=5": "--now and --grace-period cannot be specified together",
        "delete pod web --force --grace-period=5": (
            "--force and --grace-period greater than 0 cannot be specified together"
        ),
        "delete pods --all -l a=b": "cannot set --all and --selector at the same time",
        "delete pods": "resource(s) were provided, but no name was specified",
        "delete pod web --cascade=never": (
            'invalid cascade value (never). Must be "background", "foreground", or "orphan"'
        ),
    }
    for line, text in said.items():
        assert cluster.run(line).err == f"error: {text}"


def test_a_field_kubernetes_does_not_know_is_warned_of_and_kept() -> None:
    typos = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, lables: {}}\n"
        "spec:\n  replica: 2\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n"
        "    spec:\n      securityContext: {runAsUser: 1}\n      containers:\n"
        "      - {name: c, image: nginx, tty: true}\n      - {name: d, image: nginx, imagee: nginx, port: 80}\n"
    )
    cluster = session({"a.yaml": typos})
    done = cluster.run("apply -f a.yaml")
    assert (done.code, done.out) == (0, "deployment.apps/web created")
    assert done.err.splitlines() == [
        'Warning: unknown field "metadata.lables"',
        'Warning: unknown field "spec.replica"',
        'Warning: unknown field "spec.template.spec.containers[1].imagee"',
        'Warning: unknown field "spec.template.spec.containers[1].port"',
    ]
    assert "imagee: nginx" in cluster.run("get deploy web -o yaml").out
    assert 'Warning: unknown field "spec.replica"' in cluster.run("replace -f a.yaml").err
    cluster.files = {"b.yaml": POD.replace("image: nginx", "imagee: nginx")}
    assert cluster.run("create -f b.yaml").err.splitlines()[0] == 'Warning: unknown field "spec.containers[0].imagee"'


def test_a_template_deep_inside_is_looked_into_as_well() -> None:
    job = "{spec: {restartPolicy: Never, containers: [{name: c, image: busybox, comand: [ls]}]}}"
    text = (
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\n"
        f"spec: {{schedule: '0 3 * * *', anything: 1, jobTemplate: {{spec: {{template: {job}}}}}}}\n"
    )
    assert session({"a.yaml": text}).run("apply -f a.yaml").err == (
        'Warning: unknown field "spec.anything"\n'
        'Warning: unknown field "spec.jobTemplate.spec.template.spec.containers[0].comand"'
    )


def test_apply_needs_a_name() -> None:
    nameless = POD.replace("name: web", "labels: {a: b}")
    assert session({"a.yaml": nameless}).run("apply -f a.yaml").err == (
        'error: error when retrieving current configuration of:\nResource: "/v1, Resource=pods", '
        'GroupVersionKind: "/v1, Kind=Pod"\nName: "", Namespace: "default"\n'
        'from server for: "a.yaml": resource name may not be empty'
    )
    generated = POD.replace("name: web", "generateName: web-")
    assert session({"a.yaml": generated}).run("apply -f a.yaml").err == (
        "error: from web-: cannot use generate name with apply"
    )
