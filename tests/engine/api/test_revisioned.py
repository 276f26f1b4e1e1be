"""StatefulSets, DaemonSets and ControllerRevisions at the API server: what is filled in, what is refused."""

from typing import Any

import pytest

from engine.api.defaults.revisioned import TEMPLATE_GENERATION
from engine.api.writes import Create, Patch, Update
from engine.errors import Invalid
from engine.kinds import (
    ClaimRetentionPolicy,
    ControllerRevision,
    DaemonSet,
    Object,
    Ref,
    RollingUpdate,
    StatefulSet,
    StatefulSetRollingUpdate,
    evolve,
    from_manifest,
    to_manifest,
    with_metadata,
)
from engine.store.state import State
from tests.builders import daemon_set, pod_spec, stateful_set
from tests.engine.admitting import holding, manifest, refusal, submitted

WEB, AGENT = Ref("StatefulSet", "default", "web"), Ref("DaemonSet", "default", "agent")


def claim(name: str = "www", **spec: Any) -> dict[str, Any]:
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, **spec}
    return {"metadata": {"name": name}, "spec": wanted}


def the_set(state: State) -> StatefulSet:
    found = state.get(WEB)
    assert isinstance(found, StatefulSet)
    return found


def the_daemon_set(state: State) -> DaemonSet:
    found = state.get(AGENT)
    assert isinstance(found, DaemonSet)
    return found


def refused(state: State, ref: Ref, body: Any) -> str:
    with pytest.raises(Invalid) as error:
        submitted(state, Patch(ref, body, "merge"))
    return str(error.value)


def test_a_stateful_set_comes_up_in_order_and_keeps_its_claims_unless_told_otherwise() -> None:
    made = the_set(holding(from_manifest({
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "web"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": pod_spec()},
        },
    })))  # fmt: skip
    spec = made.spec
    assert (spec.replicas, spec.pod_management_policy, spec.revision_history_limit) == (1, "OrderedReady", 10)
    assert spec.update_strategy.type == "RollingUpdate"
    assert spec.update_strategy.rolling_update == StatefulSetRollingUpdate(partition=0)
    assert spec.persistent_volume_claim_retention_policy == ClaimRetentionPolicy(
        when_deleted="Retain", when_scaled="Retain"
    )
    assert made.metadata.generation == 1


def test_a_claim_template_is_given_back_with_its_type_volume_mode_and_status() -> None:
    made = the_set(holding(stateful_set(volumeClaimTemplates=[claim()])))
    (template,) = to_manifest(made)["spec"]["volumeClaimTemplates"]
    assert (template["apiVersion"], template["kind"]) == ("v1", "PersistentVolumeClaim")
    assert template["spec"]["volumeMode"] == "Filesystem"
    assert template["status"] == {"phase": "Pending"}
    assert made.spec.claim_names == ("www",)


def test_a_daemon_set_replaces_one_pod_at_a_time_unless_told_otherwise() -> None:
    spec = the_daemon_set(holding(daemon_set())).spec
    assert spec.update_strategy.type == "RollingUpdate"
    assert spec.update_strategy.rolling_update == RollingUpdate(max_unavailable=1, max_surge=0)
    assert spec.revision_history_limit == 10
    left = the_daemon_set(holding(daemon_set(updateStrategy={"type": "OnDelete"}))).spec.update_strategy
    assert left.rolling_update is None


def test_a_daemon_set_counts_its_templates_and_nobody_can_change_the_count() -> None:
    state = holding(daemon_set())
    assert the_daemon_set(state).metadata.annotations[TEMPLATE_GENERATION] == "1"
    container = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "nginx:2"}]}}}}
    state = submitted(state, Patch(AGENT, container))
    assert the_daemon_set(state).metadata.annotations[TEMPLATE_GENERATION] == "2"
    state = submitted(state, Update(with_metadata(the_daemon_set(state), annotations={})))
    assert the_daemon_set(state).metadata.annotations == {TEMPLATE_GENERATION: "2"}
    state = submitted(state, Patch(AGENT, {"spec": {"minReadySeconds": 3}}))
    assert the_daemon_set(state).metadata.annotations == {TEMPLATE_GENERATION: "2"}
    assert the_daemon_set(state).metadata.generation == 3


@pytest.mark.parametrize("obj", [stateful_set(volumeClaimTemplates=[claim()]), daemon_set()], ids=["sts", "ds"])
def test_what_is_filled_in_is_filled_in_once(obj: Object) -> None:
    state = holding(obj)
    (stored,) = state.objects(obj.kind)
    assert submitted(state, Update(obj)) is state
    assert submitted(state, Update(stored)) is state


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (
            {"selector": {"matchLabels": {"app": "other"}}},
            'spec.template.metadata.labels: Invalid value: {"app":"web"}: '
            "`selector` does not match template `labels`",
        ),
        ({"selector": None}, "spec.selector: Required value"),
        ({"selector": {}}, "spec.selector: Invalid value: {}: empty selector is invalid for statefulset"),
        (
            {"podManagementPolicy": "Wild"},
            "spec.podManagementPolicy: Invalid value: \"Wild\": must be 'OrderedReady' or 'Parallel'",
        ),
        (
            {"updateStrategy": {"type": "Recreate"}},
            "spec.updateStrategy: Invalid value: {\"type\":\"Recreate\"}: must be 'RollingUpdate' or 'OnDelete'",
        ),
        (
            {"updateStrategy": {"type": "OnDelete", "rollingUpdate": {"partition": 1}}},
            'spec.updateStrategy.rollingUpdate: Invalid value: {"partition":1}: '
            "only allowed for updateStrategy 'RollingUpdate'",
        ),
        (
            {"updateStrategy": {"rollingUpdate": {"partition": -1}}},
            "spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0",
        ),
        (
            {"updateStrategy": {"rollingUpdate": {"maxUnavailable": 0}}},
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0",
        ),
        (
            {"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Burn"}},
            'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Burn": '
            'supported values: "Retain", "Delete"',
        ),
        ({"replicas": -1}, "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
        ({"ordinals": {"start": -1}}, "spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0"),
        ({"serviceName": "A.b"}, 'spec.serviceName: Invalid value: "A.b": a lowercase RFC 1123 label must consist of'),
        (
            {"template": {**pod_spec(), "restartPolicy": "Never"}},
            'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        ),
        (
            {"template": {**pod_spec(), "activeDeadlineSeconds": 3}},
            "spec.template.spec.activeDeadlineSeconds: Forbidden: "
            "activeDeadlineSeconds in StatefulSet is not Supported",
        ),
        (
            {"volumeClaimTemplates": [claim(accessModes=[])]},
            "spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required",
        ),
        (
            {"volumeClaimTemplates": [claim(resources={})]},
            "spec.volumeClaimTemplates[0].spec.resources[storage]: Required value",
        ),
    ],
)
def test_a_stateful_set_that_cannot_work_is_refused(spec: dict[str, Any], why: str) -> None:
    assert why in refusal(stateful_set(**spec))


