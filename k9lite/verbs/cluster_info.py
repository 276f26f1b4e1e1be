"""cluster-info: where the control plane and the services that belong to it are. Follows ``cmd/clusterinfo``."""

from engine.kinds import Service
from k9lite.kubeconfig import server_of
from k9lite.verb import Args, Run, Say, Verb, View

_LABEL = "kubernetes.io/cluster-service"


def run(view: View, args: Args) -> Run:
    server = server_of(view.server)
    yield Say(f"Kubernetes control plane is running at {server}")
    namespace = args.namespace if "namespace" in args.given else "kube-system"
    for service in view.state.all(Service, namespace):
        if service.metadata.labels.get(_LABEL) == "true":
            name = service.metadata.labels.get("kubernetes.io/name") or service.metadata.name
            yield Say(f"{name} is running at {_link(server, service)}")
    yield Say("")
    yield Say("To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.")
    return 0


CLUSTER_INFO = Verb(
    name="cluster-info",
    summary="Display addresses of the control plane and services",
    usage="cluster-info",
    run=run,
    writes=False,
)


def _link(server: str, service: Service) -> str:
    """Through the API server's proxy, or by the load balancer's address."""
    meta, ports, ingress = service.metadata, service.spec.ports, service.status.load_balancer.ingress
    if ingress:
        address = ingress[0].get("ip") or ingress[0].get("hostname", "")
        return " ".join(f"http://{address}:{port.port}" for port in ports)
    name = meta.name
    if ports:
        scheme = "https:" if ports[0].name == "https" or ports[0].port == 443 else ""
        name = f"{scheme}{name}:{ports[0].name}" if scheme or ports[0].name else name
    return f"{server}/api/v1/namespaces/{meta.namespace}/services/{name}/proxy"
