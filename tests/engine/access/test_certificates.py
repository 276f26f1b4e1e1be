"""Requests for certificates: who asked, who may answer, what is issued, and whom it makes known to the cluster."""

import base64
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engine.access.identity import Identity
from engine.access.x509 import CERTIFICATE, REQUEST, NoCertificate, subject_of
from engine.api.writes import Create, UpdateStatus
from engine.bootstrap import bootstrap
from engine.cluster import Cluster
from engine.errors import Invalid
from engine.kinds import Condition, Ref, evolve, from_manifest
from engine.kinds.certificates import CertificateSigningRequest, text_of
from engine.printers.certificates import cells
from engine.store.frames import Header
from tests.builders import START

BROKEN = "-----BEGIN CERTIFICATE REQUEST-----\n{}\n-----END CERTIFICATE REQUEST-----\n"
SIGNER = "kubernetes.io/kube-apiserver-client"
HOUR = 3600


def cluster() -> Cluster:
    made = Cluster(Header(cluster="test", seed="test", created=START))
    made.submit("bootstrap", bootstrap())
    return made


def made_by_openssl(folder: Path, subject: str = "/CN=eve/O=devs/O=ops") -> str:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not on this machine")
    line = ["openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "eve.key", "-subj", subject]
    return subprocess.run(line, cwd=folder, capture_output=True, text=True, check=True).stdout


def request(pem: str, **spec: Any) -> CertificateSigningRequest:
    body = {"request": base64.b64encode(pem.encode()).decode(), "signerName": SIGNER, "usages": ["client auth"], **spec}
    head = {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest"}
    found = from_manifest({**head, "metadata": {"name": "eve"}, "spec": body})
    assert isinstance(found, CertificateSigningRequest)
    return found


def asked(made: Cluster) -> CertificateSigningRequest:
    found = made.state.get(Ref("CertificateSigningRequest", "", "eve"))
    assert isinstance(found, CertificateSigningRequest)
    return found


def answer(made: Cluster, type_: str) -> None:
    condition = Condition(type=type_, status="True", last_update_time=made.now)
    there = asked(made)
    made.submit("user", [UpdateStatus(evolve(there, status=evolve(there.status, conditions=(condition,))))])
    made.settle()


def test_a_request_says_who_asked_whatever_it_says_itself(tmp_path: Path) -> None:
    made = cluster()
    made.submit("user", [Create(request(made_by_openssl(tmp_path), username="somebody", groups=["system:masters"]))])
    assert (asked(made).spec.username, asked(made).spec.groups[0]) == ("kubernetes-admin", "system:masters")
    assert cells(asked(made), made.state, made.now)[2:] == (SIGNER, "kubernetes-admin", "<none>", "Pending")


def test_what_is_approved_is_issued_to_whom_it_names(tmp_path: Path) -> None:
    made = cluster()
    made.submit("user", [Create(request(made_by_openssl(tmp_path), expirationSeconds=86400))])
    made.settle()
    assert asked(made).status.certificate == ""
    answer(made, "Approved")
    certificate = base64.b64decode(asked(made).status.certificate).decode()
    assert subject_of(certificate, CERTIFICATE).identity == Identity("eve", ("devs", "ops", "system:authenticated"))
    assert cells(asked(made), made.state, made.now)[-2:] == ("24h", "Approved,Issued")


def test_openssl_reads_what_is_issued(tmp_path: Path) -> None:
    made = cluster()
    made.submit("user", [Create(request(made_by_openssl(tmp_path)))])
    answer(made, "Approved")
    (tmp_path / "eve.crt").write_bytes(base64.b64decode(asked(made).status.certificate))

    def told(*args: str) -> str:
        return subprocess.run(["openssl", *args], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    text = told("x509", "-in", "eve.crt", "-noout", "-subject", "-issuer", "-ext", "extendedKeyUsage")
    assert "CN = kubernetes" in text.replace("CN=", "CN = ") and "TLS Web Client Authentication" in text
    assert told("x509", "-in", "eve.crt", "-noout", "-pubkey") == told("rsa", "-in", "eve.key", "-pubout")


def test_what_is_denied_or_for_another_signer_is_not_issued(tmp_path: Path) -> None:
    pem = made_by_openssl(tmp_path)
    made = cluster()
    made.submit("user", [Create(request(pem))])
    answer(made, "Denied")
    assert asked(made).status.certificate == ""
    assert cells(asked(made), made.state, made.now)[-1] == "Denied"
    made = cluster()
    made.submit("user", [Create(request(pem, signerName="example.com/mine"))])
    answer(made, "Approved")
    assert asked(made).status.certificate == ""
    assert cells(asked(made), made.state, made.now)[-1] == "Approved"


def test_a_request_is_forgotten_an_hour_after_its_answer_or_a_day_after_it_was_made(tmp_path: Path) -> None:
    pem = made_by_openssl(tmp_path)
    for answered, kept in ((True, HOUR), (False, 24 * HOUR)):
        made = cluster()
        made.submit("user", [Create(request(pem))])
        if answered:
            answer(made, "Approved")
        made.advance(START + kept - 5)
        assert asked(made).metadata.name == "eve"
        made.advance(START + kept + 5)
        assert made.state.get(Ref("CertificateSigningRequest", "", "eve")) is None


@pytest.mark.parametrize(
    ("pem", "spec", "told"),
    [
        ("no block at all", {}, "PEM block type must be CERTIFICATE REQUEST"),
        ("", {"usages": []}, "spec.usages: Required value"),
        ("", {"signerName": "mine"}, "must be a fully qualified domain and path of the form"),
        ("", {"expirationSeconds": 60}, "may not specify a duration less than 600 seconds (10 minutes)"),
        (BROKEN.format("MIIB!"), {}, "is not base64"),
        (BROKEN.format("MIIB"), {}, "is no certificate request"),
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused(pem: str, spec: dict[str, Any], told: str) -> None:
    with pytest.raises(Invalid) as caught:
        cluster().submit("user", [Create(request(pem, **spec))])
    assert told in str(caught.value)


def test_a_text_cut_anywhere_is_no_certificate(tmp_path: Path) -> None:
    body = base64.b64decode("".join(made_by_openssl(tmp_path).splitlines()[1:-1]))
    for size in range(0, len(body) - 1, 7):
        coded = base64.b64encode(body[:size]).decode()
        with pytest.raises(NoCertificate):
            subject_of(f"-----BEGIN {REQUEST}-----\n{coded}\n-----END {REQUEST}-----\n", REQUEST)


def test_a_request_whose_text_is_not_base64_carries_nothing() -> None:
    broken = request(BROKEN)
    assert text_of(broken) == BROKEN
    assert text_of(evolve(broken, spec=evolve(broken.spec, request="%%%"))) == ""
