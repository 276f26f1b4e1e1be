"""What containers write to volumes and read from them: of how long it lasts, and who sees it (rules 16)."""

from typing import Any

import pytest

from engine.api.writes import Create, Delete, Patch, RunLine
from engine.cluster import Cluster
from engine.kinds import Exec, Object, Pod, Ref, VolumeContent, from_manifest
from engine.kubelet.logs import log_lines
from tests.builders import node, pod, settled
from tests.engine.volumes_given import claim, claiming, storage_class

DISK = storage_class(default=True)


def typed(made: Cluster, line: str, name: str = "p", container: str = "") -> str:
    """What the line prints."""
    asked = RunLine(ref=Ref("Pod", "default", name), container=container, session="s", line=line)
    commit = made.submit("user", [asked])
    made.settle()
    assert commit is not None
    ran = next(each for each in commit.puts if isinstance(each, Exec))
    return ran.stdout + ran.stderr


def wait(made: Cluster, seconds: int) -> None:
    made.advance(made.now + seconds)


def create(made: Cluster, *objects: Object, seconds: int = 30) -> None:
    made.submit("user", [Create(each) for each in objects])
    wait(made, seconds)


def delete(made: Cluster, name: str = "p", *, grace_seconds: int | None = None, seconds: int = 40) -> None:
    made.submit("user", [Delete(ref=Ref("Pod", "default", name), grace_seconds=grace_seconds)])
    wait(made, seconds)
    assert made.state.get(Ref("Pod", "default", name)) is None


def printed(made: Cluster, name: str = "p", container: str = "") -> list[str]:
    found = made.state.find(Pod, name, "default")
    assert found is not None
    return [line.text for line in log_lines(made.state, found, container, made.now)]


def woken(made: Cluster) -> int:
    """How many commits come of waking everything."""
    before = made.state.revision
    made.jump(made.now)
    made.settle()
    return made.state.revision - before - 1


def running(name: str, script: str, *claims: str, **spec: Any) -> Pod:
    """A pod of one script with claims at /data."""
    mounts = [{"name": each, "mountPath": "/data"} for each in claims]
    main = {"name": "main", "image": "busybox:1.36", "command": ["sh", "-c", script], "volumeMounts": mounts}
    volumes = [{"name": each, "persistentVolumeClaim": {"claimName": each}} for each in claims]
    return pod(name, containers=[main], volumes=volumes, **spec)


def config(**data: str) -> Object:
    return from_manifest({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "default"}, "data": data,
    })  # fmt: skip


def edit(made: Cluster, **data: str | None) -> None:
    made.submit("user", [Patch(Ref("ConfigMap", "default", "settings"), {"data": data}, "merge")])
    made.settle()


def configured(script: str = "sleep 3600", **mount: Any) -> Pod:
    main = {
        "name": "main", "image": "busybox:1.36", "command": ["sh", "-c", script],
        "volumeMounts": [{"name": "config", "mountPath": "/etc/app", **mount}],
    }  # fmt: skip
    return pod("p", containers=[main], volumes=[{"name": "config", "configMap": {"name": "settings"}}])


@pytest.mark.parametrize("grace_seconds", [None, 0])
def test_what_is_written_to_a_claim_is_there_for_the_next_pod(grace_seconds: int | None) -> None:
    made = settled(node("w1"), DISK, claim(), claiming("p", "data"))
    typed(made, "echo hello > /data/greeting; mkdir /data/inner; echo deep > /data/inner/file")
    delete(made, grace_seconds=grace_seconds)
    create(made, claiming("q", "data"))
    assert typed(made, "cat /data/greeting /data/inner/file", "q") == "hello\ndeep\n"
    assert woken(made) == 0


def test_a_file_that_is_removed_from_a_claim_is_gone_for_the_next_pod() -> None:
    made = settled(node("w1"), DISK, claim(), claiming("p", "data"))
    typed(made, "echo 1 > /data/a; echo 2 > /data/b")
    delete(made)
    create(made, claiming("p", "data"))
    typed(made, "rm /data/a")
    delete(made)
    create(made, claiming("p", "data"))
    assert typed(made, "ls /data") == "b\n"


