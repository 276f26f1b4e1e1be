"""Compose files become manifests: what each key turns into, what is said about it, and that the result runs."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ManifestError
from engine.kinds import load_yaml
from k9lite.cli import main
from k9lite.clients.embedded import EmbeddedClient
from k9lite.drive import run_command
from k9lite.migrating.project import Migrated, migrate
from tests.scenarios.sample import sample_client


def migrated(tmp_path: Path, text: str, *profiles: str, **variables: str) -> Migrated:
    file = tmp_path / "compose.yaml"
    file.write_text(text)
    return migrate(file, variables, profiles)


def one(made: Migrated, kind: str, name: str) -> dict[str, Any]:
    return next(each for each in made.manifests if (each["kind"], each["metadata"]["name"]) == (kind, name))


def pod_spec(made: Migrated, name: str = "web", kind: str = "Deployment") -> dict[str, Any]:
    found: dict[str, Any] = one(made, kind, name)["spec"]["template"]["spec"]
    return found


def container(made: Migrated, name: str = "web") -> dict[str, Any]:
    found: dict[str, Any] = pod_spec(made, name)["containers"][0]
    return found


def said(made: Migrated, key: str) -> str:
    """What is said about one key."""
    return " | ".join(line.partition(": ")[2] for line in made.lines if line.startswith(f"{key}: "))


def web(keys: str) -> str:
    return "services:\n  web:\n    image: nginx\n" + "".join(f"    {line}\n" for line in keys.splitlines())


def test_commands_are_split_as_compose_splits_them_and_keep_their_dollars(tmp_path: Path) -> None:
    made = container(migrated(tmp_path, web("entrypoint: [sh, -c]\ncommand: \"echo 'a b' $$(date)\"")))
    assert made["command"] == ["sh", "-c"]
    assert made["args"] == ["echo", "a b", "$$(date)"], "Kubernetes reads $(date) as a variable"


def test_variables_come_from_the_shell_the_env_file_and_defaults(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TAG=1.25 # stable\nNAME='a $b'\nPORT=1\n")
    text = web(
        "environment:\n  - A=${TAG}\n  - B=${NONE:-x${NAME}}\n  - C=${EMPTY-y}\n  - D\n  - E\n"
        "  - PRICE=1.10\n  - F=$$x\n  - G=${TAG:+set}"
    )
    made = migrated(tmp_path, text, PORT="2", EMPTY="", D="outside")
    assert {each["name"]: each["value"] for each in container(made)["env"]} == {
        "A": "1.25", "B": "xa $b", "C": "", "D": "outside", "PRICE": "1.10", "F": "$x", "G": "set",
    }  # fmt: skip
    assert said(made, "services.web.environment.E") == "not carried over: it has no value here"


def test_a_variable_that_must_be_set_is_one_line_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(ManifestError) as refusal:
        migrated(tmp_path, web("environment:\n  A: x\n  B: ${PW:?set it}"))
    assert str(refusal.value) == (
        f"{tmp_path}/compose.yaml:6: services.web.environment.B: required variable PW is missing a value: set it"
    )


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("services: [", 1, "expected the node content"),
        ("version: '3'\n", 1, "no services"),
        (web("ports: 80"), 4, "services.web.ports: must be a list"),
        (web("ports:\n  - 80\n  - eighty"), 6, '"eighty" is no port'),
        (web("ports:\n  - 1-2:5-9"), 5, "not equally long"),
        (web("healthcheck: {test: [ls]}"), 4, "must begin with NONE, CMD or CMD-SHELL"),
        (web("volumes: ['data:/x']"), 4, "refers to undefined volume data"),
        (web("depends_on: [db]"), 4, 'depends on undefined service "db"'),
        (web("mem_limit: lots"), 4, "must be a size like 64m"),
        (web("stop_grace_period: soon"), 4, "must be a duration like 1m30s"),
        (web("restart: sometimes"), 4, "is none of no, always, on-failure, unless-stopped"),
        ("services:\n  web: {}\n", 2, "has neither an image nor a build context"),
        (web("image: again"), 4, 'key "image" is there twice'),
    ],
)
def test_bad_input_is_one_line_with_file_and_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    with pytest.raises(ManifestError) as refusal:
        migrated(tmp_path, text)
    assert str(refusal.value).startswith(f"{tmp_path}/compose.yaml:{line}: ")
    assert what in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("ports", "kind", "numbers"),
    [
        ('["8080:80"]', "LoadBalancer", [(8080, 80), (80, 80)]),
        ('["80"]', "NodePort", [(80, 80)]),
        ('["127.0.0.1:8080:80"]', "ClusterIP", [(8080, 80), (80, 80)]),
        ('["22:22"]', "LoadBalancer", [(22, 22)]),
        ('["3000-3001:8000-8001/udp"]', "LoadBalancer", [(3000, 8000), (3001, 8001), (8000, 8000), (8001, 8001)]),
        ("[{target: 80, published: '9090', protocol: tcp}]", "LoadBalancer", [(9090, 80), (80, 80)]),
        ('["[::1]:6001:6000"]', "ClusterIP", [(6001, 6000), (6000, 6000)]),
    ],
)
def test_published_ports_choose_the_type_of_a_service_that_keeps_the_containers_ports(
    tmp_path: Path, ports: str, kind: str, numbers: list[tuple[int, int]]
) -> None:
    spec = one(migrated(tmp_path, web(f"ports: {ports}")), "Service", "web")["spec"]
    assert spec["type"] == kind
    assert [(port["port"], port["targetPort"]) for port in spec["ports"]] == numbers


def test_komposes_label_has_the_last_word_on_the_type(tmp_path: Path) -> None:
    made = migrated(tmp_path, web('ports: ["80:80"]\nlabels: {kompose.service.type: nodeport, a.b/c: d, "x y": z}'))
    assert one(made, "Service", "web")["spec"]["type"] == "NodePort"
    assert one(made, "Deployment", "web")["metadata"]["annotations"] == {"a.b/c": "d"}
    assert "cannot be the name of an annotation" in said(made, "services.web.labels.x y")


def test_what_names_no_ports_has_its_images_or_is_found_by_name_only(tmp_path: Path) -> None:
    made = migrated(tmp_path, "services:\n  cache: {image: 'redis:alpine'}\n  job: {image: example.org/mine}\n")
    assert one(made, "Service", "cache")["spec"]["ports"][0]["port"] == 6379
    assert one(made, "Service", "job")["spec"] == {"selector": {"io.kompose.service": "job"}, "clusterIP": "None"}


def test_volumes_become_claims_configmaps_or_memory(tmp_path: Path) -> None:
    (tmp_path / "site.conf").write_text("server {}\n")
    (tmp_path / "logo.png").write_bytes(b"\x89\xff")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "inner").mkdir()
    made = migrated(
        tmp_path,
        web(
            "volumes:\n  - data:/data\n  - ./site.conf:/etc/site.conf:ro\n  - ./logo.png:/logo.png\n  - ./src:/src\n"
            "  - /anonymous\n  - {type: tmpfs, target: /fast, tmpfs: {size: 64m}}\n"
            "  - /var/run/docker.sock:/var/run/docker.sock\ntmpfs: /tmp"
        )
        + "volumes:\n  data:\n",
    )
    assert [(each["mountPath"], each.get("subPath")) for each in container(made)["volumeMounts"]] == [
        ("/data", None), ("/etc/site.conf", "site.conf"), ("/anonymous", None), ("/fast", None), ("/tmp", None),
    ]  # fmt: skip
    assert one(made, "ConfigMap", "web-site-conf")["data"] == {"site.conf": "server {}\n"}
    assert {"emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}, "name": "tmpfs-fast"} in pod_spec(made)["volumes"]
    assert one(made, "PersistentVolumeClaim", "data")["spec"]["resources"] == {"requests": {"storage": "100Mi"}}
    assert one(made, "PersistentVolumeClaim", "web-claim0")
    assert one(made, "Deployment", "web")["spec"]["strategy"] == {"type": "Recreate"}
    for at in (2, 3, 6):
        assert said(made, f"services.web.volumes[{at}]").startswith("not carried over: ")


def test_replicas_with_a_volume_of_their_own_become_a_statefulset(tmp_path: Path) -> None:
    made = migrated(tmp_path, web("deploy: {replicas: 3}\nvolumes: ['data:/data']") + "volumes: {data: {}}\n")
    spec = one(made, "StatefulSet", "web")["spec"]
    assert (spec["replicas"], spec["serviceName"]) == (3, "web")
    assert [each["metadata"]["name"] for each in spec["volumeClaimTemplates"]] == ["data"]
    assert not [each for each in made.manifests if each["kind"] == "PersistentVolumeClaim"]


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ("deploy: {mode: global}", "DaemonSet"),
        ("deploy: {mode: replicated-job}", "Job"),
        ('restart: "no"', "Pod"),
        ("restart: on-failure", "Deployment"),
        ("restart: unless-stopped", "Deployment"),
        ("labels: [kompose.controller.type=daemonset]", "DaemonSet"),
    ],
)
def test_the_mode_and_the_restart_policy_choose_what_keeps_the_pods(tmp_path: Path, keys: str, kind: str) -> None:
    assert one(migrated(tmp_path, web(keys)), kind, "web")


def test_configs_and_secrets_are_files_where_compose_puts_them(tmp_path: Path) -> None:
    (tmp_path / "pw.txt").write_text("s3cret")
    text = web("secrets: [pw]\nconfigs: [{source: motd, target: /etc/motd, mode: 0440}]") + (
        "secrets: {pw: {file: ./pw.txt}}\nconfigs: {motd: {content: hello}}\n"
    )
    made = migrated(tmp_path, text)
    assert one(made, "Secret", "pw")["data"] == {"pw": "czNjcmV0"}
    assert one(made, "ConfigMap", "motd")["data"] == {"motd": "hello"}
    paths = [(each["mountPath"], each["subPath"]) for each in container(made)["volumeMounts"]]
    assert sorted(paths) == [("/etc/motd", "motd"), ("/run/secrets/pw", "pw")]
    assert pod_spec(made)["volumes"][0]["configMap"]["defaultMode"] == 0o440


def test_a_healthcheck_becomes_probes_and_its_start_period_a_startup_probe(tmp_path: Path) -> None:
    made = container(
        migrated(
            tmp_path,
            web('healthcheck: {test: "curl -f localhost", interval: 1m30s, timeout: 5s, start_period: 40s}'),
        )
    )
    assert made["livenessProbe"] == {
        "exec": {"command": ["/bin/sh", "-c", "curl -f localhost"]},
        "periodSeconds": 90, "timeoutSeconds": 5, "failureThreshold": 3,
    }  # fmt: skip
    assert made["readinessProbe"] == made["livenessProbe"]
    assert (made["startupProbe"]["periodSeconds"], made["startupProbe"]["failureThreshold"]) == (5, 11)


def test_resources_security_and_the_pods_own_settings_carry_over(tmp_path: Path) -> None:
    made = migrated(
        tmp_path,
        web(
            "deploy: {resources: {limits: {cpus: '0.50', memory: 50M, pids: 9}, reservations: {memory: 20mb}}}\n"
            "user: '1000:100'\ncap_add: [NET_ADMIN]\nread_only: true\nsecurity_opt: ['no-new-privileges:true']\n"
            "hostname: Front.example\nworking_dir: /srv\nstop_grace_period: 1m\nextra_hosts: ['db.local:10.0.0.9']\n"
            "pull_policy: always\nulimits: {nproc: 3}"
        ),
    )
    main, pod = container(made), pod_spec(made)
    assert main["resources"] == {"limits": {"cpu": "500m", "memory": "50Mi"}, "requests": {"memory": "20Mi"}}
    assert main["securityContext"] == {
        "runAsUser": 1000, "runAsGroup": 100, "capabilities": {"add": ["NET_ADMIN"]},
        "readOnlyRootFilesystem": True, "allowPrivilegeEscalation": False,
    }  # fmt: skip
    assert (main["workingDir"], main["imagePullPolicy"]) == ("/srv", "Always")
    assert (pod["hostname"], pod["terminationGracePeriodSeconds"]) == ("front", 60)
    assert pod["hostAliases"] == [{"ip": "10.0.0.9", "hostnames": ["db.local"]}]
    assert said(made, "services.web.ulimits").startswith("not carried over: ")
    assert said(made, "services.web.deploy.resources.limits.pids").startswith("not carried over: ")


def test_other_names_of_a_service_become_services(tmp_path: Path) -> None:
    text = (
        "services:\n  web: {image: nginx, links: ['my_db:database'], container_name: front}\n"
        "  my_db: {image: 'redis', networks: {back: {aliases: [store]}}}\nnetworks: {back: {}}\n"
    )
    made = migrated(tmp_path, text)
    selectors = {
        each["metadata"]["name"]: each["spec"]["selector"]["io.kompose.service"]
        for each in made.manifests
        if each["kind"] == "Service"
    }
    assert selectors == {"web": "web", "front": "web", "database": "my-db", "my-db": "my-db", "store": "my-db"}
    assert "is no DNS label" in said(made, "services.my_db")


def test_anchors_merge_keys_extensions_and_extends_are_followed(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("services: {app: {image: nginx, environment: {A: '1', B: '2'}}}\n")
    made = migrated(
        tmp_path,
        "x-all: &all\n  environment: {A: x}\n  working_dir: /all\nservices:\n  one:\n    <<: *all\n    image: redis\n"
        "    working_dir: /one\n  two:\n    extends: {file: base.yaml, service: app}\n    environment: [B=3]\n",
    )
    assert container(made, "one")["env"] == [{"name": "A", "value": "x"}]
    assert container(made, "one")["workingDir"] == "/one"
    assert container(made, "two")["env"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "3"}]
    assert said(made, "x-all").startswith("not carried over: an extension")


def test_services_of_a_profile_come_when_it_is_asked_for(tmp_path: Path) -> None:
    text = web("") + "  debug: {image: busybox, profiles: [tools]}\n"
    assert not [each for each in migrated(tmp_path, text).manifests if each["metadata"]["name"] == "debug"]
    assert one(migrated(tmp_path, text, "tools"), "Deployment", "debug")


def test_every_key_has_its_line(tmp_path: Path) -> None:
    made = migrated(
        tmp_path,
        "version: '3'\n"
        + web(
            "build: .\ndepends_on: {db: {condition: service_healthy}}\nlogging: {driver: x}\nfoo: bar\nx-a: b\n"
            "deploy: {placement: {}, restart_policy: {condition: any, delay: 5s}}"
        )
        + "  db: {image: redis}\n",
    )
    assert said(made, "services.web.depends_on") == (
        "not carried over: Kubernetes starts all at once; who cannot wait until db is healthy is restarted until it "
        "can, or waits in an initContainer"
    )
    assert "has to be in a registry" in said(made, "services.web.build")
    assert said(made, "services.web.foo") == "not carried over: the Compose specification has no such key"
    for key in ("version", "services.web.logging", "services.web.x-a", "services.web.deploy.placement"):
        assert said(made, key).startswith("not carried over: "), key


VOTING = """
services:
  vote: {image: dockersamples/examplevotingapp_vote, ports: ["8080:80"], depends_on: [redis], networks: [front, back]}
  result: {image: dockersamples/examplevotingapp_result, ports: ["8081:80"], depends_on: [db]}
  worker: {image: dockersamples/examplevotingapp_worker, depends_on: [redis, db], deploy: {replicas: 2}}
  redis: {image: "redis:alpine", healthcheck: {test: [CMD, redis-cli, ping], interval: 5s}}
  db:
    image: postgres:15-alpine
    environment: {POSTGRES_PASSWORD: postgres}
    volumes: ["db-data:/var/lib/postgresql/data"]
