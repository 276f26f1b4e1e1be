"""WHAT an operator can do: one file a verb, listed once in VERBS in the order help shows them.

The law of this folder: a verb is a generator that says, submits and waits (k9lite/verb.py); it sees Views,
touches no file, clock or screen, imports no other verb, and words everything as kubectl does. Keys, prompt,
palette, menu and the command line all come from VERBS. A name with a flag in it ("get -o yaml") is a key's
form of a verb: the grammar knows it by its plain name.

A verb's file is imported when the verb is first asked for: the first frame needs those with a key, and the rest
come while nothing is pressed (k9lite/starting.py). A test holds that every line below leads to a verb of its name.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import cast

from k9lite.verb import Verb


class Verbs(Mapping[str, Verb]):
    """By name, in the order of ``places``: name -> file and constant."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> Verb:
        file, _, constant = self._places[name].partition(":")
        return cast(Verb, getattr(import_module(f"{__name__}.{file}"), constant))

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


_PLACES = MappingProxyType(
    {
        "get": "get:GET",
        "get -o yaml": "get:YAML",
        "describe": "describe:DESCRIBE",
        "events": "events:EVENTS",
        "apply": "apply:APPLY",
        "create": "create:CREATE",
        "create namespace": "create_namespace:CREATE_NAMESPACE",
        "create deployment": "create_deployment:CREATE_DEPLOYMENT",
        "create configmap": "create_configmap:CREATE_CONFIGMAP",
        "create secret generic": "create_secret_generic:CREATE_SECRET_GENERIC",
        "create secret docker-registry": "create_secret_docker:CREATE_SECRET_DOCKER",
        "create secret tls": "create_secret_tls:CREATE_SECRET_TLS",
        "create job": "create_job:CREATE_JOB",
        "create job --trigger": "create_job:TRIGGER",
        "create cronjob": "create_cronjob:CREATE_CRONJOB",
        "create service clusterip": "create_service:CREATE_SERVICE_CLUSTERIP",
        "create service externalname": "create_service:CREATE_SERVICE_EXTERNALNAME",
        "create service loadbalancer": "create_service:CREATE_SERVICE_LOADBALANCER",
        "create service nodeport": "create_service:CREATE_SERVICE_NODEPORT",
        "create role": "create_role:CREATE_ROLE",
        "create rolebinding": "create_rolebinding:CREATE_ROLEBINDING",
        "create clusterrole": "create_clusterrole:CREATE_CLUSTERROLE",
        "create clusterrolebinding": "create_clusterrolebinding:CREATE_CLUSTERROLEBINDING",
        "create serviceaccount": "create_serviceaccount:CREATE_SERVICEACCOUNT",
        "create quota": "create_quota:CREATE_QUOTA",
        "create poddisruptionbudget": "create_pdb:CREATE_PDB",
        "create ingress": "create_ingress:CREATE_INGRESS",
        "create priorityclass": "create_priorityclass:CREATE_PRIORITYCLASS",
        "create token": "create_token:CREATE_TOKEN",
        "auth can-i": "auth_can_i:CAN_I",
        "auth whoami": "auth_whoami:WHOAMI",
        "auth reconcile": "auth_reconcile:RECONCILE",
        "run": "run:RUN",
        "apply view-last-applied": "apply_view_last_applied:VIEW_LAST_APPLIED",
        "apply set-last-applied": "apply_set_last_applied:SET_LAST_APPLIED",
        "diff": "diff:DIFF",
        "kustomize": "kustomize:KUSTOMIZE_BUILD",
        "replace": "replace:REPLACE",
        "patch": "patch:PATCH",
        "patch --suspend": "patch:SUSPEND",
        "edit": "edit:EDIT",
        "expose": "expose:EXPOSE",
        "autoscale": "autoscale:AUTOSCALE",
        "delete": "delete:DELETE",
        "label": "label:LABEL",
        "annotate": "annotate:ANNOTATE",
        "scale": "scale:SCALE",
        "set image": "set_image:SET_IMAGE",
        "set env": "set_env:SET_ENV",
        "set resources": "set_resources:SET_RESOURCES",
        "set selector": "set_selector:SET_SELECTOR",
        "set serviceaccount": "set_serviceaccount:SET_SERVICEACCOUNT",
        "set subject": "set_subject:SET_SUBJECT",
        "rollout status": "rollout_status:ROLLOUT_STATUS",
        "rollout history": "rollout_history:ROLLOUT_HISTORY",
        "rollout undo": "rollout_undo:ROLLOUT_UNDO",
        "rollout restart": "rollout_restart:ROLLOUT_RESTART",
        "rollout pause": "rollout_pause:ROLLOUT_PAUSE",
        "rollout resume": "rollout_resume:ROLLOUT_RESUME",
        "cordon": "cordon:CORDON",
        "uncordon": "uncordon:UNCORDON",
        "drain": "drain:DRAIN",
        "taint": "taint:TAINT",
        "top node": "top_node:TOP_NODE",
        "top pod": "top_pod:TOP_POD",
        "logs": "logs:LOGS",
        "logs --previous": "logs:PREVIOUS",
        "exec": "exec:EXEC",
        "attach": "attach:ATTACH",
        "port-forward": "port_forward:PORT_FORWARD",
        "listen": "listen:LISTEN",
        "proxy": "proxy:PROXY",
        "cp": "cp:CP",
        "debug": "debug:DEBUG",
        "iptables": "iptables:IPTABLES",
        "wait": "wait:WAIT",
        "explain": "explain:EXPLAIN",
        "api-resources": "api_resources:API_RESOURCES",
        "api-versions": "api_versions:API_VERSIONS",
        "cluster-info": "cluster_info:CLUSTER_INFO",
        "cluster-info dump": "cluster_info_dump:CLUSTER_INFO_DUMP",
        "version": "version:VERSION",
        "certificate approve": "certificate:APPROVE",
        "certificate deny": "certificate:DENY",
        "config view": "config_view:CONFIG_VIEW",
        "config get-contexts": "config_get_contexts:GET_CONTEXTS",
        "config current-context": "config_current_context:CURRENT_CONTEXT",
        "config use-context": "config_use_context:USE_CONTEXT",
        "config set-context": "config_set_context:SET_CONTEXT",
        "config rename-context": "config_set_context:RENAME_CONTEXT",
        "config delete-context": "config_set_context:DELETE_CONTEXT",
        "config get-clusters": "config_get_contexts:GET_CLUSTERS",
        "config get-users": "config_get_contexts:GET_USERS",
        "config set": "config_set:SET",
        "config unset": "config_set:UNSET",
        "config set-cluster": "config_set:SET_CLUSTER",
        "config set-credentials": "config_set:SET_CREDENTIALS",
        "config delete-cluster": "config_set:DELETE_CLUSTER",
        "config delete-user": "config_set:DELETE_USER",
        "completion": "completion:COMPLETION",
        "options": "options:OPTIONS",
    }
)

VERBS: Mapping[str, Verb] = Verbs(_PLACES)
ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "create ns": "create namespace",
        "create deploy": "create deployment",
        "create cm": "create configmap",
        "create cj": "create cronjob",
        "create svc clusterip": "create service clusterip",
        "create svc externalname": "create service externalname",
        "create svc loadbalancer": "create service loadbalancer",
        "create svc nodeport": "create service nodeport",
        "create sa": "create serviceaccount",
        "create resourcequota": "create quota",
        "create pdb": "create poddisruptionbudget",
        "create ing": "create ingress",
        "create pc": "create priorityclass",
        "set sa": "set serviceaccount",
        "top nodes": "top node",
        "top no": "top node",
        "top pods": "top pod",
        "top po": "top pod",
        "config use": "config use-context",
    }
)
"""Other names on the command line, whole, and whose they are."""
WITH_A_KEY = (
    "get -o yaml", "describe", "edit", "delete", "label", "scale", "set image", "rollout undo", "rollout restart",
    "cordon", "uncordon", "drain", "logs", "logs --previous", "exec", "port-forward", "iptables",
)  # fmt: skip
"""Those that are offered on rows, in the same order."""
