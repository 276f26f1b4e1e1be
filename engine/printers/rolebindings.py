"""RoleBindings and ClusterRoleBindings as ``kubectl get rolebindings`` lists them."""

from engine.kinds import Unmodelled
from engine.printers.durations import age
from engine.printers.parts.body import items, text
from engine.printers.parts.columns import Printer, columns
from engine.store.state import State


def cells(binding: Unmodelled, _state: State, now: int) -> tuple[str, ...]:
    body = binding.body
    return (
        binding.metadata.name,
        f"{text(body, 'roleRef', 'kind')}/{text(body, 'roleRef', 'name')}",
        age(binding, now),
        *(_subjects(binding, kind) for kind in ("User", "Group", "ServiceAccount")),
    )


PRINTER = Printer(columns("NAME,ROLE,AGE", "USERS,GROUPS,SERVICEACCOUNTS"), cells)


def _subjects(binding: Unmodelled, kind: str) -> str:
    """Names, of service accounts with their namespace."""
    return ", ".join(
        f"{text(each, 'namespace')}/{text(each, 'name')}" if kind == "ServiceAccount" else text(each, "name")
        for each in items(binding.body, "subjects")
        if text(each, "kind") == kind
    )
