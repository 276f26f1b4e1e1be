"""Quantities and bytes that cannot be read make the whole manifest unreadable: checked before anything is computed.

Follows ``resource.Quantity.UnmarshalJSON`` and ``encoding/base64``, which refuse while decoding.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from engine.errors import BadRequest
from engine.kinds import (
    DaemonSet,
    Deployment,
    Fault,
    Node,
    Object,
    Pod,
    PodSpec,
    ReplicaSet,
    ReplicationController,
    Secret,
    StatefulSet,
)
from engine.kinds.autoscaling import HorizontalPodAutoscaler
from engine.kinds.batch import CronJob, Job
from engine.kinds.quantity import parse_quantity
from engine.kinds.quota import LimitRange, ResourceQuota
from engine.kinds.storage import PersistentVolume, PersistentVolumeClaim


def check_quantities(obj: Object) -> None:
    """Raises BadRequest on the first quantity that is none."""
    match obj:
        case Pod():
            amounts = _of_pod(obj.spec)
        case Deployment() | ReplicaSet() | ReplicationController() | StatefulSet() | DaemonSet():
            amounts = _of_pod(obj.spec.template.spec)
        case Job():
            amounts = _of_pod(obj.spec.template.spec)
        case CronJob():
            amounts = _of_pod(obj.spec.job_template.spec.template.spec)
        case ResourceQuota():
            amounts = iter((obj.spec.hard,))
        case Fault():
            amounts = iter(() if obj.spec.memory is None else ({"memory": obj.spec.memory},))
        case HorizontalPodAutoscaler():
            amounts = _of_autoscaler(obj)
        case LimitRange():
            amounts = (
                each
                for item in obj.spec.limits
                for each in (item.default, item.default_request, item.max, item.min, item.max_limit_request_ratio)
            )
        case Node():
            amounts = iter((obj.status.capacity, obj.status.allocatable))
        case PersistentVolume():
            amounts = iter((obj.spec.capacity,))
        case PersistentVolumeClaim():
            amounts = iter((obj.spec.resources.requests, obj.spec.resources.limits))
        case Secret():
            check_base_64(obj)
            return
        case _:
            return
    try:
        _parse_all(amounts)
    except ValueError as error:
        version = obj.api_version.rpartition("/")[2]
        what = f'{obj.kind} in version "{version}" cannot be handled as a {obj.kind}'
        raise BadRequest(f"{what}: {error}") from None


def check_base_64(secret: Secret) -> None:
    """Raises BadRequest where a value is no base 64."""
    for value in secret.data.values():
        text = _NEW_LINES.sub("", value)
        fits = _BASE_64.match(text)
        end = 0 if fits is None else fits.end()
        if end < len(text) or len(text) % 4:
            at = end if end < len(text) else len(text) - len(text) % 4
            why = f"illegal base64 data at input byte {at}"
            raise BadRequest(f'Secret in version "v1" cannot be handled as a Secret: {why}')


_NEW_LINES = re.compile(r"[\r\n]")
_BASE_64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")


def _of_pod(spec: PodSpec) -> Iterator[Mapping[str, str]]:
    yield spec.overhead
    for container in (*spec.init_containers, *spec.containers):
        if container.resources is not None:
            yield container.resources.limits
            yield container.resources.requests


def _of_autoscaler(autoscaler: HorizontalPodAutoscaler) -> Iterator[Mapping[str, str]]:
    for metric in autoscaler.spec.metrics:
        for source in (metric.resource, metric.container_resource, metric.pods, metric.object, metric.external):
            if source is not None:
                given = {"value": source.target.value, "averageValue": source.target.average_value}
                yield {name: text for name, text in given.items() if text is not None}
    behavior = autoscaler.spec.behavior
    for rules in () if behavior is None else (behavior.scale_up, behavior.scale_down):
        if rules is not None and rules.tolerance is not None:
            yield {"tolerance": rules.tolerance}


def _parse_all(amounts: Iterable[Mapping[str, str]]) -> None:
    for each in amounts:
        for quantity in each.values():
            parse_quantity(quantity)
