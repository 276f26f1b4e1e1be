"""``k9lite generate``: the cluster that was asked for, every pod running, the same each time, or one clear line."""

from contextlib import closing
from pathlib import Path

import pytest

from engine.errors import UsageError
from engine.generate import MOST_PODS_A_NODE, blueprint
from engine.kinds import Deployment, Node, Pod, Service
from engine.store.history import History
from engine.store.state import State
from engine.verify import verify
from k9lite.cli import main


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("generated") / "small.k9log"
    assert main(["generate", "--nodes", "7", "--pods", "60", str(path)]) == 0
    return path


def state_of(path: Path) -> State:
    with closing(History.open(path)) as history:
        return history.state_at(history.last_revision)


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The one line on standard error of a command that fails."""
    assert main(["generate", *words]) != 0
    shown = capsys.readouterr()
    assert len(shown.err.strip().splitlines()) == 1, shown.err
    assert shown.out == ""
    return shown.err.strip()


def test_a_generated_cluster_has_exactly_so_many_nodes_and_pods_and_all_run(generated: Path) -> None:
    state = state_of(generated)
    assert state.count("Node") == 7
    pods = list(state.all(Pod))
    assert len(pods) == 60
    assert all(each.status.phase == "Running" and each.spec.node_name for each in pods)
    assert all(status.ready for each in pods for status in each.status.container_statuses)


def test_a_generated_cluster_is_as_varied_as_a_real_one(generated: Path) -> None:
    state = state_of(generated)
    deployments = list(state.all(Deployment))
    assert len({each.spec.replicas for each in deployments}) >= 3
    assert len({each.spec.template.spec.containers[0].image for each in deployments}) >= 4
    assert len({each.metadata.namespace for each in deployments}) >= 2
    nodes = [each.metadata.labels for each in state.all(Node)]
    assert {each["pool"] for each in nodes} == {"general", "memory", "compute"}
    assert len({each["topology.kubernetes.io/zone"] for each in nodes}) >= 2
    for service in state.all(Service):
        if service.metadata.name != "kubernetes":
            assert any(
                service.spec.selector.items() <= each.spec.template.metadata.labels.items()
                for each in deployments
                if each.metadata.namespace == service.metadata.namespace
            )


def test_a_generated_log_runs_again_byte_for_byte(generated: Path) -> None:
    with closing(History.open(generated)) as history:
        assert verify(history) is None


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_cluster(tmp_path: Path) -> None:
    first, again, other = (tmp_path / f"{name}.k9log" for name in ("first", "again", "other"))
    for path, seed in ((first, "a"), (again, "a"), (other, "b")):
        assert main(["generate", "--nodes", "3", "--pods", "25", "--seed", seed, str(path)]) == 0
    assert first.read_bytes() == again.read_bytes()
    names = [[each.metadata.name for each in state_of(path).all(Deployment)] for path in (first, other)]
    assert names[0] != names[1]


def test_nodes_can_be_filled_to_the_last_place(tmp_path: Path) -> None:
    path = tmp_path / "full.k9log"
    assert main(["generate", "--nodes", "1", "--pods", str(MOST_PODS_A_NODE), str(path)]) == 0
    assert sum(each.status.phase == "Running" for each in state_of(path).all(Pod)) == MOST_PODS_A_NODE


def test_a_cluster_may_have_no_pods(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "empty.k9log"
    assert main(["generate", "--nodes", "1", "--pods", "0", str(path)]) == 0
    assert state_of(path).count("Pod") == 0
    shown = capsys.readouterr()
    assert shown.out.startswith(f"{path}: 1 nodes, 0 pods")
    assert shown.err == ""


def test_an_existing_file_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.k9log"
    path.write_text("mine")
    assert "already exists" in refused(capsys, "--nodes", "1", "--pods", "1", str(path))
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("nodes", "pods", "why"),
    [
        ("0", "1", "1 to 5,000 nodes"),
        ("5001", "1", "1 to 5,000 nodes"),
        ("many", "1", "--nodes many: give a whole number"),
        ("3", "-1", "0 to 150,000 pods"),
        ("5000", "150001", "0 to 150,000 pods"),
        ("3", "1.5", "--pods 1.5: give a whole number"),
        ("2", "221", "2 nodes have room for 220"),
    ],
)
def test_numbers_that_do_not_go_are_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], nodes: str, pods: str, why: str
) -> None:
    path = tmp_path / "never.k9log"
    assert why in refused(capsys, f"--nodes={nodes}", f"--pods={pods}", str(path))
    assert not path.exists()


def test_a_folder_that_cannot_be_written_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    for folder in ("missing", "file", "/proc"):
        assert "cannot be written" in refused(capsys, "--nodes=1", "--pods=1", str(tmp_path / folder / "new.k9log"))


def test_the_largest_cluster_is_planned_within_kubernetes_limits() -> None:
    plan = blueprint(5_000, 150_000, "k9lite")
    assert len({each["metadata"]["name"] for each in plan.nodes}) == 5_000
    assert sum(team.pods for team in plan.teams) == 150_000
    manifests = [each for team in plan.teams for each in team.manifests]
    asked = [each["spec"]["replicas"] for each in manifests if each["kind"] == "Deployment"]
    assert sum(asked) == 150_000
    assert max(asked) <= 1_000
    assert sum(each["kind"] == "Service" for each in manifests) <= 10_000
    assert len({team.namespace for team in plan.teams}) == len(plan.teams)


def test_a_blueprint_depends_on_its_arguments_alone() -> None:
    assert blueprint(20, 300, "a") == blueprint(20, 300, "a")
    assert blueprint(20, 300, "a") != blueprint(20, 300, "b")
    with pytest.raises(UsageError):
        blueprint(1, 111, "a")
