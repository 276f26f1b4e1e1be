"""Who may do what: texts of ``explain``."""

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
        imagePullSecrets []LocalObjectReference: Secrets with a login to where images come from, for its pods.
        secrets []ObjectReference: Secrets its pods may use.
    """,
    "CertificateSigningRequest": """
        = A wish for a certificate by which somebody is known to the cluster.
        spec! CertificateSigningRequestSpec: What is asked for; it cannot be changed.
        status: What came of it.
    """,
    "CertificateSigningRequestSpec": """
        = What is asked for, and by whom.
        expirationSeconds integer: How long the certificate should be good; at most a year here.
        groups []string: The groups of who asked; set by the server.
        request! string: A PKCS #10 request in PEM, as base64.
        signerName! string: Who signs: kubernetes.io/kube-apiserver-client makes a user.
        uid string: The uid of who asked; set by the server.
        usages []string: What it is for; client auth for a user.
        username string: Who asked; set by the server.
    """,
    "CertificateSigningRequestStatus": """
        = What came of it.
        certificate string: The certificate in PEM, as base64, once it is issued.
        conditions: Approved, Denied or Failed.
    """,
    "LocalObjectReference": """
        = An object of the same namespace.
        name string: Its name.
    """,
    "AggregationRule": """
        = Which cluster roles are gathered in one.
        clusterRoleSelectors: Their labels; a role that one of the selectors means is in it.
    """,
    "Role": f"= What may be done in one namespace.\n{_RULES}",
    "ClusterRole": f"""
        = What may be done in the whole cluster, or in the namespace of a RoleBinding.
        aggregationRule AggregationRule: Labels of cluster roles whose rules it gathers.
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
}
