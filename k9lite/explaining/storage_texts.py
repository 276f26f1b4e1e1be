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
        csi Object: A volume of a storage driver.
        hostPath HostPathVolumeSource: A folder of a node.
        local Object: A disk of a node.
        mountOptions []string: How it is mounted.
        nfs Object: A folder of a file server.
        nodeAffinity Object: From which nodes it is reached.
        persistentVolumeReclaimPolicy string {Delete,Recycle,Retain}: What becomes of it without its claim.
        storageClassName string: Its class.
        volumeMode string: Filesystem or Block.
    """,
    "PersistentVolumeClaim": """
        = A wish for storage, and the hold on what was given.
        spec PersistentVolumeClaimSpec: What is wanted.
        status PersistentVolumeClaimStatus: What was given.
    """,
    "PersistentVolumeClaimSpec": """
        = What storage is wanted.
        accessModes []string: How it must be mountable.
        dataSource Object: What is in it at first.
        resources Object: How much is needed, as requests.storage.
        selector LabelSelector: Labels the volume must have.
        storageClassName string: The class it must have; the default one without, none if it is empty.
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
    "StorageClass": """
        = How volumes are made for claims of this class.
        allowVolumeExpansion boolean: Whether volumes can grow.
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
        scopeSelector Object: Which objects are counted, by their scopes.
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
