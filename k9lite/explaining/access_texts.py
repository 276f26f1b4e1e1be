"""Who may do what, and who reaches whom: texts of ``explain``."""

from collections.abc import Mapping

_RULES = """
        rules! []PolicyRule: What it allows.
"""
_BINDING = """
        roleRef! RoleRef: The role that is given; it cannot be changed.
        subjects []Subject: To whom.
"""

TEXTS: Mapping[str, str] = {
    "ServiceAccount": """
        = Somebody in the cluster that pods act as.
        automountServiceAccountToken boolean: Whether pods get its token.
        imagePullSecrets []Object: Secrets with a login to where images come from, for its pods.
        secrets []ObjectReference: Secrets its pods may use.
    """,
    "Role": f"= What may be done in one namespace.\n{_RULES}",
    "ClusterRole": f"""
        = What may be done in the whole cluster, or in the namespace of a RoleBinding.
        aggregationRule Object: Labels of cluster roles whose rules it gathers.
        {_RULES}
    """,
    "PolicyRule": """
        = Verbs that are allowed on resources.
        apiGroups []string: Groups of the resources; "" is the core group, "*" all.
        nonResourceURLs []string: Paths, instead of resources.
        resourceNames []string: Only the objects of these names.
        resources []string: Resources, "*" for all.
        verbs! []string: What may be done, "*" for all.
    """,
    "RoleBinding": f"= Gives a role to somebody in one namespace.\n{_BINDING}",
    "ClusterRoleBinding": f"= Gives a cluster role to somebody everywhere.\n{_BINDING}",
    "RoleRef": """
        = A role.
        apiGroup string: Its group.
        kind! string: Role or ClusterRole.
        name! string: Its name.
    """,
    "Subject": """
        = Somebody: a user, a group or a service account.
        apiGroup string: The group of the kind.
        kind! string: User, Group or ServiceAccount.
        name! string: The name.
        namespace string: The namespace of a service account.
    """,
    "Ingress": """
        = Leads requests from outside to Services, by host and path.
        spec IngressSpec: What is wanted.
        status Object: Where it is reached.
    """,
    "IngressSpec": """
        = Which hosts and paths lead where.
        defaultBackend IngressBackend: Who answers what no rule catches.
        ingressClassName string: Which controller serves it.
        rules []IngressRule: Hosts, each with its paths.
        tls []Object: Hosts with a certificate, and the Secret it is in.
    """,
    "IngressRule": """
        = A host and its paths.
        host string: The host; all without.
        http Object: Its paths, each with a type and a backend.
    """,
    "IngressBackend": """
        = Who answers.
        resource Object: An object of the namespace.
        service Object: A Service, and its port by number or name.
    """,
    "NetworkPolicy": """
        = Who may connect to pods, and to whom they may.
        spec NetworkPolicySpec: What is allowed.
    """,
    "NetworkPolicySpec": """
        = Which pods, and what is allowed to them.
        egress []Object: To whom they may connect.
        ingress []Object: Who may connect to them.
        podSelector LabelSelector: Which pods; empty for all of the namespace.
        policyTypes []string: Ingress, Egress or both.
    """,
}
