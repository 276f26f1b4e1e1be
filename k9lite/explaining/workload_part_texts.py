"""The parts of what runs pods, and how far it has come: texts of ``explain``."""

from collections.abc import Mapping

_COUNTED = """
        collisionCount: How often a name was taken when a revision was made.
        conditions: What else is to be said about it.
        observedGeneration: The generation the controller has seen.
"""

TEXTS: Mapping[str, str] = {
    "StatefulSetOrdinals": """
        = From where its pods are numbered.
        start: The first number; 0 without.
    """,
    "StatefulSetPersistentVolumeClaimRetentionPolicy": """
        = What becomes of the claims made for its pods.
        whenDeleted {Delete,Retain}: When the set is deleted.
        whenScaled {Delete,Retain}: When their pods are, because fewer are wanted.
    """,
    "StatefulSetUpdateStrategy": """
        = How old pods are replaced by new ones.
        rollingUpdate: How far, for RollingUpdate.
        type {OnDelete,RollingUpdate}: From the last to the first, or only when somebody deletes one.
    """,
    "RollingUpdateStatefulSetStrategy": """
        = How far old pods are replaced.
        maxUnavailable: How many may be missing, as a number or share; 1 without.
        partition: Pods with a smaller number stay as they are.
    """,
    "StatefulSetStatus": f"""
        = How far a StatefulSet has come.
        {_COUNTED}
        availableReplicas: Pods that have been ready for long enough.
        currentReplicas: Pods of the current revision.
        currentRevision: The revision that pods are updated from.
        readyReplicas: Pods that are ready.
        replicas: Pods there are.
        updateRevision: The revision that pods are updated to.
        updatedReplicas: Pods of the update revision.
    """,
    "DaemonSetUpdateStrategy": """
        = How old pods are replaced by new ones.
        rollingUpdate: How many at a time, for RollingUpdate.
        type {OnDelete,RollingUpdate}: A few nodes at a time, or only when somebody deletes a pod.
    """,
    "DaemonSetStatus": f"""
        = On how many nodes a DaemonSet runs.
        {_COUNTED}
        currentNumberScheduled: Nodes that should run its pod and do.
        desiredNumberScheduled: Nodes that should.
        numberAvailable: Nodes where it has been ready for long enough.
        numberMisscheduled: Nodes that should not and do.
        numberReady: Nodes where it is ready.
        numberUnavailable: Nodes that should and where it is not available.
        updatedNumberScheduled: Nodes where it is as the template says now.
    """,
    "ControllerRevision": """
        = What a StatefulSet or DaemonSet was once like, to go back to.
        data: The part of its spec that was so.
        revision!: Its number; the newest is the highest.
    """,
    "PodFailurePolicy": """
        = What certain failures of pods mean to a Job.
        rules!: Asked one after the other; the first that fits decides.
    """,
    "PodFailurePolicyRule": """
        = What one sort of failure means.
        action! {Count,FailIndex,FailJob,Ignore}: Whether it counts as usual, ends its index or the Job, or is nothing.
        onExitCodes: It fits by the code a container ended with.
        onPodConditions: It fits by what the pod's conditions say.
    """,
    "PodFailurePolicyOnExitCodesRequirement": """
        = Codes that containers end with.
        containerName: Of which container; of any without.
        operator! {In,NotIn}: Whether the code must be one of the values or none.
        values!: The codes.
    """,
    "PodFailurePolicyOnPodConditionsPattern": """
        = A condition of the pod.
        status!: What it must be; True without.
        type!: Which, as DisruptionTarget.
    """,
    "SuccessPolicy": """
        = When a Job has succeeded before all its indexes have.
        rules!: One of these is enough.
    """,
    "SuccessPolicyRule": """
        = Indexes that must have succeeded.
        succeededCount: How many; all of succeededIndexes without.
        succeededIndexes: Of which, as 0-2,7; of all without.
    """,
    "UncountedTerminatedPods": """
        = UIDs of pods that have ended and are not in the counts yet.
        failed: Those that failed.
        succeeded: Those that succeeded.
    """,
    "CronJobStatus": """
        = When a CronJob last made a Job.
        active: Jobs of its own that run.
        lastScheduleTime string: For when it last made one.
        lastSuccessfulTime string: When one last succeeded.
    """,
    "NodeAddress": """
        = An address of a node.
        address!: The address.
        type!: Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.
    """,
    "ContainerImage": """
        = An image that a node has.
        names: What it is called.
        sizeBytes: How big it is.
    """,
}
