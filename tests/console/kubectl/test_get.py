"""get, as kubectl prints it."""

import json

from tests.builders import deployment, node, pod, service
from tests.console.running import Session, state_of


def session() -> Session:
    return Session(
        state_of(
            node("w1", zone="a"),
            pod("web-1", labels={"app": "web"}, nodeName="w1"),
            pod("web-2", labels={"app": "web"}),
            pod("db", labels={"app": "db"}),
            pod("dns", namespace="kube-system"),
            deployment("web", replicas=2),
            service("web"),
        )
    )


def names(cluster: Session, line: str) -> list[str]:
    return cluster.run(f"{line} -o name").out.splitlines()


def test_a_kind_alone_lists_its_objects_in_one_namespace() -> None:
    cluster = session()
    assert names(cluster, "get pods") == ["pod/db", "pod/web-1", "pod/web-2"]
    assert names(cluster, "get po -n kube-system") == ["pod/dns"]
    assert names(cluster, "get pods -A") == ["pod/db", "pod/web-1", "pod/web-2", "pod/dns"]


def test_the_table_has_kubectls_columns() -> None:
    out = session().run("get pods").out.splitlines()
    assert out[0].split() == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert out[1].split()[:2] == ["db", "0/1"]
    everywhere = session().run("get pods -A").out.splitlines()
    assert everywhere[0].split()[0] == "NAMESPACE"
    assert "NODE" in session().run("get pods -o wide").out.splitlines()[0]


def test_selectors_narrow_the_list() -> None:
    cluster = session()
    assert names(cluster, "get pods -l app=web") == ["pod/web-1", "pod/web-2"]
    assert names(cluster, "get pods -l 'app in (db)'") == ["pod/db"]
    assert names(cluster, "get pods --field-selector spec.nodeName=w1") == ["pod/web-1"]
    assert names(cluster, "get pods --field-selector metadata.name!=db,spec.nodeName=") == ["pod/web-2"]


def test_an_unsupported_field_selector_is_refused_as_the_server_does() -> None:
    assert session().run("get pods --field-selector spec.foo=1").err == (
        'Error from server (BadRequest): Unable to find "v1, Resource=pods" that match label selector "", field '
        'selector "spec.foo=1": field label not supported: spec.foo'
    )


def test_names_are_listed_as_written_and_missing_ones_are_told() -> None:
    done = session().run("get pod web-2 nope db -o name")
    assert done.out == "pod/web-2\npod/db"
    assert done.err == 'Error from server (NotFound): pods "nope" not found'
    assert done.code == 1
    two = session().run("get pod nope nada")
    assert two.err.splitlines() == [
        'Error from server (NotFound): pods "nope" not found',
        'Error from server (NotFound): pods "nada" not found',
    ]
    assert session().run("get pod nope --ignore-not-found").code == 0


def test_several_kinds_are_listed_one_table_each_with_kind_and_name() -> None:
    out = session().run("get deploy,svc").out
    first, second = out.split("\n\n")
    assert "deployment.apps/web" in first
    assert "service/web" in second
    assert names(session(), "get deploy/web svc/web") == ["deployment.apps/web", "service/web"]
    assert names(session(), "get deploy,svc web") == ["deployment.apps/web", "service/web"]


def test_nothing_found_is_said_on_standard_error() -> None:
    nothing = session().run("get pods -n empty")
    assert (nothing.out, nothing.err, nothing.code) == ("", "No resources found in empty namespace.", 0)
    assert session().run("get cm -A").err == "No resources found"
    assert session().run("get pv").err == "No resources found"


def test_one_object_prints_alone_and_several_as_a_list() -> None:
    one = json.loads(session().run("get pod db -o json").out)
    assert one["metadata"]["name"] == "db"
    many = json.loads(session().run("get pods -o json").out)
    assert many["kind"] == "List"
    assert [item["metadata"]["name"] for item in many["items"]] == ["db", "web-1", "web-2"]
    assert session().run("get pod db -o yaml").out.startswith("apiVersion: v1\nkind: Pod\n")


