"""Requests for certificates as ``kubectl get csr`` lists them."""

from engine.kinds.certificates import CertificateSigningRequest
from engine.printers.durations import NONE, age, human_duration
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(request: CertificateSigningRequest, _state: State, now: int) -> tuple[str, ...]:
    spec = request.spec
    lasts = spec.expiration_seconds
    asked = NONE if lasts is None else human_duration(lasts)
    return request.metadata.name, age(request, now), spec.signer_name, spec.username, asked, condition_text(request)


def condition_text(request: CertificateSigningRequest) -> str:
    """``Pending``, ``Approved,Issued``, ``Denied``."""
    types = [each.type for each in request.status.conditions]
    decided = [each for each in ("Denied", "Approved", "Failed") if each in types][:1]
    text = ",".join([*decided, *(["Failed"] if "Failed" in types and decided != ["Failed"] else [])]) or "Pending"
    return f"{text},Issued" if request.status.certificate else text


PRINTER = Printer(columns("NAME,AGE,SIGNERNAME,REQUESTOR,REQUESTEDDURATION,CONDITION"), cells)
