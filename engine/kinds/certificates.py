"""Requests for certificates, by which users of a cluster are made (certificates.k8s.io/v1)."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, ClassVar

from engine.kinds.codec import EMPTY
from engine.kinds.frozen import frozen
from engine.kinds.meta import Condition, ObjectMeta

APPROVED, DENIED, FAILED = "Approved", "Denied", "Failed"


@frozen(kw_only=True)
class CertificateSigningRequestSpec:
    """``request`` is base64 of a PEM block; user and groups are those of who asked, filled in by the server."""

    request: str
    signer_name: str
    expiration_seconds: int | None = None
    usages: tuple[str, ...] = ()
    username: str = ""
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class CertificateSigningRequestStatus:
    """``certificate`` is base64 of a PEM block."""

    conditions: tuple[Condition, ...] = ()
    certificate: str = ""
    extra: Mapping[str, Any] = EMPTY


@frozen(kw_only=True)
class CertificateSigningRequest:
    kind: ClassVar[str] = "CertificateSigningRequest"
    api_version: ClassVar[str] = "certificates.k8s.io/v1"
    metadata: ObjectMeta
    spec: CertificateSigningRequestSpec
    status: CertificateSigningRequestStatus = CertificateSigningRequestStatus()
    extra: Mapping[str, Any] = EMPTY

    def is_(self, type_: str) -> bool:
        return any(each.type == type_ and each.status == "True" for each in self.status.conditions)


def text_of(request: CertificateSigningRequest) -> str:
    """The PEM block it carries; "" where that is none."""
    try:
        return base64.b64decode(request.spec.request, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
