"""What comes in by host and path, who may connect to whom, and the load balancer's addresses: texts of ``explain``."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "Ingress": """
        = Leads requests from outside to Services, by host and path.
        spec IngressSpec: What is wanted.
        status IngressStatus: Where it is reached.
    """,
    "IngressSpec": """
        = Which hosts and paths lead where.
        defaultBackend IngressBackend: Who answers what no rule catches.
        ingressClassName string: Which controller serves it.
        rules []IngressRule: Hosts, each with its paths.
        tls []IngressTLS: Hosts with a certificate, and the Secret it is in.
    """,
    "IngressRule": """
        = A host and its paths.
        host string: The host, "*.example.com" for all below one; every host if it is left out.
        http HTTPIngressRuleValue: Its paths, each with a type and a backend.
    """,
    "HTTPIngressRuleValue": """
        = The paths of a host.
        paths! []HTTPIngressPath: Exact ones are tried first, then the longest.
    """,
    "HTTPIngressPath": """
        = A path, and who answers what is asked for below it.
        backend! IngressBackend: Who answers.
        path string: Begins with a slash.
        pathType! string: Exact, Prefix (by whole elements) or ImplementationSpecific.
    """,
    "IngressBackend": """
        = Who answers.
        resource TypedLocalObjectReference: An object of the namespace.
        service IngressServiceBackend: A Service, and its port by number or name.
    """,
    "IngressServiceBackend": """
        = A Service of the same namespace.
        name! string: Its name.
        port ServiceBackendPort: Its port.
    """,
    "ServiceBackendPort": """
        = A port of a Service, by its name or its number.
        name string: Its name.
        number integer: Its number.
    """,
    "IngressTLS": """
        = Hosts with a certificate.
        hosts []string: The hosts.
        secretName string: The Secret with the certificate and its key.
    """,
    "IngressStatus": """
        = Where an Ingress is reached.
        loadBalancer LoadBalancerStatus: The addresses of its controller.
    """,
    "IngressClass": """
        = A kind of Ingress, and the controller that serves it.
        spec IngressClassSpec: Which controller that is.
    """,
    "IngressClassSpec": """
        = Which controller serves the class.
        controller string: Its name, with a domain before it; it cannot be changed.
        parameters IngressClassParametersReference: An object with more for the controller.
    """,
    "NetworkPolicy": """
        = Who may connect to pods, and to whom they may.
        spec NetworkPolicySpec: What is allowed.
    """,
    "NetworkPolicySpec": """
        = Which pods, and what is allowed to them.
        egress []NetworkPolicyEgressRule: To whom they may connect.
        ingress []NetworkPolicyIngressRule: Who may connect to them.
        podSelector LabelSelector: Which pods; empty for all of the namespace.
        policyTypes []string: Ingress, Egress or both; what is named is closed but for the rules.
    """,
    "NetworkPolicyIngressRule": """
        = What is let in.
        from []NetworkPolicyPeer: Who may connect; everybody if it is left out.
        ports []NetworkPolicyPort: To which ports; to all if it is left out.
    """,
    "NetworkPolicyEgressRule": """
        = What is let out.
        ports []NetworkPolicyPort: To which ports; to all if it is left out.
        to []NetworkPolicyPeer: To whom; to everybody if it is left out.
    """,
    "NetworkPolicyPeer": """
        = Pods, or a block of addresses.
        ipBlock IPBlock: Addresses; alone.
        namespaceSelector LabelSelector: Namespaces of the pods; the policy's own if it is left out.
        podSelector LabelSelector: The pods; all of the namespaces if it is left out.
    """,
    "NetworkPolicyPort": """
        = A port, or several in a row.
        endPort integer: The last one.
        port string: Its number, or its name in the pod.
        protocol string: TCP, UDP or SCTP.
    """,
    "IPBlock": """
        = Addresses.
        cidr! string: All of them.
        except []string: Those that are not meant.
    """,
    "IPAddressPool": """
        = Addresses that MetalLB gives to Services of type LoadBalancer.
        spec! IPAddressPoolSpec: Which, and to whom.
    """,
    "IPAddressPoolSpec": """
        = Addresses, and who may have them.
        addresses! []string: Networks (192.0.2.0/24) and ranges (192.0.2.10-192.0.2.20).
        autoAssign boolean: Whether Services get them that do not ask for the pool.
        avoidBuggyIPs boolean: Whether addresses that end in .0 and .255 are left out.
        serviceAllocation ServiceAllocation: For whom alone the pool is.
    """,
    "ServiceAllocation": """
        = For which Services a pool is.
        namespaceSelectors []LabelSelector: Namespaces by label.
        namespaces []string: Namespaces by name.
        priority integer: Which pool goes first, the lowest but 0.
        serviceSelectors []LabelSelector: Services by label.
    """,
    "L2Advertisement": """
        = Lets nodes answer for addresses on the network they are in.
        spec L2AdvertisementSpec: Which addresses, and which nodes.
    """,
    "L2AdvertisementSpec": """
        = Which addresses are answered for, and by whom.
        interfaces []string: Interfaces of the nodes; all if it is left out.
        ipAddressPoolSelectors []LabelSelector: Pools by label.
        ipAddressPools []string: Pools by name; all if none is chosen.
        nodeSelectors []LabelSelector: Nodes by label; all if it is left out.
    """,
}
