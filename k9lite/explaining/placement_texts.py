"""Near what a pod may run: texts of ``explain``."""

from collections.abc import Mapping

_AROUND = """
        preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm: Wishes; a node gets the weights of
          those it meets.
        requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm: What a node must meet, all of it, when the
          pod is bound; what changes later moves no pod.
""".replace("\n          ", " ")

TEXTS: Mapping[str, str] = {
    "NodeSelector": """
        = Nodes, as one or the other of several terms.
        nodeSelectorTerms!: A node fits if it meets one of them.
    """,
    "NodeSelectorTerm": """
        = Requirements that a node meets together; a term without any fits no node.
        matchExpressions: What must be so of the node's labels.
        matchFields: What must be so of the node's fields; metadata.name is the one there is.
    """,
    "PreferredSchedulingTerm": """
        = A wish about nodes.
        preference!: Which nodes are preferred.
        weight! integer: What such a node gains, from 1 to 100.
    """,
    "PodAffinity": f"= Pods that this one wants to be near.\n{_AROUND}",
    "PodAntiAffinity": f"= Pods that this one keeps away from.\n{_AROUND}",
    "WeightedPodAffinityTerm": """
        = A wish about the pods around.
        podAffinityTerm!: Which pods, and what near means.
        weight! integer: What counts for a node that meets it, from 1 to 100.
    """,
    "PodAffinityTerm": """
        = Pods by their labels and namespaces, and the node label whose value they share when they are near.
        labelSelector: The labels of those pods; none are meant without.
        matchLabelKeys: Labels that must have the value the pod itself has.
        mismatchLabelKeys: Labels that must have another value than the pod itself has.
        namespaceSelector: Their namespaces by label; an empty selector means all.
        namespaces: Their namespaces by name; the pod's own if there is neither.
        topologyKey!: The label of nodes that makes them one place, as kubernetes.io/hostname.
    """,
    "TopologySpreadConstraint": """
        = How evenly pods are spread.
        labelSelector LabelSelector: Which pods are counted.
        matchLabelKeys []string: Labels that counted pods must share with this one, as pod-template-hash.
        maxSkew! integer: By how many pods two places may differ.
        minDomains integer: Over how many places at least.
        nodeAffinityPolicy string {Honor,Ignore}: Whether nodes count that the pod's own affinity rules out.
        nodeTaintsPolicy string {Honor,Ignore}: Whether nodes count whose taints the pod does not tolerate.
        topologyKey! string: The label of nodes that makes them one place.
        whenUnsatisfiable! string {DoNotSchedule,ScheduleAnyway}: What to do where it cannot be kept.
    """,
}