def test_jsonpath_and_sort_by_reach_into_the_manifests() -> None:
    cluster = session()
    assert cluster.run("get pods -o jsonpath='{.items[*].metadata.name}'").out == "db web-1 web-2"
    assert cluster.run("get pod db -o jsonpath={.metadata.labels.app}").out == "db"
    assert names(cluster, "get pods --sort-by=.metadata.labels.app")[-1] == "pod/web-2"
    assert cluster.run("get pods --sort-by=.spec.foo").err == (
        'error: couldn\'t find any field with path "{.spec.foo}" in the list of objects'
    )


def test_labels_can_be_columns() -> None:
    out = session().run("get pods -L app --no-headers").out.splitlines()
    assert [line.split()[-1] for line in out] == ["db", "web", "web"]
    assert session().run("get pods --show-labels").out.splitlines()[1].endswith("app=db")


def test_mistakes_are_refused_in_kubectls_words() -> None:
    cluster = session()
    assert cluster.run("get foo").err == 'error: the server doesn\'t have a resource type "foo"'
    assert cluster.run("get").err.startswith("You must specify the type of resource to get.")
    assert "\n\nerror: Required resource not specified.\n" in cluster.run("get").err
    assert cluster.run("get pods -o table").err == (
        'error: unable to match a printer suitable for the output format "table", allowed formats are: '
        "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,"
        "jsonpath-file,kyaml,name,template,templatefile,wide,yaml"
    )
    assert cluster.run("get pod/db extra").err.startswith("error: there is no need to specify a resource type")
    assert cluster.run("get pod db -l app=web").err == ("error: name cannot be provided when a selector is specified")
    assert cluster.run("get pod db -A").err == ("error: a resource cannot be retrieved by name across all namespaces")


def test_names_have_their_kind_once_several_kinds_are_asked_for_though_one_is_there() -> None:
    cluster = Session(state_of(service("web")))
    assert cluster.run("get all").out.splitlines()[1].split()[0] == "service/web"
    assert cluster.run("get rs,svc").out.splitlines()[1].split()[0] == "service/web"
    assert cluster.run("get svc").out.splitlines()[1].split()[0] == "web"
    assert cluster.run("get svc/web po/gone").out.splitlines()[1].split()[0] == "web"


def test_jsonpath_filters_and_ranges() -> None:
    cluster = session()
    by_app = "get pods -o jsonpath='{.items[?(@.metadata.labels.app==\"web\")].metadata.name}'"
    assert cluster.run(by_app).out == "web-1 web-2"
    assert cluster.run(by_app.replace("==", "!=")).out == "db"
    assert cluster.run("get pods -o jsonpath='{.items[?(@.spec.nodeName)].metadata.name}'").out == "web-1"
    assert cluster.run("get deploy -o jsonpath='{.items[?(@.spec.replicas>1)].metadata.name}'").out == "web"
    assert cluster.run("get deploy -o jsonpath='{.items[?(@.spec.replicas>2)].metadata.name}'").out == ""
    lines = "get pods -o jsonpath='{range .items[*]}{.metadata.name}{\"\\t\"}{@.kind}{\"\\n\"}{end}{$.kind}'"
    assert cluster.run(lines).out.splitlines() == ["db\tPod", "web-1\tPod", "web-2\tPod", "List"]
    assert cluster.run("get pods -o jsonpath='{range .items[*]}x'").err == (
        "error: error parsing jsonpath: a {range} has no {end}"
    )
    assert cluster.run("get pods -o jsonpath='{.items[?(name)]}'").code == 1
    assert cluster.run("get pods -o jsonpath='{.items[?(@.kind==Pod)]}'").code == 1
    assert cluster.run("get pods -o jsonpath='{.items[?(@.metadata>1)]}'").out == ""
