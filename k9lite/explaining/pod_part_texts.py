"""The small parts of pods and their containers: texts of ``explain``."""

from collections.abc import Mapping

_OPTIONAL = "optional boolean: Whether the container may start without it."

TEXTS: Mapping[str, str] = {
    "ObjectFieldSelector": """
        = A field of the pod.
        apiVersion string: The version in which the field is meant; v1 without.
        fieldPath! string: The field, as metadata.name, metadata.labels['app'], spec.nodeName or status.podIP.
    """,
    "ResourceFieldSelector": """
        = What a container asks for or may have.
        containerName string: The container; files need it, variables mean their own.
        divisor Quantity: In what it is counted, as 1m or 1Mi.
        resource! string: What of it, as limits.cpu or requests.memory.
    """,
    "ConfigMapEnvSource": f"""
        = All values of a ConfigMap.
        name string: Its name.
        {_OPTIONAL}
    """,
    "SecretEnvSource": f"""
        = All values of a Secret.
        name string: Its name.
        {_OPTIONAL}
    """,
    "LifecycleHandler": """
        = What is done at a turn of a container's life.
        exec ExecAction: A command in the container.
        httpGet HTTPGetAction: A request to it.
        sleep SleepAction: A while to wait.
        tcpSocket TCPSocketAction: Kept for old manifests; nothing opens it.
    """,
    "SleepAction": """
        = A while to wait.
        seconds! integer: For how long.
    """,
    "HTTPHeader": """
        = A header of a request.
        name! string: Its name.
        value! string: Its value.
    """,
    "ContainerResizePolicy": """
        = What a change of one resource means to a running container.
        resourceName! string: cpu or memory.
        restartPolicy! string {NotRequired,RestartContainer}: Whether it must start again.
    """,
    "ResourceClaim": """
        = A device claim of the pod that a container uses.
        name! string: Its name among spec.resourceClaims.
        request string: One request of it; all of them without.
    """,
    "PodResourceClaim": """
        = A claim of devices that is ready before the pod starts.
        name! string: What containers call it.
        resourceClaimName string: A ResourceClaim that exists.
        resourceClaimTemplateName string: The template to make one from, for this pod alone.
    """,
    "Capabilities": """
        = Rights of root, one by one.
        add []string: Those given, as NET_ADMIN.
        drop []string: Those taken away; ALL is every one.
    """,
    "SeccompProfile": """
        = Which calls of the kernel are allowed.
        localhostProfile string: A file on the node, for Localhost.
        type! string {Localhost,RuntimeDefault,Unconfined}: Where the list comes from.
    """,
    "VolumeDevice": """
        = A block device in a container.
        devicePath! string: Where it is seen.
        name! string: The claim's name among the volumes.
    """,
    "PodDNSConfig": """
        = What is added to the pod's /etc/resolv.conf.
        nameservers []string: Servers to ask.
        options []PodDNSConfigOption: Settings, as ndots.
        searches []string: Domains to try short names in.
    """,
    "PodDNSConfigOption": """
        = A setting of the resolver.
        name string: Its name, as ndots.
        value string: Its value, where it has one.
    """,
    "HostAlias": """
        = A line of /etc/hosts.
        hostnames []string: The names.
        ip! string: The address they lead to.
    """,
    "PodOS": """
        = The operating system a pod is made for.
        name! string: linux or windows.
    """,
    "Sysctl": """
        = A setting of the kernel.
        name! string: Its name, as net.core.somaxconn.
        value! string: What to set it to.
    """,
    "ContainerStateWaiting": """
        = A container that does not run yet, or again.
        message: The long answer why.
        reason: The short answer why, as CrashLoopBackOff.
    """,
    "ContainerStateRunning": """
        = A container that runs.
        startedAt string: Since when.
    """,
    "ContainerStateTerminated": """
        = A container that has ended.
        containerID: The container, as the runtime calls it.
        exitCode: The code it ended with; 0 is success, 128 and more a signal's.
        finishedAt string: When it ended.
        message: What it left behind to be read.
        reason: Why, in a word: Completed, Error, OOMKilled.
        signal: The signal that ended it.
        startedAt string: When it began.
    """,
}
