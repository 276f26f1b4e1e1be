"""Where the files of volumes come from: texts of ``explain``."""

from collections.abc import Mapping

_ITEMS = "items []KeyToPath: Only these keys, each with its path; all of them without."
_OPTIONAL = "optional boolean: Whether it may be missing."

TEXTS: Mapping[str, str] = {
    "KeyToPath": """
        = A key as a file.
        key! string: The key.
        mode integer: The file's mode; defaultMode without.
        path! string: Where in the volume.
    """,
    "DownwardAPIVolumeSource": """
        = Fields of the pod as files.
        defaultMode integer: The mode of the files; 0644 without.
        items []DownwardAPIVolumeFile: The files.
    """,
    "DownwardAPIVolumeFile": """
        = A field of the pod as a file.
        fieldRef ObjectFieldSelector: The field.
        mode integer: The file's mode.
        path! string: Where in the volume.
        resourceFieldRef ResourceFieldSelector: Or what one of its containers asks for or may have.
    """,
    "EphemeralVolumeSource": """
        = A claim that is made for a pod and goes with it.
        volumeClaimTemplate PersistentVolumeClaimTemplate: What the claim is like.
    """,
    "PersistentVolumeClaimTemplate": """
        = A claim to be made.
        metadata ObjectMeta: Its labels and annotations.
        spec! PersistentVolumeClaimSpec: What it asks for.
    """,
    "ImageVolumeSource": """
        = The files of an image, which cannot be written.
        pullPolicy string {Always,IfNotPresent,Never}: When it is pulled.
        reference string: The image.
    """,
    "NFSVolumeSource": """
        = A folder of a file server.
        path! string: The folder.
        readOnly boolean: Whether it cannot be written.
        server! string: The server's name or address.
    """,
    "CSIVolumeSource": """
        = A volume that a storage driver makes for one pod.
        driver! string: The driver.
        fsType string: The file system to mount.
        nodePublishSecretRef LocalObjectReference: A Secret that the driver is given.
        readOnly boolean: Whether it cannot be written.
        volumeAttributes map[string]string: What the driver is told.
    """,
    "CSIPersistentVolumeSource": """
        = A volume of a storage driver.
        driver! string: The driver.
        fsType string: The file system to mount.
        readOnly boolean: Whether it cannot be written.
        volumeAttributes map[string]string: What the driver is told.
        volumeHandle! string: What the driver calls it.
    """,
    "LocalVolumeSource": """
        = A disk or folder of one node.
        fsType string: The file system to make where there is none.
        path! string: Where on the node.
    """,
    "ProjectedVolumeSource": """
        = Several sources in one folder.
        defaultMode integer: The mode of the files; 0644 without.
        sources []VolumeProjection: The sources, in turn; of two files at one path the later one stays.
    """,
    "VolumeProjection": """
        = One source of a projected volume.
        configMap ConfigMapProjection: Values of a ConfigMap.
        downwardAPI DownwardAPIProjection: Fields of the pod.
        secret SecretProjection: Values of a Secret.
        serviceAccountToken ServiceAccountTokenProjection: A token of the pod's account.
    """,
    "ConfigMapProjection": f"""
        = Values of a ConfigMap in a projected volume.
        {_ITEMS}
        name string: Its name.
        {_OPTIONAL}
    """,
    "SecretProjection": f"""
        = Values of a Secret in a projected volume.
        {_ITEMS}
        name string: Its name.
        {_OPTIONAL}
    """,
    "DownwardAPIProjection": """
        = Fields of the pod in a projected volume.
        items []DownwardAPIVolumeFile: The files.
    """,
    "ServiceAccountTokenProjection": """
        = A token in a projected volume, renewed before it expires.
        audience string: Whom it is meant for; the API server without.
        expirationSeconds integer: How long it is good for; an hour without.
        path! string: Where in the volume.
    """,
    "VolumeNodeAffinity": """
        = From which nodes a volume can be reached.
        required: What a node must be like.
    """,
    "VolumeResourceRequirements": """
        = How much storage.
        limits: The most there may be.
        requests: The least there must be, under storage.
    """,
    "TypedLocalObjectReference": """
        = An object of the same namespace, of whatever kind.
        apiGroup string: The group of its kind; the core group without.
        kind! string: Its kind.
        name! string: Its name.
    """,
    "TypedObjectReference": """
        = An object of whatever kind, maybe in another namespace.
        apiGroup string: The group of its kind; the core group without.
        kind! string: Its kind.
        name! string: Its name.
        namespace string: Its namespace; the claim's own without.
    """,
    "TopologySelectorTerm": """
        = Places where volumes may be made.
        matchLabelExpressions []TopologySelectorLabelRequirement: What the labels of a place must be.
    """,
    "TopologySelectorLabelRequirement": """
        = A label and the values it may have.
        key! string: The label of nodes.
        values! []string: One of these.
    """,
}
