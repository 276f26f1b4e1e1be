"""What every object has, and what is not of one family: texts of ``explain``."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "Kind": """
        apiVersion string: Which version of which group of the API this manifest is written in.
        kind string: What the object is, in CamelCase; it cannot be changed.
        metadata ObjectMeta: Name, namespace, labels and what else every object has.
    """,
    "ObjectMeta": """
        = What all stored objects have: who they are, who owns them, and how they are labelled.
        annotations: Notes for tools and people, kept as they are; nothing is selected by them.
        creationTimestamp: When the server made the object. Set by the server.
        deletionGracePeriodSeconds: How long the object may take to end once it is being deleted. Set by the server.
        deletionTimestamp: From when on the object is gone; it is being deleted if this is set. Set by the server.
        finalizers: What must be done by others before a deleted object really goes; the last to be removed lets it go.
        generateName: The beginning of a name that the server completes, where no name is given.
        generation: How often what is wanted was changed. Set by the server.
        labels: Keys and values that objects are grouped and selected by.
        managedFields []ManagedFieldsEntry: Who set which field, once somebody applied on the server.
        name: The object's name, unique among its kind in its namespace; it cannot be changed.
        namespace: The namespace the name is unique in; empty for kinds of the whole cluster.
        ownerReferences: What this object belongs to: when all of these are gone, it is deleted too.
        resourceVersion: The version that was read. A write with an older one is refused. Set by the server.
        selfLink string: No longer used.
        uid: What tells this object from any other of the same name before or after it. Set by the server.
    """,
    "ManagedFieldsEntry": """
        = Which fields one manager set, and when.
        manager string: Who.
        operation string: Apply or Update.
        time string: When.
    """,
    "OwnerReference": """
        = An object that owns this one; both are in the same namespace.
        apiVersion: The owner's version of the API.
        blockOwnerDeletion: Whether a foreground deletion of the owner waits until this object is gone.
        controller: Whether the owner is the controller that looks after this object; at most one is.
        kind: The owner's kind.
        name: The owner's name.
        uid: The owner's uid: another object of its name is not the owner.
    """,
    "LabelSelector": """
        = Picks objects by their labels; all parts must hold, and an empty one picks everything.
        matchExpressions: Requirements a label selector's equalities cannot express.
        matchLabels: Labels that must have exactly these values.
    """,
    "LabelSelectorRequirement": """
        = One requirement about a label: its key, an operator, and values.
        key: The label it is about.
        operator: In, NotIn, Exists or DoesNotExist; about nodes Gt and Lt besides.
        values: What In and NotIn compare with; empty for the others.
    """,
    "Condition": """
        = One thing that is so, or not, about an object.
        lastHeartbeatTime: When it was last heard of.
        lastProbeTime: When it was last looked at.
        lastTransitionTime: Since when the status is what it is.
        lastUpdateTime: When the condition was last written.
        message: Why, for people.
        observedGeneration: Which generation of the object it speaks of.
        reason: Why, in one word for programs.
        status: True, False or Unknown.
        type: What it is about.
    """,
    "ObjectReference": """
        = A reference to another object.
        apiVersion: Its version of the API.
        fieldPath: Which part of it, if only a part is meant.
        kind: Its kind.
        name: Its name.
        namespace: Its namespace.
        resourceVersion: The version of it that is meant, if one is.
        uid: Its uid.
    """,
    "Namespace": """
        = A room for names: objects of one kind and name are told apart by it, and quotas and access are given by it.
        spec: What is wanted of the namespace.
        status: How it is: Active, or Terminating while all in it goes.
    """,
    "NamespaceSpec": """
        = What is wanted of a namespace.
        finalizers: What must be done before a deleted namespace goes.
    """,
    "NamespaceStatus": """
        = How a namespace is.
        conditions: What holds its deletion up.
        phase {Active,Terminating}: Whether it is used, or on its way out.
    """,
    "ConfigMap": """
        = Settings for containers to read, as variables or files.
        binaryData: Values that are no text, in base64.
        data: Values that are text, each under a key that can be a file's name.
        immutable: Whether the values can never be changed.
    """,
    "Event": """
        = A report that something happened to an object; it is forgotten after an hour.
        count: How often it has happened.
        eventTime string: When it was first seen, finer than a second.
        firstTimestamp: When it happened first.
        involvedObject: What it is about.
        lastTimestamp: When it happened last.
        message: What happened, for people.
        reason: What happened, in one word for programs.
        source: Who reports it.
        type: Normal or Warning.
    """,
    "EventSource": """
        = Who reports an event.
        component: The component.
        host: The node it runs on.
    """,
    "Node": """
        = A machine that pods run on.
        spec: What is wanted of the node.
        status: What it has, and how it is.
    """,
    "NodeSpec": """
        = What is wanted of a node.
        podCIDR: The addresses its pods get.
        podCIDRs: The same, one for each family of addresses.
        providerID: The name the cloud has for it.
        taints: What keeps pods away that do not tolerate it.
        unschedulable: Whether new pods keep away; kubectl cordon sets it.
    """,
    "Taint": """
        = Keeps pods off a node that do not tolerate it.
        effect: NoSchedule, PreferNoSchedule or NoExecute, which also ends those that run there.
        key: What it is called.
        timeAdded: Since when a NoExecute taint is there.
        value: What its key says.
    """,
    "NodeStatus": """
        = What a node has, and how it is.
        addresses: Under which addresses it is reached.
        allocatable: What of its capacity pods can have.
        capacity: What it has.
        conditions: Whether it is Ready, and under pressure.
        images: What images it has.
        nodeInfo: Which versions of what run on it.
    """,
    "PodDisruptionBudget": """
        = How many of some pods must stay when others are evicted.
        spec: What is wanted.
        status: How many may go now.
    """,
    "PodDisruptionBudgetSpec": """
        = Which pods, and how many must stay.
        maxUnavailable: How many may be gone at a time, as a number or share.
        minAvailable: How many must be there, as a number or share.
        selector: Which pods it protects.
        unhealthyPodEvictionPolicy {AlwaysAllow,IfHealthyBudget}: Whether pods that are not ready may always go.
    """,
    "PodDisruptionBudgetStatus": """
        = How many pods a budget has, and how many may go.
        conditions: Whether a disruption is allowed.
        currentHealthy: How many are ready.
        desiredHealthy: How many must be.
        disruptedPods: Pods whose eviction was let pass and that are not gone yet.
        disruptionsAllowed: How many may go now.
        expectedPods: How many there should be.
        observedGeneration: Which generation this speaks of.
    """,
    "Service": """
        = A name and an address that stay, for pods that come and go.
        spec: Which pods it stands for, and how it is reached.
        status: Where it is reached from outside.
    """,
    "ServiceSpec": """
        = Which pods a Service stands for, and how it is reached.
        allocateLoadBalancerNodePorts: Whether a load balancer's Service gets ports on the nodes.
        clusterIP: Its address inside the cluster; None for a headless Service, whose name leads to the pods.
        clusterIPs: The same, one for each family of addresses.
        externalIPs: Addresses besides that nodes take connections for.
        externalName: The name that an ExternalName Service stands for.
        externalTrafficPolicy {Cluster,Local}: Local answers only with pods of the node that was asked.
        healthCheckNodePort integer: Where a load balancer asks whether a node has pods of it.
        internalTrafficPolicy: Local answers pods only with pods of their own node.
        ipFamilies: Which families of addresses it has.
        ipFamilyPolicy: Whether it must have one family of addresses or two.
        loadBalancerClass string: Which load balancer is to serve it.
        loadBalancerIP string: The address it should get.
        loadBalancerSourceRanges []string: From where it may be reached.
        ports: The ports it listens on, and where they lead.
        publishNotReadyAddresses: Whether its name leads to pods that are not ready, too.
        selector: Labels of the pods it stands for.
        sessionAffinity {ClientIP,None}: Whether a client always gets to the same pod.
        sessionAffinityConfig SessionAffinityConfig: For how long it does.
        trafficDistribution string: Whether pods near the client are preferred.
        type {ClusterIP,ExternalName,LoadBalancer,NodePort}: How far it reaches: inside, on every node, outside.
    """,
    "ServicePort": """
        = One port of a Service.
        appProtocol: What is spoken on it, for who wants to know.
        name: Its name; needed where there are several.
        nodePort: The port on every node, for NodePort and LoadBalancer.
        port: The port of the Service.
        protocol {SCTP,TCP,UDP}: TCP unless said otherwise.
        targetPort: The port of the pods, by number or by name; the same without.
    """,
    "ServiceStatus": """
        = Where a Service is reached from outside.
        conditions []Condition: What else there is to say.
        loadBalancer: What the load balancer says.
    """,
    "LoadBalancerStatus": """
        = What a load balancer says.
        ingress []LoadBalancerIngress: Its addresses.
    """,
    "Endpoints": """
        = The addresses behind a Service.
        subsets: Addresses with the ports they all have.
    """,
    "EndpointSlice": """
        = A part of the addresses behind a Service.
        addressType: IPv4, IPv6 or FQDN.
        endpoints: The addresses, each with whether it is ready.
        ports: The ports they all have.
    """,
}