volumes: {db-data: }
networks: {front: , back: }
"""
BLOG = """
services:
  db:
    image: mysql:8.0
    volumes: [db_data:/var/lib/mysql]
    restart: always
    environment: [MYSQL_ROOT_PASSWORD=secret, MYSQL_DATABASE=wordpress]
    expose: [3306]
  wordpress:
    image: wordpress:latest
    ports: ["80:80"]
    restart: always
    env_file: blog.env
    volumes: [wp_data:/var/www/html]
volumes: {db_data: {}, wp_data: {}}
"""
COUNTER = """
services:
  web:
    build: .
    image: hashicorp/http-echo
    command: ["-text", "seen ${TIMES:-3} times", "-listen=:5000"]
    ports: ["8000:5000"]
  redis: {image: "redis:alpine"}
"""


@pytest.fixture
def client(tmp_path: Path) -> EmbeddedClient:
    return sample_client(tmp_path / "sample.k9log", seconds=60)


def kubectl(client: EmbeddedClient, line: str, stdin: str = "") -> str:
    out = StringIO()
    assert run_command(client, line.split(), out=out, err=out, stdin=StringIO(stdin)) == 0, out.getvalue()
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "workloads", "asked"),
    [
        (VOTING, ("vote", "result", "worker", "redis", "db"), ("http://vote", "http://vote:8080", "http://result:8081")),
        (BLOG, ("db", "wordpress"), ("http://wordpress",)),
        (COUNTER, ("web", "redis"), ("http://web:8000", "http://web:5000")),
    ],
    ids=("voting app", "blog", "counter"),
)  # fmt: skip
def test_the_usual_examples_come_up_and_answer_through_their_services(
    tmp_path: Path, client: EmbeddedClient, text: str, workloads: tuple[str, ...], asked: tuple[str, ...]
) -> None:
    (tmp_path / "blog.env").write_text("WORDPRESS_DB_HOST=db\nWORDPRESS_DB_PASSWORD=secret\n")
    made = migrated(tmp_path, text)
    applied = kubectl(client, "apply -f -", "---\n".join(_yaml(each) for each in made.manifests))
    assert len(applied.splitlines()) == len(made.manifests)
    assert all(line.endswith(" created") for line in applied.splitlines())
    for name in workloads:
        kubectl(client, f"rollout status deployment/{name}")
    client.advance(10)  # ready, without a probe, is sooner than listening
    for url in asked:
        code = kubectl(client, f"exec toolbox -- curl -s -o /dev/null -w %{{http_code}} {url}")
        assert code.strip() in ("200", "302"), url


def _yaml(manifest: dict[str, Any]) -> str:
    from engine.kinds import dump_yaml

    return dump_yaml(manifest)


def test_the_command_prints_one_stream_or_writes_files_or_applies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "compose.yaml").write_text(web('ports: ["80:80"]'))
    assert main(["migrate", str(tmp_path)]) == 0
    shown = capsys.readouterr()
    assert [each["kind"] for each in load_yaml(shown.out, "stdout")] == ["Service", "Deployment"]
    assert "services.web.image: the container's image" in shown.err.splitlines()
    assert main(["migrate", str(tmp_path / "compose.yaml"), "-o", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == ""
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["web-deployment.yaml", "web-service.yaml"]
    assert main(["migrate", str(tmp_path), "--apply"]) == 0
    assert capsys.readouterr().out.splitlines() == ["service/web created", "deployment.apps/web created"]


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith(f"k9lite: {tmp_path} has no Compose file")
