"""The addresses behind Services, and what Services tell of them: texts of ``explain``."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "EndpointSubset": """
        = Addresses that share their ports.
        addresses: Those that are ready.
        notReadyAddresses: Those that are not.
        ports: Their ports.
    """,
    "EndpointAddress": """
        = One address.
        hostname: The name it has under the Service's, for headless ones.
        ip!: The address.
        nodeName: The node it is on.
        targetRef: The pod it belongs to.
    """,
    "EndpointPort": """
        = A port behind a Service.
        appProtocol: What is spoken there, as kubernetes.io/h2c.
        name: The name of the Service's port that leads here.
        port: Its number.
        protocol {SCTP,TCP,UDP}: TCP without.
    """,
    "Endpoint": """
        = What answers for a Service, mostly a pod.
        addresses!: Its addresses, which all lead to the same.
        conditions: Whether it takes connections.
        hostname: The name it has under the Service's, for headless ones.
        nodeName: The node it is on.
        targetRef: The pod it belongs to.
        zone: The zone of its node.
    """,
    "EndpointConditions": """
        = Whether something takes connections.
        ready: Whether it should get new ones: it serves, and is not on its way out.
        serving: Whether it answers, even on its way out.
        terminating: Whether it is on its way out.
    """,
    "SessionAffinityConfig": """
        = For how long a client is led to the same pod.
        clientIP ClientIPConfig: By its address.
    """,
    "ClientIPConfig": """
        = For how long an address is remembered.
        timeoutSeconds integer: Up to a day; three hours without.
    """,
    "LoadBalancerIngress": """
        = Where a load balancer is reached.
        hostname string: Its name.
        ip string: Its address.
        ipMode string {Proxy,VIP}: Whether nodes take connections to the address themselves.
        ports []PortStatus: What became of the ports.
    """,
    "PortStatus": """
        = What became of one port.
        error string: Why it does not work.
        port! integer: Its number.
        protocol! string {SCTP,TCP,UDP}: What is spoken there.
    """,
    "IngressClassParametersReference": """
        = An object with settings of a controller.
        apiGroup string: The group of its kind.
        kind! string: Its kind.
        name! string: Its name.
        namespace string: Its namespace, for the scope Namespace.
        scope string {Cluster,Namespace}: Whether it is of the cluster or of a namespace.
    """,
}
