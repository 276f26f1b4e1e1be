"""Records ``sample-cluster/incident.k9log``: a few minutes of the sample cluster, to be replayed.

    python -m tests.scenarios.record

A bad rollout, its undo, and the drain of a node, at the pace of somebody at the keyboard; and, beside it, what a
first session shows first (k9lite/sessions/first_sight.py). Made again whenever the cluster's behaviour changes: tests
hold the one to ``log verify`` and the other to a cluster that is begun.
"""

import sys
from pathlib import Path

from k9lite.sessions import open_session
from k9lite.sessions.first_sight import FILE, recorded
from tests.scenarios.sample import SAMPLE, sample_client
from tests.scenarios.scripts import pass_time, run

RECORDING = SAMPLE / "incident.k9log"
_WALL = 1_790_000_000
STORY = """
wait 20
kubectl get pods -n shop
wait 25
kubectl set image deployment/web web=nginx:1.72-typo -n shop
wait 40
kubectl get pods -n shop -l app=web
wait 15
kubectl describe deployment web -n shop
wait 30
kubectl rollout undo deployment/web -n shop
kubectl rollout status deployment/web -n shop
wait 25
kubectl scale deployment catalog -n shop --replicas=5
wait 20
kubectl cordon w3-k8s
wait 10
kubectl drain w3-k8s --ignore-daemonsets
wait 25
kubectl exec toolbox -- curl -s -o /dev/null -w %{http_code} http://web.shop
wait 10
kubectl uncordon w3-k8s
wait 20
"""


def record(path: Path) -> None:
    """Writes the recording; an existing one is replaced."""
    path.unlink(missing_ok=True)
    client = sample_client(path, seconds=120)
    for line in STORY.strip().splitlines():
        if line.startswith("wait "):
            pass_time(client, int(line.partition(" ")[2]))
        else:
            shown = run(line, client, Path())
            assert not any(each.startswith("exit ") for each in shown), (line, shown)
    client.close()


def record_first_sight(path: Path) -> None:
    begun = open_session(SAMPLE, _WALL, ephemeral=True).client
    path.write_bytes(recorded(SAMPLE, begun.state, _WALL))


if __name__ == "__main__":
    record(RECORDING)
    record_first_sight(SAMPLE / FILE)
    for made in (RECORDING, SAMPLE / FILE):
        print(f"{made.name}: {made.stat().st_size} bytes", file=sys.stderr)
