"""Who may do what: what the screens say agrees with what the API server would decide, and says where it comes from."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from engine.access.attributes import Attributes
from engine.access.authorize import authorize
from engine.kinds import Object, from_manifest
from k9lite.client import Client
from k9lite.tracing.rights import covers, grants_to, identity_called, names_of, who_can
from tests.builders import node, pod
from tests.console.showing import WIDE, living, recorded, show, shown, type_line

GROUP = "rbac.authorization.k8s.io"


def made(kind: str, name: str, namespace: str = "", **rest: Any) -> Object:
    meta = {"name": name, **({"namespace": namespace} if namespace else {})}
    return from_manifest({"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": meta, **rest})


def to(kind: str, role: str, *subjects: dict[str, str]) -> dict[str, Any]:
    return {"roleRef": {"apiGroup": GROUP, "kind": kind, "name": role}, "subjects": list(subjects)}


def user(name: str, kind: str = "User") -> dict[str, str]:
    return {"apiGroup": GROUP, "kind": kind, "name": name}


def things() -> tuple[Object, ...]:
    reading = {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list"]}
    scaling = {"apiGroups": ["apps"], "resources": ["deployments"], "resourceNames": ["web"], "verbs": ["*"]}
    robot = {"kind": "ServiceAccount", "name": "robot", "namespace": "default"}
    robot_meta = {"name": "robot", "namespace": "default"}
    return (
        node("w1"),
        pod("one", serviceAccountName="robot"),
        from_manifest({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": robot_meta}),
        made("Role", "reader", "default", rules=[reading]),
        made("ClusterRole", "scaler", rules=[scaling]),
        made("RoleBinding", "eve-reads", "default", **to("Role", "reader", user("eve"), robot)),
        made("ClusterRoleBinding", "devs-scale", **to("ClusterRole", "scaler", user("devs", "Group"))),
        made("RoleBinding", "astray", "default", **to("Role", "nowhere", user("eve"))),
    )  # fmt: skip


@pytest.fixture(params=["living", "recorded"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Client:
    return living(*things()) if request.param == "living" else recorded(tmp_path, *things())


def test_who_can_names_exactly_those_whom_the_server_lets(client: Client) -> None:
    for verb in ("get", "delete", "patch"):
        for resource, group in (("pods", ""), ("deployments", "apps"), ("secrets", "")):
            asked = Attributes(verb=verb, group=group, resource=resource, namespace="default", name="web")
            said = {subject for grant, _ in who_can(client.state, asked) for subject in grant.subjects}
            for name in ("user:eve", "sa:default/robot", "user:bob", "group:devs"):
                identity = identity_called(name)
                allowed = authorize(client.state, identity, asked).allowed
                assert bool(names_of(identity) & said) == allowed, (name, asked)
    client.close()


def test_rights_are_those_of_a_subject_and_of_its_groups(client: Client) -> None:
    given = {grant.binding.name: grant for grant in grants_to(client.state, identity_called("eve"))}
    assert {"eve-reads", "astray"} <= set(given) and "devs-scale" not in given
    assert given["astray"].astray and given["eve-reads"].role.name == "reader"
    assert covers(given["eve-reads"].rules[0]) == "pods, pods/log"
    (devs,) = (grant for grant in grants_to(client.state, identity_called("group:devs")))
    assert covers(devs.rules[0]) == "deployments.apps (web)"
    client.close()


def test_screens_lead_from_a_resource_to_who_may_and_on_to_all_it_may(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "who-can list pods/log default")
        assert "who can list pods/log in default" in shown(pilot)
        assert "user:eve" in shown(pilot) and "rolebinding/eve-reads" in shown(pilot)
        await pilot.press("slash", *"eve-reads", "enter", "enter")
        assert "rights user:eve" in shown(pilot) and "there is no such role" in shown(pilot)
        await pilot.press("escape")
        await type_line(pilot, "access")
        assert "group:devs" in shown(pilot) and "sa:default/robot" in shown(pilot)

    show(client, story, WIDE)


def test_of_a_pod_the_rights_of_its_account_are_shown(client: Client) -> None:
    async def story(pilot: Pilot[int]) -> None:
        await type_line(pilot, "rights")
        assert "rights sa:default/robot" in shown(pilot) and "get, list" in shown(pilot)
        await pilot.press("escape")
        await type_line(pilot, "rolebindings default /eve-reads")
        await pilot.press("enter")
        assert "rights rolebinding/eve-reads [1]" in shown(pilot)

    show(client, story, WIDE)
