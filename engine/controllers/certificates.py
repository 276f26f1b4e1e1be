"""Issues certificates for requests that were approved, and forgets requests after a while.

Follows kube-controller-manager's csrsigning, csrapproving and csrcleaner. Differs in what is signed: see access/x509.
"""

import base64
from collections.abc import Iterable
from hashlib import blake2b

from engine.access.x509 import NoCertificate, issued
from engine.api.writes import Delete, UpdateStatus
from engine.kinds import Condition, Ref, evolve
from engine.kinds.certificates import APPROVED, DENIED, FAILED, CertificateSigningRequest, text_of
from engine.reconcile import NOTHING, Change, Controller, Result
from engine.store.state import State

_SIGNERS = tuple(
    f"kubernetes.io/{each}" for each in ("kube-apiserver-client", "kube-apiserver-client-kubelet", "kubelet-serving")
)
_YEAR_SECONDS = 365 * 24 * 3600
_KEPT_SECONDS = {APPROVED: 3600, DENIED: 3600, FAILED: 3600, "": 24 * 3600}
_NOT_BEFORE_SECONDS = 300


def _reconcile(state: State, ref: Ref, now: int) -> Result:
    request = state.get(ref)
    if not isinstance(request, CertificateSigningRequest):
        return NOTHING
    gone_at = _gone_at(request)
    if now >= gone_at:
        return Result(writes=(Delete(ref=ref, uid=request.metadata.uid),))
    is_signed = bool(request.status.certificate) or request.is_(FAILED)
    if is_signed or not request.is_(APPROVED) or request.spec.signer_name not in _SIGNERS:
        return Result(again_at=gone_at)
    return Result(writes=(UpdateStatus(_signed(request, now)),), again_at=gone_at)


def _signed(request: CertificateSigningRequest, now: int) -> CertificateSigningRequest:
    try:
        lasts = min(request.spec.expiration_seconds or _YEAR_SECONDS, _YEAR_SECONDS)
        serial = int.from_bytes(blake2b(request.metadata.uid.encode(), digest_size=15).digest(), "big")
        certificate = issued(text_of(request), serial=serial, begins=now - _NOT_BEFORE_SECONDS, ends=now + lasts)
    except NoCertificate as error:
        failed = Condition(
            type=FAILED, status="True", reason="SignerValidationFailure", message=str(error),
            last_update_time=now, last_transition_time=now,
        )  # fmt: skip
        return evolve(request, status=evolve(request.status, conditions=(*request.status.conditions, failed)))
    coded = base64.b64encode(certificate.encode()).decode()
    return evolve(request, status=evolve(request.status, certificate=coded))


def _gone_at(request: CertificateSigningRequest) -> int:
    """When it is cleaned up: an hour after it was decided on, or a day after it was asked for."""
    decided = next((each for each in request.status.conditions if each.type in _KEPT_SECONDS), None)
    since = request.metadata.creation_timestamp or 0 if decided is None else decided.last_update_time or 0
    return since + _KEPT_SECONDS["" if decided is None else decided.type]


def _wakes(change: Change, _state: State) -> Iterable[Ref]:
    return (change.ref,)


CERTIFICATES = Controller(
    name="csrsigning",
    watches=(CertificateSigningRequest.kind,),
    wakes=_wakes,
    reconcile=_reconcile,
)
