"""kubectl apply, and the manifests that others wrote."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.api.apply import LAST_APPLIED
from engine.api.writes import Apply, Create, Patch, Update
from engine.errors import BadRequest, Invalid
from engine.kinds import Deployment, Ref, Service, load_yaml, to_manifest
from engine.kinds.metallb import IPAddressPool
from engine.store.state import State
from tests.builders import deployment, service
from tests.engine.admitting import holding, submitted

MANIFESTS = Path(__file__).parents[4] / "shared" / "manifests"
WEB = Ref("Deployment", "default", "web")


def web_manifest(**changes: Any) -> dict[str, Any]:
    made = to_manifest(deployment("web"))
    del made["metadata"]["namespace"]
    made["spec"] = {key: value for key, value in {**made["spec"], **changes}.items() if value is not None}
    return made


def web(state: State) -> Deployment:
    found = state.find(Deployment, "web", "default")
    assert found is not None
    return found


def test_the_first_apply_creates_and_records_what_it_said() -> None:
    state = submitted(holding(), Apply(web_manifest()))
    record = web(state).metadata.annotations[LAST_APPLIED]
    assert record.endswith("}\n") and " " not in record
    applied = json.loads(record)
    assert applied["metadata"] == {
        "annotations": {},
        "labels": {"app": "web"},
        "name": "web",
        "namespace": "default",
    }
    assert applied["spec"] == web_manifest()["spec"]


def test_applying_the_same_again_changes_nothing() -> None:
    state = submitted(holding(), Apply(web_manifest()))
    assert submitted(state, Apply(web_manifest())) is state


def test_applying_a_manifest_with_its_own_record_changes_nothing() -> None:
    state = submitted(holding(), Apply(web_manifest()))
    own = web_manifest()
    own["metadata"]["annotations"] = dict(web(state).metadata.annotations)
    assert submitted(state, Apply(own)) is state


def test_a_field_that_leaves_the_manifest_falls_back_to_its_default() -> None:
    state = submitted(holding(), Apply(web_manifest(replicas=5)))
    assert web(submitted(state, Apply(web_manifest(replicas=None)))).spec.replicas == 1


def test_what_others_scaled_stays_when_the_manifest_says_nothing_of_it() -> None:
    state = submitted(holding(), Apply(web_manifest(replicas=None)))
    state = submitted(state, Patch(WEB, {"spec": {"replicas": 7}}))
    assert web(submitted(state, Apply(web_manifest(replicas=None, minReadySeconds=3)))).spec.replicas == 7


def test_labels_of_others_survive_and_own_ones_that_left_go() -> None:
    first = web_manifest()
    first["metadata"]["labels"] = {"app": "web", "mine": "1"}
    state = submitted(holding(), Apply(first))
    state = submitted(state, Patch(WEB, {"metadata": {"labels": {"theirs": "2"}}}))
    assert web(submitted(state, Apply(web_manifest()))).metadata.labels == {"app": "web", "theirs": "2"}


def test_a_strategy_can_be_turned_into_recreate() -> None:
    state = submitted(holding(), Apply(web_manifest()))
    state = submitted(state, Apply(web_manifest(strategy={"type": "Recreate"})))
    strategy = web(state).spec.strategy
    assert strategy is not None
    assert (strategy.type, strategy.rolling_update) == ("Recreate", None)


def test_a_volume_can_change_its_source() -> None:
    def with_volume(source: dict[str, Any]) -> dict[str, Any]:
        made = web_manifest()
        made["spec"]["template"]["spec"]["volumes"] = [{"name": "v", **source}]
        return made

    state = submitted(holding(), Apply(with_volume({"emptyDir": {}})))
    state = submitted(state, Apply(with_volume({"configMap": {"name": "c"}})))
    assert web(state).spec.template.spec.volumes[0].extra == {"configMap": {"name": "c"}}


def test_apply_takes_over_what_was_created_without_it() -> None:
    state = holding(deployment("web", replicas=4))
    state = submitted(state, Apply(web_manifest(replicas=None)))
    assert web(state).spec.replicas == 4
    assert LAST_APPLIED in web(state).metadata.annotations


def test_a_service_keeps_its_address_over_an_apply() -> None:
    made = to_manifest(service("web"))
    state = submitted(holding(), Apply(made))
    before = state.find(Service, "web", "default")
    made["spec"]["ports"] = [{"port": 81}]
    after = submitted(state, Apply(made)).find(Service, "web", "default")
    assert before is not None and after is not None
    assert after.spec.cluster_ip == before.spec.cluster_ip
    assert [port.port for port in after.spec.ports] == [81]


def test_a_spoilt_record_removes_nothing() -> None:
    state = submitted(holding(), Apply(web_manifest(minReadySeconds=3)))
    state = submitted(state, Patch(WEB, {"metadata": {"annotations": {LAST_APPLIED: "{broken"}}}))
    assert web(submitted(state, Apply(web_manifest()))).spec.min_ready_seconds == 3


def test_fields_that_nobody_models_live_through_an_apply() -> None:
    made = web_manifest()
    made["spec"]["template"]["spec"]["containers"][0]["securityContext"] = {"runAsUser": 1}
    state = submitted(holding(), Apply(made))
    state = submitted(state, Update(web(state)))
    made["spec"]["replicas"] = 2
    container = web(submitted(state, Apply(made))).spec.template.spec.containers[0]
    assert container.extra == {"securityContext": {"runAsUser": 1}}


def test_lists_of_a_custom_resource_replace() -> None:
    def pool(*addresses: str) -> dict[str, Any]:
        return {
            "apiVersion": "metallb.io/v1beta1",
            "kind": "IPAddressPool",
            "metadata": {"name": "pool"},
            "spec": {"addresses": list(addresses)},
        }

    state = submitted(holding(), Apply(pool("10.0.0.1/32", "10.0.0.2/32")))
    found = submitted(state, Apply(pool("10.0.0.3/32"))).get(Ref("IPAddressPool", "default", "pool"))
    assert isinstance(found, IPAddressPool)
    assert found.spec.addresses == ("10.0.0.3/32",)


def test_an_apply_needs_a_name() -> None:
    with pytest.raises(BadRequest, match="resource name may not be empty"):
        submitted(holding(), Apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}}))


def test_an_apply_that_changes_a_selector_is_refused() -> None:
    state = holding(deployment("web"))
    changed = web_manifest(selector={"matchLabels": {"app": "web", "v": "2"}})
    with pytest.raises(Invalid, match="field is immutable"):
        submitted(state, Apply(changed))


def test_a_new_object_of_an_apply_is_seen_by_the_next_in_one_call() -> None:
    state = submitted(holding(), Apply(web_manifest()), Apply(web_manifest(replicas=3)))
    assert web(state).spec.replicas == 3
    assert web(state).metadata.generation == 2


def files() -> list[Path]:
    return sorted(MANIFESTS.rglob("*.yaml"))


@pytest.mark.skipif(not MANIFESTS.is_dir(), reason="needs the manifests beside the repository")
@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(MANIFESTS)))
def test_manifests_of_others_are_admitted_and_applied_again_change_nothing(file: Path) -> None:
    manifests = list(load_yaml(file.read_text(), file.name))
    state = submitted(holding(), *(Apply(manifest) for manifest in manifests))
    for manifest in manifests:
        assert submitted(state, Apply(manifest)) is state


def test_create_and_apply_store_the_same_but_for_the_record() -> None:
    created = submitted(holding(), Create(deployment("web")))
    applied = submitted(holding(), Apply(web_manifest()))
    assert web(created).spec == web(applied).spec