def test_a_claim_that_every_node_reaches_has_its_files_on_another_node() -> None:
    made = settled(node("w1"), node("w2"), DISK, claim(), claiming("p", "data", nodeName="w1"))
    typed(made, "echo hello > /data/greeting")
    delete(made)
    create(made, claiming("q", "data", nodeName="w2"))
    assert typed(made, "cat /data/greeting", "q") == "hello\n"


def test_what_a_program_writes_to_a_claim_is_there_for_the_next_pod() -> None:
    made = settled(node("w1"), DISK, claim(), running("p", "while true; do date >> /data/log; sleep 5; done", "data"))
    wait(made, 60)
    written = typed(made, "cat /data/log").splitlines()
    assert len(written) > 10
    delete(made, grace_seconds=0)
    create(made, claiming("q", "data"))
    assert typed(made, "cat /data/log", "q").splitlines()[: len(written)] == written


def test_a_finished_pod_leaves_what_it_wrote() -> None:
    made = settled(node("w1"), DISK, claim(), running("p", "echo done > /data/result", "data", restartPolicy="Never"))
    delete(made)
    create(made, claiming("q", "data"))
    assert typed(made, "cat /data/result", "q") == "done\n"


def test_each_life_of_a_program_finds_what_the_ones_before_it_wrote() -> None:
    script = "echo x >> /data/lives; wc -l < /data/lives; sleep 2; exit 1"
    made = settled(node("w1"), DISK, claim(), running("p", script, "data"), seconds=90)
    found = made.state.find(Pod, "p", "default")
    assert found is not None
    lives = found.status.container_statuses[0].restart_count + 1
    assert lives > 2
    assert printed(made)[-1].strip() == str(lives)
    assert woken(made) == 0


def test_two_pods_on_one_claim_see_each_others_files() -> None:
    shared = claim(accessModes=["ReadWriteMany"])
    made = settled(node("w1"), node("w2"), DISK, shared, claiming("p", "data"), claiming("q", "data"))
    typed(made, "echo from p > /data/note", "p")
    assert typed(made, "cat /data/note", "q") == "from p\n"
    typed(made, "echo from q >> /data/note", "q")
    assert typed(made, "cat /data/note", "p") == "from p\nfrom q\n"


def test_what_a_program_writes_another_pod_reads() -> None:
    shared = claim(accessModes=["ReadWriteMany"])
    writer = running("p", "while true; do echo tick >> /data/log; sleep 10; done", "data")
    made = settled(node("w1"), DISK, shared, writer, claiming("q", "data"), seconds=60)
    assert int(typed(made, "wc -l < /data/log", "q")) >= 5


def test_a_program_waits_for_a_file_of_another_pod() -> None:
    shared = claim(accessModes=["ReadWriteMany"])
    waiting = running("p", "until [ -f /data/go ]; do sleep 1; done; echo gone", "data", restartPolicy="Never")
    made = settled(node("w1"), DISK, shared, waiting, claiming("q", "data"))
    typed(made, "touch /data/go", "q")
    wait(made, 5)
    assert printed(made) == ["gone"]
    assert made.state.find(Pod, "p", "default").status.phase == "Succeeded"  # type: ignore[union-attr]
    assert woken(made) == 0


def test_what_a_container_said_stays_said_when_the_files_it_read_change() -> None:
    made = settled(node("w1"), DISK, claim(accessModes=["ReadWriteMany"]), claiming("q", "data"))
    typed(made, "echo old > /data/greeting", "q")
    create(made, running("p", "cat /data/greeting; sleep 3600", "data"))
    typed(made, "echo new > /data/greeting", "q")
    wait(made, 10)
    assert printed(made) == ["old"]
    delete(made, "q")
    assert printed(made) == ["old"]
    assert typed(made, "cat /data/greeting") == "new\n"


def test_a_claim_that_is_only_read_refuses_to_be_written() -> None:
    made = settled(node("w1"), DISK, claim(), claiming("p", "data", mounts={"readOnly": True}))
    assert "Read-only file system" in typed(made, "echo x > /data/x")


def test_a_read_only_many_claim_refuses_to_be_written() -> None:
    made = settled(node("w1"), DISK, claim(accessModes=["ReadOnlyMany"]), claiming("p", "data"))
    assert "Read-only file system" in typed(made, "touch /data/x")


