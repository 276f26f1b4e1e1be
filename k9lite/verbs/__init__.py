"""WHAT an operator can do: one file a verb, listed once in VERBS in the order help shows them.

The law of this folder: a verb is a generator that says, submits and waits (k9lite/verb.py); it sees Views,
touches no file, clock or screen, imports no other verb, and words everything as kubectl does. Keys, prompt,
palette, menu and the command line all come from VERBS. A name with a flag in it ("get -o yaml") is a key's
form of a verb: the grammar knows it by its plain name.
"""

from collections.abc import Mapping
from types import MappingProxyType

from k9lite.verb import Verb
from k9lite.verbs.annotate import ANNOTATE
from k9lite.verbs.api_resources import API_RESOURCES
from k9lite.verbs.api_versions import API_VERSIONS
from k9lite.verbs.apply import APPLY
from k9lite.verbs.apply_set_last_applied import SET_LAST_APPLIED
from k9lite.verbs.apply_view_last_applied import VIEW_LAST_APPLIED
from k9lite.verbs.attach import ATTACH
from k9lite.verbs.autoscale import AUTOSCALE
from k9lite.verbs.cluster_info import CLUSTER_INFO
from k9lite.verbs.config_current_context import CURRENT_CONTEXT
from k9lite.verbs.config_get_contexts import GET_CLUSTERS, GET_CONTEXTS, GET_USERS
from k9lite.verbs.config_set_context import DELETE_CONTEXT, RENAME_CONTEXT, SET_CONTEXT
from k9lite.verbs.config_use_context import USE_CONTEXT
from k9lite.verbs.config_view import CONFIG_VIEW
from k9lite.verbs.cordon import CORDON
from k9lite.verbs.create import CREATE
from k9lite.verbs.create_clusterrole import CREATE_CLUSTERROLE
from k9lite.verbs.create_clusterrolebinding import CREATE_CLUSTERROLEBINDING
from k9lite.verbs.create_configmap import CREATE_CONFIGMAP
from k9lite.verbs.create_cronjob import CREATE_CRONJOB
from k9lite.verbs.create_deployment import CREATE_DEPLOYMENT
from k9lite.verbs.create_ingress import CREATE_INGRESS
from k9lite.verbs.create_job import CREATE_JOB
from k9lite.verbs.create_namespace import CREATE_NAMESPACE
from k9lite.verbs.create_pdb import CREATE_PDB
from k9lite.verbs.create_priorityclass import CREATE_PRIORITYCLASS
from k9lite.verbs.create_quota import CREATE_QUOTA
from k9lite.verbs.create_role import CREATE_ROLE
from k9lite.verbs.create_rolebinding import CREATE_ROLEBINDING
from k9lite.verbs.create_secret_docker import CREATE_SECRET_DOCKER
from k9lite.verbs.create_secret_generic import CREATE_SECRET_GENERIC
from k9lite.verbs.create_secret_tls import CREATE_SECRET_TLS
from k9lite.verbs.create_service import (
    CREATE_SERVICE_CLUSTERIP,
    CREATE_SERVICE_EXTERNALNAME,
    CREATE_SERVICE_LOADBALANCER,
    CREATE_SERVICE_NODEPORT,
)
from k9lite.verbs.create_serviceaccount import CREATE_SERVICEACCOUNT
from k9lite.verbs.create_token import CREATE_TOKEN
from k9lite.verbs.delete import DELETE
from k9lite.verbs.describe import DESCRIBE
from k9lite.verbs.diff import DIFF
from k9lite.verbs.drain import DRAIN
from k9lite.verbs.edit import EDIT
from k9lite.verbs.events import EVENTS
from k9lite.verbs.exec import EXEC
from k9lite.verbs.explain import EXPLAIN
from k9lite.verbs.expose import EXPOSE
from k9lite.verbs.get import GET, YAML
from k9lite.verbs.label import LABEL
from k9lite.verbs.logs import LOGS, PREVIOUS
from k9lite.verbs.patch import PATCH
from k9lite.verbs.replace import REPLACE
from k9lite.verbs.rollout_history import ROLLOUT_HISTORY
from k9lite.verbs.rollout_pause import ROLLOUT_PAUSE
from k9lite.verbs.rollout_restart import ROLLOUT_RESTART
from k9lite.verbs.rollout_resume import ROLLOUT_RESUME
from k9lite.verbs.rollout_status import ROLLOUT_STATUS
from k9lite.verbs.rollout_undo import ROLLOUT_UNDO
from k9lite.verbs.run import RUN
from k9lite.verbs.scale import SCALE
from k9lite.verbs.set_env import SET_ENV
from k9lite.verbs.set_image import SET_IMAGE
from k9lite.verbs.set_resources import SET_RESOURCES
from k9lite.verbs.set_selector import SET_SELECTOR
from k9lite.verbs.set_serviceaccount import SET_SERVICEACCOUNT
from k9lite.verbs.taint import TAINT
from k9lite.verbs.top_node import TOP_NODE
from k9lite.verbs.top_pod import TOP_POD
from k9lite.verbs.uncordon import UNCORDON
from k9lite.verbs.version import VERSION
from k9lite.verbs.wait import WAIT

_TABLE = (
    GET,
    YAML,
    DESCRIBE,
    EVENTS,
    APPLY,
    CREATE,
    CREATE_NAMESPACE,
    CREATE_DEPLOYMENT,
    CREATE_CONFIGMAP,
    CREATE_SECRET_GENERIC,
    CREATE_SECRET_DOCKER,
    CREATE_SECRET_TLS,
    CREATE_JOB,
    CREATE_CRONJOB,
    CREATE_SERVICE_CLUSTERIP,
    CREATE_SERVICE_EXTERNALNAME,
    CREATE_SERVICE_LOADBALANCER,
    CREATE_SERVICE_NODEPORT,
    CREATE_ROLE,
    CREATE_ROLEBINDING,
    CREATE_CLUSTERROLE,
    CREATE_CLUSTERROLEBINDING,
    CREATE_SERVICEACCOUNT,
    CREATE_QUOTA,
    CREATE_PDB,
    CREATE_INGRESS,
    CREATE_PRIORITYCLASS,
    CREATE_TOKEN,
    RUN,
    VIEW_LAST_APPLIED,
    SET_LAST_APPLIED,
    DIFF,
    REPLACE,
    PATCH,
    EDIT,
    EXPOSE,
    AUTOSCALE,
    DELETE,
    LABEL,
    ANNOTATE,
    SCALE,
    SET_IMAGE,
    SET_ENV,
    SET_RESOURCES,
    SET_SELECTOR,
    SET_SERVICEACCOUNT,
    ROLLOUT_STATUS,
    ROLLOUT_HISTORY,
    ROLLOUT_UNDO,
    ROLLOUT_RESTART,
    ROLLOUT_PAUSE,
    ROLLOUT_RESUME,
    CORDON,
    UNCORDON,
    DRAIN,
    TAINT,
    TOP_NODE,
    TOP_POD,
    LOGS,
    PREVIOUS,
    EXEC,
    ATTACH,
    WAIT,
    EXPLAIN,
    API_RESOURCES,
    API_VERSIONS,
    CLUSTER_INFO,
    VERSION,
    CONFIG_VIEW,
    GET_CONTEXTS,
    CURRENT_CONTEXT,
    USE_CONTEXT,
    SET_CONTEXT,
    RENAME_CONTEXT,
    DELETE_CONTEXT,
    GET_CLUSTERS,
    GET_USERS,
)

VERBS: Mapping[str, Verb] = MappingProxyType({verb.name: verb for verb in _TABLE})
