"""Storage, and what a namespace may use: texts of ``explain``."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "Secret": """
        = Settings that not everybody should read; containers get them as variables or files.
        data map[string]string: Values in base64.
        immutable boolean: Whether the values can never be changed.
        stringData map[string]string: Values as they are, for writing; they are kept in data.
        type string: What it is for, as kubernetes.io/tls.
    """,
    "PersistentVolume": """
        = A piece of storage of the cluster.
        spec PersistentVolumeSpec: What it is.
        status PersistentVolumeStatus: Whether somebody has it.
    """,
    "PersistentVolumeSpec": """
        = What a volume is.
        accessModes []string: How it can be mounted: ReadWriteOnce, ReadOnlyMany, ReadWriteMany, ReadWriteOncePod.
        capacity map[string]Quantity: How much it holds.
        claimRef ObjectReference: The claim that has it.
        csi CSIPersistentVolumeSource: A volume of a storage driver.
        hostPath HostPathVolumeSource: A folder of a node.
        local LocalVolumeSource: A disk of a node.
        mountOptions []string: How it is mounted.
        nfs NFSVolumeSource: A folder of a file server.
        nodeAffinity VolumeNodeAffinity: From which nodes it is reached.
        persistentVolumeReclaimPolicy string {Delete,Recycle,Retain}: What becomes of it without its claim.
        storageClassName string: Its class.
        volumeAttributesClassName string: The class of settings that can be changed while it is used.
        volumeMode string: Filesystem or Block.
    """,
    "PersistentVolumeStatus": """
        = Whether somebody has a volume.
        lastPhaseTransitionTime string: Since when it is as it is.
        message: The long answer why.
        phase {Available,Bound,Failed,Pending,Released}: Whether it is free, has a claim, or had one.
        reason: The short answer why it failed.
    """,
    "PersistentVolumeClaim": """
        = A wish for storage, and the hold on what was given.
        spec PersistentVolumeClaimSpec: What is wanted.
        status PersistentVolumeClaimStatus: What was given.
    """,
    "PersistentVolumeClaimSpec": """
        = What storage is wanted.
        accessModes []string: How it must be mountable.
        dataSource TypedLocalObjectReference: What is in it at first.
        dataSourceRef TypedObjectReference: The same, from another kind or namespace as well.
        resources VolumeResourceRequirements: How much is needed, as requests.storage.
        selector LabelSelector: Labels the volume must have.
        storageClassName string: The class it must have; the default one without, none if it is empty.
        volumeAttributesClassName string: The class of settings that can be changed while it is used.
        volumeMode string: Filesystem or Block.
        volumeName string: The volume it has.
    """,
    "PersistentVolumeClaimStatus": """
        = What a claim was given.
        accessModes []string: How it is mounted.
        capacity map[string]Quantity: How much it holds.
        conditions []Condition: What is being changed about it.
        phase string {Bound,Lost,Pending}: Whether it has a volume.
    """,
    "ScopeSelector": """
        = Scopes an object must be of to count.
        matchExpressions: All of these.
    """,
    "ScopedResourceSelectorRequirement": """
        = One scope.
        operator! {DoesNotExist,Exists,In,NotIn}: How the values are meant.
        scopeName! string: Terminating, NotTerminating, BestEffort, NotBestEffort, PriorityClass or
          CrossNamespacePodAffinity.
        values: Names, for In and NotIn.
    """.replace("\n          ", " "),
    "StorageClass": """
        = How volumes are made for claims of this class.
        allowVolumeExpansion boolean: Whether volumes can grow.
        allowedTopologies []TopologySelectorTerm: Where they may be made; anywhere without.
        mountOptions []string: How they are mounted.
        parameters map[string]string: What the provisioner is told.
        provisioner! string: Who makes them.
        reclaimPolicy string {Delete,Recycle,Retain}: What becomes of them without their claim.
        volumeBindingMode string {Immediate,WaitForFirstConsumer}: Made at once, or where the first pod runs.
    """,
    "ResourceQuota": """
        = How much a namespace may use in all.
        spec ResourceQuotaSpec: What is allowed.
        status ResourceQuotaStatus: What is used.
    """,
    "ResourceQuotaSpec": """
        = What is allowed.
        hard map[string]Quantity: The most of each resource.
        scopeSelector ScopeSelector: Which objects are counted, by their scopes.
        scopes []string: Which objects are counted.
    """,
    "ResourceQuotaStatus": """
        = What is used.
        hard map[string]Quantity: The most of each resource.
        used map[string]Quantity: What there is of it now.
    """,
    "LimitRange": """
        = What a container or claim of a namespace gets that asks for nothing, and the least and most it may.
        spec LimitRangeSpec: The limits.
    """,
    "LimitRangeSpec": """
        = Limits of a namespace.
        limits! []LimitRangeItem: One for each type of object.
    """,
    "LimitRangeItem": """
        = Limits of one type of object.
        default map[string]Quantity: Limits of what has none.
        defaultRequest map[string]Quantity: Requests of what has none.
        max map[string]Quantity: The most.
        maxLimitRequestRatio map[string]Quantity: By how much a limit may exceed a request.
        min map[string]Quantity: The least.
        type! string: Container, Pod or PersistentVolumeClaim.
    """,
    "PriorityClass": """
        = A name for a priority of pods.
        description string: When it should be used.
        globalDefault boolean: Whether pods that name none have it.
        preemptionPolicy string {Never,PreemptLowerPriority}: Whether pods of it make others go.
        value! integer: The priority; the higher, the earlier.
    """,
}
