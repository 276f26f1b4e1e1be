"""Every Service of the real manifests by others accepts a neighbouring pod's connections, and web pages come back."""

from pathlib import Path

import pytest

from engine.kinds import Service
from tests.scenarios.sample import MANIFESTS, sample_client
from tests.scenarios.scripts import pass_time, run

pytestmark = pytest.mark.skipif(not MANIFESTS.is_dir(), reason="the shared manifests are not beside the checkout")
PAGES = {"guestbook": ["frontend"], "online-boutique": ["frontend", "frontend-external"],
         "voting-app": ["result", "vote"], "cassandra": []}  # fmt: skip


@pytest.mark.parametrize("name", sorted(PAGES))
def test_services_of_others_answer_a_neighbouring_pod(name: str) -> None:
    client = sample_client(seconds=60)
    run(f"kubectl apply -f {MANIFESTS / name}", client, Path())
    pass_time(client, 240)
    services = [each for each in client.state.all(Service, "default") if each.metadata.name != "kubernetes"]
    assert services
    for service in services:
        for port in service.spec.ports:
            where = f"{service.metadata.name} {port.port}"
            opened = run(f"kubectl exec toolbox -- nc -zv -w 3 {where}", client, Path())
            assert opened[0].endswith("open"), opened
    for page in PAGES[name]:
        first = next(each for each in services if each.metadata.name == page).spec.ports[0].port
        shown = "-sS -o /dev/null -w %{http_code}"
        assert run(f"kubectl exec toolbox -- curl {shown} http://{page}:{first}/", client, Path()) == ["200"]
