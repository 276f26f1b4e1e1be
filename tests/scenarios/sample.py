"""The bundled sample cluster at a fixed time, with a log when a story needs one."""

from pathlib import Path

from engine.bootstrap import applied, bootstrap
from engine.cluster import Cluster
from engine.store.log import Header, Log
from k9lite.clients.embedded import EmbeddedClient
from k9lite.files.manifests import cluster_manifests
from tests.builders import START, cluster, node

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "sample-cluster"
MANIFESTS = ROOT.parent / "shared" / "manifests"


def bare_client(*nodes: str) -> EmbeddedClient:
    """Nodes of 4 cores and 8Gi and nothing else, a minute old: what is told of it stays when the sample changes."""
    made = cluster(*(node(name) for name in nodes))
    made.advance(START + 60)
    return EmbeddedClient(made, clock=lambda: 0.0)


def sample_client(log: Path | None = None, *, seconds: int = 1800) -> EmbeddedClient:
    """The sample cluster, ``seconds`` after it was applied. A story's clock never measures slices."""
    header = Header(cluster="sample-cluster", seed="sample-cluster", created=START)
    cluster = Cluster(header, None if log is None else Log.create(log, header))
    cluster.submit("bootstrap", bootstrap())
    cluster.submit("bootstrap", applied(cluster_manifests(SAMPLE)), "kubectl apply -R -f sample-cluster")
    cluster.advance(START + seconds)
    return EmbeddedClient(cluster, clock=lambda: 0.0)