def test_an_empty_dir_is_shared_by_containers_and_gone_with_its_pod() -> None:
    mounts = [{"name": "scratch", "mountPath": "/scratch"}]
    both = [
        {"name": name, "image": "busybox:1.36", "command": ["sleep", "3600"], "volumeMounts": mounts} for name in "ab"
    ]
    made = settled(node("w1"), pod("p", containers=both, volumes=[{"name": "scratch", "emptyDir": {}}]))
    typed(made, "echo x > /scratch/x", container="a")
    assert typed(made, "cat /scratch/x", container="b") == "x\n"
    delete(made)
    create(made, pod("p", containers=both, volumes=[{"name": "scratch", "emptyDir": {}}]))
    assert typed(made, "ls /scratch", container="a") == ""
    assert not list(made.state.all(VolumeContent))


def test_an_empty_dir_outlives_the_programs_that_write_to_it() -> None:
    main = {
        "name": "main", "image": "busybox:1.36", "volumeMounts": [{"name": "scratch", "mountPath": "/scratch"}],
        "command": ["sh", "-c", "echo x >> /scratch/lives; sleep 3; exit 1"],
    }  # fmt: skip
    made = settled(node("w1"), pod("p", containers=[main], volumes=[{"name": "scratch", "emptyDir": {}}]), seconds=20)
    found = made.state.find(Pod, "p", "default")
    assert found is not None
    lives = found.status.container_statuses[0].restart_count + 1
    assert lives > 1
    assert typed(made, "wc -l < /scratch/lives").strip() == str(lives)
    delete(made)
    assert not list(made.state.all(VolumeContent))


def test_a_host_path_is_the_nodes() -> None:
    mounts = [{"name": "host", "mountPath": "/host"}]
    main = {"name": "main", "image": "busybox:1.36", "command": ["sleep", "3600"], "volumeMounts": mounts}
    volumes = [{"name": "host", "hostPath": {"path": "/var/app"}}]

    def on(name: str, where: str) -> Pod:
        return pod(name, containers=[main], volumes=volumes, nodeName=where)

    made = settled(node("w1"), node("w2"), on("p", "w1"))
    typed(made, "echo here > /host/x")
    delete(made)
    create(made, on("here", "w1"), on("there", "w2"))
    assert typed(made, "cat /host/x", "here") == "here\n"
    assert "No such file" in typed(made, "cat /host/x", "there")


def test_files_go_with_the_volume() -> None:
    made = settled(node("w1"), DISK, claim(), claiming("p", "data"))
    typed(made, "echo hello > /data/greeting")
    delete(made)
    assert len(list(made.state.all(VolumeContent))) == 1
    made.submit("user", [Delete(ref=Ref("PersistentVolumeClaim", "default", "data"))])
    wait(made, 5)
    assert not list(made.state.all(VolumeContent))


def test_a_config_map_that_is_edited_shows_in_a_running_container_within_a_minute() -> None:
    made = settled(node("w1"), config(sport="football"), configured(), seconds=130)
    edit(made, sport="cricket", city="Lahore")
    assert typed(made, "cat /etc/app/sport") == "football"
    wait(made, 60)
    assert typed(made, "cat /etc/app/sport; echo; ls /etc/app") == "cricket\ncity\nsport\n"
    edit(made, city=None)
    wait(made, 60)
    assert typed(made, "ls /etc/app") == "sport\n"


def test_a_program_prints_what_a_file_said_when_it_read_it() -> None:
    script = "while true; do cat /etc/app/sport; echo; sleep 10; done"
    made = settled(node("w1"), config(sport="football"), configured(script))
    before = [line for line in printed(made) if line]
    assert set(before) == {"football"}
    edit(made, sport="cricket")
    wait(made, 120)
    after = [line for line in printed(made) if line]
    assert after[: len(before)] == before
    assert after[-1] == "cricket"


def test_below_a_sub_path_nothing_changes() -> None:
    made = settled(node("w1"), config(sport="football"), configured(mountPath="/etc/sport", subPath="sport"))
    assert typed(made, "cat /etc/sport") == "football"
    edit(made, sport="cricket")
    wait(made, 120)
    assert typed(made, "cat /etc/sport") == "football"


