"""Pods and their containers: texts of ``explain``."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "Pod": """
        = A group of containers that run together on one node, with one address and volumes they share.
        spec: What is wanted of the pod.
        status: How the pod is. Written by the kubelet.
    """,
    "PodTemplateSpec": """
        = What a pod made of this template is to be like.
        metadata: Labels and annotations the pods get.
        spec: What is wanted of the pods.
    """,
    "PodSpec": """
        = What is wanted of a pod.
        activeDeadlineSeconds: How long it may run before it is ended as failed.
        affinity: Which nodes and which neighbours it wants, or does not want.
        automountServiceAccountToken boolean: Whether its containers get a token of its service account.
        containers: What runs in it; at least one.
        dnsConfig PodDNSConfig: Name servers and search paths besides those of dnsPolicy.
        dnsPolicy {ClusterFirst,ClusterFirstWithHostNet,Default,None}: Who answers its questions for names.
        enableServiceLinks boolean: Whether its containers have a variable for each Service.
        ephemeralContainers: Containers added later to look into it; kubectl debug does.
        hostAliases []HostAlias: Lines added to /etc/hosts.
        hostIPC boolean: Whether it shares the node's inter-process communication.
        hostNetwork: Whether it has the node's network and address instead of its own.
        hostPID boolean: Whether it sees the node's processes.
        hostname string: Its host name; the pod's name without.
        imagePullSecrets []LocalObjectReference: Secrets with a login to where its images come from.
        initContainers: What runs first, one after the other, each to its end.
        nodeName: The node it runs on. Set by the scheduler.
        nodeSelector: Labels a node must have.
        os PodOS: Which operating system its containers need.
        overhead: What the runtime itself takes.
        preemptionPolicy {Never,PreemptLowerPriority}: Whether pods of lower priority may make room for it.
        priority: Its priority as a number. Set at admission from priorityClassName.
        priorityClassName: The PriorityClass it has.
        readinessGates: Conditions besides its containers' that must hold before it is ready.
        resourceClaims []PodResourceClaim: Devices it asks for.
        resources ResourceRequirements: What all its containers together ask for.
        restartPolicy {Always,Never,OnFailure}: Whether containers that end are started again.
        runtimeClassName string: How its containers are run.
        schedulerName: Who finds a node for it.
        schedulingGates: What must be taken away before a node is looked for.
        securityContext PodSecurityContext: As which user and group its containers run.
        serviceAccount string: The old name of serviceAccountName.
        serviceAccountName: As whom its containers speak to the API.
        setHostnameAsFQDN boolean: Whether its host name is its whole name.
        shareProcessNamespace boolean: Whether its containers see each other's processes.
        subdomain string: The part after its host name in its whole name; the name of a headless Service.
        terminationGracePeriodSeconds: How long its containers have to end once it is deleted; 30 without.
        tolerations: Taints of nodes that do not keep it away.
        topologySpreadConstraints []TopologySpreadConstraint: How evenly pods like it are spread over zones and nodes.
        volumes: What its containers can mount.
    """,
    "PodSecurityContext": """
        = As whom all containers of a pod run.
        fsGroup integer: The group that owns its volumes.
        runAsGroup integer: The group its processes run in.
        runAsNonRoot boolean: Whether containers that would run as root are refused.
        runAsUser integer: The user its processes run as.
        seccompProfile SeccompProfile: Which calls of the kernel are allowed.
        supplementalGroups []integer: Groups besides.
        sysctls []Sysctl: Settings of the kernel.
    """,
    "SecurityContext": """
        = As whom a container runs, and what it may.
        allowPrivilegeEscalation boolean: Whether a process may get more rights than the one that started it.
        capabilities Capabilities: Rights of root that are added or taken away.
        privileged boolean: Whether it may do what root on the node may.
        readOnlyRootFilesystem boolean: Whether it cannot write outside its volumes.
        runAsGroup integer: The group its process runs in.
        runAsNonRoot boolean: Whether it is refused if it would run as root.
        runAsUser integer: The user its process runs as.
        seccompProfile SeccompProfile: Which calls of the kernel are allowed.
    """,
    "Container": """
        = One program in a pod, run from an image.
        args: Arguments of its command; the image's own without. $(NAME) stands for a variable.
        command: What it runs instead of the image's entrypoint.
        env: Variables of its environment.
        envFrom []EnvFromSource: ConfigMaps and Secrets whose keys all become variables.
        image: The image it runs.
        imagePullPolicy {Always,IfNotPresent,Never}: When the image is fetched; Always for :latest.
        lifecycle Lifecycle: What is done right after it starts and right before it ends.
        livenessProbe: Asks whether it still works; it is started again if it does not.
        name: Its name, unique in the pod.
        ports: Ports it listens on; for information, and for names.
        readinessProbe: Asks whether it can serve; it gets no connections from Services while it cannot.
        resizePolicy []ContainerResizePolicy: Whether it must be started again when its resources change.
        resources: What it needs, and the most it may have.
        restartPolicy: Always makes an init container run beside the others.
        securityContext SecurityContext: As whom it runs, and what it may.
        startupProbe: Asks whether it has started; until then the other probes wait.
        stdin boolean: Whether its input is open, for who attaches to it.
        stdinOnce boolean: Whether its input ends with the first who attaches.
        terminationMessagePath: The file whose text becomes the message of its end.
        terminationMessagePolicy {FallbackToLogsOnError,File}: Where that message comes from.
        tty boolean: Whether it has a terminal.
        volumeDevices []VolumeDevice: Block devices it sees.
        volumeMounts: Where it sees the pod's volumes.
        workingDir: Where it starts; the image says without.
    """,
    "ContainerPort": """
        = A port a container listens on.
        containerPort: Its number.
        hostIP: The node's address it is bound to, with hostPort.
        hostPort: The port of the node that leads to it.
        name: A name that Services can lead to.
        protocol {SCTP,TCP,UDP}: TCP unless said otherwise.
    """,
    "EnvVar": """
        = A variable of a container's environment.
        name: Its name.
        value: Its value. $(NAME) stands for a variable before it.
        valueFrom EnvVarSource: Where its value comes from, instead of value.
    """,
    "EnvVarSource": """
        = Where a variable's value comes from.
        configMapKeyRef KeySelector: A key of a ConfigMap.
        fieldRef ObjectFieldSelector: A field of the pod itself, as metadata.name or status.podIP.
        resourceFieldRef ResourceFieldSelector: What a container asks for or may have, as limits.cpu.
        secretKeyRef KeySelector: A key of a Secret.
    """,
    "KeySelector": """
        = A key of a ConfigMap or Secret.
        key! string: The key.
        name string: The object's name.
        optional boolean: Whether the container starts without it.
    """,
    "EnvFromSource": """
        = A ConfigMap or Secret whose keys all become variables.
        configMapRef ConfigMapEnvSource: The ConfigMap's name, and whether it may be missing.
        prefix string: What is put before each key.
        secretRef SecretEnvSource: The Secret's name, and whether it may be missing.
    """,
    "Lifecycle": """
        = What is done around a container's life.
        postStart LifecycleHandler: Done right after it starts.
        preStop LifecycleHandler: Done before it is told to end; its time counts.
        stopSignal string: The signal that tells it to end.
    """,
    "ResourceRequirements": """
        = What a container needs, and the most it may have.
        claims []ResourceClaim: Devices of the pod's claims.
        limits: The most: more CPU is not given, more memory ends it.
        requests: What it needs: a node must have that much left.
    """,
    "VolumeMount": """
        = Where a container sees a volume.
        mountPath: The folder.
        mountPropagation string: Whether what is mounted in it is seen outside.
        name: The volume's name.
        readOnly: Whether it cannot be written.
        subPath: The part of the volume that is seen.
        subPathExpr string: The same, with variables.
    """,
    "Probe": """
        = Asks a container how it is.
        exec: Runs a command in it; 0 is well.
        failureThreshold: After how many failures in a row it counts as failed; 3 without.
        grpc: Asks by the health protocol of gRPC.
        httpGet: Asks by HTTP; 200 to 399 is well.
        initialDelaySeconds: How long after the start it is first asked.
        periodSeconds: How often it is asked; 10 without.
        successThreshold: After how many successes in a row it counts as well again; 1 without.
        tcpSocket: Tries to connect.
        terminationGracePeriodSeconds integer: How long it has to end when this probe fails.
        timeoutSeconds: How long an answer may take; 1 without.
    """,
    "HTTPGetAction": """
        = A request by HTTP.
        host: Whom to ask; the pod without.
        httpHeaders []HTTPHeader: Headers to send.
        path: The path.
        port: The port, by number or name.
        scheme: HTTP or HTTPS.
    """,
    "TCPSocketAction": """
        = A connection.
        host: To whom; the pod without.
        port: The port, by number or name.
    """,
    "ExecAction": """
        = A command in a container.
        command: The program and its arguments; no shell is run for it.
    """,
    "GRPCAction": """
        = A question by the health protocol of gRPC.
        port: The port.
        service: Which service is asked about.
    """,
    "Volume": """
        = Something containers can mount.
        configMap ConfigMapVolumeSource: The keys of a ConfigMap as files.
        csi CSIVolumeSource: A volume of a storage driver.
        downwardAPI DownwardAPIVolumeSource: Fields of the pod as files.
        emptyDir EmptyDirVolumeSource: A folder that lives as long as the pod.
        ephemeral EphemeralVolumeSource: A claim that lives as long as the pod.
        hostPath HostPathVolumeSource: A folder or file of the node.
        image ImageVolumeSource: What is in an image.
        name: Its name, unique in the pod.
        nfs NFSVolumeSource: A folder of a file server.
        persistentVolumeClaim PersistentVolumeClaimVolumeSource: Storage that outlives the pod.
        projected ProjectedVolumeSource: Several of these in one folder.
        secret SecretVolumeSource: The keys of a Secret as files.
    """,
    "ConfigMapVolumeSource": """
        = The keys of a ConfigMap as files.
        defaultMode integer: The files' rights.
        items []KeyToPath: Only these keys, each with its path.
        name string: The ConfigMap's name.
        optional boolean: Whether the pod starts without it.
    """,
    "SecretVolumeSource": """
        = The keys of a Secret as files.
        defaultMode integer: The files' rights.
        items []KeyToPath: Only these keys, each with its path.
        optional boolean: Whether the pod starts without it.
        secretName string: The Secret's name.
    """,
    "EmptyDirVolumeSource": """
        = A folder that lives as long as the pod.
        medium string: Memory keeps it in memory.
        sizeLimit Quantity: The most it may hold.
    """,
    "HostPathVolumeSource": """
        = A folder or file of the node.
        path! string: Where it is.
        type string: What must be there, or is made.
    """,
    "PersistentVolumeClaimVolumeSource": """
        = Storage that outlives the pod.
        claimName! string: The claim, in the pod's namespace.
        readOnly boolean: Whether it cannot be written.
    """,
    "Toleration": """
        = A taint that does not keep the pod away.
        effect: Which effect; all without.
        key: Which taint; all without, if the operator is Exists.
        operator: Equal or Exists.
        tolerationSeconds: How long a NoExecute taint is tolerated; for ever without.
        value: Which value, if the operator is Equal.
    """,
    "Affinity": """
        = Which nodes and which neighbours a pod wants.
        nodeAffinity: Which nodes, by their labels.
        podAffinity PodAffinity: Near which pods.
        podAntiAffinity PodAntiAffinity: Away from which pods.
    """,
    "NodeAffinity": """
        = Which nodes a pod wants.
        preferredDuringSchedulingIgnoredDuringExecution: What is better, each with its weight.
        requiredDuringSchedulingIgnoredDuringExecution: What a node must have.
    """,
    "PodStatus": """
        = How a pod is.
        conditions: Scheduled, initialized, ready.
        containerStatuses: How each container is.
        ephemeralContainerStatuses: How each container is that was added later.
        hostIP: The node's address.
        hostIPs: The same, one for each family of addresses.
        initContainerStatuses: How each init container is.
        message: Why it is so, for people.
        nominatedNodeName: Where room is being made for it.
        observedGeneration: Which generation this speaks of.
        phase {Failed,Pending,Running,Succeeded,Unknown}: Where it is in its life.
        podIP: Its address.
        podIPs: The same, one for each family of addresses.
        qosClass {BestEffort,Burstable,Guaranteed}: Who is ended first when memory runs out.
        reason: Why it is so, in one word.
        startTime: When the kubelet took it.
    """,
    "HostIP": """
        = An address of a node.
        ip: The address.
    """,
    "PodIP": """
        = An address of a pod.
        ip: The address.
    """,
    "ContainerStatus": """
        = How a container is.
        containerID: Its life's name.
        image: The image it runs.
        imageID: That image exactly.
        lastState: How its life before this one ended.
        name: Its name.
        ready: Whether it can serve.
        restartCount: How often it was started again.
        started: Whether it has started.
        state: Waiting, running or terminated.
    """,
    "ContainerState": """
        = Waiting, running or terminated.
        running: Since when it runs.
        terminated: When, why and with what exit code it ended.
        waiting: Why it does not run yet.
    """,
}
