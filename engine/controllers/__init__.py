"""One folder or file per controller of kube-controller-manager: pure, level-based, one key at a time.

The law here: a controller reads one State and answers with writes; it remembers nothing, never raises for
what a cluster contains, and writes nothing where all is right. Controllers never import each other: what two
need lies one level down (``engine.claims``, ``engine.readiness``, ``engine.rollout``, ...). CONTROLLERS is the
order in which they run, leaf work first, so that a burst of small changes costs an aggregate one reconcile.
"""

from engine.controllers.account_tokens import ACCOUNT_TOKENS
from engine.controllers.certificates import CERTIFICATES
from engine.controllers.cronjob import CRONJOB
from engine.controllers.custom_definitions import CUSTOM_DEFINITIONS
from engine.controllers.daemonset import DAEMONSET
from engine.controllers.deployment import DEPLOYMENT
from engine.controllers.disruption import DISRUPTION
from engine.controllers.endpoints import ENDPOINT_SLICE_MIRRORING, ENDPOINT_SLICES, ENDPOINTS
from engine.controllers.ephemeral_volume import EPHEMERAL_VOLUME
from engine.controllers.event_ttl import EVENT_TTL
from engine.controllers.garbage import GARBAGE_COLLECTOR
from engine.controllers.ingress import INGRESS
from engine.controllers.job import JOB, JOB_PODS
from engine.controllers.load_balancer import LOAD_BALANCER, SPEAKER
from engine.controllers.namespace import NAMESPACE
from engine.controllers.node import NODE_LIFECYCLE, TAINT_EVICTION
from engine.controllers.nodepool import NODE_POOL
from engine.controllers.persistentvolume import (
    CLAIM_PROTECTION,
    PROVISIONER,
    VOLUME_BINDER,
    VOLUME_EXPANSION,
    VOLUME_PROTECTION,
)
from engine.controllers.pod_gc import POD_GC
from engine.controllers.replicaset import REPLICASET, REPLICATION_CONTROLLER
from engine.controllers.resource_quota import RESOURCE_QUOTA
from engine.controllers.role_aggregation import ROLE_AGGREGATION
from engine.controllers.root_certificates import ROOT_CERTIFICATES_PUBLISHER
from engine.controllers.service_account import SERVICE_ACCOUNT
from engine.controllers.statefulset import STATEFULSET
from engine.controllers.system_namespaces import SYSTEM_NAMESPACES
from engine.controllers.ttl_after_finished import TTL_AFTER_FINISHED
from engine.reconcile import Controller

CONTROLLERS: tuple[Controller, ...] = (
    NODE_LIFECYCLE,
    TAINT_EVICTION,
    REPLICASET,
    REPLICATION_CONTROLLER,
    STATEFULSET,
    DAEMONSET,
    DEPLOYMENT,
    JOB_PODS,
    JOB,
    CRONJOB,
    TTL_AFTER_FINISHED,
    EPHEMERAL_VOLUME,
    VOLUME_BINDER,
    PROVISIONER,
    VOLUME_EXPANSION,
    CLAIM_PROTECTION,
    VOLUME_PROTECTION,
    NODE_POOL,
    POD_GC,
    CUSTOM_DEFINITIONS,
    GARBAGE_COLLECTOR,
    NAMESPACE,
    SYSTEM_NAMESPACES,
    ENDPOINTS,
    ENDPOINT_SLICES,
    ENDPOINT_SLICE_MIRRORING,
    LOAD_BALANCER,
    SPEAKER,
    INGRESS,
    DISRUPTION,
    RESOURCE_QUOTA,
    ROLE_AGGREGATION,
    SERVICE_ACCOUNT,
    ACCOUNT_TOKENS,
    CERTIFICATES,
    ROOT_CERTIFICATES_PUBLISHER,
    EVENT_TTL,
)
ADD_ONS = (PROVISIONER, LOAD_BALANCER, SPEAKER, INGRESS, NODE_POOL, SYSTEM_NAMESPACES, EVENT_TTL)
"""Those that are no part of kube-controller-manager: others' programs, the cloud's and the API server's."""
