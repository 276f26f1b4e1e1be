"""Texts of ``explain``: what machines there are, and who holds what."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "NodePool": """
        = Machines of one sort: more for pods that fit nowhere, fewer when idle, another for one that stays silent.
        spec! NodePoolSpec: How many there may be, and what a new one is like.
        status NodePoolStatus: How many there are.
    """,
    "NodePoolSpec": """
        = How many machines there may be, and what a new one is like.
        max! integer: How many there are at most.
        min integer: How many there are at least.
        replicas integer: How many are wanted now; as many as there are without. The autoscaler changes it.
        template NodeTemplate: What a new machine registers with.
    """,
    "NodePoolStatus": """
        = How many machines there are.
        lastScaleUpTime Time: When the autoscaler last ordered more.
        readyReplicas integer: How many nodes are ready.
        replicas integer: How many nodes there are.
        starting []Time: When each machine was ordered that is no node yet.
    """,
    "NodeTemplate": """
        = What a new machine registers with.
        capacity map[string]Quantity: What it has, as in cpu, memory, pods or nvidia.com/gpu.
        labels map[string]string: The labels of its node, besides those of its kubelet and k9lite.dev/node-pool.
        taints []Taint: The taints of its node.
    """,
    "Lease": """
        = Who holds something, and when that was last confirmed.
        spec LeaseSpec: The holder and its times.
    """,
    "LeaseSpec": """
        = The holder and its times.
        acquireTime string: Since when it holds it.
        holderIdentity string: Who holds it.
        leaseDurationSeconds integer: How long others wait after the last renewal before they take it.
        leaseTransitions integer: How often it changed hands.
        renewTime string: When the holder last confirmed it.
    """,
    "APIService": """
        = Who serves a version of the API.
        spec APIServiceSpec: The version, and its server.
        status APIServiceStatus: Whether it can be asked.
    """,
    "APIServiceSpec": """
        = A version of the API, and its server.
        caBundle string: What the server's certificate is checked with.
        group string: The group; nothing for the core.
        groupPriorityMinimum! integer: Which group counts where a word means a kind of several: the highest.
        insecureSkipTLSVerify boolean: Whether its certificate is not checked.
        service ServiceReference: The Service of the server; the API server itself without.
        version string: The version.
        versionPriority! integer: Which version of the group is preferred: the highest.
    """,
    "APIServiceStatus": """
        = Whether a version of the API can be asked.
        conditions []Condition: Available, with the reason.
    """,
    "ServiceReference": """
        = A Service of whatever namespace.
        name string: Its name.
        namespace string: Its namespace.
        port integer: Which of its ports; 443 without.
    """,
    "ComponentStatus": """
        = Whether a part of the control plane answers when it is asked for its health. Deprecated.
    """,
}