def test_the_name_of_a_stateful_set_is_part_of_host_names() -> None:
    assert 'metadata.name: Invalid value: "a.b": must not contain dots' in refusal(stateful_set("a.b"))


def test_containers_may_mount_what_the_claim_templates_bring() -> None:
    mounted = {"volumeMounts": [{"name": "www", "mountPath": "/data"}]}
    template = {"containers": [{"name": "main", "image": "nginx", **mounted}]}
    assert the_set(holding(stateful_set(template=template, volumeClaimTemplates=[claim()])))
    assert 'volumeMounts[0].name: Not found: "www"' in refusal(stateful_set(template=template))


@pytest.mark.parametrize(
    "change",
    [
        {"serviceName": "other"},
        {"podManagementPolicy": "Parallel"},
        {"volumeClaimTemplates": [claim()]},
        {"selector": {"matchLabels": {"tier": "front"}}},
    ],
)
def test_most_of_a_stateful_set_stays_what_it_was(change: dict[str, Any]) -> None:
    assert (
        "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
        "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' "
        "are forbidden"
    ) in refused(holding(stateful_set()), WEB, {"spec": change})


@pytest.mark.parametrize(
    "change",
    [
        {"replicas": 5},
        {"ordinals": {"start": 2}},
        {"updateStrategy": {"rollingUpdate": {"partition": 2}}},
        {"revisionHistoryLimit": 2},
        {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}},
        {"minReadySeconds": 5},
        {"template": {"spec": {"priorityClassName": "system-node-critical"}}},
    ],
)
def test_the_rest_of_a_stateful_set_may_change_and_counts_a_generation(change: dict[str, Any]) -> None:
    state = submitted(holding(stateful_set()), Patch(WEB, {"spec": change}, "merge"))
    assert the_set(state).metadata.generation == 2


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({"selector": {}}, "spec.selector: Invalid value: {}: empty selector is invalid for daemonset"),
        (
            {"updateStrategy": {"type": "Recreate"}},
            'spec.updateStrategy: Unsupported value: {"type":"Recreate"}: '
            'supported values: "RollingUpdate", "OnDelete"',
        ),
        (
            {"updateStrategy": {"rollingUpdate": {"maxUnavailable": 1, "maxSurge": 1}}},
            "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: "
            "may not be set when maxUnavailable is non-zero",
        ),
        (
            {"updateStrategy": {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": "0%"}}},
            "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0",
        ),
        (
            {"updateStrategy": {"rollingUpdate": {"maxUnavailable": "101%"}}},
            'maxUnavailable: Invalid value: "101%": must not be greater than 100%',
        ),
        ({"minReadySeconds": -1}, "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"),
        (
            {"template": {**pod_spec(), "activeDeadlineSeconds": 3}},
            "activeDeadlineSeconds in DaemonSet is not Supported",
        ),
    ],
)
def test_a_daemon_set_that_cannot_work_is_refused(spec: dict[str, Any], why: str) -> None:
    assert why in refusal(daemon_set(**spec))


def test_the_selector_of_a_daemon_set_stays_what_it_was() -> None:
    change = {"spec": {
        "selector": {"matchLabels": {"app": "b"}}, "template": {"metadata": {"labels": {"app": "b"}}},
    }}  # fmt: skip
    why = refused(holding(daemon_set()), AGENT, change)
    assert 'spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: field is immutable' in why


def test_a_quantity_that_is_none_is_refused_in_either() -> None:
    for made in (stateful_set, daemon_set):
        container = pod_spec(resources={"requests": {"cpu": "lots"}})
        with pytest.raises(Exception, match="quantities must match the regular expression"):
            submitted(holding(), Create(made(template=container)))


def test_the_data_of_a_controller_revision_never_changes() -> None:
    revision = manifest("ControllerRevision", "web-1", "apps/v1", data={"spec": {}}, revision=1)
    state = holding(revision)
    (stored,) = state.all(ControllerRevision)
    renumbered = submitted(state, Update(evolve(stored, revision=2)))
    assert [each.revision for each in renumbered.all(ControllerRevision)] == [2]
    with pytest.raises(Invalid, match=r"data: Invalid value: .*: field is immutable"):
        submitted(state, Update(evolve(stored, data={"spec": {"template": {}}})))
    assert "data: Required value: data is mandatory" in refusal(evolve(revision, data={}))  # type: ignore[misc]