def test_variables_stay_what_they_were_when_the_container_began() -> None:
    variable = {"name": "SPORT", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "sport"}}}
    main = {"name": "main", "image": "busybox:1.36", "command": ["sleep", "3600"], "env": [variable]}
    made = settled(node("w1"), config(sport="football"), pod("p", containers=[main]))
    edit(made, sport="cricket")
    wait(made, 120)
    assert typed(made, "echo $SPORT") == "football\n"
    delete(made)
    create(made, pod("p", containers=[main]))
    assert typed(made, "echo $SPORT") == "cricket\n"


def test_a_config_map_nobody_looks_back_to_leaves_nothing_behind() -> None:
    made = settled(node("w1"), config(sport="football"), configured())
    edit(made, sport="cricket")
    assert len(list(made.state.all(VolumeContent))) == 1
    delete(made)
    assert not list(made.state.all(VolumeContent))


def secret(**data: str) -> Object:
    return from_manifest({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "default"}, "stringData": data,
    })  # fmt: skip


def test_a_secret_is_plain_in_variables_and_in_files() -> None:
    main = {
        "name": "main", "image": "busybox:1.36", "command": ["sleep", "3600"],
        "envFrom": [{"secretRef": {"name": "s"}}],
        "volumeMounts": [{"name": "s", "mountPath": "/etc/s"}],
    }  # fmt: skip
    volumes = [{"name": "s", "secret": {"secretName": "s", "items": [{"key": "USER", "path": "my/user"}]}}]
    made = settled(node("w1"), secret(USER="admin", WORD="x"), pod("p", containers=[main], volumes=volumes))
    assert typed(made, "echo $USER $WORD; cat /etc/s/my/user; echo; ls /etc/s") == "admin x\nadmin\nmy\n"
    assert "Read-only file system" in typed(made, "echo x > /etc/s/y")


def messages(made: Cluster) -> list[tuple[str, str]]:
    found = made.state.find(Pod, "p", "default")
    assert found is not None
    return [(each.reason, each.message) for each in made.state.events_of(found)]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ({"configMap": {"name": "settings"}}, 'configmap "settings" not found'),
        ({"secret": {"secretName": "keys"}}, 'secret "keys" not found'),
        ({"projected": {"sources": [{"configMap": {"name": "settings"}}]}}, 'configmap "settings" not found'),
    ],
)
def test_a_pod_waits_for_what_its_volume_is_made_of(source: dict[str, Any], why: str) -> None:
    made = settled(node("w1"), pod("p", volumes=[{"name": "v", **source}]))
    assert ("FailedMount", f'MountVolume.SetUp failed for volume "v" : {why}') in messages(made)
    found = made.state.find(Pod, "p", "default")
    assert found is not None
    assert found.status.container_statuses[0].state.waiting.reason == "ContainerCreating"  # type: ignore[union-attr]


def test_a_pod_goes_on_when_its_config_map_comes() -> None:
    made = settled(node("w1"), configured())
    create(made, config(sport="football"))
    assert typed(made, "cat /etc/app/sport") == "football"


def test_a_volume_of_a_key_that_is_not_there_cannot_be_made() -> None:
    items = [{"key": "city", "path": "city"}]
    volumes = [{"name": "v", "configMap": {"name": "settings", "items": items}}]
    made = settled(node("w1"), config(sport="football"), pod("p", volumes=volumes))
    why = 'MountVolume.SetUp failed for volume "v" : references non-existent config key: city'
    assert ("FailedMount", why) in messages(made)
    edit(made, city="Lahore")
    wait(made, 30)
    assert made.state.find(Pod, "p", "default").status.phase == "Running"  # type: ignore[union-attr]


def test_an_optional_config_map_need_not_be_there() -> None:
    volumes = [{"name": "config", "configMap": {"name": "settings", "optional": True}}]
    main = {
        "name": "main", "image": "busybox:1.36", "command": ["sleep", "3600"],
        "volumeMounts": [{"name": "config", "mountPath": "/etc/app"}],
    }  # fmt: skip
    made = settled(node("w1"), pod("p", containers=[main], volumes=volumes))
    assert typed(made, "ls /etc/app") == ""
    create(made, config(sport="football"), seconds=60)
    assert typed(made, "cat /etc/app/sport") == "football"
