"""``kubectl describe csr``. Follows describeCertificateSigningRequest; of the subject it tells what names a user."""

from collections.abc import Iterator

from engine.access.x509 import REQUEST, NoCertificate, Subject, subject_of
from engine.kinds.certificates import CertificateSigningRequest, text_of
from engine.printers.certificates import condition_text
from engine.printers.describe.event_table import events_lines
from engine.printers.describe.metadata import time_text
from engine.printers.durations import NONE, human_duration
from engine.printers.parts.tabs import tabbed
from engine.store.state import State


def describe_request(request: CertificateSigningRequest, state: State, now: int) -> list[str]:
    return tabbed([*_lines(request), *events_lines(request, state, now)])


def _lines(request: CertificateSigningRequest) -> Iterator[str]:
    spec, meta = request.spec, request.metadata
    yield f"Name:\t{meta.name}"
    yield f"Labels:\t{_pairs(meta.labels)}"
    yield f"Annotations:\t{_pairs(meta.annotations)}"
    yield f"CreationTimestamp:\t{time_text(meta.creation_timestamp)}"
    yield f"Requesting User:\t{spec.username}"
    yield f"Signer:\t{spec.signer_name}"
    if spec.expiration_seconds is not None:
        yield f"Requested Duration:\t{human_duration(spec.expiration_seconds)}"
    yield f"Status:\t{condition_text(request)}"
    try:
        subject = subject_of(text_of(request), REQUEST)
    except NoCertificate:
        subject = Subject("")
    yield "Subject:"
    yield f"\tCommon Name:\t{subject.common_name}"
    yield "\tSerial Number:\t"
    for place, organization in enumerate(subject.organizations):
        yield f"\t{'' if place else 'Organization:'}\t{organization}"


def _pairs(pairs: object) -> str:
    items = sorted(dict(pairs).items()) if isinstance(pairs, dict) else []
    return ",".join(f"{name}={value}" for name, value in items) or NONE
