"""Objects by name, as ``-o name`` and kubectl's result lines write them: ``deployment.apps/web scaled``."""

from engine.kinds import KINDS, Object, Ref


def name_of(of: Object | Ref) -> str:
    """``pod/web-1``, ``deployment.apps/web``."""
    name = of.name if isinstance(of, Ref) else of.metadata.name
    return f"{KINDS[of.kind].qualified}/{name}"


def result_line(of: Object | Ref, done: str) -> str:
    """``node/node1 cordoned``: what a verb prints once it is done."""
    return f"{name_of(of)} {done}"


def deleted_line(ref: Ref, *, force: bool = False) -> str:
    """``pod "web-1" deleted from default namespace``: what ``kubectl delete`` prints."""
    place = f" from {ref.namespace} namespace" if ref.namespace else ""
    return f'{KINDS[ref.kind].qualified} "{ref.name}" {"force deleted" if force else "deleted"}{place}'
