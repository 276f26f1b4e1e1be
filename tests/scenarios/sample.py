"""The bundled sample cluster at a fixed time, with a log when a story needs one."""

from pathlib import Path

from engine.bootstrap import applied, bootstrap
from engine.cluster import Cluster
from engine.store.log import Header, Log
from k9lite.clients.embedded import EmbeddedClient
from k9lite.manifests import cluster_manifests
from tests.builders import START

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "sample-cluster"
MANIFESTS = ROOT.parent / "shared" / "manifests"


def sample_client(log: Path | None = None, *, seconds: int = 1800) -> EmbeddedClient:
    """The sample cluster, ``seconds`` after it was applied. A story's clock never measures slices."""
    header = Header(cluster="sample-cluster", seed="sample-cluster", created=START)
    cluster = Cluster(header, None if log is None else Log.create(log, header))
    cluster.submit("bootstrap", bootstrap())
    cluster.submit("bootstrap", applied(cluster_manifests(SAMPLE)), "kubectl apply -R -f sample-cluster")
    cluster.advance(START + seconds)
    return EmbeddedClient(cluster, clock=lambda: 0.0)
