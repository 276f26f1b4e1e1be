"""As whom a line is run: the context's user, --user, --token and --as, and what stands before every verb."""

import base64
import shutil
import subprocess
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from engine.api.writes import Create
from engine.bootstrap import bootstrap
from engine.cluster import Cluster
from engine.store.frames import Header
from k9lite.clients.embedded import EmbeddedClient
from k9lite.drive import run_command
from k9lite.kubeconfig import Kubeconfig
from tests.builders import START, node

Run = Callable[[str], tuple[int, str, str]]


@pytest.fixture
def run() -> Run:
    cluster = Cluster(Header(cluster="test", seed="test", created=START))
    cluster.submit("bootstrap", bootstrap())
    cluster.submit("user", [Create(node("w1"))])
    client, kubeconfig = EmbeddedClient(cluster, clock=lambda: 0.0), Kubeconfig()

    def one(line: str) -> tuple[int, str, str]:
        out, err = StringIO(), StringIO()
        code = run_command(client, line.split(), kubeconfig=kubeconfig, out=out, err=err)
        return code, out.getvalue().strip(), err.getvalue().strip()

    return one


def with_jane(run: Run) -> None:
    """A service account that may look at pods of "default", and a context of hers."""
    run("create sa jane")
    run("create rolebinding jane --clusterrole=view --serviceaccount=default:jane")
    run(f"config set-credentials jane --token={run('create token jane')[1]}")
    run("config set-context jane --user=jane --namespace=kube-system")


def test_the_user_of_a_context_is_who_asks(run: Run) -> None:
    with_jane(run)
    assert "system:serviceaccount:default:jane" in run("--context=jane auth whoami")[1]
    code, _, err = run("--context jane get nodes")
    assert code == 1 and err.startswith("Error from server (Forbidden): nodes is forbidden: User \"system:servicea")
    assert run("get nodes --context jane")[2] == err
    assert run("config use-context jane")[0] == 0
    assert run("get nodes")[2] == err and run("get pods -n default")[0] == 0
    assert run("get nodes --user=kubernetes-admin")[0] == 0
    assert run("get pods --as=eve -n default")[2].startswith("Error from server (Forbidden)")


def test_a_context_brings_its_namespace(run: Run) -> None:
    with_jane(run)
    assert 'in the namespace "kube-system"' in run("get pods --context jane")[2]
    assert run("get pods --context jane -n default")[0] == 0


def test_a_token_is_its_accounts(run: Run) -> None:
    with_jane(run)
    token = run("create token jane")[1]
    assert "system:serviceaccount:default:jane" in run(f"auth whoami --token {token}")[1]
    run("delete sa jane")
    assert run(f"auth whoami --token {token}") == (1, "", "error: You must be logged in to the server (Unauthorized)")


def test_who_shows_nothing_is_anonymous_and_who_shows_a_password_is_nobody(run: Run) -> None:
    run("config set-credentials empty")
    assert 'User "system:anonymous" cannot' in run("get pods --user=empty")[2]
    run("config set-credentials old --username=a --password=b")
    assert run("get pods --user=old")[2] == "error: You must be logged in to the server (Unauthorized)"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("get pods --context=nope", 'error: context "nope" does not exist'),
        ("get pods --user=nope", 'error: auth info "nope" does not exist'),
        (
            "get pods -s https://1.2.3.4:6443",
            "error: The connection to the server 1.2.3.4:6443 was refused - did you specify the right host or port?",
        ),
        ("get pods --as-uid=1", "error: requesting uid, groups or user-extra without impersonating a user"),
        ("get pods --v=x", 'error: invalid argument "x" for "-v, --v" flag: strconv.ParseInt: parsing "x": invalid '
         "syntax\nSee 'kubectl get --help' for usage."),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_said_in_kubectls_words(run: Run, line: str, said: str) -> None:
    assert run(line) == (1, "", said)


def test_who_is_issued_a_certificate_is_known_by_it(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not on this machine")
    monkeypatch.chdir(tmp_path)
    made = "openssl req -new -newkey rsa:2048 -nodes -keyout eve.key -out eve.csr -subj /CN=eve/O=devs"
    subprocess.run(made.split(), check=True, capture_output=True)
    asked = base64.b64encode(Path("eve.csr").read_bytes()).decode()
    Path("csr.yaml").write_text(
        "apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: {name: eve}\n"
        f"spec: {{request: {asked}, signerName: kubernetes.io/kube-apiserver-client, usages: [client auth]}}\n"
    )
    assert run("create -f csr.yaml")[1] == "certificatesigningrequest.certificates.k8s.io/eve created"
    assert run("certificate approve eve")[1] == "certificatesigningrequest.certificates.k8s.io/eve approved"
    assert run("certificate deny eve")[2] == 'error: certificate signing request "eve" is already Approved'
    assert run("wait csr/eve --for=jsonpath={.status.certificate} --timeout=10s")[0] == 0
    assert run("get csr eve")[1].endswith("Approved,Issued")
    issued = base64.b64decode(run("get csr eve -o jsonpath={.status.certificate}")[1])
    Path("eve.crt").write_bytes(issued)
    run("config set-credentials eve --client-key=eve.key --client-certificate=eve.crt --embed-certs=true")
    Path("eve.crt").unlink()
    run("create rolebinding devs --clusterrole=view --group=devs")
    assert run("get pods --user=eve")[0] == 0
    assert 'User "eve" cannot list resource "nodes"' in run("get nodes --user=eve")[2]
    assert run("describe csr eve")[1].splitlines()[-5:-1] == [
        "Subject:", "         Common Name:    eve", "         Serial Number:  ", "         Organization:   devs",
    ]  # fmt: skip


def test_what_is_no_certificate_is_said_to_be_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.crt").write_text("nothing")
    run(f"config set-credentials x --client-certificate={tmp_path}/x.crt")
    assert run("get pods --user=x")[2] == "error: tls: failed to find any PEM data in certificate input"
    assert run("certificate approve")[2] == "error: one or more CSRs must be specified as <name> or -f <filename>"


def test_a_kubeconfig_that_names_what_is_gone_can_be_mended(run: Run) -> None:
    run("config set-context other --user=kubernetes-admin")
    run("config use-context other")
    assert run("config delete-context other")[0] == 0
    assert run("get nodes")[2] == 'error: context "other" does not exist'
    name = next(line for line in run("config get-contexts -o name")[1].splitlines())
    assert run(f"config use-context {name}")[0] == 0 and run("get nodes")[0] == 0


def test_flags_of_every_verb_stand_before_it_and_behind_it(run: Run) -> None:
    plain = run("get nodes")
    for flags in ("-v=6", "--v 6", "--request-timeout=5s", "--insecure-skip-tls-verify", "--cache-dir /tmp/x"):
        assert run(f"{flags} get nodes") == plain == run(f"get nodes {flags}")


def test_a_verbs_own_flag_goes_before_that_of_every_verb(run: Run) -> None:
    assert run("create rolebinding bob --clusterrole=view --user=bob")[0] == 0
    assert "User  bob" in run("describe rolebinding bob")[1]
