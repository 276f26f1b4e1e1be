"""What makes pods: texts of ``explain``."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "Deployment": """
        = Keeps a number of pods of one template, and replaces them a few at a time when the template changes.
        spec: What is wanted.
        status: How far it has come.
    """,
    "DeploymentSpec": """
        = Which pods, how many, and how they are replaced.
        minReadySeconds: How long a new pod must be ready before it counts as available.
        paused: Whether changes of the template wait.
        progressDeadlineSeconds: After how long without progress a rollout counts as failed; 600 without.
        replicas: How many pods; 1 without.
        revisionHistoryLimit: How many old ReplicaSets are kept for undoing; 10 without.
        selector!: Which pods are its own; it cannot be changed.
        strategy: How old pods are replaced by new ones.
        template: What its pods are like.
    """,
    "DeploymentStrategy": """
        = How old pods are replaced by new ones.
        rollingUpdate: How many at a time, for RollingUpdate.
        type {Recreate,RollingUpdate}: All at once after the old ones are gone, or a few at a time.
    """,
    "RollingUpdate": """
        = How many pods are replaced at a time.
        maxSurge: How many there may be too many, as a number or share; 25% without.
        maxUnavailable: How many may be missing, as a number or share; 25% without.
    """,
    "DeploymentStatus": """
        = How far a Deployment has come.
        availableReplicas: Pods that have been ready long enough.
        collisionCount: How often a name for a ReplicaSet was taken.
        conditions: Available, Progressing, ReplicaFailure.
        observedGeneration: Which generation this speaks of.
        readyReplicas: Pods that are ready.
        replicas: Pods there are.
        unavailableReplicas: Pods that are missing.
        updatedReplicas: Pods of the newest template.
    """,
    "ReplicaSet": """
        = Keeps a number of pods of one template; a Deployment makes one for each template.
        spec: What is wanted.
        status: How many pods there are.
    """,
    "ReplicaSetSpec": """
        = Which pods, and how many.
        minReadySeconds: How long a pod must be ready before it counts as available.
        replicas: How many pods; 1 without.
        selector!: Which pods are its own; it cannot be changed.
        template: What its pods are like.
    """,
    "ReplicaSetStatus": """
        = How many pods there are.
        availableReplicas: Pods that have been ready long enough.
        conditions: Whether making or deleting pods fails.
        fullyLabeledReplicas: Pods with all labels of the template.
        observedGeneration: Which generation this speaks of.
        readyReplicas: Pods that are ready.
        replicas: Pods there are.
    """,
    "ReplicationController": """
        = Keeps a number of pods; what there was before ReplicaSets.
        spec: What is wanted.
        status: How many pods there are.
    """,
    "ReplicationControllerSpec": """
        = Which pods, and how many.
        minReadySeconds: How long a pod must be ready before it counts as available.
        replicas: How many pods; 1 without.
        selector: Labels of its pods; those of the template without.
        template: What its pods are like.
    """,
    "StatefulSet": """
        = Keeps pods that each have a name and storage of their own, made and ended in order.
        spec StatefulSetSpec: What is wanted.
        status StatefulSetStatus: How far it has come.
    """,
    "StatefulSetSpec": """
        = Which pods, how many, and in which order.
        minReadySeconds integer: How long a pod must be ready before it counts as available.
        ordinals StatefulSetOrdinals: The first number, 0 without.
        persistentVolumeClaimRetentionPolicy: Whether claims go with the set or when it is scaled down.
        podManagementPolicy string {OrderedReady,Parallel}: One after the other, or all at once.
        replicas integer: How many pods; 1 without.
        revisionHistoryLimit integer: How many old revisions are kept; 10 without.
        selector! LabelSelector: Which pods are its own; it cannot be changed.
        serviceName string: The headless Service that names its pods.
        template! PodTemplateSpec: What its pods are like.
        updateStrategy StatefulSetUpdateStrategy: RollingUpdate from the last to the first, or OnDelete.
        volumeClaimTemplates []PersistentVolumeClaim: Claims that each pod gets.
    """,
    "DaemonSet": """
        = Runs a pod on every node that fits.
        spec DaemonSetSpec: What is wanted.
        status DaemonSetStatus: On how many nodes it runs.
    """,
    "DaemonSetSpec": """
        = Which pods, and how they are replaced.
        minReadySeconds integer: How long a pod must be ready before it counts as available.
        revisionHistoryLimit integer: How many old revisions are kept; 10 without.
        selector! LabelSelector: Which pods are its own; it cannot be changed.
        template! PodTemplateSpec: What its pods are like.
        updateStrategy DaemonSetUpdateStrategy: RollingUpdate a few nodes at a time, or OnDelete.
    """,
    "Job": """
        = Runs pods until enough of them have succeeded.
        spec JobSpec: What is wanted.
        status JobStatus: How far it has come.
    """,
    "JobSpec": """
        = Which pods, how often, and when to give up.
        activeDeadlineSeconds integer: How long it may take in all.
        backoffLimit integer: How many failures it bears; 6 without.
        backoffLimitPerIndex integer: How many failures each index bears.
        completionMode string {Indexed,NonIndexed}: Whether each pod has a number of its own.
        completions integer: How many pods must succeed; 1 without.
        managedBy string: Who looks after it, if not the Job controller.
        manualSelector boolean: Whether the selector is the user's own.
        maxFailedIndexes integer: How many indexes may fail.
        parallelism integer: How many pods run at a time; 1 without.
        podFailurePolicy: What certain failures mean.
        podReplacementPolicy string {Failed,TerminatingOrFailed}: When a new pod takes the place of an old one.
        selector LabelSelector: Which pods are its own; made by the server.
        successPolicy: When it has succeeded before all have.
        suspend boolean: Whether it waits, without pods.
        template! PodTemplateSpec: What its pods are like; their restartPolicy is Never or OnFailure.
        ttlSecondsAfterFinished integer: How long after its end it is deleted.
    """,
    "JobStatus": """
        = How far a Job has come.
        active: Pods that run.
        completedIndexes: Which indexes have succeeded.
        completionTime: When it was done.
        conditions: Complete, Failed, Suspended.
        failed: Pods that failed.
        failedIndexes: Which indexes have failed.
        ready: Pods that are ready.
        startTime: When it began.
        succeeded: Pods that succeeded.
        terminating: Pods on their way out.
        uncountedTerminatedPods: Pods that ended and are not counted yet.
    """,
    "CronJob": """
        = Makes a Job at certain times.
        spec CronJobSpec: What is wanted.
        status CronJobStatus: When it last did.
    """,
    "CronJobSpec": """
        = Which Job, and when.
        concurrencyPolicy string {Allow,Forbid,Replace}: What happens if the last Job still runs.
        failedJobsHistoryLimit integer: How many failed Jobs are kept; 1 without.
        jobTemplate! JobTemplateSpec: What its Jobs are like.
        schedule! string: When, in the cron format.
        startingDeadlineSeconds integer: How late a Job may still be made.
        successfulJobsHistoryLimit integer: How many Jobs that succeeded are kept; 3 without.
        suspend boolean: Whether it makes no more Jobs.
        timeZone string: Where the schedule's clock is; the controller's own without.
    """,
    "JobTemplateSpec": """
        = What a Job made of this template is to be like.
        metadata ObjectMeta: Labels and annotations the Jobs get.
        spec JobSpec: What is wanted of the Jobs.
    """,
}
