"""Requests for certificates. Follows ``pkg/apis/certificates/validation``."""

import re
from collections.abc import Iterator

from engine.access.x509 import REQUEST, NoCertificate, subject_of
from engine.api.validation.fields import invalid, required
from engine.errors import FieldError
from engine.kinds.certificates import CertificateSigningRequest, text_of

_SHORTEST_SECONDS = 600
_DOMAIN, _PATH = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", r"[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?"
_SIGNER = re.compile(rf"{_DOMAIN}(\.{_DOMAIN})+/{_PATH}")
_FORM = "must be a fully qualified domain and path of the form 'example.com/signer-name'"


def request_errors(made: CertificateSigningRequest, old: CertificateSigningRequest | None) -> list[FieldError]:
    return list(_errors(made, old))


def _errors(made: CertificateSigningRequest, old: CertificateSigningRequest | None) -> Iterator[FieldError]:
    spec = made.spec
    try:
        subject_of(text_of(made), REQUEST)
    except NoCertificate as error:
        yield invalid("spec.request", spec.request, str(error))
    if not spec.usages:
        yield required("spec.usages")
    if not spec.signer_name:
        yield required("spec.signerName")
    elif not _SIGNER.fullmatch(spec.signer_name):
        yield invalid("spec.signerName", spec.signer_name, _FORM)
    if spec.expiration_seconds is not None and spec.expiration_seconds < _SHORTEST_SECONDS:
        why = f"may not specify a duration less than {_SHORTEST_SECONDS} seconds (10 minutes)"
        yield invalid("spec.expirationSeconds", spec.expiration_seconds, why)
    if old is not None and spec != old.spec:
        yield invalid("spec", "", "field is immutable")
