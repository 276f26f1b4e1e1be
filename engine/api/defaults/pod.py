"""Defaults of pod templates, and those that only a Pod gets.

Follows ``pkg/apis/core/v1/defaults.go`` and the admission plugins ServiceAccount and
DefaultTolerationSeconds. A stored template never gets a Pod's own defaults, or it would differ from what was
applied.
"""


from engine.api.defaults.filling import changed, each, filled
from engine.kinds import (
    Container,
    ContainerPort,
    HTTPGetAction,
    PodSpec,
    PodTemplateSpec,
    Probe,
    Toleration,
    Volume,
    evolve,
)

NOT_READY, UNREACHABLE = "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"
TOLERATION_SECONDS = 300


def default_template(template: PodTemplateSpec) -> PodTemplateSpec:
    return changed(template, spec=default_pod_spec(template.spec))


def default_pod_spec(spec: PodSpec) -> PodSpec:
    """What both a template and a Pod get."""
    spec = changed(
        spec,
        containers=each(spec.containers, _default_container),
        init_containers=each(spec.init_containers, _default_container),
        ephemeral_containers=each(spec.ephemeral_containers, _default_container),
        volumes=each(spec.volumes, _default_volume),
        termination_grace_period_seconds=(
            30 if spec.termination_grace_period_seconds is None else spec.termination_grace_period_seconds
        ),
    )
    return filled(spec, restart_policy="Always", dns_policy="ClusterFirst", scheduler_name="default-scheduler")


def default_own_spec(spec: PodSpec) -> PodSpec:
    """What only a Pod gets besides; ``spec.priority`` is resolved by ``api.pods``."""
    containers = each(spec.containers, _requests_from_limits)
    init_containers = each(spec.init_containers, _requests_from_limits)
    if spec.host_network:
        containers = each(containers, _host_ports)
        init_containers = each(init_containers, _host_ports)
    spec = changed(
        spec,
        containers=containers,
        init_containers=init_containers,
        tolerations=_with_default_tolerations(spec.tolerations),
    )
    return filled(spec, service_account_name=spec.extra.get("serviceAccount") or "default")


def pull_policy(image: str) -> str:
    """Always for the tag latest and for none at all, unless a digest pins the image."""
    name, _, digest = image.partition("@")
    _, colon, tag = name.rpartition("/")[2].partition(":")
    if not colon and not digest:
        tag = "latest"
    return "Always" if tag == "latest" else "IfNotPresent"


def _default_container(container: Container) -> Container:
    container = changed(
        container,
        ports=each(container.ports, lambda port: filled(port, protocol="TCP")),
        liveness_probe=_default_probe(container.liveness_probe),
        readiness_probe=_default_probe(container.readiness_probe),
        startup_probe=_default_probe(container.startup_probe),
    )
    return filled(
        container,
        termination_message_path="/dev/termination-log",
        termination_message_policy="File",
        image_pull_policy=pull_policy(container.image),
    )


def _default_probe(probe: Probe | None) -> Probe | None:
    if probe is None:
        return None
    if probe.http_get is not None:
        probe = changed(probe, http_get=_default_http_get(probe.http_get))
    return filled(probe, timeout_seconds=1, period_seconds=10, success_threshold=1, failure_threshold=3)


def _default_http_get(action: HTTPGetAction) -> HTTPGetAction:
    return filled(action, path="/", scheme="HTTP")


def _default_volume(volume: Volume) -> Volume:
    return volume if volume.extra else evolve(volume, extra={"emptyDir": {}})


def _requests_from_limits(container: Container) -> Container:
    resources = container.resources
    if resources is None or not resources.limits:
        return container
    missing = {name: value for name, value in resources.limits.items() if name not in resources.requests}
    if not missing:
        return container
    return evolve(container, resources=evolve(resources, requests={**resources.requests, **missing}))


def _host_ports(container: Container) -> Container:
    return changed(container, ports=each(container.ports, _host_port))


def _host_port(port: ContainerPort) -> ContainerPort:
    return filled(port, host_port=port.container_port)


def _with_default_tolerations(tolerations: tuple[Toleration, ...]) -> tuple[Toleration, ...]:
    missing = tuple(
        Toleration(key=key, operator="Exists", effect="NoExecute", toleration_seconds=TOLERATION_SECONDS)
        for key in (NOT_READY, UNREACHABLE)
        if not any(_tolerates(toleration, key) for toleration in tolerations)
    )
    return (*tolerations, *missing) if missing else tolerations


def _tolerates(toleration: Toleration, key: str) -> bool:
    return toleration.key in ("", key) and toleration.effect in ("", "NoExecute")
