"""certificate approve and certificate deny: an operator's answer to who wants a certificate.

Follows kubectl's ``cmd/certificates``. Differs in that the answer is written as the request's status.
"""

from collections.abc import Callable

from engine.api.writes import UpdateStatus
from engine.errors import UsageError
from engine.kinds import KINDS, Condition, evolve, to_manifest
from engine.kinds.certificates import APPROVED, DENIED, CertificateSigningRequest
from k9lite.arguments.options import FILENAME, KUSTOMIZE, RECURSIVE
from k9lite.arguments.targets import targets
from k9lite.output.formats import OUTPUT_OPTIONS, Printer, output_files, output_of
from k9lite.verb import Args, Option, Run, Say, Submit, Verb, View
from k9lite.writing import result_lines

_KIND = CertificateSigningRequest.kind


def approve(view: View, args: Args) -> Run:
    return (yield from _decide(view, args, APPROVED, DENIED))


def deny(view: View, args: Args) -> Run:
    return (yield from _decide(view, args, DENIED, APPROVED))


def _decide(view: View, args: Args, type_: str, other: str) -> Run:
    if not args.words and not args.files:
        raise UsageError("one or more CSRs must be specified as <name> or -f <filename>")
    words = [f"{KINDS[_KIND].plural}/{name}" for name in args.words]
    found = targets(view.state, args, words)
    printer = Printer(output_of(args))
    for request in found.objects:
        if not isinstance(request, CertificateSigningRequest):
            raise UsageError(f"can only handle {_KIND}.certificates.k8s.io objects, got {request.kind}")
        if any(each.type == other for each in request.status.conditions):
            raise UsageError(f'certificate signing request "{request.metadata.name}" is already {other}')
        if not any(each.type == type_ for each in request.status.conditions):
            view = yield Submit((UpdateStatus(_answered(request, type_, view.now)),))
        for line in result_lines(args, printer, to_manifest(request), type_.lower()):
            view = yield Say(line)
    for error in found.errors:
        raise error
    return 0


def _answered(request: CertificateSigningRequest, type_: str, now: int) -> CertificateSigningRequest:
    doing = "Approve" if type_ == APPROVED else "Deny"
    condition = Condition(
        type=type_,
        status="True",
        reason=f"Kubectl{doing}",
        message=f"This CSR was {type_.lower()} by kubectl certificate {doing.lower()}.",
        last_update_time=now,
        last_transition_time=now,
    )
    return evolve(request, status=evolve(request.status, conditions=(*request.status.conditions, condition)))


def _verb(doing: str, run: Callable[[View, Args], Run]) -> Verb:
    name = f"certificate {doing}"
    return Verb(
        name=name,
        summary=f"{doing.capitalize()} a certificate signing request",
        usage=f"{name} (-f FILENAME | NAME)",
        run=run,
        options=(
            FILENAME, KUSTOMIZE, RECURSIVE, Option(name="force", summary="Taken: what was answered stays answered"),
            *OUTPUT_OPTIONS,
        ),
        kinds=(_KIND,),
        argv=lambda refs, _answers: [*name.split(), *(ref.name for ref in refs)],
        reads=output_files,
    )  # fmt: skip


APPROVE, DENY = _verb("approve", approve), _verb("deny", deny)
