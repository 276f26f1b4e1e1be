"""Whatever is asked of the API server, the answer is a commit or a refusal, never a crash."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.api.writes import Apply, Create, Patch, Update, Write
from engine.errors import ApiError
from engine.kinds import Object, from_manifest, ref_of, to_manifest
from engine.store.state import State
from tests.builders import deployment, node, pod, service
from tests.engine.admitting import holding, manifest, submitted

Json = Any
PROBE = {"httpGet": {"port": 80}, "periodSeconds": 3}
CONTAINER = {
    "name": "c",
    "image": "x",
    "ports": [{"containerPort": 80, "hostPort": 80}],
    "env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}],
    "envFrom": [{"configMapRef": {"name": "c"}}],
    "resources": {"requests": {"cpu": "1"}, "limits": {"cpu": "1", "memory": "1Gi"}},
    "volumeMounts": [{"name": "v", "mountPath": "/v"}],
    "livenessProbe": PROBE,
}
SPEC: dict[str, Any] = {
    "containers": [CONTAINER],
    "volumes": [{"name": "v", "configMap": {"name": "c"}}],
    "tolerations": [{"key": "a", "effect": "NoExecute", "tolerationSeconds": 5}],
    "schedulingGates": [{"name": "a.b/c"}],
}
STICKY: dict[str, Any] = {"sessionAffinity": "ClientIP", "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 5}}}
OBJECTS: list[Object] = [
    pod("p", **SPEC),
    deployment("web", template={"containers": [CONTAINER], "volumes": SPEC["volumes"]}),
    service("web", type="LoadBalancer", externalTrafficPolicy="Local", healthCheckNodePort=30999, **STICKY),
    node("w1"),
    manifest("Node", "w2", spec={"taints": [{"key": "a", "effect": "NoSchedule"}], "podCIDRs": ["10.1.0.0/24"]}),
    manifest("ConfigMap", "c", data={"a": "1"}, immutable=False),
    manifest("Namespace", "shop", spec={"finalizers": ["kubernetes"]}),
    manifest("ServiceAccount", "sa", secrets=[{"name": "s"}], imagePullSecrets=[{"name": "i"}]),
    manifest("PriorityClass", "gold", "scheduling.k8s.io/v1", value=5, globalDefault=True),
    manifest(
        "PodDisruptionBudget",
        "b",
        "policy/v1",
        spec={"minAvailable": "50%", "selector": {"matchExpressions": [{"key": "a", "operator": "Exists"}]}},
    ),
]
ODDITIES: list[Json] = [
    None, True, 0, -1, 10**30, 1e9, "", "A b", "None", "101%", "1e5", "1e999999999", [], {}, [1], ["a"],
    [None], [{}], {"name": "x"}, {"x": None}, [{"name": "x"}, {"name": "x"}], {"$patch": "delete"},
]  # fmt: skip


def places(value: Json, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    return [path, *(place for key, each in inside for place in places(each, (*path, key)))]


@st.composite
def broken(draw: st.DrawFn) -> tuple[Json, Json]:
    """A good manifest, and the same with up to three of its values gone or replaced by something odd."""
    good = to_manifest(draw(st.sampled_from(OBJECTS)))
    bad = copy.deepcopy(good)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(
            st.sampled_from([each for each in places(bad) if each and each[0] not in ("kind", "apiVersion")])
        )
        holder = bad
        for step in path[:-1]:
            holder = holder[step]
        if isinstance(holder, dict) and draw(st.booleans()):
            del holder[path[-1]]
        else:
            holder[path[-1]] = copy.deepcopy(draw(st.sampled_from(ODDITIES)))
        if len(bad) <= 2:
            break
    return good, bad


def answered(state: State, write: Write) -> State:
    try:
        return submitted(state, write)
    except ApiError as refusal:
        assert str(refusal)
        return state


@given(broken())
def test_a_broken_manifest_is_admitted_or_refused(pair: tuple[Json, Json]) -> None:
    good, bad = pair
    state = answered(holding(), Apply(bad))
    answered(answered(state, Apply(good)), Apply(bad))


@given(broken())
def test_a_broken_object_is_admitted_or_refused(pair: tuple[Json, Json]) -> None:
    good, bad = pair
    try:
        obj = from_manifest(bad)
    except ApiError:
        return
    state = submitted(holding(), Create(from_manifest(good)))
    answered(holding(), Create(obj))
    answered(state, Update(obj))


@given(broken(), st.sampled_from(["strategic", "merge"]), st.sampled_from(["", "status"]))
def test_a_broken_patch_is_admitted_or_refused(pair: tuple[Json, Json], kind: str, subresource: str) -> None:
    good, bad = pair
    state = submitted(holding(), Create(from_manifest(good)))
    made = ref_of(from_manifest(good))
    namespace = made.namespace or ("default" if state.get(made) is None else "")
    answered(state, Patch(made._replace(namespace=namespace), bad, kind, subresource))
