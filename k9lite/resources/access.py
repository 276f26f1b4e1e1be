"""Accounts, roles and bindings: Enter leads to what they may do."""

from k9lite.resources.listed import listed

ACCOUNTS = listed("ServiceAccount", place="rights")
ROLES = listed("Role", place="rights")
CLUSTER_ROLES = listed("ClusterRole", place="rights")
ROLE_BINDINGS = listed("RoleBinding", place="rights")
CLUSTER_ROLE_BINDINGS = listed("ClusterRoleBinding", place="rights")
